//! Tests `smileid listen` with callbacks of the mock server and of other senders.
#![cfg(unix)]

mod confirm;
mod forward;
mod limits;

use std::{
    io::{BufRead as _, BufReader, Lines, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use smileid::{
    Credentials,
    protocol::{
        auth::{AuthScheme as _, SignedReply},
        callback::Callback,
        timestamp::Timestamp,
    },
};

use crate::command::*;

/// A running `smileid listen`, and its output. It is killed when the value is dropped, also by a panic.
struct Listening {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Listening {
    fn start(more: &[&str]) -> Self {
        Self::with(smileid(), &[&["--env", "mock"], more].concat())
    }

    fn with(mut command: Command, more: &[&str]) -> Self {
        command.args(["listen", "--address", "127.0.0.1:0"]).args(more);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = match serde_json::from_str::<Value>(&first) {
            Ok(json) => json["listening"].as_str().unwrap().to_owned(),
            Err(_) => first.split_whitespace().last().unwrap().to_owned(),
        };
        Self { child, lines, url }
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    /// Sends a callback, and returns the HTTP status of the response.
    fn post(&self, body: &str) -> u16 {
        let (address, path) = self.url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        post(address, &format!("/{path}"), body)
    }

    /// Stops the command with a signal. Returns its exit code and standard error.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let ended = self.end_without_reading(signal);
        assert!(self.lines.next().is_none(), "nothing more on standard output");
        ended
    }

    /// Ends the command with a signal, while its standard output is full.
    fn end_without_reading(&mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut stderr = String::new();
        let status = self.child.wait().unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (status.code(), stderr)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn post(address: &str, path: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}", body.len());
    // A server that refuses a large body may close the connection before its end.
    let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}");
    let mut response = String::new();
    let _ = stream.read_to_string(&mut response);
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Returns a callback of the mock server's default partner, signed `age` milliseconds ago.
pub(crate) fn signed(result: &Value, age: i64) -> String {
    let key = Credentials::new("085", "mock-api-key-0000").unwrap();
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = i64::try_from(since.as_millis()).unwrap();
    let proof = SignedReply::prove(&key, &Timestamp::from_utc_millis(now - age));
    let (callback, _) = Callback::read(result.to_string().as_bytes()).unwrap().trust_without_checking();
    String::from_utf8(callback.write(Some(&proof)).unwrap().to_vec()).unwrap()
}

pub(crate) fn result() -> Value {
    json!({
        "ResultCode": "0840",
        "ResultText": "Enroll User",
        "SmileJobID": "0000000001",
        "IDNumber": "12345678901",
        "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
    })
}

#[test]
fn callbacks_of_the_mock_are_verified() {
    let mut listening = Listening::start(&["--path", "/callback"]);
    let server = server("immediate"); // has the same partner
    let selfie = ["--selfie", "docs/images/selfie.jpg", "--user-id", "user-1", "--job-id", "job-1"];
    let submit = ["submit", "--job-type", "4", "--callback", &listening.url.clone(), "--wait"];
    run(smileid_at(&server), submit.iter().chain(&selfie), "").json();
    let line = listening.next();
    for (member, value) in [
        ("change", json!("applied")),
        ("proof", json!("origin")),
        ("code", json!("0840")),
        ("user_id", json!("user-1")),
        ("job_id", json!("job-1")),
    ] {
        assert_eq!(line[member], value, "{line}");
    }
    assert_eq!(line["verdict"]["decision"], "approved");
    let advice = line["verdict"]["advice"].as_str().unwrap();
    assert!(advice.contains("`smileid status --user-id user-1 --job-id job-1`"), "{advice}");
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
}

#[test]
fn invalid_callbacks_are_refused_with_a_reason() {
    let mut listening = Listening::start(&[]);
    let good = signed(&result(), 0);
    let mut unsigned = result();
    unsigned["x"] = json!("12345678901");
    let forged = good.replace("\"signature\":\"", "\"signature\":\"AAAA").replacen("AAAA", "", 0);
    for (body, status, kind) in [
        (unsigned.to_string(), 401, "forged"),
        (forged, 401, "forged"),
        (signed(&result(), 600_000), 401, "stale"),
        (signed(&result(), -600_000), 401, "stale"),
        ("{".to_owned(), 400, "invalid_input"),
        (String::new(), 400, "invalid_input"),
        (format!("{{\"x\":\"{}\"}}", "x".repeat(5 << 20)), 413, "invalid_input"),
    ] {
        assert_eq!(listening.post(&body), status, "{kind}");
        let line = listening.next();
        assert_eq!((&line["proof"], &line["error"]["kind"]), (&json!("none"), &json!(kind)), "{line}");
        assert!(line.get("verdict").is_none(), "{line}");
        assert!(!line.to_string().contains("12345678901"), "{line}");
    }
    assert_eq!(listening.post(&good), 200);
    let line = listening.next();
    assert_eq!((&line["proof"], &line["change"]), (&json!("origin"), &json!("applied")));
    assert_eq!(listening.post(&good), 200, "so that the sender stops");
    assert_eq!(listening.next()["change"], "duplicate");
    // The same signature on another body: one of them is forged.
    let mut other: Value = serde_json::from_str(&good).unwrap();
    other["ResultText"] = json!("Enrol this one");
    assert_eq!(listening.post(&other.to_string()), 200);
    let line = listening.next();
    assert_eq!(
        (&line["change"], &line["verdict"]["decision"]),
        (&json!("must_confirm"), &json!("provisional")),
        "{line}"
    );
    assert!(!line.to_string().contains("12345678901"), "{line}");
    assert_eq!(listening.end("-TERM"), (Some(0), String::new()));
}

#[test]
fn full_prints_whole_callbacks() {
    let mut listening = Listening::start(&["--full", "--max-age", "24h"]);
    assert_eq!(listening.post(&signed(&result(), 3_600_000)), 200);
    assert_eq!(listening.next()["callback"]["IDNumber"], "12345678901");
    // An incomplete request does not keep the command from ending.
    let address = listening.url.trim_start_matches("http://").trim_end_matches('/');
    let mut half = TcpStream::connect(address).unwrap();
    half.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{").unwrap();
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
}

#[test]
fn invalid_addresses_and_settings_are_errors() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let on = |address: &str| run(smileid(), ["listen", "--env", "mock", "--address", address], "");
    assert_eq!((on(&address).status, &on(&address).error()["kind"]), (1, &json!("other")));
    assert_eq!((on("here").status, &on("here").error()["field"]), (2, &json!("address")));
    for (arguments, field) in [
        (&["listen"][..], "env"),
        (&["listen", "--env", "sandbox"], "partner_id"),
        (&["listen", "--env", "mock", "--path", "callback"], "path"),
        (&["listen", "--env", "mock", "--path", "/{all}"], "path"),
        (&["listen", "--env", "mock", "--confirm"], "env"),
    ] {
        let run = run(smileid(), arguments, "");
        assert_eq!((run.status, run.error()["field"].as_str()), (2, Some(field)), "{arguments:?}");
    }
}
