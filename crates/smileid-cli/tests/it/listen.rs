//! `smileid listen`: callbacks of the mock and of other senders.
#![cfg(unix)]

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

/// A running `smileid listen`, and its output.
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

    /// Sends a callback, and returns the status of the response.
    fn post(&self, body: &str) -> u16 {
        let (address, path) = self.url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        post(address, &format!("/{path}"), body)
    }

    /// Ends the command with a signal. Returns its exit code and standard error.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut stderr = String::new();
        let status = self.child.wait().unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert!(self.lines.next().is_none(), "nothing more on standard output");
        (status.code(), stderr)
    }
}

fn post(address: &str, path: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}", body.len());
    // A server that refuses a large body may close the connection before its end.
    let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}");
    let mut response = String::new();
    let _ = stream.read_to_string(&mut response);
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A callback of the mock's default partner, signed `age` milliseconds ago.
fn signed(result: &Value, age: i64) -> String {
    let key = Credentials::new("085", "mock-api-key-0000").unwrap();
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = i64::try_from(since.as_millis()).unwrap();
    let proof = SignedReply::prove(&key, &Timestamp::from_utc_millis(now - age));
    let (callback, _) = Callback::read(result.to_string().as_bytes()).unwrap().trust_without_checking();
    String::from_utf8(callback.write(Some(&proof)).unwrap().to_vec()).unwrap()
}

fn result() -> Value {
    json!({
        "ResultCode": "0840",
        "ResultText": "Enroll User",
        "SmileJobID": "0000000001",
        "IDNumber": "12345678901",
        "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
    })
}

/// The mock's clock is a day ahead, so every callback is in the future.
#[test]
fn uses_the_clock_of_a_mock() {
    let server = server("immediate");
    assert_eq!(admin(&server, "/_mock/clock", &json!({"partner_id": "085", "advance": "24h"})), 200);
    let mut listening = Listening::with(smileid_at(&server), &["--confirm"]);
    let selfie = ["--selfie", "docs/images/selfie.jpg", "--user-id", "user-1", "--job-id", "job-1"];
    let submit = ["submit", "--job-type", "4", "--callback", &listening.url.clone(), "--wait"];
    run(smileid_at(&server), submit.iter().chain(&selfie), "").json();
    let line = listening.next();
    assert_eq!((&line["proof"], &line["change"]), (&json!("confirmed"), &json!("applied")), "{line}");
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
}

/// The test identity ends with `clear` (the official table of test identities).
#[test]
fn callbacks_of_v3_are_confirmed_by_the_status() {
    let server = server("immediate");
    let mut listening = Listening::with(smileid_at(&server), &["--confirm"]);
    let id = ["--country", "NG", "--id-type", "BVN", "--id-number", "00000000000"];
    let person = ["--first-name", "Amina Fatou", "--last-name", "Clearwater"];
    let more =
        ["--email", "amina.clearwater@example.com", "--privacy-policy", "https://partner.example/privacy"];
    let url = listening.url.clone();
    let submit = ["submit", "--api", "v3", "--product", "enhanced_kyc", "--callback", &url];
    let words: Vec<_> = submit.iter().chain(&id).chain(&person).chain(&more).collect();
    let job = run(smileid_at(&server), words, "").json();
    let line = listening.next();
    for (member, value) in
        [("proof", json!("confirmed")), ("status", json!("clear")), ("job_id", job["job_id"].clone())]
    {
        assert_eq!(line[member], value, "{line}");
    }
    assert_eq!(
        (&line["verdict"]["decision"], &line["user_id"]),
        (&json!("approved"), &job["user_id"]),
        "{line}"
    );

    // An attacker puts an old signature on another result.
    let signed = run(smileid_at(&server), ["sign"], "").json();
    let text = |name: &str| signed[name].as_str().unwrap();
    let body = json!({"status": "block", "job_id": job["job_id"], "user_id": job["user_id"]}).to_string();
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let proof =
        format!("Response-Signature: {}\r\nResponse-Timestamp: {}", text("signature"), text("timestamp"));
    let head =
        format!("POST /{path} HTTP/1.1\r\nHost: {address}\r\n{proof}\r\nContent-Length: {}", body.len());
    write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let line = listening.next();
    assert_eq!((&line["change"], &line["proof"]), (&json!("contradicted"), &json!("origin")), "{line}");
    assert_eq!(line["error"]["kind"], "forged");
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
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

/// Sends a raw request, and returns the response.
fn send(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response);
    String::from_utf8(response).unwrap()
}

#[test]
fn requests_to_other_urls_are_reported_on_standard_error() {
    let listening = Listening::start(&["--path", "/callback"]);
    let address = listening.url.trim_start_matches("http://").trim_end_matches("/callback").to_owned();
    let good = signed(&result(), 0);
    assert_eq!(post(&address, "/elsewhere", &good), 404);
    assert_eq!(post(&address, "/callback/", &good), 404);
    let get = send(&address, b"GET /callback HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(get.starts_with("HTTP/1.1 405 ") && get.contains("\r\nallow: POST\r\n"), "{get}");
    send(&address, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
    for _ in 0..100 {
        assert_eq!(post(&address, "/elsewhere", ""), 404);
    }
    let url = listening.url.clone();
    let (status, stderr) = listening.end("-TERM");
    assert_eq!(status, Some(0));
    let lines: Vec<_> = stderr.lines().collect();
    for notice in
        ["POST /elsewhere got the response 404", "GET /callback got the response 405", "perhaps HTTPS"]
    {
        let is_there = lines.iter().any(|line| line.contains(notice) && line.contains(&url));
        assert!(is_there, "{notice}: {stderr}");
    }
    assert!(lines.len() < 100, "a burst, and then one a second: {} lines", lines.len());
}

/// Standard output is a pipe without a reader, which holds 64 KiB.
#[test]
fn unread_output_makes_callbacks_fail_with_503_and_does_not_block_the_end() {
    for signal in ["-TERM", "-INT"] {
        let listening = Listening::start(&["--full"]);
        let mut large = result();
        large["Photo"] = json!("A".repeat(1 << 20));
        let body = signed(&large, 0);
        let statuses: Vec<_> = (0..12).map(|_| listening.post(&body)).collect();
        assert_eq!((statuses[0], statuses[11]), (200, 503), "{statuses:?}");
        let Listening { mut child, lines, .. } = listening;
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert!(stderr.contains("got the response 503"), "{stderr}");
        drop(lines);
    }
}

/// Too large heads and endless bodies are refused, and the next callback is accepted.
#[test]
fn requests_beyond_the_limits_are_refused() {
    let listening = Listening::start(&[]);
    let address = listening.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(20 << 10));
    assert!(send(&address, head.as_bytes()).starts_with("HTTP/1.1 431 "));
    let mut chunks = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..5 {
        chunks.extend_from_slice(b"100000\r\n");
        chunks.resize(chunks.len() + (1 << 20), b' ');
        chunks.extend_from_slice(b"\r\n");
    }
    assert!(send(&address, &chunks).starts_with("HTTP/1.1 413 "));
    assert_eq!(listening.post(&signed(&result(), 0)), 200);
}

/// New ids under one signature. The memory limit is 64 MiB above idle.
#[cfg(target_os = "linux")]
#[test]
fn long_new_ids_take_no_memory() {
    let peak = |child: &Child| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
    };
    let mut listening = Listening::start(&[]);
    let idle = peak(&listening.child);
    let good: Value = serde_json::from_str(&signed(&result(), 0)).unwrap();
    for number in 0..12 {
        let mut other = good.clone();
        let name = ["user_id", "job_id"][number % 2];
        other["PartnerParams"][name] = json!(format!("{number}{}", "u".repeat(3_800_000)));
        assert_eq!(listening.post(&other.to_string()), 200);
        // Only ids of a normal length are printed.
        assert!(listening.lines.next().unwrap().unwrap().len() < 10_000);
    }
    let above = peak(&listening.child) - idle;
    assert!(above < 64 << 10, "{above} KiB");
}

/// The API confirms each callback before the response to the sender.
#[test]
fn callbacks_are_confirmed_by_the_api() {
    let server = server("immediate");
    let start = |more: &[&str]| Listening::with(smileid_at(&server), more);
    let mut listening = start(&["--confirm", "--full"]);
    let words = ["--selfie", "docs/images/selfie.jpg", "--user-id", "user-1", "--job-id", "job-1"];
    let submit = ["submit", "--job-type", "4", "--callback", &listening.url.clone(), "--wait"];
    run(smileid_at(&server), submit.iter().chain(&words), "").json();
    let line = listening.next();
    assert_eq!(
        (&line["proof"], &line["verdict"]["decision"], &line["user_id"]),
        (&json!("confirmed"), &json!("approved"), &json!("user-1")),
        "{line}"
    );

    // A confirmed callback shows the API's own result, whatever else the callback contains.
    let mut altered = result();
    altered["SmileJobID"] = line["smile_job_id"].clone();
    altered["FullName"] = json!("FORGED NAME");
    assert_eq!(listening.post(&signed(&altered, 3)), 200);
    let confirmed = listening.next();
    assert_eq!(
        (&confirmed["proof"], &confirmed["result"]["ResultCode"], &confirmed["callback"]),
        (&json!("confirmed"), &json!("0840"), &json!(null)),
        "{confirmed}"
    );
    assert!(!confirmed.to_string().contains("FORGED NAME"), "{confirmed}");

    // The API has another job of these ids: another number.
    let mut other = result();
    other["SmileJobID"] = json!("0000009999");
    assert_eq!(listening.post(&signed(&other, 2)), 503);
    let another = listening.next();
    assert_eq!(
        (&another["proof"], &another["error"]["kind"]),
        (&json!("origin"), &json!("forged")),
        "{another}"
    );

    // A result that the API contradicts, and a job that the API does not know.
    let mut altered = result();
    altered["ResultCode"] = json!("0841");
    altered["SmileJobID"] = line["smile_job_id"].clone();
    assert_eq!(listening.post(&signed(&altered, 1)), 200);
    let contradicted = listening.next();
    assert_eq!(
        (&contradicted["verdict"]["decision"], &contradicted["error"]["kind"], &contradicted["change"]),
        (&json!("approved"), &json!("forged"), &json!("contradicted")),
        "{contradicted}"
    );
    altered["PartnerParams"]["job_id"] = json!("job-2");
    // A repeated callback is confirmed again, since the API may know the job by then.
    for age in [2, 3] {
        assert_eq!(listening.post(&signed(&altered, age)), 503);
        let unknown = listening.next();
        assert_eq!(
            (&unknown["proof"], &unknown["error"]["kind"]),
            (&json!("origin"), &json!("pending")),
            "{unknown}"
        );
    }
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
}

/// An attacker who knows a signature can send names of any length.
#[test]
fn values_of_refused_callbacks_are_not_printed() {
    let server = server("immediate");
    let mut listening = Listening::with(smileid_at(&server), &[]);
    let secret = "7f3c2b1a-9d8e-4c5b-a6f7-0123456789ab";
    for name in [secret, "12345678901", &"n".repeat(1 << 20)] {
        let body = format!(r#"{{"timestamp": "x", "a": {{"{name}": 1, "{name}": 2}}}}"#);
        assert_eq!(listening.post(&body), 400);
        let line = listening.next().to_string();
        assert!(line.len() < 1000 && !line.contains(name), "{} bytes", line.len());
        assert!(line.contains("two members with the same name at line 1 column"), "{line}");
    }
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
}

/// All commands show the same decision for a response. Here the face matches, but the id number is unknown.
#[test]
fn confirmed_callbacks_have_the_verdict_of_the_status() {
    let server = server("immediate");
    let mut listening = Listening::with(smileid_at(&server), &["--confirm"]);
    let ids = ["--user-id", "user-1", "--job-id", "job-1"];
    let number = ["--country", "NG", "--id-type", "NIN", "--id-number", "00000000001"];
    let submit = ["submit", "--job-type", "1", "--callback", &listening.url.clone(), "--wait"];
    let selfie = ["--selfie", "docs/images/selfie.jpg"];
    let words = submit.iter().chain(&selfie).chain(&ids).chain(&number);
    run(smileid_at(&server), words, "").json();
    let status = run(smileid_at(&server), ["status", "--history"].iter().chain(&ids), "").json();
    assert_eq!(status["verdict"]["decision"], "rejected", "{status}");
    for _ in 0..2 {
        let line = listening.next();
        assert_eq!((&line["proof"], &line["verdict"]), (&json!("confirmed"), &status["verdict"]), "{line}");
    }
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));
}

/// An attacker who knows a signature can send any value.
#[test]
fn values_cannot_forge_output_lines() {
    let mut listening = Listening::with(smileid(), &["--env", "mock", "--format", "text"]);
    let mut forged = result();
    let record = "x\nproof         confirmed: the API's own response says so\u{1b}[2J\u{202e}\u{85}\u{2028}y";
    forged["PartnerParams"]["user_id"] = json!(record);
    forged["ResultCode"] = json!(record);
    assert_eq!(listening.post(&signed(&forged, 0)), 200);
    let mut shown: Vec<String> = Vec::new();
    while !shown.last().is_some_and(|line| line.starts_with("proof")) {
        shown.push(listening.lines.next().unwrap().unwrap());
    }
    let all = shown.join("\n");
    assert!(all.contains(r"x\nproof") && all.contains(r"\u{1b}[2J\u{202e}\u{85}\u{2028}y"), "{all}");
    assert_eq!(shown.iter().filter(|line| line.starts_with("proof")).count(), 1, "{all}");
    assert!(!all.contains(['\u{1b}', '\u{202e}', '\u{85}', '\u{2028}']), "{all:?}");
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

/// A V3 callback of the mock's default partner, signed now. Returns its headers, as lines.
fn v3_headers(job_id: &str, user_id: &str) -> String {
    let signed = run(smileid_with_key("http://127.0.0.1:1", "mock-api-key-0000"), ["sign"], "").json();
    let [timestamp, signature] = ["timestamp", "signature"].map(|name| signed[name].as_str().unwrap());
    format!(
        "Response-Timestamp: {timestamp}\r\nResponse-Signature: {signature}\r\nJob-ID: {job_id}\r\nUser-ID: {user_id}\r\n\
         X-Own: kept"
    )
}

/// Sends a body with more headers.
fn post_v3(url: &str, headers: &str, body: &str) -> u16 {
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head =
        format!("POST /{path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\nContent-Length: {}", body.len());
    write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

/// One of three receivers fails and one refuses. The third gets the bytes and headers of the callback.
#[test]
fn verified_callbacks_are_forwarded_unchanged() {
    let receiver = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback?token=secret", receiver.local_addr().unwrap());
    let got = std::thread::spawn(move || {
        let (mut stream, _) = receiver.accept().unwrap();
        let mut request = String::new();
        let mut buffer = [0; 4096];
        while !request.ends_with('}') {
            let count = stream.read(&mut buffer).unwrap();
            request.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        request
    });
    let refusing = responding_with(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n".to_vec());
    let targets = ["--forward-to", "http://127.0.0.1:1/", "--forward-to", &refusing, "--forward-to", &url];
    let mut listening = Listening::start(&targets);
    let headers = v3_headers("job_01h2xcejqtf2nbrexx3vqjhp41", "user-1");
    let body = "{ \"status\":\"clear\",  \"product\": \"enhanced_kyc\"}";
    assert_eq!(post_v3(&listening.url, &headers.replace("Signature: ", "Signature: AAAA"), body), 401);
    assert_eq!(listening.next()["forwarded"], Value::Null);
    assert_eq!(post_v3(&listening.url, &headers, body), 200);

    let line = listening.next();
    let forwarded = line["forwarded"].as_array().unwrap();
    assert!(forwarded[0]["error"].is_string() && forwarded[0]["status"].is_null(), "{line}");
    assert_eq!((&forwarded[1]["status"], &forwarded[2]["status"]), (&json!(500), &json!(204)), "{line}");
    assert!(!line.to_string().contains("secret"), "{line}");
    let request = got.join().unwrap();
    assert!(request.starts_with("POST /callback?token=secret HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
    let request = request.to_lowercase();
    for header in headers.to_lowercase().split("\r\n") {
        assert!(request.contains(header), "{header}: {request}");
    }
    assert_eq!(listening.end("-INT"), (Some(0), String::new()));

    for refused in ["http://192.0.2.1/", "ftp://127.0.0.1/", "/callback", "https:///"] {
        let refused = run(smileid(), ["listen", "--env", "mock", "--forward-to", refused], "");
        assert_eq!(
            (refused.status, &refused.error()["flag"]),
            (2, &json!("--forward-to")),
            "{}",
            refused.stderr
        );
    }
}
