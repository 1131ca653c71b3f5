//! Limits of `smileid listen`, and hostile senders.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Child,
};

use serde_json::{Value, json};

use super::{Listening, post, result, signed};
use crate::command::*;

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
        let mut listening = Listening::start(&["--full"]);
        let mut large = result();
        large["Photo"] = json!("A".repeat(1 << 20));
        let body = signed(&large, 0);
        let statuses: Vec<_> = (0..12).map(|_| listening.post(&body)).collect();
        assert_eq!((statuses[0], statuses[11]), (200, 503), "{statuses:?}");
        let (status, stderr) = listening.end_without_reading(signal);
        assert_eq!(status, Some(0), "{signal}");
        assert!(stderr.contains("got the response 503"), "{stderr}");
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
