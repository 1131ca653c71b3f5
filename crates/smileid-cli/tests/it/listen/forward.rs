//! `smileid listen --forward-to`.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::Listening;
use crate::command::*;

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
