//! Tests version 3: saved callbacks, words and errors, without and with the API.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    command::*,
    v3::{ID, PERSON},
};

/// Signature made with Python's `hmac` from the key `test-api-key` and the text `2026-08-18T10:00:00.000Z1234sid_request`.
const SIGNATURE: &str = "Response-Signature: 7xO36B385QOgbCArfUoxV6if8R80m6H1oLfo2bEBJyM=";
const TIMESTAMP: &str = "Response-Timestamp: 2026-08-18T10:00:00.000Z";
const JOB: &str = "job_01h2xcejqtf2nbrexx3vqjhp41";
const ANY_AGE: [&str; 2] = ["--max-age", "off"];

fn with_partner(partner_id: &str, key: &str) -> std::process::Command {
    let mut command = smileid();
    command.env("SMILE_ID_PARTNER_ID", partner_id).env("SMILE_ID_API_KEY", key);
    command
}

fn blocked() -> String {
    json!({"status": "block", "reason": "spoof_detected", "product": "biometric_kyc", "job_id": JOB,
        "user_id": "user-1", "id_fields": {"id_number": "12345678901"}})
    .to_string()
}

fn verify(partner_id: &str, key: &str, body: &str, more: &[&str]) -> Run {
    run(with_partner(partner_id, key), ["verify", "-"].iter().chain(more), body)
}

#[test]
fn a_saved_callback_is_verified_by_its_headers() {
    let headers = ["--header", SIGNATURE, "--header", TIMESTAMP];
    // The signature is that of the partner 1234. Leading zeros make no difference.
    for partner_id in ["1234", "001234"] {
        let more = [&headers[..], &ANY_AGE].concat();
        let reply = verify(partner_id, "test-api-key", &blocked(), &more).json();
        for (member, value) in [
            ("proof", json!("origin")),
            ("job_id", json!(JOB)),
            ("user_id", json!("user-1")),
            ("status", json!("block")),
            ("reason", json!("spoof_detected")),
        ] {
            assert_eq!(reply[member], value, "{reply}");
        }
        assert_eq!(reply["verdict"]["decision"], "rejected");
        assert_eq!(reply["verdict"]["reason"], "The selfie does not show a live person.");
        let advice = reply["verdict"]["advice"].as_str().unwrap();
        assert!(advice.contains(&format!("`smileid status {JOB}`")), "{advice}");
        assert!(!reply.to_string().contains("12345678901"));
    }
}

#[test]
fn headers_come_from_a_file_and_fill_missing_ids() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("headers.txt");
    let saved = format!(
        "POST /callback HTTP/1.1\r\nHost: partner.example\r\n{SIGNATURE}\r\n{TIMESTAMP}\r\nJob-ID: {JOB}\r\nUSER-ID: user-1\r\n\r\n"
    );
    std::fs::write(&file, saved).unwrap();
    let at = format!("@{}", file.display());
    let more = ["--header", at.as_str(), "--format", "text", "--max-age", "off"];
    let text = verify("1234", "test-api-key", r#"{"status":"clear"}"#, &more);
    assert!(
        text.stdout.starts_with("Claimed: approved (not confirmed)\n"),
        "{} {}",
        text.stdout,
        text.stderr
    );
    assert!(text.stdout.contains(JOB) && text.stdout.contains("user-1"), "{}", text.stdout);
}

#[test]
fn forged_stale_and_incomplete_callbacks_are_refused() {
    let (body, all) = (blocked(), ["--header", SIGNATURE, "--header", TIMESTAMP]);
    let any_age = [&all[..], &ANY_AGE].concat();
    let later = "Response-Timestamp: 2026-08-18T10:00:01.000Z";
    let altered = ["--header", SIGNATURE, "--header", later, "--max-age", "off"];
    for (key, more, exit, kind) in [
        ("another-api-key", &any_age[..], 6, "forged"),
        ("test-api-key", &altered, 6, "forged"),
        ("test-api-key", &all, 6, "stale"),
        ("test-api-key", &["--api", "v3"], 2, "invalid_input"),
        ("test-api-key", &["--header", SIGNATURE], 2, "invalid_input"),
        ("test-api-key", &["--header", "no header"], 2, "invalid_input"),
        (
            "test-api-key",
            &["--header", SIGNATURE, "--header", TIMESTAMP, "--header", later],
            2,
            "invalid_input",
        ),
        ("test-api-key", &["--header", "@/nowhere/headers.txt"], 3, "file_not_found"),
    ] {
        let refused = verify("1234", key, &body, more);
        let error = refused.error();
        assert_eq!((refused.status, error["kind"].as_str()), (exit, Some(kind)), "{more:?}: {error}");
        for secret in ["12345678901", key, "7xO36B385"] {
            assert!(!refused.stderr.contains(secret), "{}", refused.stderr);
        }
    }
    let other_job = format!("Job-ID: {}", JOB.replace("41", "42"));
    let more = [&any_age[..], &["--header", &other_job]].concat();
    assert_eq!(verify("1234", "test-api-key", &body, &more).status, 2, "two ids");
    let pair = ["--timestamp", "2026-08-18T10:00:00.000Z", "--signature", &SIGNATURE[20..], "--api", "v3"];
    let words = ["verify"].iter().chain(&pair).chain(&ANY_AGE);
    assert_eq!(run(with_partner("01234", "test-api-key"), words, "").json()["proof"], "origin");
}

/// Returns the headers of a callback that was signed now, for the mock server's partner and key.
fn signed_now(server: &smileid_mock_server::MockServer) -> [String; 2] {
    let signed = run(smileid_at(server), ["sign"], "").json();
    [
        format!("Response-Signature: {}", signed["signature"].as_str().unwrap()),
        format!("Response-Timestamp: {}", signed["timestamp"].as_str().unwrap()),
    ]
}

fn submitted(server: &smileid_mock_server::MockServer) -> Value {
    let words = [&["submit", "--api", "v3", "--product", "enhanced_kyc"], &ID[..], &PERSON].concat();
    run(smileid_at(server), words, "").json()
}

/// The test identity gets the status `clear` (official table of test identities).
#[test]
fn the_status_confirms_a_callback_or_contradicts_it() {
    let server = server("immediate");
    let job = submitted(&server);
    let claim = |status: &str, more: Value| {
        let mut body = json!({"status": status, "job_id": job["job_id"], "user_id": job["user_id"]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let [signature, timestamp] = signed_now(&server);
        let words = ["verify", "-", "--confirm", "--header", &signature, "--header", &timestamp];
        run(smileid_at(&server), words, &body.to_string())
    };
    let confirmed = claim("clear", json!({})).json();
    assert_eq!(
        (&confirmed["proof"], &confirmed["verdict"]["decision"]),
        (&json!("confirmed"), &json!("approved"))
    );
    // A status of the API that is clear does not outweigh the fraud that the callback tells of.
    let fraud = claim("clear", json!({"antifraud": {"summary": {"fraud_detected": true}}})).json();
    assert_eq!(fraud["verdict"]["decision"], "finding");
    let contradicted = claim("block", json!({"reason": "spoof_detected"}));
    assert_eq!((contradicted.status, &contradicted.error()["kind"]), (6, &json!("forged")));
    let other_user = claim("clear", json!({"user_id": "someone-else"}));
    assert_eq!((other_user.status, &other_user.error()["kind"]), (6, &json!("forged")));
    let unknown = claim("clear", json!({"job_id": JOB}));
    assert_eq!((unknown.status, &unknown.error()["kind"]), (7, &json!("pending")), "{}", unknown.stderr);
    let nameless = claim("clear", json!({"job_id": null}));
    assert_eq!(nameless.status, 2, "{}", nameless.stderr);
}

#[test]
fn words_of_v3_are_explained_without_a_key() {
    let explain = |words: &[&str]| run(smileid(), ["explain"].iter().chain(words), "");
    // Sources: the statuses of the official OpenAPI description; the reasons by status in the reference's notes.
    for (word, kind, decisions) in [
        ("clear", "status", vec![("clear", "approved")]),
        ("attention", "status", vec![("attention", "finding")]),
        ("block", "status", vec![("block", "rejected")]),
        ("error", "status", vec![("error", "not_done")]),
        ("processing", "status", vec![("processing", "pending")]),
        ("not_found", "status", vec![("not_found", "unknown")]),
        ("spoof_detected", "reason", vec![("block", "rejected")]),
        ("Spoof-Detected", "reason", vec![("block", "rejected")]),
        ("document_expired", "reason", vec![("attention", "finding")]),
        ("age_requirement_not_met", "reason", vec![("attention", "finding"), ("block", "rejected")]),
        ("service_unavailable", "reason", vec![("error", "not_done")]),
    ] {
        let reply = explain(&[word]).json();
        assert_eq!((&reply["kind"], &reply["api"]), (&json!(kind), &json!("v3")), "{reply}");
        let all = reply["decisions"].as_array().unwrap().iter();
        let all: Vec<_> =
            all.map(|it| (it["status"].as_str().unwrap(), it["decision"].as_str().unwrap())).collect();
        assert_eq!(all, decisions, "{reply}");
        assert!(reply["meaning"].as_str().unwrap().ends_with('.'));
    }
    let text = explain(&["spoof_detected", "--format", "text"]);
    assert!(
        text.stdout.contains("does not show a live person") && text.stdout.contains("Rejected"),
        "{}",
        text.stdout
    );
    let mixed = explain(&["block", "--job-type", "4"]);
    assert_eq!((mixed.status, &mixed.error()["field"]), (2, &json!("job_type")));
    assert_eq!(explain(&["spoofed"]).status, 1);
}

fn explain_file(folder: &Path, body: &str) -> Run {
    let file = folder.join("message.json");
    std::fs::write(&file, body).unwrap();
    run(smileid(), ["explain", file.to_str().unwrap()], "")
}

#[test]
fn saved_messages_of_v3_are_explained_without_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let reply = explain_file(folder.path(), &blocked()).json();
    assert_eq!((&reply["proof"], &reply["verdict"]["decision"]), (&json!("none"), &json!("rejected")));
    assert_eq!((&reply["reason"], &reply["job_id"]), (&json!("spoof_detected"), &json!(JOB)));
    assert!(!reply.to_string().contains("12345678901"));
    let status = json!({"status": "clear", "job_id": JOB, "user_id": "user-1", "message": "Job passed."});
    assert_eq!(explain_file(folder.path(), &status.to_string()).json()["verdict"]["decision"], "approved");
    let unknown =
        json!({"status": "not_found", "job_id": JOB, "user_id": "unknown", "message": "Job not found"});
    assert_eq!(explain_file(folder.path(), &unknown.to_string()).json()["verdict"]["decision"], "unknown");
    let accepted = json!({"status": "accepted", "job_id": JOB, "user_id": "user-1", "message": "m"});
    let accepted = explain_file(folder.path(), &accepted.to_string()).json();
    assert_eq!((&accepted["kind"], accepted.get("verdict")), (&json!("accepted"), None));

    // The three formats of errors: the API's, the gateway's with and without a status, and that of version 1.
    for (body, sender, says) in [
        (
            r#"{"status":"Unauthorized","message":"Invalid authentication credentials."}"#,
            "the API",
            "smileid doctor",
        ),
        (r#"{"status":"Payment Required","message":"Insufficient wallet balance."}"#, "the API", "wallet"),
        (
            r#"{"status":"Bad Request","message":"user_details of Leonora"}"#,
            "the API",
            "error text names the value",
        ),
        (
            r#"{"status":"payload_too_large","message":"x","job_id":null,"user_id":null}"#,
            "the gateway in front of the API",
            "smaller images",
        ),
        (r#"{"message":"Missing Authentication Token"}"#, "the gateway in front of the API", "doctor"),
    ] {
        let reply = explain_file(folder.path(), body).json();
        assert_eq!((&reply["kind"], &reply["sender"]), (&json!("refusal"), &json!(sender)), "{reply}");
        assert!(reply["advice"].as_str().unwrap().contains(says), "{reply}");
        assert!(!reply.to_string().contains("Leonora"), "{reply}");
    }
    let code = explain_file(folder.path(), r#"{"error":"Invalid","code":"2413"}"#);
    assert!(code.status == 0 || code.error()["code"] == "2413", "{}", code.stderr);
}

#[test]
fn doctor_requests_a_token() {
    let server = server("immediate");
    let reply = run(smileid_at(&server), ["doctor", "--api", "v3"], "").json();
    let checks = |reply: &Value| -> Vec<(String, String)> {
        let word = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
        reply["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (word(it, "check"), word(it, "outcome")))
            .collect()
    };
    let all = ["key_shape", "trust", "clock", "environment"].map(|it| (it.to_owned(), "ok".to_owned()));
    assert_eq!(checks(&reply), all, "{reply}");
    assert!(reply.to_string().contains("token") && !reply.to_string().contains("eyJ"));

    let wrong = run(smileid_with_key(server.base_url(), "the-key-of-mobile"), ["doctor", "--api", "v3"], "");
    let error = wrong.error();
    assert_eq!((wrong.status, &error["status"]), (4, &json!(401)), "{error}");
    assert!(error["checks"][3]["advice"].as_str().unwrap().contains("smile_config.json"), "{error}");
    assert!(!wrong.stderr.contains("the-key-of-mobile"));
    let dead = run(smileid_with_key("http://127.0.0.1:1", "some-key-0001"), ["doctor", "--api", "v3"], "");
    assert_eq!((dead.status, &dead.error()["kind"]), (5, &json!("no_response")));
}
