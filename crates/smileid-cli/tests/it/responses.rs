//! Tests invalid responses: exit code 4, 5 or 6. Secrets of the server are never printed.

use std::net::TcpListener;

use crate::command::*;

const CANARIES: [&str; 3] = ["00000000000", "Signature=secret", "some-key"];

fn http(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

#[test]
fn exit_codes_of_invalid_responses() {
    let said = CANARIES.join(" ");
    let unsigned = r#"{"job_complete":true,"job_success":true,"code":"2302"}"#;
    let forged = r#"{"job_complete":true,"timestamp":"2023-03-09T21:35:00.279Z",
        "signature":"ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE="}"#;
    let status = ["status", "--user-id", "user-1", "--job-id", "job-1"];
    for (answer, exit, kind, code) in [
        (
            http("400 Bad Request", &format!(r#"{{"error":"no {said}","code":"2205"}}"#)),
            4,
            "refused",
            Some("2205"),
        ),
        (
            http("400 Bad Request", &format!(r#"{{"error":"no {said}","code":2215}}"#)),
            4,
            "refused",
            Some("2215"),
        ),
        (
            http("403 Forbidden", "<Error><Code>AccessDenied</Code></Error>"),
            4,
            "refused",
            Some("AccessDenied"),
        ),
        (http("502 Bad Gateway", &format!("<html>{said}</html>")), 4, "refused", None),
        (http("302 Found", ""), 4, "refused", None),
        (http("200 OK", &format!("<html>{said}</html>")), 5, "no_response", None),
        (http("200 OK", ""), 5, "no_response", None),
        (http("200 OK", r#"{"job_complete":"#), 5, "no_response", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec(), 5, "no_response", None),
        (Vec::new(), 5, "no_response", None),
        (http("200 OK", unsigned), 6, "forged", None),
        (http("200 OK", forged), 6, "forged", None),
    ] {
        let run = run(smileid_with_key(&responding_with(answer.clone()), "some-key"), status, "");
        let shown = String::from_utf8_lossy(&answer);
        assert_eq!(run.status, exit, "{shown}: {}", run.stderr);
        let error = run.error();
        assert_eq!(error["kind"], kind, "{shown}");
        assert_eq!(error["code"].as_str(), code, "{shown}");
        assert_eq!(error["job_id"], "job-1");
        if exit == 4 {
            assert!(error["status"].is_u64());
        }
        for canary in CANARIES {
            assert!(!run.stderr.contains(canary), "{}", run.stderr);
        }
    }
}

#[test]
fn no_connection_exits_with_5() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let arguments = ["status", "--user-id", "user-1", "--job-id", "job-1"];
    let run = run(smileid_with_key(&format!("http://{free}"), "some-key"), arguments, "");
    assert_eq!((run.status, run.error()["kind"].as_str()), (5, Some("no_response")));
}

#[test]
fn server_text_is_redacted_and_escaped() {
    let status = ["status", "--user-id", "user-1", "--job-id", "job-1"];
    let body = r#"{"code":"A12345 00000000000 PRESIGNED","error":"\u001b[2J\u202eno"}"#;
    for format in ["text", "json"] {
        let command = smileid_with_key(&responding_with(http("400 Bad Request", body)), "some-key");
        let run = run(command, status.iter().chain(&["--format", format]), "");
        assert_eq!(run.status, 4);
        for bad in ["A12345", "PRESIGNED", "\u{1b}", "\u{202e}", "\\u001b"] {
            assert!(!run.stderr.contains(bad), "{format}: {}", run.stderr);
        }
    }
}

#[test]
fn proxies_are_not_used_for_this_machine() {
    let mut command = smileid();
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    let arguments =
        ["submit", "--env", "mock", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait"];
    assert_eq!(run(command, arguments, "").json()["job_complete"], true);
}

#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_result_is_an_error() {
    let mut command = smileid();
    command.args([
        "submit",
        "--env",
        "mock",
        "--job-type",
        "4",
        "--selfie",
        "docs/images/selfie.jpg",
        "--wait",
    ]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let status = command.stdout(full).stderr(std::process::Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(1));
}
