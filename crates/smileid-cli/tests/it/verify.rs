//! Tests `smileid verify` with the published signature, which is also used for `sign`.

use serde_json::{Value, json};

use crate::command::*;

const TIMESTAMP: &str = "2023-03-09T21:35:00.279Z";
const SIGNATURE: &str = "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=";
/// Flags for a maximum age that is longer than the age of the published signature.
const ANY_AGE: [&str; 2] = ["--max-age", "876000h"];

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
fn verifies_a_signature_without_a_message() {
    let given = ["verify", "--timestamp", TIMESTAMP, "--signature", SIGNATURE];
    let reply = run(with_key("212"), given.iter().chain(&ANY_AGE), "").json();
    assert_eq!(reply, json!({"proof": "origin", "timestamp": TIMESTAMP}));

    let old = run(with_key("212"), given, "");
    assert_eq!((old.status, &old.error()["kind"]), (6, &json!("stale")));
    assert!(old.error()["message"].as_str().unwrap().contains("--max-age off"), "{}", old.stderr);
    let ahead = run(with_key("212"), ["verify", "--timestamp", "x", "--signature", SIGNATURE], "");
    assert_eq!((ahead.status, &ahead.error()["kind"]), (6, &json!("forged")));
}

#[test]
fn a_wrong_signature_names_the_likely_cause() {
    // Created with OpenSSL for the partner 85, which is not 085.
    let of_85 = "9Qwc5g9ufpyUoyD0PMzSighzWnbbLTTOcHvxftCXM70=";
    for (signature, why) in [(of_85, "leading zeros"), ("AAAA", "32 bytes"), (SIGNATURE, "another API key")] {
        let given = ["verify", "--timestamp", TIMESTAMP, "--signature", signature];
        let run = run(with_key("085"), given.iter().chain(&ANY_AGE), "");
        assert_eq!((run.status, &run.error()["kind"]), (6, &json!("forged")), "{signature}");
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(why), "{message}");
        assert!(!run.stderr.contains("test-api-key-0001"));
    }
}

#[test]
fn a_callback_shows_its_verdict_and_ids() {
    let reply = verify(&callback().to_string(), &ANY_AGE).json();
    for (member, value) in [
        ("kind", json!("result")),
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
    let text = run(with_key("212"), text.iter().chain(&ANY_AGE), "");
    assert!(
        text.status == 0 && text.stdout.starts_with("Claimed: approved (not confirmed)\n"),
        "{}",
        text.stdout
    );
    for run in [verify(&callback().to_string(), &ANY_AGE), text] {
        assert!(!run.stdout.contains("12345678901") && !run.stdout.contains("/9j/"), "{}", run.stdout);
    }
}

#[test]
fn files_in_other_encodings_are_read_or_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callback.json");
    let path = file.to_str().unwrap();
    let verify = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        run(with_key("212"), ["verify", "--callback", path].iter().chain(&ANY_AGE), "")
    };
    let plain = callback().to_string();
    let cut_off = plain.replace("Enroll User", r"Enroll User \ud83d");
    for text in [&cut_off, &format!("\u{feff}{plain}"), &format!("{plain}\0\0")] {
        assert_eq!(verify(text.as_bytes()).json()["proof"], "origin", "{text}");
    }
    let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> =
        plain.replace("Enroll", "Enr\u{f6}ll").chars().map(|it| u8::try_from(it).unwrap()).collect();
    for (bytes, says) in [
        (&utf16[..], "UTF-16 (little-endian)"),
        (&latin, "Latin-1"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<html>Bad Gateway</html>", "HTML"),
        (b"", "empty"),
    ] {
        let run = verify(bytes);
        let message = run.error()["message"].as_str().unwrap().to_owned();
        assert!(run.status == 2 && message.contains(says), "{message}");
    }
}

#[test]
fn invalid_callbacks_are_refused() {
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
        let run = verify(&body, &ANY_AGE);
        assert_eq!((run.status, run.error()["kind"].as_str()), (status, Some(kind)), "{body}");
        assert!(!run.stderr.contains("12345678901"), "{}", run.stderr);
    }
    let stale = verify(&callback().to_string(), &[]);
    assert_eq!((stale.status, &stale.error()["kind"]), (6, &json!("stale")));
}

#[test]
fn invalid_arguments_are_refused() {
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
        &["verify", "-", "--callback", "-"],
        &["verify", "-", "--timestamp", TIMESTAMP, "--signature", SIGNATURE],
        &["verify", "--timestamp", TIMESTAMP, "--signature", SIGNATURE, "--confirm"],
        &["verify", "-", "--confirm", "--env", "mock"],
    ] {
        assert_eq!(run(with_key("212"), arguments, "").status, 2, "{arguments:?}");
    }
}

/// Adds the published timestamp and signature to a message.
fn signed(mut message: Value) -> Value {
    message["timestamp"] = TIMESTAMP.into();
    message["signature"] = SIGNATURE.into();
    message
}

/// A status response contains its result one level deeper. The codes are from the documentation's tables.
#[test]
fn each_kind_of_message_is_judged_by_its_own_rules() {
    let result = |code: &str, job_type: u16| {
        let params = json!({"user_id": "user-1", "job_id": "job-1", "job_type": job_type});
        json!({"ResultCode": code, "SmileJobID": "0000000001", "PartnerParams": params})
    };
    let status = |complete: bool, code: &str, result: &Value| json!({"job_complete": complete, "job_success": complete, "code": code, "result": result});
    let phone = json!({
        "code": "1020", "message": "Exact Match", "matched_fields": {}, "job_id": "0000000001",
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 7},
    });
    let aml = json!({
        "ResultCode": "1030", "SmileJobID": "0000000001", "no_of_persons_found": 1, "people": [],
        "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 10},
    });
    for (message, kind, decision) in [
        (result("0840", 4), "result", "approved"),
        (result("1012", 5), "result", "approved"),
        (result("1012", 7), "result", "approved"),
        (phone, "result", "approved"),
        (aml, "aml", "finding"),
        (status(true, "2302", &result("0840", 4)), "job_status", "approved"),
        (status(true, "2302", &result("0841", 4)), "job_status", "rejected"),
        (status(false, "2302", &Value::Null), "job_status", "pending"),
        (status(false, "2314", &json!("No zip file received")), "job_status", "pending"),
    ] {
        let reply = verify(&signed(message.clone()).to_string(), &ANY_AGE).json();
        assert_eq!(
            (&reply["kind"], &reply["verdict"]["decision"]),
            (&json!(kind), &json!(decision)),
            "{reply}"
        );
        assert_eq!(reply["proof"], "origin");
        let has_ids = message["result"].is_object() || kind != "job_status";
        assert_eq!(reply["job_id"].as_str(), has_ids.then_some("job-1"), "{reply}");

        let explained = run(smileid(), ["explain", "-"], &message.to_string()).json();
        assert_eq!((&explained["kind"], &explained["verdict"]["decision"]), (&json!(kind), &json!(decision)));
        assert_eq!(explained["proof"], "none");
    }
    let refusal = json!({"code": "2204", "error": "You are not authorized to do that."}).to_string();
    let verified = verify(&refusal, &[]);
    assert_eq!((verified.status, &verified.error()["kind"]), (6, &json!("forged")));
    assert!(verified.stderr.contains("smileid explain 2204"), "{}", verified.stderr);
    assert_eq!(run(smileid(), ["explain", "-"], &refusal).json()["code"], "2204");
    let token = verify("eyJhbGciOiJIUzI1NiJ9.e30.x", &[]);
    assert!(token.status == 2 && token.stderr.contains("web token"), "{}", token.stderr);
}

#[test]
fn the_advice_repeats_the_file_and_max_age() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it's.json");
    std::fs::write(&file, callback().to_string()).unwrap();
    let words = ["verify", file.to_str().unwrap(), "--max-age", "off"];
    let reply = run(with_key("212"), words, "").json();
    let advice = reply["verdict"]["advice"].as_str().unwrap();
    let name = file.to_str().unwrap().replace('\'', r"'\''");
    assert!(advice.contains(&format!("`smileid verify '{name}' --max-age off --confirm`")), "{advice}");
}

#[test]
fn a_claimed_approval_is_not_an_approval_with_exit_status() {
    for (code, status) in [("0840", 9), ("0841", 8), ("0844", 9)] {
        let mut claimed = callback();
        claimed["ResultCode"] = json!(code);
        let run = verify(&claimed.to_string(), &[&ANY_AGE[..], &["--exit-status"]].concat());
        assert_eq!(run.status, status, "{code}: {}", run.stderr);
    }
}

/// The job was rejected. An attacker changes the callback to an approval, and keeps the signature.
#[test]
fn confirming_detects_an_altered_callback() {
    let server = server("immediate");
    let scenario = json!({"when": {"user_id": "user-*"}, "then": {"code": "0841"}});
    assert_eq!(admin(&server, "/_mock/scenarios", &scenario), 201);
    let job = ["--user-id", "user-1", "--job-id", "job-1"];
    let submit = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait"];
    let status = run(smileid_at(&server), submit.iter().chain(&job), "").json();
    let mut honest = status["result"].clone();
    honest["timestamp"] = status["timestamp"].clone();
    honest["signature"] = status["signature"].clone();
    let mut altered = honest.clone();
    altered["ResultCode"] = json!("0840");
    altered["Actions"] = json!({});
    let mut another = altered.clone();
    another["PartnerParams"]["user_id"] = json!("user-2");

    let verify = |message: &Value, more: &[&str]| {
        run(smileid_at(&server), ["verify", "-"].iter().chain(more), &message.to_string())
    };
    let claim = verify(&altered, &["--format", "text"]).stdout;
    assert!(claim.starts_with("Claimed: approved (not confirmed)\n"), "{claim}");
    assert!(claim.contains("smileid status --user-id user-1 --job-id job-1"), "{claim}");
    let mut odd = altered.clone();
    odd["PartnerParams"]["user_id"] = json!("-x");
    odd["PartnerParams"]["job_id"] = json!("--env=http://127.0.0.1:1");
    let claim = verify(&odd, &["--format", "text"]).stdout;
    assert!(claim.contains("smileid status --user-id=-x --job-id=--env=http://127.0.0.1:1"), "{claim}");
    // The API may not know a job yet.
    for (message, exit, kind) in [(&altered, 6, "forged"), (&another, 7, "pending")] {
        let refused = verify(message, &["--confirm"]);
        assert_eq!((refused.status, &refused.error()["kind"]), (exit, &json!(kind)), "{}", refused.stderr);
    }
    let confirmed = verify(&honest, &["--confirm"]).json();
    assert_eq!(
        (&confirmed["proof"], &confirmed["verdict"]["decision"]),
        (&json!("confirmed"), &json!("rejected"))
    );
    assert_eq!(verify(&honest, &["--confirm", "--exit-status"]).status, 8);
}
