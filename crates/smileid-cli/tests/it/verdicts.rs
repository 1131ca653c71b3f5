//! Tests that every command shows the same decision, and the exit codes of `--exit-status`.

use serde_json::{Value, json};

use crate::command::*;

/// A result whose code means passed but whose ID was not verified, so that it is not an approval. Source: the documentation,
/// which requires both parts of a biometric KYC.
const PROVISIONAL: &str = r#"{"code": "0810", "actions": {"Verify_ID_Number": "Not Verified"}}"#;
const REJECTED: &str = r#"{"code": "0811"}"#;

const JOB: [&str; 4] = ["--user-id", "user-1", "--job-id", "job-1"];
const SUBMIT: [&str; 14] = [
    "submit",
    "--job-type",
    "1",
    "--selfie",
    "docs/images/selfie.jpg",
    "--country",
    "NG",
    "--id-type",
    "BVN",
    "--id-number",
    "00000000000",
    "--wait",
    "--history",
    "--image-links",
];

/// Starts a server whose jobs have the given results.
fn server_with(then: &str) -> smileid_mock_server::MockServer {
    let server = server("immediate");
    let then: Value = serde_json::from_str(then).unwrap();
    let scenario = json!({"when": {"user_id": "user-*"}, "then": then});
    assert_eq!(admin(&server, "/_mock/scenarios", &scenario), 201);
    server
}

fn words(command: &[&'static str], more: &[&'static str]) -> Vec<&'static str> {
    command.iter().chain(&JOB).chain(more).copied().collect()
}

#[test]
fn a_provisional_result_is_provisional_everywhere() {
    let server = server_with(PROVISIONAL);
    for command in [&SUBMIT[..], &["status"], &["wait"]] {
        let reply = run(smileid_at(&server), words(command, &["--format", "json"]), "").json();
        assert_eq!(reply["verdict"]["decision"], "provisional", "{reply}");
        assert_eq!(reply["proof"], "confirmed");
        assert_eq!((&reply["user_id"], &reply["job_id"]), (&json!("user-1"), &json!("job-1")));
        assert_eq!(reply["result"]["ResultCode"], "0810");
        assert!(reply["verdict"]["reason"].is_string() && reply["verdict"]["advice"].is_string());
    }
    let text = run(smileid_at(&server), words(&["status"], &["--format", "text"]), "");
    assert!(text.stdout.starts_with("Provisional\n"), "{}", text.stdout);
    assert!(!text.stdout.contains("Approved:"), "{}", text.stdout);
    let strict = run(smileid_at(&server), words(&["status"], &["--exit-status"]), "");
    assert_eq!(strict.status, 9);
    assert_eq!(strict.stderr, "");
}

#[test]
fn exit_status_distinguishes_rejected_from_approved() {
    let rejecting = server_with(REJECTED);
    assert_eq!(run(smileid_at(&rejecting), words(&SUBMIT, &[]), "").status, 0);
    let asked = run(smileid_at(&rejecting), words(&["status"], &["--exit-status"]), "");
    assert_eq!(asked.status, 8);
    let reply: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert_eq!(reply["verdict"]["decision"], "rejected");

    let server = server("immediate");
    let approved =
        ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait", "--exit-status"];
    assert_eq!(run(smileid_at(&server), approved, "").json()["verdict"]["decision"], "approved");

    let lookup = [
        "submit",
        "--job-type",
        "5",
        "--country",
        "NG",
        "--id-type",
        "BVN",
        "--id-number",
        "00000000000",
        "--exit-status",
    ];
    let lookup = run(smileid_at(&server), lookup, "").json();
    assert_eq!((&lookup["verdict"]["decision"], &lookup["proof"]), (&json!("approved"), &json!("confirmed")));
    assert!(lookup["job_id"].is_string());
}

#[test]
fn a_job_without_a_result_is_pending() {
    let server = server("after=1h");
    let submit = [
        "submit",
        "--job-type",
        "4",
        "--selfie",
        "docs/images/selfie.jpg",
        "--callback",
        "http://127.0.0.1:9/",
    ];
    run(smileid_at(&server), words(&submit, &[]), "").json();
    let asked = run(smileid_at(&server), words(&["status"], &["--exit-status"]), "");
    assert_eq!(asked.status, 9);
    let reply: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert_eq!(reply["verdict"]["decision"], "pending");
    let text = run(smileid_at(&server), words(&["status"], &["--format", "text"]), "");
    assert!(text.stdout.starts_with("Pending\n"), "{}", text.stdout);
}
