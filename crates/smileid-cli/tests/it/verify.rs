//! `smileid verify`. The signature is the published vector that `sign` is tested with.

use serde_json::{Value, json};

use crate::command::*;

const TIMESTAMP: &str = "2023-03-09T21:35:00.279Z";
const SIGNATURE: &str = "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=";
/// Longer ago than the vector.
const EVER: [&str; 2] = ["--max-age", "876000h"];

fn with_key(partner_id: &str) -> std::process::Command {
    let mut command = smileid();
    command.env("SMILE_ID_PARTNER_ID", partner_id).env("SMILE_ID_API_KEY", "test-api-key-0001");
    command
}

fn callback() -> Value {
    json!({
        "ResultCode": "0840",
        "ResultText": "Enroll User",
        "SmileJobID": "0000000001",
        "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
        "IDNumber": "12345678901",
        "Photo": "/9j/4AAQ",
        "timestamp": TIMESTAMP,
        "signature": SIGNATURE,
    })
}

fn verify(body: &str, more: &[&str]) -> Run {
    run(with_key("212"), ["verify", "--callback", "-"].iter().chain(more), body)
}

#[test]
fn a_signature_by_itself() {
    let given = ["verify", "--timestamp", TIMESTAMP, "--signature", SIGNATURE];
    let reply = run(with_key("212"), given.iter().chain(&EVER), "").json();
    assert_eq!(reply, json!({"verified": true, "timestamp": TIMESTAMP}));

    let old = run(with_key("212"), given, "");
    assert_eq!((old.status, &old.error()["kind"]), (6, &json!("stale")));
    let ahead = run(with_key("212"), ["verify", "--timestamp", "x", "--signature", SIGNATURE], "");
    assert_eq!((ahead.status, &ahead.error()["kind"]), (6, &json!("forged")));
}

#[test]
fn a_forged_signature_and_the_mistake_behind_it() {
    // Made with OpenSSL for the partner 85, which is not 085.
    let of_85 = "9Qwc5g9ufpyUoyD0PMzSighzWnbbLTTOcHvxftCXM70=";
    for (signature, why) in [(of_85, "leading zeros"), ("AAAA", "32 bytes"), (SIGNATURE, "another key")] {
        let given = ["verify", "--timestamp", TIMESTAMP, "--signature", signature];
        let run = run(with_key("085"), given.iter().chain(&EVER), "");
        assert_eq!((run.status, &run.error()["kind"]), (6, &json!("forged")), "{signature}");
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(why), "{message}");
        assert!(!run.stderr.contains("test-api-key-0001"));
    }
}

#[test]
fn a_callback_says_what_it_comes_to_and_of_whom() {
    let reply = verify(&callback().to_string(), &EVER).json();
    for (member, value) in [
        ("verified", json!(true)),
        ("user_id", json!("user-1")),
        ("job_id", json!("job-1")),
        ("smile_job_id", json!("0000000001")),
        ("code", json!("0840")),
        ("proof", json!("origin")),
    ] {
        assert_eq!(reply[member], value, "{reply}");
    }
    assert_eq!(reply["verdict"]["decision"], "approved");
    assert!(reply["verdict"]["reason"].is_string() && reply["verdict"]["advice"].is_string());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callback.json");
    std::fs::write(&file, callback().to_string()).unwrap();
    let text = ["verify", "--format", "text", "--callback", file.to_str().unwrap()];
    let text = run(with_key("212"), text.iter().chain(&EVER), "");
    assert!(text.status == 0 && text.stdout.starts_with("Approved\n"), "{}", text.stdout);
    for run in [verify(&callback().to_string(), &EVER), text] {
        assert!(!run.stdout.contains("12345678901") && !run.stdout.contains("/9j/"), "{}", run.stdout);
    }
}

#[test]
fn callbacks_that_are_none() {
    let without = |name: &str| {
        let mut callback = callback();
        callback.as_object_mut().unwrap().remove(name);
        callback.to_string()
    };
    let mut unsigned = callback();
    for name in ["timestamp", "signature"] {
        unsigned.as_object_mut().unwrap().remove(name);
    }
    for (body, status, kind) in [
        (unsigned.to_string(), 6, "forged"),
        (callback().to_string().replace(SIGNATURE, &SIGNATURE.replace('A', "B")), 6, "forged"),
        (without("signature"), 2, "invalid_input"),
        ("[]".to_owned(), 2, "invalid_input"),
        ("{".to_owned(), 2, "invalid_input"),
        (String::new(), 2, "invalid_input"),
        ("\0\u{fffd}".to_owned(), 2, "invalid_input"),
    ] {
        let run = verify(&body, &EVER);
        assert_eq!((run.status, run.error()["kind"].as_str()), (status, Some(kind)), "{body}");
        assert!(!run.stderr.contains("12345678901"), "{}", run.stderr);
    }
    let stale = verify(&callback().to_string(), &[]);
    assert_eq!((stale.status, &stale.error()["kind"]), (6, &json!("stale")));
}

#[test]
fn what_cannot_be_asked() {
    let missing = run(with_key("212"), ["verify", "--callback", "no/such/file"], "");
    assert_eq!((missing.status, &missing.error()["field"]), (3, &json!("callback")));
    let twice = ["verify", "--callback", "-", "--api-key-file", "-", "--partner-id", "212"];
    assert_eq!(run(smileid(), twice, "k").error()["field"], "api_key_file");
    let no_key = run(smileid(), ["verify", "--callback", "-", "--partner-id", "212"], "{}");
    assert_eq!((no_key.status, &no_key.error()["field"]), (2, &json!("api_key")));
    for arguments in [
        &["verify"][..],
        &["verify", "--timestamp", TIMESTAMP],
        &["verify", "--signature", SIGNATURE],
        &["verify", "--callback", "-", "--timestamp", TIMESTAMP, "--signature", SIGNATURE],
        &["verify", "--callback", "-", "--max-age", "soon"],
    ] {
        assert_eq!(run(with_key("212"), arguments, "").status, 2, "{arguments:?}");
    }
}
