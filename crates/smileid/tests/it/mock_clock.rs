//! Tests a client and a receiver of callbacks with a mock server whose clock was changed: both use the mock's clock.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use smileid::{
    CallbackUrl, Client, Decision, ErrorKind, Image, ImageJob, JobRef,
    callback::Receiver,
    store::{Change, InMemory},
};
use smileid_mock_server::{Clock, MockServer, Options};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

/// Change of the clock: longer than a client accepts, which is one hour behind its own clock and one minute ahead.
const MOVE: Duration = Duration::from_secs(2 * 3600);

type Message = (HeaderMap, Bytes);

/// Starts a mock server whose clock is behind real time by [`MOVE`], or ahead by the same time.
async fn moved(is_ahead: bool) -> MockServer {
    let mut options = Options::new().unwrap();
    if !is_ahead {
        let ahead_millis = -i64::try_from(MOVE.as_millis()).unwrap();
        options.config.clock = Clock::Running { ahead_millis };
    }
    let server = MockServer::start_with(options).await.unwrap();
    if is_ahead {
        server.advance(MOVE).await;
    }
    server
}

/// Accepts callbacks at the returned URL, and passes them on unchanged.
async fn callbacks() -> (CallbackUrl, mpsc::Receiver<Message>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, messages) = mpsc::channel(8);
    let accept =
        move |headers: HeaderMap, body: Bytes| async move { sender.send((headers, body)).await.unwrap() };
    let service = axum::Router::new().fallback(accept);
    tokio::spawn(async { axum::serve(listener, service).await });
    (CallbackUrl::parse(url).unwrap(), messages)
}

fn job() -> ImageJob {
    let selfie = Image::file(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/selfie.jpg"));
    ImageJob::smart_selfie_registration(JobRef::new("leo", "job-1").unwrap(), selfie)
}

async fn next(messages: &mut mpsc::Receiver<Message>) -> Message {
    timeout(Duration::from_secs(20), messages.recv()).await.expect("a callback in time").unwrap()
}

#[tokio::test]
async fn a_client_and_a_receiver_go_by_the_clock_of_a_mock() {
    for is_ahead in [true, false] {
        let server = moved(is_ahead).await;
        let client = Client::new(server.client_config().unwrap()).unwrap();
        let (url, mut messages) = callbacks().await;
        let outcome = client.submit(job()).callback(url).wait().await.unwrap();
        assert_eq!(outcome.decision(), Decision::Approved, "ahead: {is_ahead}");

        let (headers, body) = next(&mut messages).await;
        let receiver = Receiver::new(client, InMemory::default());
        let refused = receiver.handle(&HeaderMap::new(), &body).await.expect_err("the clock here says so");
        assert_eq!(
            (refused.kind(), refused.callback_status()),
            (ErrorKind::Callback, 401.try_into().unwrap())
        );
        let receipt = receiver.handle(&headers, &body).await.unwrap();
        let Change::Applied(verdict) = receipt.change else { panic!("ahead: {is_ahead}, {receipt:?}") };
        assert_eq!(verdict.decision, Decision::Approved);
    }
}
