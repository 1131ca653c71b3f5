//! Tests that observers learn if a response reached the client.

use std::{
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use smileid_mock_server::{
    DEFAULT_API_KEY, DEFAULT_PARTNER_ID, Fault, Latency, MockServer, Observer, Options, Point, Rule,
    Seen as Told, When,
};

use super::{
    announced, at_upload, get, put,
    raw::{Line, MOMENT, bytes_of, encode, exchange},
    url_of,
};

/// Time limit for a line that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a server whose observer writes a line for each event.
async fn watched() -> (MockServer, Receiver<String>) {
    let (tell, told) = mpsc::channel();
    let mut options = Options::new().unwrap();
    options.config.observer = Some(Observer::new(move |seen| {
        let _ = tell.send(match seen {
            Told::Request { request, answer, credentials, .. } => {
                let status = answer.map_or(0, |answer| answer.status().as_u16());
                let path = request.uri().path().split_inclusive('/').take(3).collect::<String>();
                let partner = credentials.map_or("nobody", |it| it.partner_id().as_str());
                assert!(credentials.is_none_or(|it| it.api_key().expose() == DEFAULT_API_KEY));
                format!("{} {path} of {partner}: {status}", request.method())
            }
            Told::Reset { partner_id, .. } => {
                format!("reset of {}", partner_id.map_or("all", |it| it.as_str()))
            }
            Told::ClockSet { partner_id, .. } => format!("clock of {partner_id}"),
            _ => "something else".to_owned(),
        });
    }));
    (MockServer::start_with(options).await.unwrap(), told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_answer_is_told_of_when_it_was_sent() {
    let (server, told) = watched().await;
    let next = || told.recv_timeout(PATIENCE).unwrap();
    let upload = |job_id| bytes_of(&encode(&server, &announced(job_id)));
    exchange(&server, &upload("job-1")).await;
    assert_eq!(next(), format!("POST /v1/upload of {DEFAULT_PARTNER_ID}: 200"));
    exchange(&server, &get("/nowhere")).await;
    assert_eq!(next(), "GET /nowhere of nobody: 403");
    exchange(&server, b"HEAD /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert_eq!(next(), "HEAD /nowhere of nobody: 403");
    let url = url_of(&server, "job-2").await;
    assert_eq!(next(), format!("POST /v1/upload of {DEFAULT_PARTNER_ID}: 200"));
    exchange(&server, &put(&url, b"no archive")).await;
    let archive = next();
    assert!(archive.starts_with("PUT /videos/") && !archive.ends_with(": 0"), "{archive}");
    assert!(archive.contains(&format!(" of {DEFAULT_PARTNER_ID}: ")), "{archive}");

    server.add_fault(at_upload(Fault::reset(Point::AfterHandling)));
    exchange(&server, &upload("job-3")).await;
    assert_eq!(next(), format!("POST /v1/upload of {DEFAULT_PARTNER_ID}: 0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_leaves_before_the_answer_has_none() {
    let (server, told) = watched().await;
    let long = Latency::fixed(2 * PATIENCE).unwrap();
    server.add_fault(Rule::new(When::default(), Fault::latency(long)));
    let mut line = Line::to(&server).await;
    line.send(&bytes_of(&encode(&server, &announced("job")))).await;
    while server.service().faults().iter().any(|fault| fault.used == 0) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(told.try_recv().is_err(), "it waits for its answer");
    drop(line);
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), format!("POST /v1/upload of {DEFAULT_PARTNER_ID}: 0"));
}

#[tokio::test]
async fn what_becomes_of_partners_is_told() {
    let (server, told) = watched().await;
    for (path, body, is) in [
        ("reset", String::new(), "reset of all".to_owned()),
        (
            &format!("reset?partner_id={DEFAULT_PARTNER_ID}"),
            String::new(),
            format!("reset of {DEFAULT_PARTNER_ID}"),
        ),
        (
            "clock",
            format!(r#"{{"partner_id": "{DEFAULT_PARTNER_ID}", "advance": "1h"}}"#),
            format!("clock of {DEFAULT_PARTNER_ID}"),
        ),
    ] {
        let request = Request::post(format!("/_mock/{path}")).header("content-type", "application/json");
        let request = request.header("host", "localhost").body(Bytes::from(body)).unwrap();
        let faulted = server.service().handle(&request, MOMENT);
        assert_eq!(faulted.response.status(), 200, "{:?}", faulted.response.body());
        assert_eq!(told.try_recv().as_deref(), Ok(&*is));
    }
}
