//! The recipes against the mock server, and the guide that shows them.

use std::{fs, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, web::Data};
use smileid::{
    CallbackUrl, Client, Decision, IdNumber, JobRef, LookupJob, callback::Receiver, store::InMemory,
};
use smileid_mock_server::{MockServer, Received};
use smileid_receivers::{actix, axum};
use tokio::{net::TcpListener, time::sleep};

/// Submits a lookup whose result is sent to the receiver, forges a callback, and returns how both were answered.
async fn answers(mock: &MockServer, client: &Client, address: SocketAddr) -> Vec<u16> {
    let url = CallbackUrl::parse(format!("http://{address}/callback")).expect("an address");
    for job_id in ["job-1", "job-2"] {
        if job_id == "job-2" {
            let forged = serde_json::json!({"wrong_signature": true});
            let fault = serde_json::from_value(forged).expect("a fault");
            let rule = smileid_mock_server::Rule::new(smileid_mock_server::When::default(), fault);
            mock.service().add_callback_fault(rule);
        }
        let ids = JobRef::new("user-1", job_id).expect("names");
        let number = IdNumber::new("NG", "NIN", "00000000000").expect("a number");
        client.submit(LookupJob::enhanced_kyc(ids, number)).callback(url.clone()).await.expect("accepted");
    }
    for _ in 0..1000 {
        let sent = mock.service().callbacks(mock.credentials().partner_id());
        let status = |delivery: &smileid_mock_server::Delivery| match delivery.attempts.first()?.received {
            Some(Received::Status(status)) => Some(status),
            _ => None,
        };
        let answers: Vec<_> = sent.iter().filter_map(status).collect();
        if answers.len() == 2 {
            return answers;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("two callbacks are answered in time");
}

async fn mock() -> (MockServer, Client) {
    let mock = MockServer::start().await.expect("a server");
    let client = Client::new(mock.client_config().expect("a configuration")).expect("TLS");
    (mock, client)
}

fn check(receiver: &Receiver<InMemory>, answers: &[u16]) {
    assert_eq!(answers, [200, 401]);
    let records = receiver.store().records();
    let decisions: Vec<_> = records.iter().map(|it| (it.ids().job_id(), it.verdict().decision)).collect();
    assert_eq!(decisions, [("job-1", Decision::Approved)]);
    assert!(records[0].is_confirmed());
}

#[tokio::test]
async fn axum_keeps_the_api_s_callbacks_and_refuses_others() {
    let (mock, client) = mock().await;
    let receiver = Arc::new(Receiver::new(client.clone(), InMemory::default()).confirming());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = axum::routes(Arc::clone(&receiver));
    tokio::spawn(async { ::axum::serve(listener, routes).await });
    check(&receiver, &answers(&mock, &client, address).await);
}

#[actix_web::test]
async fn actix_keeps_the_api_s_callbacks_and_refuses_others() {
    let (mock, client) = mock().await;
    let receiver = Data::new(Receiver::new(client.clone(), InMemory::default()).confirming());
    let shared = receiver.clone();
    let server = HttpServer::new(move || {
        let receiver = shared.clone();
        App::new().configure(|config| actix::routes(config, receiver))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    check(&receiver, &answers(&mock, &client, address).await);
    handle.stop(false).await;
}

#[test]
fn the_guide_shows_the_recipes_as_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(folder.join("../../docs/guides/receiving-callbacks.md")).expect("a guide");
    for name in ["axum", "actix", "warp", "lambda"] {
        let source = fs::read_to_string(folder.join(format!("src/{name}.rs"))).expect("a recipe");
        let (_head, recipe) = source.split_once("\n\n").expect("a head");
        assert!(guide.contains(recipe.trim_end()), "the guide shows another recipe for {name}");
    }
}
