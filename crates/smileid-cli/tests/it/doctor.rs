//! Tests `smileid doctor`: its checks and exit codes.

use serde_json::{Value, json};

use crate::command::*;

/// Starts a server with a valid HTTP response whose `Date` header is `date`.
fn at(date: &str, status: &str, body: &str) -> String {
    let head = format!("HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Length: {}", body.len());
    responding_with(format!("{head}\r\nConnection: close\r\n\r\n{body}").into_bytes())
}

fn outcome<'a>(checks: &'a Value, name: &str) -> (&'a str, &'a str) {
    let check = checks.as_array().unwrap().iter().find(|check| check["check"] == name).unwrap();
    (check["outcome"].as_str().unwrap(), check["advice"].as_str().unwrap_or_default())
}

#[test]
fn a_working_setup_passes_all_checks() {
    let server = server("immediate");
    let reply = run(smileid_at(&server), ["doctor"], "").json();
    assert_eq!((&reply["ok"], &reply["api"]), (&json!(true), &json!(server.base_url())));
    for name in ["key_shape", "trust", "clock", "environment"] {
        assert_eq!(outcome(&reply["checks"], name), ("ok", ""), "{reply}");
    }
    let text = run(smileid(), ["doctor", "--env", "mock", "--format", "text"], "");
    assert!(text.status == 0 && text.stdout.contains("the API accepts the key"), "{}", text.stdout);
}

#[test]
fn a_key_of_another_environment_fails() {
    let server = server("immediate");
    let wrong = || smileid_with_key(server.base_url(), "the-key-of-production");
    let run_json = run(wrong(), ["doctor"], "");
    let error = run_json.error();
    assert_eq!(run_json.status, 4);
    assert_eq!(
        (&error["kind"], &error["code"], &error["status"]),
        (&json!("refused"), &json!("2205"), &json!(400))
    );
    let (outcome_of_key, advice) = outcome(&error["checks"], "environment");
    assert_eq!(outcome_of_key, "fail");
    assert!(
        advice.contains("sandbox and production have different keys, so compare the key in the portal"),
        "{advice}"
    );
    assert_eq!(outcome(&error["checks"], "clock").0, "ok");

    let text = run(wrong(), ["doctor", "--format", "text"], "");
    assert_eq!((text.status, text.stdout.as_str()), (4, ""));
    assert!(text.stderr.contains("fail: ") && text.stderr.contains("clock "), "{}", text.stderr);
    for shown in [&run_json.stderr, &text.stderr] {
        assert!(!shown.contains("the-key-of-production"), "{shown}");
    }
}

#[test]
fn a_wrong_clock_fails() {
    let unknown_job = r#"{"error":"Job not found","code":"2304"}"#;
    let unauthorized = r#"{"error":"no","code":"2205"}"#;
    let long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";
    for body in [unknown_job, unauthorized] {
        let url = at(long_ago, "400 Bad Request", body);
        let run = run(smileid_with_key(&url, "some-key-0001"), ["doctor"], "");
        assert_eq!((run.status, &run.error()["kind"]), (6, &json!("stale")), "{}", run.stderr);
        assert!(run.error()["message"].as_str().unwrap().contains("ahead of the server's"));
        assert_eq!(outcome(&run.error()["checks"], "clock").0, "fail");
    }
    let url = at(long_ago, "400 Bad Request", unauthorized);
    let error = run(smileid_with_key(&url, "some-key-0001"), ["doctor"], "").error();
    assert!(outcome(&error["checks"], "environment").1.contains("set the clock first"), "{error}");

    let silent =
        run(smileid_with_key(&at("never", "400 Bad Request", unknown_job), "some-key-0001"), ["doctor"], "");
    assert_eq!(
        outcome(&silent.json()["checks"], "clock").0,
        "warn",
        "the server's response has no time (`Date` header)"
    );
}

#[test]
fn other_servers_than_smile_id_fail() {
    // The current time, so that the clock check passes.
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let time = jiff::Timestamp::from_second(since.as_secs().try_into().unwrap()).unwrap();
        time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    };
    let forged = r#"{"job_complete":true,"timestamp":"2023-03-09T21:35:00.279Z",
        "signature":"ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE="}"#;
    for (status, body, exit, kind, advice) in [
        ("200 OK", "<html>welcome</html>", 5, "no_response", "check the URL"),
        ("404 Not Found", "", 4, "refused", "check the URL"),
        ("503 Service Unavailable", "", 4, "refused", "try again later"),
        ("400 Bad Request", r#"{"error":"x","code":"2220"}"#, 4, "refused", "Ask for production access"),
        ("200 OK", forged, 6, "forged", "not signed with this key"),
    ] {
        let run = run(smileid_with_key(&at(&now(), status, body), "some-key-0001"), ["doctor"], "");
        assert_eq!((run.status, run.error()["kind"].as_str()), (exit, Some(kind)), "{}", run.stderr);
        let error = run.error();
        assert!(outcome(&error["checks"], "environment").1.contains(advice), "{error}");
    }
}

#[test]
fn no_connection_fails() {
    let run = run(smileid_with_key("http://127.0.0.1:1", "some-key-0001"), ["doctor"], "");
    assert_eq!((run.status, &run.error()["kind"]), (5, &json!("no_response")));
    let error = run.error();
    assert_eq!(outcome(&error["checks"], "trust").0, "fail");
    assert_eq!(error["checks"].as_array().unwrap().len(), 2, "the other checks cannot run");
}

#[test]
fn an_untrusted_certificate_fails() {
    let mut options = smileid_mock_server::Options::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    options.https = Some(smileid_mock_server::Https::new(folder.path()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(smileid_mock_server::MockServer::start_with(options)).unwrap();
    let https = server.https_url().unwrap();
    let mut command = smileid_with_key(https, "some-key-0001");
    command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
    let run = run(command, ["doctor"], "");
    assert_eq!((run.status, &run.error()["kind"]), (5, &json!("no_response")));
    assert!(outcome(&run.error()["checks"], "trust").1.contains("SSL_CERT_FILE"), "{}", run.stderr);
}

#[test]
fn an_unusual_key_is_a_warning() {
    let server = server("immediate");
    for (partner_id, key, says) in [
        ("me", "mock-api-key-0000", "digits"),
        ("85", "mock-api-key-0000", "leading zeros"),
        ("085", "\"mock-api-key-0000\"", "remove them"),
        ("085", "mock api-key-0000", "on one line"),
        ("085", "mock-api-kéy-0000", "copy the key again from the portal"),
        ("085", "k3y", "copy the complete key"),
    ] {
        let mut command = smileid_with_key(server.base_url(), key);
        command.env("SMILE_ID_PARTNER_ID", partner_id);
        let run = run(command, ["doctor"], "");
        let error = run.error(); // the mock knows no such partner or key
        let (outcome, advice) = outcome(&error["checks"], "key_shape");
        assert!(outcome == "warn" && advice.contains(says), "{advice}");
        assert!(!run.stderr.contains(key), "{}", run.stderr);
    }
}

#[test]
fn missing_settings_are_named() {
    for (env, field) in [("", "env"), ("nowhere", "env"), ("sandbox", "partner_id")] {
        let run = run(smileid(), ["doctor", "--env", env], "");
        assert_eq!((run.status, run.error()["field"].as_str()), (2, Some(field)));
    }
}
