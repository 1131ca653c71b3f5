//! Version 3: jobs, their status, replays, tokens and services.

use serde_json::json;

use crate::command::*;

const PERSON: [&str; 8] = [
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
const ID: [&str; 6] = ["--country", "NG", "--id-type", "BVN", "--id-number", "00000000000"];
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

/// The test identity ends with `clear` (the official table of test identities).
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
        (vec!["services", "--country", "NG"], "--country"),
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
