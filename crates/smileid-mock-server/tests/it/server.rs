//! Tests the HTTP server of the mock over sockets.

use std::time::Duration;

use smileid_mock_server::{MockServer, Options, Processing, Rule, Scenario, When};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, PartnerId},
    endpoint::{Endpoint, SignedEndpoint},
    timestamp::Timestamp,
    v1::{job_status, upload},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::support::{SELFIE, joined, ready, registration};

/// Sends bytes and reads the response to its end. The request closes the connection.
async fn talk(server: &MockServer, request: &[u8]) -> String {
    let address = server.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has answered may close before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ =
        timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.expect("an answer in time");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn get(server: &MockServer, path: &str) -> String {
    talk(server, format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes())
        .await
}

async fn post(
    server: &MockServer,
    message: &impl SignedEndpoint,
    credentials: &Credentials,
    host: &str,
) -> String {
    talk(server, &posted(server, message, credentials, host)).await
}

fn posted(
    server: &MockServer,
    message: &impl SignedEndpoint,
    credentials: &Credentials,
    host: &str,
) -> Vec<u8> {
    let timestamp = Timestamp::from_utc_millis(1_700_000_000_000);
    let request = encode(message, credentials, &timestamp, server.base_url());
    let mut bytes = format!(
        "POST {} HTTP/1.1\r\n{host}Content-Length: {}\r\nConnection: close\r\n\r\n",
        request.uri().path(),
        request.body().len()
    )
    .into_bytes();
    bytes.extend_from_slice(request.body());
    bytes
}

fn encode<E: SignedEndpoint>(
    message: &E,
    credentials: &Credentials,
    timestamp: &Timestamp,
    origin: &str,
) -> http::Request<bytes::Bytes> {
    message.encode(&origin.parse().unwrap(), &E::Auth::prove(credentials, timestamp)).unwrap()
}

fn body_of(answer: &str) -> serde_json::Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn it_starts_answers_and_frees_its_port_when_dropped() {
    let server = MockServer::start().await.unwrap();
    let address = server.base_url().strip_prefix("http://").unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert_eq!(server.credentials().partner_id().as_str(), "085");
    assert_eq!(server.credentials().api_key().expose(), "mock-api-key-0000");
    let health = get(&server, "/_mock/health").await;
    assert!(health.starts_with("HTTP/1.1 200 OK\r\n") && health.ends_with(r#"{"status":"ok"}"#), "{health}");
    assert!(get(&server, "/").await.contains("Missing Authentication Token"));
    assert!(!format!("{server:?}").contains("mock-api-key"));

    let idle = TcpStream::connect(&address).await.unwrap();
    let mut options = Options::new().unwrap();
    options.http = Some(address.parse().unwrap());
    let taken = MockServer::start_with(options.clone()).await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);

    drop(server); // inside a runtime, with a connection open
    for _ in 0..20 {
        drop(TcpListener::bind(&address).await.expect("the port is free at once"));
        let again = MockServer::start_with(options.clone()).await.unwrap();
        assert!(get(&again, "/_mock/ready").await.starts_with("HTTP/1.1 200"));
    }
    drop(idle);
}

#[test]
fn it_outlives_the_runtime_it_was_started_in() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime().block_on(MockServer::start()).unwrap();
    assert!(runtime().block_on(get(&server, "/_mock/health")).contains("200 OK"));
}

#[test]
fn a_test_without_async_starts_it_and_moves_its_time() {
    let mut options = Options::new().unwrap();
    options.config.partners = vec![Credentials::new("212", "key").unwrap()];
    let server = MockServer::start_with_blocking(options).unwrap();
    assert_eq!(server.credentials().partner_id().as_str(), "212");
    server.clock().freeze();
    let before = server.clock().now();
    server.advance_blocking(Duration::from_secs(60));
    server.clock().advance_blocking(Duration::from_secs(60));
    server.clock().run_until_idle_blocking();
    assert_eq!(server.clock().now(), before.after(Duration::from_secs(120)));
}

#[tokio::test]
async fn the_methods_without_async_work_within_it() {
    let server = MockServer::start_blocking().unwrap();
    server.advance_blocking(Duration::from_secs(60));
}

#[tokio::test]
async fn a_job_goes_through() {
    let mut options = Options::new().unwrap();
    options.config.partners = vec![Credentials::new("212", "key").unwrap()];
    options.config.processing = Processing::Polls(1);
    let server = MockServer::start_with(options).await.unwrap();
    let credentials = server.credentials();
    let timestamp = Timestamp::from_utc_millis(1_700_000_000_000);

    let job = ready(registration("leo", "job"));
    let request = job.upload_request(None);
    // A request of HTTP/1.0 may lack a host; the link then has the address that the server is bound to.
    let answer = post(&server, &request, credentials, "").await;
    let reply: upload::Response = serde_json::from_value(body_of(&answer)).unwrap();
    let path = reply.upload_url.strip_prefix(server.base_url()).expect("a link to this server").to_owned();

    let seal = <upload::Request as Endpoint>::Auth::prove(credentials, &timestamp);
    let archive = joined(&job.archive(&request, &seal, &reply).unwrap());
    assert!(archive.len() > SELFIE.len());
    let mut put = format!(
        "PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        archive.len()
    )
    .into_bytes();
    put.extend_from_slice(&archive);
    let stored = talk(&server, &put).await;
    assert!(stored.starts_with("HTTP/1.1 200 OK\r\n") && stored.ends_with("\r\n\r\n"), "{stored}");

    let status = job_status::Request::new("leo", "job");
    let host = "Host: localhost\r\n";
    assert_eq!(body_of(&post(&server, &status, credentials, host).await)["job_complete"], false);
    let done = body_of(&post(&server, &status, credentials, host).await);
    let billed: Vec<_> = server.billing().into_iter().map(|it| (it.product.to_string(), it.job_id)).collect();
    assert_eq!(billed, [("smartselfie_registration".to_owned(), Some("job".to_owned()))]);
    assert_eq!((&done["job_complete"], &done["result"]["ResultCode"]), (&true.into(), &"0840".into()));
    assert_ne!(done["timestamp"], timestamp.as_str(), "signed by the clock on the wall");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_unread() {
    let server = MockServer::start().await.unwrap();
    let announced = "POST /v1/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 2097153\r\n\r\n";
    let answer = talk(&server, announced.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("Request Too Long"), "{answer}");

    let announced = "PUT /videos/085/x/y HTTP/1.1\r\nHost: x\r\nContent-Length: 52428801\r\n\r\n";
    let answer = talk(&server, announced.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("<Code>EntityTooLarge</Code>"), "{answer}");

    // Without a length, it is read up to the limit and no further.
    let mut chunked =
        b"POST /v1/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n".to_vec();
    chunked.resize(chunked.len() + 0x30_0000, b' ');
    let answer = talk(&server, &chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn an_archive_without_a_length_is_refused() {
    let server = MockServer::start().await.unwrap();
    let request = ready(registration("leo", "job")).upload_request(None);
    let answer = post(&server, &request, server.credentials(), "Host: localhost\r\n").await;
    let url = body_of(&answer)["upload_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://localhost").expect("the host of the request");
    let put = format!(
        "PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n2\r\nPK\r\n0\r\n\r\n"
    );
    let answer = talk(&server, put.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 411") && answer.contains("MissingContentLength"), "{answer}");
}

#[tokio::test]
async fn a_mock_without_partners_does_not_start() {
    let mut options = Options::new().unwrap();
    options.config.partners.clear();
    assert_eq!(MockServer::start_with(options).await.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn requests_under_way_are_answered_when_it_stops() {
    let server = MockServer::start().await.unwrap();
    let fault = r#"{"then":{"latency":"300ms"}}"#;
    server.add_fault(serde_json::from_str(fault).unwrap());
    let request =
        posted(&server, &job_status::Request::new("leo", "job"), server.credentials(), "Host: x\r\n");
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let mut stream =
            TcpStream::connect(server.base_url().strip_prefix("http://").unwrap()).await.unwrap();
        stream.write_all(&request).await.unwrap();
        waiting.push(stream);
    }
    let address = server.base_url().strip_prefix("http://").unwrap().to_owned();
    let idle = TcpStream::connect(&address).await.unwrap();
    server.shutdown(Duration::from_secs(30)).await;
    for mut stream in waiting {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("2304"), "{answer}");
    }
    assert!(TcpStream::connect(&address).await.is_err(), "it listens no more");
    drop(idle);
}

#[tokio::test]
async fn a_drop_answers_what_is_under_way_and_waits_for_nobody_for_long() {
    let server = MockServer::start().await.unwrap();
    let address = server.base_url().strip_prefix("http://").unwrap().to_owned();
    let mut half = TcpStream::connect(&address).await.unwrap();
    half.write_all(b"POST /v1/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{").await.unwrap();
    let mut whole = TcpStream::connect(&address).await.unwrap();
    whole.write_all(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    drop(server);
    let mut answer = String::new();
    whole.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn who_speaks_the_wrong_protocol_is_told_and_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new().unwrap();
    options.https = Some(smileid_mock_server::Https::new(folder.path()));
    let server = MockServer::start_with(options).await.unwrap();
    let https = server.https_url().unwrap().strip_prefix("https://").unwrap();
    let http = server.http_url().unwrap().strip_prefix("http://").unwrap();
    // The beginning of a TLS handshake (RFC 8446, section 5.1), and of a request.
    for (address, bytes, code) in [
        (http, &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], "https-at-http-port"),
        (https, b"GET /v1/services HTTP/1.1\r\nHost: x\r\n\r\n", "http-at-https-port"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        let journal = body_of(&get(&server, "/_mock/journal?refused=true").await);
        let entry = journal["entries"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&entry["diagnosis"][0]["code"], &entry["status"]),
            (&code.into(), &400.into()),
            "{entry}"
        );
        assert!(
            answer.ends_with(&format!("{}\n", entry["diagnosis"][0]["text"].as_str().unwrap())),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn wrong_signatures_are_answered_before_they_are_explained_in_full() {
    const WRONG: usize = 8;
    let server = MockServer::start().await.unwrap();
    let question = job_status::Request::new("leo", "job");
    // Of another key, which nothing explains.
    let stranger = Credentials::new("085", "a key that no partner has").unwrap();
    let wrong = posted(&server, &question, &stranger, "Host: x\r\n");
    let mut waiting = Vec::new();
    for _ in 0..WRONG {
        let mut stream =
            TcpStream::connect(server.base_url().strip_prefix("http://").unwrap()).await.unwrap();
        stream.write_all(&wrong).await.unwrap();
        waiting.push(stream);
    }
    let answer = post(&server, &question, server.credentials(), "Host: x\r\n").await;
    assert_eq!(body_of(&answer)["code"], "2304", "no such job");
    for mut stream in waiting {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("smileid-mock-diagnosis: unexplained: "), "{answer}");
        assert!(answer.contains("; search-continues: "), "{answer}");
    }
}

#[tokio::test]
async fn a_test_reads_what_was_sent_and_moves_the_time() {
    let mut options = Options::new().unwrap();
    options.config.partners.push(Credentials::new("212", "key").unwrap());
    let server = MockServer::start_with(options).await.unwrap();
    let request = ready(registration("leo", "job")).upload_request(None);
    let other = Credentials::new("212", "another key").unwrap();
    post(&server, &request, server.credentials(), "Host: localhost\r\n").await;
    post(&server, &request, &other, "Host: localhost\r\n").await;

    let journal = server.journal();
    let told: Vec<_> = journal
        .iter()
        .map(|entry| {
            assert_eq!(
                (entry.endpoint, &*entry.path, &*entry.method),
                (Some("upload"), "/v1/upload", "POST")
            );
            assert_eq!((entry.user_id.as_deref(), entry.job_id.as_deref()), (Some("leo"), Some("job")));
            (entry.partner_id.as_deref().unwrap(), entry.status)
        })
        .collect();
    assert_eq!(told, [("085", 200), ("212", 400)]);
    assert_eq!(journal[0].refusal, None);
    let refusal = journal[1].refusal.as_deref().unwrap();
    assert!(refusal.starts_with("unexplained: "), "{refusal}");

    // Of one partner at a time, and nobody else's.
    let partner = other.partner_id();
    let clock = server.clock_of(partner).unwrap();
    clock.freeze();
    server.clock().freeze();
    let (first, second) = (server.clock().now(), clock.now());
    server.advance(Duration::from_secs(3600)).await;
    assert_eq!(server.clock().now(), first.after(Duration::from_secs(3600)));
    assert_eq!(clock.now(), second);
    clock.advance(Duration::from_secs(60)).await;
    assert_eq!(clock.now(), second.after(Duration::from_secs(60)));
    server.clock().set_real();
    assert!(server.clock().now() < first.after(Duration::from_secs(3600)));
    assert!(server.clock_of(&PartnerId::new("999").unwrap()).is_none());
}

#[tokio::test]
async fn a_test_adds_a_scenario() {
    let server = MockServer::start().await.unwrap();
    server.add_scenario(Rule::new(When::default(), Scenario::new("2221"))).unwrap();
    let request = ready(registration("leo", "job")).upload_request(None);
    let answer = post(&server, &request, server.credentials(), "Host: localhost\r\n").await;
    assert_eq!(body_of(&answer)["code"], "2221");
    let refusal = server.journal()[0].refusal.clone().unwrap();
    assert!(refusal.starts_with("scenario: "), "{refusal}");
}
