//! Tests faults as clients see them: over sockets, byte for byte.

mod forms;
mod raw;
#[cfg(feature = "tls")]
mod secure;
mod watched;

use std::{num::NonZeroU32, time::Duration};

use http::StatusCode;
use serde_json::{Value, json};
use smileid_mock_server::{
    CannedReply, Fault, Latency, MockServer, Options, Point, Probability, ReplyPoint, Rule, When,
};
use smileid_protocol::v1::{job_status, put_archive, upload};
use tokio::{io::AsyncWriteExt as _, time::Instant};

use self::raw::{End, GARBAGE, Line, Seen, bytes_of, encode, exchange, head_of};
use crate::support::{SELFIE, ready, registration};

/// Starts a server with a fixed seed.
async fn start() -> MockServer {
    let mut options = Options::new().unwrap();
    options.config.secret = [42; 32];
    MockServer::start_with(options).await.unwrap()
}

fn announced(job_id: &str) -> upload::Request {
    ready(registration("leo", job_id)).upload_request(None)
}

fn rule(json: Value) -> Rule<Fault> {
    serde_json::from_value(json).unwrap()
}

/// Returns a rule whose fault applies only to upload requests.
fn at_upload(fault: Fault) -> Rule<Fault> {
    let mut when = When::default();
    when.endpoint = Some("upload".parse().unwrap());
    Rule::new(when, fault)
}

/// Returns true if the mock server has a job with this id.
fn knows(server: &MockServer, job_id: &str) -> bool {
    let request = encode(server, &job_status::Request::new("leo", job_id));
    server.service().handle(&request, raw::MOMENT).response.status() == StatusCode::OK
}

/// Sends an upload request. Returns the bytes that the client receives, and if the mock server has the job.
async fn announce(server: &MockServer, job_id: &str) -> (Seen, bool) {
    let seen = exchange(server, &bytes_of(&encode(server, &announced(job_id)))).await;
    (seen, knows(server, job_id))
}

/// Sends an upload request, and checks that the client receives `count` bytes and then nothing, because of the newest fault.
async fn announce_in_vain(server: &MockServer, job_id: &str, count: usize) -> (Seen, bool) {
    let mut line = Line::to(server).await;
    line.send(&bytes_of(&encode(server, &announced(job_id)))).await;
    while server.service().faults().last().is_some_and(|fault| fault.used == 0) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let seen = line.read_until_quiet(count).await;
    (seen, knows(server, job_id))
}

async fn announce_to(end: End, server: &MockServer, job_id: &str, count: usize) -> (Seen, bool) {
    match end {
        End::Stalled => announce_in_vain(server, job_id, count).await,
        End::Closed | End::Reset => announce(server, job_id).await,
    }
}

#[tokio::test]
async fn nothing_is_answered_and_nothing_done_before_the_request_is_handled() {
    let server = start().await;
    for point in
        [Point::UploadBytes(0), Point::UploadBytes(10), Point::UploadBytes(9999), Point::BeforeHandling]
    {
        for (fault, end) in silences(point) {
            server.add_fault(at_upload(fault.clone()));
            assert_eq!(announce_to(end, &server, "job", 0).await, (Seen::nothing(end), false), "{fault:?}");
        }
        server.add_fault(at_upload(Fault::garbage(point)));
        let (seen, done) = announce(&server, "job").await;
        assert_eq!((&seen.bytes[..], seen.end, done), (GARBAGE, End::Closed, false));
        server.clear_faults();
    }
    assert!(announce(&server, "job").await.1);
}

#[tokio::test]
async fn a_test_cuts_one_connection_and_reads_so_in_the_journal() {
    let server = start().await;
    let error = server.fault_once("uploads", Fault::close(Point::AfterHandling)).unwrap_err().to_string();
    assert!(error.contains("upload, ") && error.contains("put_archive, image"), "{error}");
    for point in [Point::UploadBytes(0), Point::BeforeHandling, Point::AfterHandling, Point::HalfReply] {
        server.fault_once("upload", Fault::close(point)).unwrap();
        announce(&server, &format!("{point:?}")).await;
    }
    let refused = Fault::reply(CannedReply::new(StatusCode::SERVICE_UNAVAILABLE).unwrap());
    server.fault_once("upl*", refused).unwrap();
    announce(&server, "refused").await;
    announce(&server, "served").await;

    let journal = server.journal();
    let uploads = journal.iter().filter(|entry| entry.endpoint == Some("upload"));
    let told: Vec<_> = uploads.map(|entry| (entry.status, entry.is_cut)).collect();
    let cut = [(503, true), (503, true), (200, true), (200, true)];
    assert_eq!(told, [&cut[..], &[(503, false), (200, false)]].concat());
}

#[tokio::test]
async fn nothing_is_answered_and_all_done_after_the_request_was_handled() {
    let server = start().await;
    for (number, (fault, end)) in silences(Point::AfterHandling).into_iter().enumerate() {
        let job_id = format!("job-{number}");
        server.add_fault(at_upload(fault.clone()));
        assert_eq!(announce_to(end, &server, &job_id, 0).await, (Seen::nothing(end), true), "{fault:?}");
    }
    server.add_fault(at_upload(Fault::garbage(Point::AfterHandling)));
    let (seen, done) = announce(&server, "job").await;
    assert_eq!((&seen.bytes[..], seen.end, done), (GARBAGE, End::Closed, true));
}

fn silences(point: Point) -> [(Fault, End); 4] {
    [
        (Fault::reset(point), End::Reset),
        (Fault::close(point), End::Closed),
        (Fault::stall(point), End::Stalled),
        (Fault::stall_for(Duration::from_millis(5), point), End::Closed),
    ]
}

#[tokio::test]
async fn a_reply_breaks_off_in_its_body() {
    let server = start().await;
    let whole = announce(&server, "0-0").await.0;
    assert_eq!(whole.end, End::Closed);
    for (number, point) in
        [Point::ReplyBytes(0), Point::ReplyBytes(7), Point::HalfReply, Point::ReplyBytes(9999)]
            .into_iter()
            .enumerate()
    {
        for (kind, (fault, end)) in silences(point).into_iter().enumerate() {
            server.add_fault(at_upload(fault.clone()));
            let job_id = format!("{}-{kind}", number + 1);
            let (seen, done) = announce_to(end, &server, &job_id, 60).await;
            assert!(seen.head().starts_with("HTTP/1.1 200 OK\r\n"), "{seen:?}");
            let length = seen.length();
            let sent = match point {
                Point::ReplyBytes(count) => count.min(length - 1),
                _ => length / 2,
            };
            assert!(length > 100);
            assert_eq!((seen.body().len(), seen.end, done), (sent, end, true), "{fault:?}");
            assert_eq!(&seen.body()[..sent.min(7)], &whole.body()[..sent.min(7)]);
        }
    }
    server.add_fault(at_upload(Fault::garbage(Point::ReplyBytes(7))));
    let seen = announce(&server, "garbage").await.0;
    assert_eq!((&seen.body()[..7], seen.end), (&whole.body()[..7], End::Closed));
    assert_eq!(&seen.body()[7..], GARBAGE);
}

#[tokio::test]
async fn a_chunk_has_no_length() {
    let server = start().await;
    for (point, chunk) in [(ReplyPoint::Bytes(0), ""), (ReplyPoint::Bytes(10), "a\r\n{\"success\"\r\n")] {
        server.clear_faults();
        server.add_fault(Rule::new(When::default(), Fault::malformed_chunk(point)));
        let seen = exchange(&server, &get("/v1/services")).await;
        assert!(seen.head().contains("transfer-encoding: chunked\r\n"), "{seen:?}");
        assert!(!seen.head().contains("content-length"), "{seen:?}");
        let body = String::from_utf8_lossy(seen.body()).into_owned();
        let (first, last) = body.split_at(body.rfind("no-length").unwrap());
        assert_eq!((first.len(), last, seen.end), (chunk.len(), "no-length\r\n", End::Closed));
        assert_eq!(first.get(..3), chunk.get(..3));
    }
}

#[tokio::test]
async fn a_reply_without_a_body_lacks_the_end_of_its_head() {
    let server = start().await;
    let url = url_of(&server, "job").await;
    server.add_fault(rule(
        json!({"when": {"endpoint": "put_archive"}, "then": {"close": {"at": "half_reply"}}}),
    ));
    let seen = exchange(&server, &put(&url, b"PK")).await;
    let text = String::from_utf8(seen.bytes).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("\r\n") && !text.contains("\r\n\r\n"));
    assert_eq!(seen.end, End::Closed);
}

#[tokio::test]
async fn others_reply_in_the_apis_place() {
    let server = start().await;
    for (reply, status, header, body) in [
        (
            json!({"status": 502}),
            "502 Bad Gateway",
            "content-type: text/html",
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
        ),
        (
            json!({"status": 503, "retry_after": "2m", "body": "empty"}),
            "503 Service Unavailable",
            "retry-after: 120",
            "",
        ),
        (json!({"status": 204}), "204 No Content", "", ""),
        (json!({"status": 201}), "201 Created", "content-length: 0", ""),
        (
            json!({"status": 200, "body": {"text": "{\"success\":"}, "headers": {"Content-Type": "application/json"}}),
            "200 OK",
            "content-type: application/json",
            "{\"success\":",
        ),
        (
            json!({"status": 429, "body": {"json": {"code": "2222"}}, "headers": {"x-a": "b"}}),
            "429 Too Many Requests",
            "x-a: b",
            "{\"code\":\"2222\"}",
        ),
        (json!({"status": 200, "body": {"html": "<p>Hi"}}), "200 OK", "content-type: text/html", "<p>Hi"),
    ] {
        server.clear_faults();
        server.add_fault(rule(json!({"when": {"endpoint": "upload"}, "then": {"reply": reply}})));
        let (seen, done) = announce(&server, "job").await;
        assert!(seen.head().starts_with(&format!("HTTP/1.1 {status}\r\n")), "{seen:?}");
        assert!(seen.head().contains(header), "{header}: {seen:?}");
        assert_eq!((String::from_utf8_lossy(seen.body()).as_ref(), seen.end), (body, End::Closed));
        assert!(!done);
    }

    server.add_fault(rule(
        json!({"when": {"endpoint": "upload"}, "then": {"reply": {"status": 504, "after_handling": true}}}),
    ));
    let (seen, done) = announce(&server, "job").await;
    assert!(seen.head().starts_with("HTTP/1.1 504 Gateway Timeout\r\n") && done, "{seen:?}");
}

#[test]
fn a_date_to_retry_after_is_ahead_of_the_partners_clock() {
    let mock = crate::support::Mock::new(); // at 1,700,000,000,123 ms
    mock.service.add_fault(rule(json!({"then": {"reply": {"status": 503, "retry_after": {"date": "1h"}}}})));
    let response = mock.raw(&mock.encode(&announced("job")));
    assert_eq!(response.headers()["retry-after"], "Tue, 14 Nov 2023 23:13:20 GMT");
}

#[tokio::test]
async fn refused_twice_and_then_served() {
    let server = start().await;
    let mut twice =
        Rule::new(When::default(), Fault::reply(CannedReply::new(StatusCode::SERVICE_UNAVAILABLE).unwrap()));
    twice.skip = 1;
    twice.times = NonZeroU32::new(2);
    let number = server.add_fault(twice);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(exchange(&server, &get("/v1/services")).await.head()[9..12].to_owned());
    }
    assert_eq!(statuses, ["200", "503", "503", "200"]);
    let faults = server.service().faults();
    assert_eq!((faults[0].id, faults[0].seen, faults[0].used), (number, 3, 2), "used up, it sees nothing");
    assert!(server.service().remove_fault(number).is_some());
    assert!(server.service().faults().is_empty());
}

#[test]
fn chance_is_that_of_the_secret() {
    let choices = |secret: u8| {
        let service = smileid_mock_server::Service::new(smileid_mock_server::Config::new([secret; 32]));
        let mut rule = Rule::new(When::default(), Fault::reset(Point::BeforeHandling));
        rule.probability = Some(Probability::try_from(0.25).unwrap());
        service.add_fault(rule);
        let request = http::Request::get("/nowhere").body(bytes::Bytes::new()).unwrap();
        let reactions = (0..200).map(|_| service.handle(&request, raw::MOMENT).fault.is_some());
        reactions.collect::<Vec<_>>()
    };
    let chosen = choices(1);
    let count = chosen.iter().filter(|struck| **struck).count();
    assert!((30..70).contains(&count), "{count} of 200");
    assert_eq!(chosen, choices(1));
    assert_ne!(chosen, choices(2));
}

#[tokio::test]
async fn what_strikes_the_upload_knows_the_partner_by_the_link() {
    let server = start().await;
    let url = url_of(&server, "job").await;
    for (job_id, end) in [("other", End::Closed), ("job", End::Reset)] {
        server.add_fault(rule(json!({
            "when": {"endpoint": "put_archive", "partner_id": "085", "job_id": job_id},
            "then": {"reset": {"at": {"upload_bytes": 1000}}},
        })));
        let seen = exchange(&server, &put(&url, SELFIE)).await;
        assert_eq!((seen.end, seen.bytes.is_empty()), (end, end == End::Reset), "{seen:?}");
    }
    // The body never came, so of the archive there is nothing to tell.
    let request = http::Request::get("/_mock/journal?endpoint=put_archive&limit=1");
    let journal = server.service().handle(&request.body(bytes::Bytes::new()).unwrap(), raw::MOMENT).response;
    let entry = serde_json::from_slice::<Value>(journal.body()).unwrap()["entries"][0].take();
    let told = ["partner_id", "job_id", "status", "refused"].map(|name| entry[name].clone());
    assert_eq!(Value::from(told.to_vec()), json!(["085", "job", 503, false]));
    assert_eq!((&entry["diagnosis"][0]["code"], &entry["request"]["body"]), (&json!("fault"), &Value::Null));
}

#[tokio::test]
async fn bodies_are_slow_in_both_directions() {
    let server = start().await;
    let body = encode(&server, &announced("job")).into_body().len();
    let in_60_ms = |bytes: usize| NonZeroU32::new(u32::try_from(bytes * 1000 / 60).unwrap()).unwrap();
    server.add_fault(Rule::new(When::default(), Fault::slow_upload(in_60_ms(body))));
    let begun = Instant::now();
    let (seen, done) = announce(&server, "job").await;
    assert!(begun.elapsed() >= Duration::from_millis(50) && seen.head().contains("200 OK") && done);

    server.clear_faults();
    let whole = exchange(&server, &get("/v1/services")).await;
    // Two pieces, a tenth of a second apart.
    let rate = u32::try_from(whole.body().len() * 5).unwrap();
    server.add_fault(Rule::new(When::default(), Fault::slow_reply(NonZeroU32::new(rate).unwrap())));
    let begun = Instant::now();
    let slow = exchange(&server, &get("/v1/services")).await;
    assert!(begun.elapsed() >= Duration::from_millis(100));
    assert_eq!((slow.body(), slow.end), (whole.body(), whole.end));
    assert_eq!(slow.length(), whole.length());
}

#[tokio::test]
async fn a_reply_waits_and_so_does_the_upload() {
    let server = start().await;
    let wait = Latency::fixed(Duration::from_millis(90)).unwrap();
    for (fault, end) in [
        (Fault::latency(wait), End::Closed),
        (Fault::close(Point::UploadBytes(0)).with_latency(wait), End::Closed),
        (Fault::reset(Point::BeforeHandling).with_latency(wait), End::Reset),
    ] {
        server.clear_faults();
        server.add_fault(Rule::new(When::default(), fault));
        let begun = Instant::now();
        let seen = exchange(&server, &get("/nowhere")).await;
        assert!(begun.elapsed() >= Duration::from_millis(90) && seen.end == end, "{seen:?}");
    }
}

#[tokio::test]
async fn a_client_that_still_sends_sees_the_connection_close() {
    let server = start().await;
    let url = url_of(&server, "job").await;
    server.add_fault(Rule::new(When::default(), Fault::close(Point::UploadBytes(1000))));
    let mut line = Line::to(&server).await;
    line.stream.write_all(&put(&url, &vec![0; 20 << 20])).await.expect("it is read to its last byte");
    assert_eq!(line.read().await, Seen::nothing(End::Closed));
}

#[tokio::test]
async fn a_stalled_connection_ends_with_its_client_and_with_the_server() {
    let server = start().await;
    for point in [Point::UploadBytes(10), Point::AfterHandling, Point::HalfReply] {
        server.clear_faults();
        server.add_fault(Rule::new(When::default(), Fault::stall(point)));
        let mut line = Line::to(&server).await;
        let request = bytes_of(&encode(&server, &announced("job")));
        line.send(&request).await;
        assert_eq!(line.read_until_quiet(0).await.end, End::Stalled);
        line.stream.shutdown().await.unwrap();
        assert_ne!(line.read().await.end, End::Stalled, "the server lets go as well");
    }
    let mut line = Line::to(&server).await;
    line.send(&get("/v1/services")).await;
    assert_eq!(line.read_until_quiet(0).await.end, End::Stalled);
    drop(server);
    assert_ne!(line.read().await.end, End::Stalled);
}

#[tokio::test]
async fn faulty_connections_leave_the_others_alone() {
    let server = start().await;
    let points = [
        json!({"upload_bytes": 3}),
        json!("before_handling"),
        json!("after_handling"),
        json!({"reply_bytes": 3}),
        json!("half_reply"),
    ];
    let mut stalled = Vec::new();
    for number in 0..200 {
        let effect = ["reset", "close", "garbage", "stall"][number % 4];
        let fault = json!({"times": 1, "then": {effect: {"at": points[number % 5]}}});
        server.add_fault(rule(fault));
        let request = bytes_of(&encode(&server, &announced(&number.to_string())));
        if effect == "stall" {
            let mut line = Line::to(&server).await;
            line.send(&request).await;
            while server.service().faults().last().is_some_and(|fault| fault.used == 0) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            stalled.push(line); // stays, beside the others
        } else {
            let seen = exchange(&server, &request).await;
            assert_eq!(seen.end, if effect == "reset" { End::Reset } else { End::Closed }, "{number}");
        }
    }
    let faults = || server.service().faults();
    let mut healthy = exchange(&server, &get("/_mock/health")).await;
    assert_eq!((healthy.body(), healthy.end), (&br#"{"status":"ok"}"#[..], End::Closed));
    healthy = announce(&server, "healthy").await.0;
    assert!(healthy.head().starts_with("HTTP/1.1 200 OK\r\n"), "{healthy:?}");
    assert!(faults().iter().all(|fault| fault.used == 1), "{:?}", faults());
}

#[tokio::test]
async fn the_mocks_own_routes_have_no_faults() {
    let server = start().await;
    server.add_fault(Rule::new(When::default(), Fault::reset(Point::UploadBytes(0))));
    server.add_fault(Rule::new(When::default(), Fault::reset(Point::BeforeHandling)));
    assert!(exchange(&server, &get("/_mock/health")).await.head().starts_with("HTTP/1.1 200 OK"));
    assert_eq!(exchange(&server, &get("/nowhere")).await.end, End::Reset);
}

#[tokio::test]
async fn whoever_sends_an_archive_that_is_too_large_reads_why() {
    let server = start().await;
    let url = url_of(&server, "job").await;
    // Sent to its last byte before the answer is read, as most clients do.
    let mut line = Line::to(&server).await;
    line.stream
        .write_all(&put(&url, &vec![0; (50 << 20) + 4096]))
        .await
        .expect("it is read to its last byte");
    let seen = line.read().await;
    assert!(seen.head().starts_with("HTTP/1.1 400 Bad Request\r\n"), "{seen:?}");
    assert!(String::from_utf8_lossy(seen.body()).contains("<Code>EntityTooLarge</Code>"), "{seen:?}");
    assert_eq!(seen.end, End::Closed);
}

async fn url_of(server: &MockServer, job_id: &str) -> String {
    let seen = exchange(server, &bytes_of(&encode(server, &announced(job_id)))).await;
    let reply: upload::Response = serde_json::from_slice(seen.body()).unwrap();
    reply.upload_url
}

fn put(url: &str, archive: &[u8]) -> Vec<u8> {
    let url = put_archive::UploadUrl::parse(url).unwrap();
    let head = put_archive::request(&url, archive.len() as u64).unwrap();
    [head_of(&http::Request::from_parts(head, ()), None).as_bytes(), archive].concat()
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").into_bytes()
}
