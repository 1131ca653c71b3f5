//! Tests jobs whose ids already exist.

use serde_json::{Value, json};
use smileid_mock_server::MockServer;

use crate::command::*;

const IDS: [&str; 4] = ["--user-id", "user-1", "--job-id", "job-1"];

fn submit(server: &MockServer, selfie: &str) -> Run {
    let submit = ["submit", "--job-type", "4", "--wait", "--selfie", selfie];
    run(smileid_at(server), submit.iter().chain(&IDS), "")
}

fn fault(server: &MockServer, endpoint: &str, times: u8) {
    let reply = json!({"status": 502, "after_handling": true});
    let fault = json!({"when": {"endpoint": endpoint}, "times": times, "then": {"reply": reply}});
    assert_eq!(admin(server, "/_mock/faults", &fault), 201);
}

#[test]
fn existing_ids_are_refused_even_if_responses_are_lost() {
    let server = server("immediate");
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.jpg");
    let mut image = std::fs::read(root().join("docs/images/selfie.jpg")).unwrap();
    image.extend_from_slice(b"another");
    std::fs::write(&other, image).unwrap();

    let first = submit(&server, "docs/images/selfie.jpg").json();
    fault(&server, "upload", 2);
    let again = submit(&server, "docs/images/selfie.jpg");
    assert_eq!((again.status, &again.error()["status"]), (4, &json!(502)), "{}", again.stderr);
    // With --resume, the existing job may be the user's own.
    let submit_again =
        ["submit", "--job-type", "4", "--wait", "60s", "--selfie", "docs/images/selfie.jpg", "--resume"];
    let resumed = run(smileid_at(&server), submit_again.iter().chain(&IDS), "").json();
    assert_eq!(resumed["result"]["SmileJobID"], first["result"]["SmileJobID"]);

    for lost in [0, 1, 2] {
        let server = self::server("immediate");
        assert_eq!(submit(&server, "docs/images/selfie.jpg").status, 0);
        if lost > 0 {
            fault(&server, "upload", lost);
        }
        let refused = submit(&server, other.to_str().unwrap());
        let error = refused.error();
        assert_eq!((refused.status, &error["code"]), (4, &json!("2215")), "{lost}: {}", refused.stderr);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("use another --job-id"), "{message}");
        assert!(message.contains("nothing is billed"), "{message}");
        let resume = error["resume"].as_str().unwrap();
        assert!(resume.starts_with("smileid wait ") && resume.contains("job-1"), "{resume}");
        assert_eq!(error["outcome_unknown"], Value::Null);
    }
}

#[test]
fn a_job_without_an_archive_is_an_error() {
    let server = server("immediate");
    let broken = json!({"when": {"endpoint": "put_archive"}, "then": {"reply": {"status": 400}}});
    assert_eq!(admin(&server, "/_mock/faults", &broken), 201);
    assert_eq!(submit(&server, "docs/images/selfie.jpg").status, 4);
    let status = run(smileid_at(&server), ["status"].iter().chain(&IDS), "");
    let error = status.error();
    assert_eq!((status.status, &error["kind"], &error["code"]), (4, &json!("refused"), &json!("2314")));
    assert!(error["message"].as_str().unwrap().contains("submit the job again"), "{error}");

    let unknown = run(smileid_at(&server), ["status", "--user-id", "user-1", "--job-id", "job-2"], "");
    assert_eq!(unknown.status, 4, "{}", unknown.stderr);
}
