//! Tests that the futures of all calls can be spawned: they are `Send` and borrow nothing, not even the client.

use std::future::IntoFuture;

use http::HeaderMap;
use serde_json::json;
use smileid_client::{
    Client, Submission, Watch,
    callback::Receiver,
    store::{InMemory, Store as _},
    testing::Never,
};
use smileid_protocol::{
    job::{CallbackUrl, IdNumber, LookupJob},
    v1::{
        aml, async_verify_address, create_smile_link, get_smile_link, id_number_rate_limit_reset,
        smart_selfie_authentication, smart_selfie_enroll, token, update_smile_link, verify_phone_number,
    },
};

use crate::{
    callbacks::{NOON, fresh, message},
    script::{config, ids, registration},
};

/// Drops a future without polling it. The test is that it compiles.
fn spawn<F: IntoFuture<IntoFuture: Send + 'static>>(future: F) {
    drop(future.into_future());
}

fn send<F: Future + Send>(future: F) {
    drop(future);
}

fn is_send_and_static<T: Send + 'static>() {}

#[test]
fn every_call_of_a_client_can_be_spawned() {
    let client = Client::new(config(), Never);
    let url = || CallbackUrl::parse("https://partner.example/hook").unwrap();
    let lookup = || LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "00000000000").unwrap());

    spawn(client.submit(registration()).wait());
    spawn(client.submit(registration()).wait().send());
    spawn(client.submit(registration()).callback(url()));
    spawn(client.submit(registration()).callback(url()).wait().on_progress(|_, _| ()));
    spawn(client.submit(Submission::new(registration())));
    spawn(client.submit(lookup()));
    spawn(client.submit(lookup()).send());
    spawn(client.submit(lookup()).callback(url()));
    spawn(client.status(&ids()));
    spawn(client.status(&ids()).send());
    spawn(client.wait(&ids()));
    spawn(client.wait(&ids()).send());
    is_send_and_static::<Watch>();

    // A submission that is lent is all that a call borrows.
    let mut submission = Submission::new(registration());
    send(client.submit(&mut submission).wait().into_future());

    let claimed = fresh(NOON, message(4, "0840", &json!({}))).into_proven().into_result().unwrap();
    spawn(client.confirm(&claimed));
}

/// Calls each endpoint of the list in `endpoints.rs`.
#[expect(dead_code, reason = "it compiles")]
fn every_request_can_be_spawned(client: &Client, requests: Requests) {
    spawn(client.services());
    spawn(client.web_token(requests.0.clone()));
    spawn(client.send(requests.0));
    spawn(client.aml(requests.1));
    spawn(client.verify_phone_number(requests.2));
    spawn(client.verify_address(requests.3));
    spawn(client.enroll_smart_selfie(requests.4));
    spawn(client.authenticate_smart_selfie(requests.5));
    spawn(client.create_smile_link(requests.6));
    spawn(client.get_smile_link(requests.7));
    spawn(client.update_smile_link(requests.8));
    spawn(client.reset_id_number_limit(requests.9));
}

type Requests = (
    token::Request,
    aml::Request,
    verify_phone_number::Request,
    async_verify_address::Request,
    smart_selfie_enroll::Request,
    smart_selfie_authentication::Request,
    create_smile_link::Request,
    get_smile_link::Request,
    update_smile_link::Request,
    id_number_rate_limit_reset::Request,
);

#[test]
fn the_calls_of_a_receiver_and_a_store_can_be_awaited_in_a_task() {
    let receiver = Receiver::new(Client::new(config(), Never), InMemory::default());
    let headers = HeaderMap::new();
    send(receiver.handle(&headers, b"{}"));
    send(receiver.reconcile(10));
    send(receiver.resume(10));
    send(receiver.store().ensure(registration()));
    let submission = Submission::new(registration());
    send(receiver.store().keep(&submission));
}

fn is_shared<T: Send + Sync + Clone + 'static>() {}

fn is_error<T: std::error::Error + Send + Sync + 'static>() {}

/// A client can be passed to tasks and threads.
#[test]
fn clients_and_what_they_yield_can_be_shared() {
    is_shared::<Client>();
    is_shared::<smileid_client::blocking::Client>();
    is_shared::<smileid_client::Outcome>();
    is_shared::<smileid_client::Accepted>();
    is_shared::<Submission>();
    is_error::<smileid_client::Error>();
}
