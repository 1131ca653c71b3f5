//! Tests version 3: jobs, their status, replays, tokens and services.

use serde_json::json;

use crate::command::*;

pub(crate) const PERSON: [&str; 8] = [
    "--first-name",
    "Amina Fatou",
    "--last-name",
    "Clearwater",
    "--email",
    "amina.clearwater@example.com",
    "--privacy-policy",
    "https://partner.example/privacy",
];
const SELFIE: &str = "docs/images/selfie.jpg";
pub(crate) const ID: [&str; 6] = ["--country", "NG", "--id-type", "BVN", "--id-number", "00000000000"];
const UNKNOWN: &str = "job_01h2xcejqtf2nbrexx3vqjhp41";

fn product(name: &str) -> Vec<&str> {
    let mut words = vec!["submit", "--api", "v3", "--product", name];
    words.extend(PERSON);
    words
}

fn face() -> Vec<&'static str> {
    let frames = ["--liveness", SELFIE].repeat(6);
    ["--selfie", SELFIE].into_iter().chain(frames).collect()
}

/// The test identity gets the status `clear` (official table of test identities).
#[test]
fn every_product_works_in_this_process() {
    let card = ["--country", "NG", "--id-type", "PASSPORT", "--id-card", "docs/images/id_card.jpg"];
    for (name, more) in [
        ("enhanced_kyc", ID.to_vec()),
        ("biometric_kyc", [ID.to_vec(), face()].concat()),
        ("document_verification", [card.to_vec(), face()].concat()),
        ("enhanced_document_verification", [card.to_vec(), face()].concat()),
        (
            "residency_document_verification",
            [card.to_vec(), face(), vec!["--visa", "docs/images/id_card.png"]].concat(),
        ),
        ("registration", face()),
        ("authentication", [face(), vec!["--user-id", "user-1"]].concat()),
        (
            "compare",
            [face(), vec!["--comparison-image", SELFIE, "--comparison-image-type", "portrait"]].concat(),
        ),
    ] {
        let words = [product(name), more, vec!["--env", "mock", "--wait"]].concat();
        let reply = run(smileid(), words, "").json();
        assert_eq!(reply["verdict"]["decision"], "approved", "{name}: {reply}");
        assert_eq!((&reply["status"], &reply["proof"]), (&json!("clear"), &json!("confirmed")), "{name}");
        assert!(reply["job_id"].as_str().unwrap().starts_with("job_") && reply["user_id"].is_string());
    }
}

#[test]
fn a_job_is_asked_for_by_its_id() {
    let server = server("immediate");
    let submitted = run(smileid_at(&server), [product("enhanced_kyc"), ID.to_vec()].concat(), "").json();
    assert_eq!(submitted["success"], true);
    let job_id = submitted["job_id"].as_str().unwrap();
    for command in ["status", "wait"] {
        let reply = run(smileid_at(&server), [command, job_id], "").json();
        assert_eq!(reply["verdict"]["decision"], "approved");
        assert_eq!((&reply["job_id"], &reply["user_id"]), (&json!(job_id), &submitted["user_id"]));
        let unknown = run(smileid_at(&server), [command, UNKNOWN], "");
        assert_eq!((unknown.status, &unknown.error()["job_id"]), (4, &json!(UNKNOWN)));
        let mixed = run(smileid_at(&server), [command, job_id, "--user-id", "u"], "");
        assert_eq!((mixed.status, &mixed.error()["flag"]), (2, &json!("--user-id")));
    }
    let replay = ["replay", job_id, "--callback", "http://127.0.0.1:9/callback"];
    assert_eq!(run(smileid_at(&server), replay, "").json()["status"], "accepted");
    let none = run(smileid_at(&server), ["replay", UNKNOWN], "");
    assert_eq!(none.status, 4, "{}", none.stderr);
}

#[test]
fn a_job_of_unknown_outcome_is_not_sent_again() {
    let server = server("immediate");
    let reply = json!({"status": 502, "after_handling": true});
    let fault = json!({"when": {"endpoint": "v3_enhanced_kyc"}, "times": 1, "then": {"reply": reply}});
    assert_eq!(admin(&server, "/_mock/faults", &fault), 201);
    let lost = run(smileid_at(&server), [product("enhanced_kyc"), ID.to_vec()].concat(), "");
    let error = lost.error();
    assert_eq!((lost.status, &error["outcome_unknown"]), (4, &json!(true)), "{error}");
    assert!(error["user_id"].is_string() && error["resume"].is_null(), "{error}");
    for secret in ["Clearwater", "Amina", "amina.clearwater", "00000000000", "mock-api-key-0000", "eyJ"] {
        assert!(!lost.stderr.contains(secret), "{secret}");
    }
}

#[test]
fn a_wait_that_runs_out_is_resumed_by_the_id() {
    let server = server("after=1h");
    let words = [product("enhanced_kyc"), ID.to_vec(), vec!["--wait", "2s"]].concat();
    let pending = run(smileid_at(&server), words, "");
    let error = pending.error();
    assert_eq!(pending.status, 7, "{error}");
    let resume = format!("smileid wait {}", error["job_id"].as_str().unwrap());
    assert!(error["resume"].as_str().unwrap().starts_with(&resume), "{error}");
}

#[test]
fn flags_of_the_other_version_and_product_are_refused() {
    for (words, flag) in [
        (vec!["submit", "--job-type", "4", "--email", "a@b.example"], "--email"),
        (vec!["submit", "--product", "compare"], "--product"),
        ([product("enhanced_kyc"), vec!["--job-id", "j"]].concat(), "--job-id"),
        ([product("enhanced_kyc"), vec!["--dob", "2000-01-01"]].concat(), "--dob"),
        ([product("enhanced_kyc"), vec!["--visa", SELFIE]].concat(), "--visa"),
        ([product("enhanced_kyc"), ID[..4].to_vec()].concat(), "--id-number"),
        ([product("registration"), vec!["--selfie", SELFIE]].concat(), "--liveness"),
        (["submit", "--api", "v3", "--product", "compare"].to_vec(), "--first-name"),
        (vec!["services", "--api", "v3", "--product", "enhanced_kyc"], "--product"),
        (vec!["services", "--api", "v3", "--locale", "en"], "--locale"),
        (vec!["token", "--api", "v3", "--job-id", "j"], "--job-id"),
    ] {
        let refused = run(smileid_with_key("http://127.0.0.1:1", "some-key"), &words, "");
        assert_eq!((refused.status, refused.error()["flag"].as_str()), (2, Some(flag)), "{words:?}");
    }
}

#[test]
fn tokens_and_services() {
    let token = run(smileid(), ["token", "--env", "mock", "--product", "biometric_kyc", "--api", "v3"], "");
    let token = token.json();
    assert!(token["token"].as_str().unwrap().starts_with("eyJ"));
    assert!(token["expires_at"].as_str().unwrap().ends_with('Z'));
    let mut command = smileid();
    command.env("SMILE_ID_API", "v3");
    let services = run(command, ["services", "--env", "mock", "--country", "NG"], "").json();
    let id_types = services["id_types"].as_array().unwrap();
    assert!(!id_types.is_empty() && id_types.iter().all(|it| it["country"] == "NG"));
}

/// Checks the documented exit code for each status.
#[test]
fn every_status_has_its_exit_code() {
    for (status, reason, exit) in [
        ("clear", json!(null), 0),
        ("attention", json!("document_expired"), 9),
        ("block", json!("spoof_detected"), 8),
        ("error", json!("service_unavailable"), 9),
    ] {
        let server = server("immediate");
        let mut then = json!({"status": status});
        if !reason.is_null() {
            then["reason"] = reason;
        }
        assert_eq!(admin(&server, "/_mock/scenarios", &json!({"then": then})), 201);
        let words = [product("enhanced_kyc"), ID.to_vec(), vec!["--wait"]].concat();
        let plain = run(smileid_at(&server), &words, "");
        assert_eq!(plain.status, 0, "{}", plain.stderr);
        let counted = run(smileid_at(&server), words.iter().chain(&["--exit-status"]), "");
        assert_eq!(counted.status, exit, "{status}: {}", counted.stderr);
    }
}

/// `--product` names a job of both versions. In version 1 it replaces `--job-type`.
#[test]
fn a_product_is_submitted_to_version_1() {
    let words = ["submit", "--env", "mock", "--product", "registration", "--selfie", SELFIE, "--wait"];
    let reply = run(smileid(), words, "").json();
    assert_eq!(
        (&reply["code"], &reply["verdict"]["decision"]),
        (&json!("2302"), &json!("approved")),
        "{reply}"
    );
    let enrolled = ["submit", "--product", "authentication", "--selfie", SELFIE, "--wait"];
    let nameless = run(smileid_with_key("http://127.0.0.1:1", "some-key"), enrolled, "");
    assert_eq!((nameless.status, &nameless.error()["flag"]), (2, &json!("--user-id")));
    let lost = ["submit", "--product", "registration", "--selfie", SELFIE, "--wait"];
    let lost = run(smileid_with_key("http://127.0.0.1:1", "some-key"), lost, "");
    assert!(lost.error()["resume"].as_str().unwrap().contains(" --product registration "), "{}", lost.stderr);
}

#[test]
fn no_response_is_an_error_of_its_own() {
    let words = [product("enhanced_kyc"), ID.to_vec()].concat();
    let dead = run(smileid_with_key("http://127.0.0.1:1", "some-key"), &words, "");
    assert_eq!((dead.status, &dead.error()["kind"]), (5, &json!("no_response")));
    assert_eq!(dead.error()["outcome_unknown"], json!(null), "nothing was sent");

    let server = server("immediate");
    let fault = json!({"when": {"endpoint": "v3_enhanced_kyc"}, "then": {"reply": {"status": 202, "body": {"text": "<html>"}}}});
    assert_eq!(admin(&server, "/_mock/faults", &fault), 201);
    let page = run(smileid_at(&server), &words, "");
    assert_eq!((page.status, &page.error()["outcome_unknown"]), (5, &json!(true)), "{}", page.stderr);
}

#[cfg(unix)]
#[test]
fn a_signal_while_the_job_is_sent_says_that_its_outcome_is_unknown() {
    use std::{io::Read as _, process::Stdio};

    for (signal, exit) in [("-INT", 130), ("-TERM", 143)] {
        let server = server("immediate");
        let stall =
            json!({"when": {"endpoint": "v3_enhanced_kyc"}, "then": {"stall": {"at": "after_handling"}}});
        assert_eq!(admin(&server, "/_mock/faults", &stall), 201);
        let words = [product("enhanced_kyc"), ID.to_vec(), vec!["--user-id", "user-1", "--wait"]].concat();
        let mut command = smileid_at(&server);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        while admin_get(&server, "/_mock/jobs").1["v3_jobs"].as_array().is_none_or(Vec::is_empty) {
            std::thread::yield_now();
        }
        let pid = child.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let (mut stdout, mut stderr) = (String::new(), String::new());
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stdout.as_str()), (Some(exit), ""), "{stderr}");
        let error = serde_json::from_str::<serde_json::Value>(&stderr).unwrap()["error"].take();
        assert_eq!((&error["kind"], &error["outcome_unknown"]), (&json!("interrupted"), &json!(true)));
        assert_eq!((&error["user_id"], &error["resume"]), (&json!("user-1"), &json!(null)));
        assert!(error["message"].as_str().unwrap().contains("`correlation_id`"), "{error}");
        for secret in ["Clearwater", "amina.", "00000000000", "mock-api-key-0000", "eyJ"] {
            assert!(!stderr.contains(secret), "{secret}");
        }
    }
}

/// Returns a JPEG of this size: the sample, with a comment before its end.
fn large_image(bytes: usize) -> tempfile::NamedTempFile {
    let image = std::fs::read(root().join(SELFIE)).unwrap();
    let mut large = image[..2].to_vec();
    while large.len() + image.len() < bytes {
        large.extend([0xff, 0xfe, 0xff, 0xff]); // a comment of 65,533 bytes
        large.extend([b' '].repeat(0xffff - 2));
    }
    large.extend(&image[2..]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, large).unwrap();
    file
}

/// The documentation gives 4.5 MB as the limit of a request.
#[test]
fn large_images_are_a_warning() {
    let file = large_image(4_600_000);
    let frames = ["--liveness", SELFIE].repeat(6);
    let selfie = ["--selfie", file.path().to_str().unwrap()];
    let words = [product("registration"), selfie.to_vec(), frames, vec!["--env", "mock", "--wait"]].concat();
    let reply = run(smileid(), &words, "").json();
    let warning = &reply["warnings"][0];
    assert_eq!(
        (&warning["code"], &warning["field"]),
        (&json!("images.size"), &json!("selfie_image")),
        "{reply}"
    );
    let text = run(smileid(), words.iter().chain(&["--format", "text"]), "");
    assert!(text.stderr.starts_with("warning: ") && text.stderr.contains("4.5 MB"), "{}", text.stderr);
    let words = [product("registration"), face(), vec!["--env", "mock", "--wait"]].concat();
    assert_eq!(run(smileid(), words, "").json().get("warnings"), None);
}

/// Six files match, the number of liveness images that the documentation requires.
#[test]
fn liveness_frames_are_found_by_a_pattern() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..6 {
        std::fs::copy(root().join(SELFIE), folder.path().join(format!("frame {number}.jpg"))).unwrap();
    }
    std::fs::write(folder.path().join("frame.txt"), "no image").unwrap();
    let submit = |name: &str| {
        let pattern = folder.path().join(name);
        let images =
            vec!["--selfie", SELFIE, "--liveness", pattern.to_str().unwrap(), "--env", "mock", "--wait"];
        run(smileid(), [product("registration"), images].concat(), "")
    };
    assert_eq!(submit("frame *.jpg").json()["verdict"]["decision"], "approved");
    let none = submit("other*.jpg");
    let error = none.error();
    assert_eq!((none.status, &error["flag"]), (2, &json!("--liveness")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("matches no file"), "{error}");
    let few = submit("frame [12].jpg");
    assert_eq!((few.status, &few.error()["flag"]), (2, &json!("--liveness")), "{}", few.stderr);
}
