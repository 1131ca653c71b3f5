//! Tests `smileid token` and `smileid services`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::command::*;

/// Returns the claims of the mock server's token.
fn claims(reply: &Value) -> Value {
    let token = reply["token"].as_str().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[test]
fn a_token_names_its_job() {
    let server = server("immediate");
    let ids = ["--user-id", "user-1", "--job-id", "job-1", "--callback", "https://receiver.example/x"];
    let token = ["token", "--product", "biometric_kyc"];
    let reply = run(smileid_at(&server), token.iter().chain(&ids), "").json();
    for (member, value) in [
        ("user_id", "user-1"),
        ("job_id", "job-1"),
        ("product", "biometric_kyc"),
        ("callback_url", "https://receiver.example/x"),
        ("partner_id", server.credentials().partner_id().as_str()),
    ] {
        assert_eq!(claims(&reply)[member], value);
    }
    assert_eq!((&reply["user_id"], &reply["job_id"]), (&json!("user-1"), &json!("job-1")));

    let random = run(smileid_at(&server), token, "").json();
    assert_eq!(claims(&random)["user_id"], random["user_id"]);
    assert_eq!(claims(&random)["job_id"], random["job_id"]);
    assert_eq!(claims(&random)["callback_url"], "", "as the official Python SDK sends it");
    let again = run(smileid_at(&server), token, "").json();
    assert_ne!(again["job_id"], random["job_id"]);

    let mock = run(smileid(), token.iter().chain(&["--env", "mock", "--format", "text"]), "");
    assert!(mock.status == 0 && mock.stdout.starts_with("token "), "{}{}", mock.stdout, mock.stderr);
}

#[test]
fn invalid_token_requests_are_refused() {
    let server = server("immediate");
    let unknown = run(smileid_at(&server), ["token", "--product", "selfies"], "");
    assert_eq!((unknown.status, &unknown.error()["code"]), (4, &json!("2217")));
    assert!(unknown.error()["job_id"].is_string());
    let wrong_key = smileid_with_key(server.base_url(), "another-key-0001");
    let wrong_key = run(wrong_key, ["token", "--product", "biometric_kyc"], "");
    assert_eq!((wrong_key.status, &wrong_key.error()["code"]), (4, &json!("2205")));
    assert!(!wrong_key.stderr.contains("another-key-0001"));

    let nowhere = || smileid_with_key("http://127.0.0.1:1", "some-key");
    for (arguments, field) in [
        (&["token"][..], "product"),
        (&["token", "--product", " "], "product"),
        (&["token", "--product", "x", "--user-id", ""], "user_id"),
        (&["token", "--product", "x", "--callback", "ftp://receiver"], "options.optional_callback"),
    ] {
        let run = run(nowhere(), arguments, "");
        assert_eq!((run.status, run.error()["field"].as_str()), (2, Some(field)), "{arguments:?}");
    }
    assert_eq!(run(smileid(), ["token", "--product", "x"], "").error()["field"], "env");
}

#[test]
fn services_need_no_key_and_are_printed_as_received() {
    let server = server("immediate");
    let mut without_key = smileid();
    without_key.env("SMILE_ID_ENVIRONMENT", server.base_url());
    let reply = run(without_key, ["services"], "").json();
    assert!(reply["id_types"]["NG"]["BVN"].is_array(), "{reply}");
    assert!(reply["bank_codes"].is_array());
    let text = run(smileid(), ["services", "--env", "mock", "--format", "text"], "");
    assert!(text.stdout.contains("NG BVN: "), "{}", text.stdout);

    assert_eq!(run(smileid(), ["services"], "").error()["field"], "env");
    let silent = run(smileid(), ["services", "--env", "http://127.0.0.1:1"], "");
    assert_eq!((silent.status, &silent.error()["kind"]), (5, &json!("no_response")));
}
