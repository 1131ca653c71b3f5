//! `smileid listen --confirm`: the API confirms callbacks.

use serde_json::json;
use std::{io::Write as _, net::TcpStream};

use super::{Listening, result, signed};
use crate::command::*;

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
