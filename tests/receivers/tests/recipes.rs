//! Tests the recipes with the mock server, and that the guide shows them.

use std::{fs, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, web::Data};
use smileid::{
    CallbackUrl, Client, Decision, IdNumber, Image, ImageJob, JobRef, LookupJob, blocking,
    callback::Receiver,
    store::{InMemory, Store as _},
};
use smileid_mock_server::{Fault, Latency, MockServer, Options, Processing, Received};
use smileid_receivers::{self as recipes, actix, axum};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Handle,
    time::sleep,
};
use tokio_util::task::TaskTracker;

/// Submits a lookup whose result is sent to the receiver, sends a forged callback, and returns both responses.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tiny_http_keeps_the_api_s_callbacks_and_refuses_others() {
    let (mock, client) = mock().await;
    let blocking = blocking::Client::new(mock.client_config().expect("a configuration")).expect("TLS");
    let receiver = Receiver::new(blocking, InMemory::default()).confirming();
    let server = tiny_http::Server::http("127.0.0.1:0").expect("a port");
    let address = server.server_addr().to_ip().expect("an address");
    let (receiver, server) = (&receiver, &server);
    std::thread::scope(|scope| {
        scope.spawn(|| recipes::tiny_http::serve(server, receiver));
        let answers =
            tokio::task::block_in_place(|| Handle::current().block_on(answers(&mock, &client, address)));
        server.unblock();
        check(receiver, &answers);
    });
}

fn selfie() -> &'static [u8] {
    include_bytes!("../../../docs/images/selfie.jpg")
}

#[actix_web::test]
async fn actix_submits_once_maps_errors_and_drains() {
    let (mock, client) = mock().await;
    let app = Data::new(recipes::actix_submit::App {
        client,
        store: Arc::new(InMemory::default()),
        url: CallbackUrl::parse("http://127.0.0.1:9/callback").expect("an address"),
        runtime: Handle::current(),
        tasks: TaskTracker::new(),
    });
    let shared = app.clone();
    let server = HttpServer::new(move || {
        let app = shared.clone();
        App::new().configure(|config| recipes::actix_submit::routes(config, app))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);

    assert_eq!(post(address, "user-1", selfie()).await, 202);
    assert_eq!(post(address, "user-1", selfie()).await, 202);
    assert_eq!(mock.billing().len(), 1);
    assert_eq!(post(address, "user-3", b"no image").await, 422);

    // The browser leaves while the mock is slow, and the server stops.
    let slow = Fault::latency(Latency::fixed(Duration::from_millis(300)).expect("short"));
    mock.fault_once("upload", slow).expect("an endpoint");
    let left = tokio::time::timeout(Duration::from_millis(150), post(address, "user-2", selfie())).await;
    assert!(left.is_err(), "the browser did not wait");
    handle.stop(true).await;
    recipes::actix_submit::drain(&app).await;
    assert_eq!(mock.billing().len(), 2);
}

/// Sends a selfie, and returns the HTTP status of the response.
async fn post(address: SocketAddr, user: &str, body: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    let length = body.len();
    let head = format!(
        "POST /users/{user}/selfie HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("a response");
    response.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

#[tokio::test]
async fn who_stops_while_waiting_goes_on_later() {
    let mut options = Options::new().expect("options");
    options.config.processing = Processing::After(Duration::from_secs(3600));
    let mock = MockServer::start_with(options).await.expect("a server");
    mock.clock().freeze();
    let client = Client::new(mock.client_config().expect("a configuration")).expect("TLS");
    let store = Arc::new(InMemory::default());
    let job = |job_id| {
        let ids = JobRef::new(job_id, job_id).expect("names");
        ImageJob::smart_selfie_registration(ids, Image::bytes(selfie()))
    };

    let waiting = store.ensure(job("waiting")).await.expect("stored");
    let arrived = async {
        while mock.billing().is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
        sleep(Duration::from_millis(200)).await; // its response too
    };
    let outcome = recipes::stopping::decide(&client, &store, waiting, arrived).await;
    assert!(outcome.expect("no error").is_none());
    let unsent = store.ensure(job("unsent")).await.expect("stored");
    let stop = async {
        while mock.journal().iter().all(|entry| entry.job_id.as_deref() != Some("unsent")) {
            tokio::task::yield_now().await;
        }
    };
    let outcome = recipes::stopping::decide(&client, &store, unsent, stop).await;
    assert!(outcome.expect("no error").is_none());

    // The program starts again.
    let receiver = Receiver::new(client, Arc::clone(&store));
    let resumed = receiver.resume(100).await.expect("a store");
    let resumed: Vec<_> = resumed.iter().map(|(ids, accepted)| (ids.job_id(), accepted.is_ok())).collect();
    assert_eq!(resumed, [("unsent", true)]);
    mock.advance(Duration::from_secs(3600)).await;
    let known = receiver.reconcile(100).await.expect("a store");
    let decided = known
        .iter()
        .filter(|(_, verdict)| verdict.as_ref().is_ok_and(|verdict| verdict.decision == Decision::Approved));
    assert_eq!((decided.count(), mock.billing().len()), (2, 2));
}

#[test]
fn the_guide_shows_the_recipes_as_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(folder.join("../../docs/guides/receiving-callbacks.md")).expect("a guide");
    for name in ["axum", "actix", "warp", "lambda", "actix_submit", "stopping", "tiny_http"] {
        let source = fs::read_to_string(folder.join(format!("src/{name}.rs"))).expect("a recipe");
        let (_head, recipe) = source.split_once("\n\n").expect("a head");
        assert!(guide.contains(recipe.trim_end()), "the guide shows another recipe for {name}");
    }
}
