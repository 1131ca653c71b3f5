//! Tests the mock server inside a wiremock server, next to other mocks, from upload to status.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use smileid::{
    Client, Config, Credentials, Environment, Image, ImageJob, JobRef, Retry,
    protocol::v1::{job_status, services},
};
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, Fault, Point, Rule, When, wiremock::SmileId};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

use crate::image;

async fn server() -> MockServer {
    let server = MockServer::start().await;
    SmileId::new(smileid_mock_server::Config::new([7; 32])).mount(&server).await;
    server
}

fn client(server: &MockServer) -> Client {
    let environment: Environment = server.uri().parse().unwrap();
    let credentials = Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).unwrap();
    Client::new(Config::new(credentials, &environment)).unwrap()
}

async fn submit(client: &Client) -> job_status::Response {
    let ids = JobRef::new("user-1", "job-1").unwrap();
    let job = ImageJob::smart_selfie_registration(ids, Image::file(image("selfie.jpg")));
    let outcome = client.submit(job).wait().image_links().await.unwrap();
    assert!(!outcome.is_pending());
    outcome.status().unwrap().clone()
}

#[tokio::test]
async fn a_job_goes_from_upload_to_its_images() {
    let server = server().await;
    let status = submit(&client(&server)).await;
    assert_eq!(status.result().unwrap().result_code.as_ref().unwrap().as_str(), "0840");

    let link = status.image_links.unwrap().selfie_image.unwrap();
    assert!(link.starts_with(&format!("{}/", server.uri())), "the link leads to the wiremock server");
    let (head, image) = get(&link);
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("image/jpeg"), "{head}");
    assert_eq!(image, std::fs::read(self::image("selfie.jpg")).unwrap(), "the image that was sent");
    let received = server.received_requests().await.unwrap();
    let paths: Vec<_> = received.iter().map(|request| request.url.path()).collect();
    let [upload, put, status, image] = paths[..] else { panic!("{paths:?}") };
    assert_eq!((upload, status), ("/v1/upload", "/v1/job_status"));
    assert!(put.starts_with("/videos/085/") && image.starts_with("/images/085/"), "{put} {image}");
}

/// Returns headers and body of the resource at an HTTP URL.
fn get(link: &str) -> (String, Vec<u8>) {
    let (host, path) = link.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let body = answer.split_off(end + 4);
    (String::from_utf8(answer).unwrap(), body)
}

#[tokio::test]
async fn other_mocks_go_before_it_and_beside_it() {
    let server = server().await;
    Mock::given(path("/v1/services")).respond_with(ResponseTemplate::new(503)).mount(&server).await;
    Mock::given(path("/of/the/team")).respond_with(ResponseTemplate::new(204)).mount(&server).await;

    let client = client(&server);
    let once = client.with(|config| config.retry = Retry::never());
    assert!(once.send(services::Request::default()).await.is_err(), "the team's own answer");
    let received = server.received_requests().await.unwrap();
    assert_eq!(received.len(), 1, "{received:?}");
    assert!(submit(&client).await.job_success, "the rest is as it was");
}

#[tokio::test]
async fn a_fault_of_the_connection_is_said_to_be_none() {
    let server = MockServer::start().await;
    let smile_id = SmileId::new(smileid_mock_server::Config::new([7; 32]));
    smile_id.mount(&server).await;
    smile_id.service().add_fault(Rule::new(When::default(), Fault::reset(Point::BeforeHandling)));
    let (head, _) = get(&format!("{}/v1/services", server.uri()));
    assert!(head.starts_with("HTTP/1.1 501"), "{head}");
}

#[tokio::test]
async fn what_is_no_route_is_left_to_wiremock() {
    let server = server().await;
    let (head, _) = get(&format!("{}/v1/nowhere", server.uri()));
    assert!(head.starts_with("HTTP/1.1 404"), "wiremock's own; the mock server's would be 403: {head}");
    let (_, body) = get(&format!("{}/_mock/health", server.uri()));
    assert_eq!(body, br#"{"status":"ok"}"#);
}
