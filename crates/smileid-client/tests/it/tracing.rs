//! Tests the spans of requests: their fields, and the values that they hide.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use smileid_client::{
    Submission, TransportErrorKind,
    callback::Receiver,
    store::{InMemory, Store as _},
};
use smileid_protocol::job::{Image, ImageJob, JobRef};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::script::*;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the trace at the finest level, as text and as the spans in the order of their ends.
fn traced(run: impl FnOnce()) -> (String, Vec<Value>) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, run);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let spans = lines_of(&text).into_iter().filter(|line| line["fields"]["message"] == "close");
    (text.clone(), spans.map(|line| line["span"].clone()).collect())
}

fn lines_of(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns message, level, call and job of each event that has a message.
fn events(text: &str) -> Vec<[Value; 4]> {
    let lines = lines_of(text).into_iter().filter(|line| line["fields"]["message"] != "close");
    let event = |line: Value| {
        let call = line["spans"].as_array().and_then(|spans| spans.first()).unwrap_or(&Value::Null);
        [&line["fields"]["message"], &line["level"], &call["operation"], &call["job_id"]].map(Value::clone)
    };
    lines.map(event).collect()
}

#[test]
fn a_span_for_each_attempt() {
    let (text, spans) = traced(|| {
        let script = Script::new([
            Answer::fail(TransportErrorKind::Connect),
            upload_reply(),
            answer(200, "".into()),
            busy(503, "1"),
            reply(&complete()),
        ]);
        let mut submission = Submission::new(registration());
        persistent(&script).submit(&mut submission).wait().send().unwrap();
    });
    // The names are those of OpenTelemetry's semantic conventions for HTTP clients, version 1.37.
    let members = [
        "otel.name",
        "http.request.resend_count",
        "http.response.status_code",
        "error.type",
        "server.address",
        "server.port",
    ];
    let calls: Vec<_> = spans.iter().filter(|span| span["name"] == "smileid.call").collect();
    assert_eq!(calls, [&json!({"name": "smileid.call", "operation": "submit", "job_id": "job-1"})]);
    let seen: Vec<_> = spans
        .iter()
        .filter(|span| span["name"] == "http.client.request")
        .map(|span| members.map(|member| span.get(member).cloned().unwrap_or_default()))
        .collect();
    let host = || (json!("127.0.0.1"), json!(9));
    let row = |name: &str, resent: Value, status: Value, error: Value| {
        let (address, port) = host();
        [json!(name), resent, status, error, address, port]
    };
    assert_eq!(
        seen,
        [
            row("POST /v1/upload", Value::Null, Value::Null, json!("connect")),
            row("POST /v1/upload", json!(1), json!(200), Value::Null),
            row("PUT {upload_url}", Value::Null, json!(200), Value::Null),
            row("POST /v1/job_status", Value::Null, json!(503), json!("503")),
            row("POST /v1/job_status", json!(1), json!(200), Value::Null),
        ]
    );
    for secret in ["secret", "videos", "test-api-key-0001", "user-1", "signature", "Enroll", "selfie.png"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_key_that_is_not_known_is_warned_of_where_there_are_two() {
    let refused = || answer(400, json!({"code": "2205", "error": "no"}).to_string().into());
    let ask = |environment: &str| {
        traced(|| {
            let mut config = config();
            config.origin = environment.parse::<smileid_client::Environment>().unwrap().origin().clone();
            let script = Script::new([refused()]);
            let client = smileid_client::blocking::Client::new(config, script.clone());
            client.status(&ids()).send().unwrap_err();
        })
        .0
    };
    for environment in ["sandbox", "production"] {
        let text = ask(environment);
        assert!(text.contains("\"level\":\"WARN\"") && text.contains(environment), "{text}");
    }
    assert!(!ask("http://127.0.0.1:9").contains("WARN"));
}

#[test]
fn an_event_for_each_decision() {
    let lost = || Answer::fail(TransportErrorKind::Connect);
    let (text, _) = traced(|| {
        let script = Script::new([lost(), lost(), lost()]);
        persistent(&script).status(&ids()).send().unwrap_err();
    });
    let event = |message: &str, level: &str| [message, level, "status", "job-1"].map(Value::from);
    assert_eq!(
        events(&text),
        [event("sending again", "INFO"), event("sending again", "INFO"), event("giving up", "WARN")]
    );
    let fields: Vec<_> = lines_of(&text).into_iter().map(|line| line["fields"].clone()).collect();
    let again = fields.iter().find(|fields| fields["message"] == "sending again").unwrap();
    assert_eq!(again["attempt"], 1);
    assert!(again["pause_ms"].is_u64() && again["error"].is_string(), "{again}");
    let end = fields.iter().find(|fields| fields["message"] == "giving up").unwrap();
    assert_eq!(end["attempts"], 3);
    assert!(!text.contains("user-1"), "{text}");
}

#[test]
fn a_callback_that_is_refused_is_told() {
    let (text, _) = traced(|| {
        let receiver = Receiver::new(client(&Script::new([])), InMemory::default());
        let headers = http::HeaderMap::new();
        receiver.handle_blocking(&headers, br#"{"ResultCode": "canary"}"#).unwrap_err();
    });
    let event = ["a callback was refused".into(), "WARN".into(), Value::Null, Value::Null];
    assert_eq!(events(&text), [event]);
    assert!(text.contains("the callback has no signature") && !text.contains("canary"), "{text}");
}

#[test]
fn a_full_store_tells_which_unsettled_job_it_forgot() {
    let job = |job_id: &str| {
        let ids = JobRef::new("canary", job_id).unwrap();
        ImageJob::smart_selfie_registration(ids, Image::bytes(PNG))
    };
    let (text, _) = traced(|| {
        let store = InMemory::holding(1);
        store.ensure_blocking(job("job-1")).unwrap();
        store.ensure_blocking(job("job-2")).unwrap();
        store.abandon_blocking(job("job-2").ids()).unwrap();
        store.ensure_blocking(job("job-3")).unwrap(); // nothing was left to do for the second
    });
    let lines = lines_of(&text);
    let [line] = &lines[..] else { panic!("{text}") };
    assert_eq!(
        (&line["level"], &line["fields"]["job_id"], &line["fields"]["left"]),
        (&json!("WARN"), &json!("job-1"), &json!("unsent")),
        "{line}"
    );
    assert!(!text.contains("canary"), "{text}");
}
