//! Tests that the time limit of a command covers all its work.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use serde_json::json;

use crate::command::*;

/// Starts a server that never responds to the first connection, and responds to all others. A command that connects again has
/// exceeded its time limit.
fn silent_once(response: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (first, _) = listener.accept().unwrap();
        for mut stream in listener.incoming().flatten() {
            let _request = stream.read(&mut [0; 4096]);
            let length = response.len();
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            drop(stream.write_all([head.as_bytes(), response.as_bytes()].concat().as_slice()));
        }
        drop(first);
    });
    url
}

#[test]
fn a_request_ends_at_the_time_limit() {
    let ids = ["--user-id", "user-1", "--job-id", "job-1"];
    for command in [&["services"][..], &["status"], &["token", "--product", "biometric_kyc"], &["doctor"]] {
        let ids = ids.iter().filter(|_| matches!(command[0], "status" | "token"));
        let url = silent_once(r#"{"id_types": {}, "token": "t", "success": true, "job_complete": false}"#);
        let arguments = command.iter().chain(ids).chain(&["--timeout", "300ms"]);
        let run = run(smileid_with_key(&url, "some-key"), arguments, "");
        assert_eq!(run.status, 5, "{command:?}: {}", run.stderr);
        assert!(
            run.error()["message"].as_str().unwrap().contains("within the time limit"),
            "{command:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_submission_ends_at_the_time_limit_and_prints_the_command_that_continues() {
    let url = silent_once(r#"{"job_complete": false}"#);
    let submit = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait", "700ms"];
    let run = run(smileid_with_key(&url, "some-key"), submit, "");
    let error = run.error();
    assert_eq!(
        (run.status, &error["kind"], &error["outcome_unknown"]),
        (5, &json!("no_response"), &json!(true))
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("the first request of the job (/v1/upload) failed; nothing is billed: "),
        "{message}"
    );
    let resume = error["resume"].as_str().unwrap();
    let job_id = error["job_id"].as_str().unwrap();
    assert!(resume.starts_with("smileid submit ") && resume.contains(job_id), "{resume}");
}

#[test]
fn a_stalled_upload_ends_at_the_time_limit() {
    let server = server("immediate");
    let stall = json!({"when": {"endpoint": "put_archive"}, "then": {"stall": {"at": "before_handling"}}});
    assert_eq!(admin(&server, "/_mock/faults", &stall), 201);
    let submit = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait", "2s"];
    let run = run(smileid_at(&server), submit, "");
    let error = run.error();
    assert_eq!((run.status, &error["outcome_unknown"]), (5, &json!(true)), "{}", run.stderr);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("its archive could not be uploaded; it may be billed: "), "{message}");
    assert!(error["smile_job_id"].is_string() && error["resume"].is_string(), "{error}");
}

#[test]
fn a_submission_needs_a_time_limit_above_0() {
    let submit = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait", "0"];
    let run = run(smileid_with_key("http://127.0.0.1:1", "some-key"), submit, "");
    assert_eq!((run.status, &run.error()["flag"]), (2, &json!("--wait")), "{}", run.stderr);
}
