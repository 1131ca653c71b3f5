//! [`smileid::ReqwestTransport`].

use std::{net::SocketAddr, time::Duration};

use smileid::{
    Client, Config, Credentials, Delivery, Environment, Error, Follow, IdNumber, Image, ImageJob, JobIds,
    LookupJob, ReqwestTransport, Retry, Step, Submission, client::TransportErrorKind,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path},
};

use crate::sockets::{Behaviour, nobody, serve};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of an image";

fn client(origin: &str) -> Client {
    client_with(origin, |_| ())
}

fn client_with(origin: &str, change: impl FnOnce(&mut Config)) -> Client {
    let environment: Environment = origin.parse().unwrap();
    let mut config = Config::new(Credentials::new("085", "some-key").unwrap(), &environment);
    change(&mut config);
    Client::new(config, ReqwestTransport::new().unwrap())
}

fn ids() -> JobIds {
    JobIds::new("user-1", "job-1").unwrap()
}

fn lookup() -> LookupJob {
    LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "00000000000").unwrap())
}

async fn kind_of_failure(address: SocketAddr, timeout: Duration) -> TransportErrorKind {
    let client = client_with(&format!("http://{address}"), |config| config.timeouts.request = timeout);
    match client.look_up(lookup()).await {
        Err(Error::Transport(error)) => error.kind(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn misbehaving_servers_have_their_errors() {
    let long = Duration::from_secs(20);
    let short = Duration::from_millis(300);
    for (address, timeout, kind) in [
        (nobody(), long, TransportErrorKind::Connect),
        (serve(Behaviour::CloseAtOnce), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::CloseAfterRequest), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::CutBody), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::Garbage), long, TransportErrorKind::Interrupted),
        (serve(Behaviour::Silent), short, TransportErrorKind::Timeout),
        (serve(Behaviour::Dribble), short, TransportErrorKind::Timeout),
    ] {
        assert_eq!(kind_of_failure(address, timeout).await, kind);
    }
}

#[tokio::test]
async fn requests_wait_for_their_turn() {
    let server = MockServer::start().await;
    let late = ResponseTemplate::new(500).set_delay(Duration::from_secs(20));
    Mock::given(method("POST")).respond_with(late).expect(2).mount(&server).await;
    let transport = ReqwestTransport::new().unwrap().at_most(1);
    let with_timeout = |timeout| {
        let environment: Environment = server.uri().parse().unwrap();
        let mut config = Config::new(Credentials::new("085", "some-key").unwrap(), &environment);
        config.timeouts.request = timeout;
        config.retry = Retry::never();
        Client::new(config, transport.clone())
    };

    let (first, second) =
        (with_timeout(Duration::from_millis(1500)), with_timeout(Duration::from_millis(500)));
    let second = async {
        // After the first has its turn.
        tokio::task::yield_now().await;
        second.look_up(lookup()).await
    };
    let (first, second) = tokio::join!(first.look_up(lookup()), second);
    assert!(first.unwrap_err().is_outcome_unknown());
    assert!(second.unwrap_err().never_left());
    // The turn has come back.
    let third = with_timeout(Duration::from_millis(200)).look_up(lookup()).await;
    assert!(third.unwrap_err().is_outcome_unknown());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&elsewhere)
        .await;
    let server = MockServer::start().await;
    let redirect = ResponseTemplate::new(307).insert_header("Location", format!("{}/steal", elsewhere.uri()));
    Mock::given(method("POST")).respond_with(redirect).expect(1).mount(&server).await;

    let error = client(&server.uri()).look_up(lookup()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 307);
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_not_read() {
    let server = MockServer::start().await;
    let large = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 4096]);
    Mock::given(method("POST")).respond_with(large).mount(&server).await;

    let client = client_with(&server.uri(), |config| config.reply_limit = 1024);
    match client.look_up(lookup()).await {
        Err(Error::Transport(error)) => assert_eq!(error.kind(), TransportErrorKind::ReplyTooLarge),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_archive_travels_whole_with_its_length_and_type() {
    let server = MockServer::start().await;
    let announced = serde_json::json!({
        "upload_url": format!("{}/videos/selfie.zip?Signature=secret", server.uri()),
        "smile_job_id": "0000000001",
        "code": "2202",
    });
    Mock::given(path("/v1/upload"))
        .respond_with(ResponseTemplate::new(200).set_body_json(announced))
        .mount(&server)
        .await;
    Mock::given(method("PUT"))
        .and(path("/videos/selfie.zip"))
        .and(header("content-type", "application/zip"))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&server)
        .await;

    let job = ImageJob::smart_selfie_registration(ids(), Image::bytes(PNG));
    let callback = smileid::CallbackUrl::parse("https://partner.example/").unwrap();
    client(&server.uri()).submit(&mut Submission::new(job, Delivery::callback(callback))).await.unwrap();

    let requests = server.received_requests().await.unwrap();
    let put = requests.iter().find(|request| request.method == "PUT").unwrap();
    assert_eq!(put.headers["content-length"], put.body.len().to_string());
    assert!(!put.headers.contains_key("transfer-encoding"));
    assert!(put.body.starts_with(b"PK\x03\x04"));
}

#[tokio::test]
async fn a_presigned_address_is_in_no_error() {
    let server = MockServer::start().await;
    let announced = serde_json::json!({
        "upload_url": format!("http://{}/videos/selfie.zip?Signature=secret", nobody()),
        "smile_job_id": "0000000001",
    });
    Mock::given(path("/v1/upload"))
        .respond_with(ResponseTemplate::new(200).set_body_json(announced))
        .mount(&server)
        .await;

    let job = ImageJob::smart_selfie_registration(ids(), Image::bytes(PNG));
    let error = client(&server.uri())
        .submit(&mut Submission::new(job, Delivery::follow(Follow::result())))
        .await
        .unwrap_err();
    assert_eq!(error.step, Step::Upload);
    let mut texts = vec![format!("{error} {error:?}")];
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        texts.push(format!("{error} {error:?}"));
        source = error.source();
    }
    let text = texts.join(" ");
    assert!(!text.contains("secret") && !text.contains("selfie.zip"), "{text}");
}
