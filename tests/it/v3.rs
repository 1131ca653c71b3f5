//! Tests version 3 over sockets, with the client, a mock server and a callback receiver.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use smileid::{
    CallbackUrl, Client, Config, Decision, Environment, IdNumber, PersonName,
    callback::{Receipt, Receiver},
    store::{InMemory, Store as _, Unsettled},
    v3::{Consent, JobId, UserDetails, UserId, enhanced_kyc, id_status},
};
use smileid_mock_server::{Fault, MockServer, Point};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

fn job() -> enhanced_kyc::Request {
    let name = PersonName { first: "Amina Fatou", last: "Clearwater" };
    let person = UserDetails::by_email(name, "amina.clearwater@example.com").unwrap();
    let consent = Consent::granted(SystemTime::now(), "EN", "https://partner.example/privacy").unwrap();
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    enhanced_kyc::Request::new(id, person, consent).unwrap()
}

async fn start() -> (MockServer, Client) {
    let mock = MockServer::start().await.unwrap();
    let environment: Environment = mock.base_url().parse().unwrap();
    let client = Client::new(Config::new(mock.credentials().clone(), &environment)).unwrap();
    (mock, client)
}

/// Returns the number of requests to an endpoint.
fn requests(mock: &MockServer, endpoint: &str) -> usize {
    mock.journal().iter().filter(|entry| entry.endpoint == Some(endpoint)).count()
}

/// A callback receiver that requests the job status to confirm each callback.
struct Hook {
    receiver: Arc<Receiver<InMemory>>,
    receipts: UnboundedReceiver<Receipt>,
    url: CallbackUrl,
}

type Hooked = (Arc<Receiver<InMemory>>, UnboundedSender<Receipt>);

async fn hook(client: &Client) -> Hook {
    let receiver = Arc::new(Receiver::new(client.clone(), InMemory::default()).confirming());
    let (sender, receipts) = unbounded_channel();
    let app = Router::new().route("/hook", post(callback)).with_state((Arc::clone(&receiver), sender));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = CallbackUrl::parse(format!("http://{}/hook", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    Hook { receiver, receipts, url }
}

async fn callback(State((receiver, sender)): State<Hooked>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match receiver.handle(&headers, &body).await {
        Ok(receipt) => {
            sender.send(receipt).unwrap();
            StatusCode::OK
        }
        Err(error) => error.callback_status(),
    }
}

async fn next(hook: &mut Hook) -> Receipt {
    timeout(Duration::from_secs(20), hook.receipts.recv()).await.unwrap().unwrap()
}

#[test]
fn a_callback_and_its_replay_are_confirmed_by_the_status() {
    Runtime::new().unwrap().block_on(async {
        let (mock, client) = start().await;
        let mut hook = hook(&client).await;
        let accepted = client.submit(job()).callback(hook.url.clone()).await.unwrap();
        let receipt = next(&mut hook).await;
        assert!(receipt.is_confirmed());
        assert_eq!(receipt.verdict().decision, Decision::Approved);
        let job_id = accepted.job_id();
        client.v3().replay(smileid::v3::replay::Request::new(job_id.clone())).await.unwrap();
        let again = next(&mut hook).await;
        assert_eq!(again.verdict().decision, Decision::Approved);
        assert_eq!(again.v3().unwrap().job_id().as_ref(), Some(job_id));
        assert_eq!(mock.billing().len(), 1);
    });
}

#[test]
fn a_job_whose_response_is_lost_is_billed_once_and_found_by_its_callback() {
    Runtime::new().unwrap().block_on(async {
        let (mock, client) = start().await;
        let mut hook = hook(&client).await;
        mock.fault_once("v3_enhanced_kyc", Fault::close(Point::AfterHandling)).unwrap();
        let error = client.submit(job()).callback(hook.url.clone()).await.unwrap_err();
        assert!(error.is_outcome_unknown() && error.may_be_billed(), "{error}");
        hook.receiver.store().keep_v3(error.sent_job().unwrap()).await.unwrap();
        assert!(next(&mut hook).await.is_confirmed());
        // If the callback came before the job was stored, the job is still asked for. Otherwise this does nothing.
        hook.receiver.reconcile(10).await.unwrap();
        let left = hook.receiver.store().unsettled(Unsettled::Awaited, 10).await.unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(mock.billing().len(), 1);
        assert_eq!(requests(&mock, "v3_enhanced_kyc"), 1);
    });
}

#[test]
fn reads_share_a_token_and_a_job_has_its_own() {
    Runtime::new().unwrap().block_on(async {
        let (mock, client) = start().await;
        let reads = (0..20).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.v3().id_status(id_status::Request::new("NG", "BVN")).await })
        });
        for read in reads.collect::<Vec<_>>() {
            read.await.unwrap().unwrap();
        }
        assert_eq!(requests(&mock, "v3_token"), 1);
        let user = UserId::new("user-1").unwrap();
        let outcome = client.submit(job().with_user_id(user)).wait().await.unwrap();
        assert_eq!(outcome.decision(), Decision::Approved);
        assert_eq!(requests(&mock, "v3_token"), 2);
        // After its lifetime, the mock refuses the token. The client replaces it once.
        mock.advance(Duration::from_secs(16 * 60)).await;
        client.v3().status(outcome.job_id()).await.unwrap();
        assert_eq!(requests(&mock, "v3_token"), 3);
        let unknown: JobId = "job_01h2xcejqtf2nbrexx3vqjhp41".parse().unwrap();
        let error = client.v3().status(&unknown).await.unwrap_err();
        assert_eq!(error.http_status(), 404, "{error}");
    });
}
