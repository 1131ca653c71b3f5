//! Progress, colours, line breaks and `--verbose`.

use serde_json::json;

use crate::{command::*, terminal::in_terminal};

const SUBMIT: [&str; 9] = [
    "submit",
    "--job-type",
    "4",
    "--selfie",
    "docs/images/selfie.jpg",
    "--user-id",
    "user-1",
    "--wait",
    "--job-id=job-1",
];

#[test]
fn progress_is_shown_on_a_terminal_and_disappears() {
    let server = server("after=1s");
    let screen = in_terminal(smileid_at(&server), &SUBMIT, 80);
    for step in ["submitting job job-1 of user user-1", "announcing the job", "waiting up to 2 minutes"] {
        assert!(screen.raw.contains(step), "{step}: {:?}", screen.raw);
    }
    assert!(screen.raw.contains("sending ") && screen.raw.contains(" of 452."), "{:?}", screen.raw);
    assert!(
        !screen.text.contains("waiting up to") && screen.text.contains("\nApproved\n"),
        "{}",
        screen.text
    );
    assert!(screen.raw.contains("\u{1b}[1;32mApproved\u{1b}[0m"), "{:?}", screen.raw);

    // Only the result.
    let words = [&SUBMIT[..8], &["--job-id=job-2", "--allow-new-enroll"]].concat();
    let mut command = smileid_at(&server);
    command.env("NO_COLOR", "1").arg("--quiet");
    let quiet = in_terminal(command, &words, 80);
    assert!(quiet.text.starts_with("Approved\n") && !quiet.raw.contains('\u{1b}'), "{:?}", quiet.raw);

    // A JSON object on a terminal, and a pipe.
    let words = [&SUBMIT[..8], &["--job-id=job-3", "--allow-new-enroll", "--format=json"]].concat();
    let json = in_terminal(smileid_at(&server), &words, 80);
    assert!(json.text.starts_with('{') && !json.raw.contains('\u{1b}'), "{:?}", json.raw);
    let words = [&SUBMIT[..8], &["--job-id=job-4", "--allow-new-enroll", "--format=text"]].concat();
    let pipe = run(smileid_at(&server), words, "");
    assert_eq!((pipe.status, pipe.stderr.as_str()), (0, ""));
    assert!(pipe.stdout.starts_with("Approved\n"), "{}", pipe.stdout);
}

/// Each request has a line, without values. The last line of standard error is still the error.
#[test]
fn verbose_prints_requests_waits_and_retries() {
    let server = server("immediate");
    let words = [&SUBMIT[..], &["-v"]].concat();
    let run_1 = run(smileid_at(&server), words, "");
    let origin = server.base_url();
    let starts = [
        format!("POST {origin}/v1/upload: 200 in "),
        format!("PUT {origin}/{{upload_url}}: 200 in "),
        "waiting ".to_owned(),
        format!("POST {origin}/v1/job_status: 200 in "),
    ];
    let lines: Vec<_> = run_1.stderr.lines().collect();
    assert_eq!(lines.len(), starts.len(), "{}", run_1.stderr);
    for (line, start) in lines.iter().zip(&starts) {
        assert!(line.starts_with(start.as_str()), "{line}");
    }
    run_1.json();

    let failing =
        responding_with(b"HTTP/1.1 503 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec());
    let status = ["status", "--user-id", "user-1", "--job-id", "job-1", "--timeout", "5s", "-v"];
    let run_2 = run(smileid_with_key(&failing, "mock-api-key-0000"), status, "");
    assert!(run_2.stderr.contains("/v1/job_status: 503 in "), "{}", run_2.stderr);
    assert!(run_2.stderr.contains("/v1/job_status, attempt 2: 503 in "), "{}", run_2.stderr);
    assert!(run_2.stderr.lines().any(|line| line.starts_with("waiting ")), "{}", run_2.stderr);
    let last = run_2.stderr.lines().last().unwrap_or_default();
    let error: serde_json::Value = serde_json::from_str(last).expect("the error is the last line");
    assert_eq!(error["error"]["kind"], "refused");
}

#[test]
fn verbose_twice_prints_masked_headers() {
    let server = server("immediate");
    let words = ["token", "--api", "v3", "--product", "biometric_kyc", "-vv"];
    let token = run(smileid_at(&server), words, "");
    assert!(token.stderr.contains("> smileid-api-key: <text of 17 characters>"), "{}", token.stderr);
    assert!(token.stderr.contains("< content-type: application/json"), "{}", token.stderr);
    let services =
        ["submit", "--api", "v3", "--product", "enhanced_kyc", "--user-id", "user-1", "--wait", "-vv"];
    let id = ["--country", "NG", "--id-type", "BVN", "--id-number", "00000000000"];
    let person = ["--first-name", "Amina Fatou", "--last-name", "Clearwater"];
    let more =
        ["--email", "amina.clearwater@example.com", "--privacy-policy", "https://partner.example/privacy"];
    let job = run(smileid_at(&server), [&services[..], &id, &person, &more].concat(), "");
    let all = format!("{}{}", token.stderr, job.stderr);
    let issued = token.json()["token"].as_str().expect("a token").to_owned();
    let secrets = [issued.as_str(), "eyJ", "mock-api-key-0000", "Clearwater", "clearwater", "00000000000"];
    for secret in secrets {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    assert!(job.stderr.contains("/v3/enhanced_kyc"), "{}", job.stderr);
}

#[test]
fn services_are_selected_by_country_and_product() {
    let server = server("immediate");
    let list = |words: &[&str]| run(smileid_at(&server), ["services"].iter().chain(words), "");
    let all = list(&[]).json();
    let kenya = list(&["--country", "KE"]).json();
    assert_eq!(kenya["id_types"], json!({"KE": all["id_types"]["KE"]}));
    let selected = list(&["--country", "NG", "--product", "biometric_kyc"]).json();
    let words = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
    };
    assert_eq!(words(&selected["hosted_web"]), ["biometric_kyc"]);
    let expected = words(&all["hosted_web"]["biometric_kyc"]["NG"]["id_types"]);
    assert!(expected.len() > 2 && expected.len() < words(&all["id_types"]["NG"]).len(), "{expected:?}");
    assert_eq!(words(&selected["id_types"]["NG"]), expected);
    let text = list(&["--country", "NG", "--product", "biometric_kyc", "--format", "text"]);
    assert_eq!(text.stdout.lines().count(), expected.len(), "{}", text.stdout);
    for (words, field) in [(["--country", "ng"], "country"), (["--product", "everything"], "product")] {
        let wrong = list(&words);
        assert_eq!((wrong.status, wrong.error()["field"].as_str()), (2, Some(field)), "{words:?}");
    }
}

#[test]
fn help_fits_the_terminal() {
    let commands = [
        "submit",
        "status",
        "wait",
        "replay",
        "token",
        "services",
        "sign",
        "verify",
        "package",
        "explain",
        "listen",
        "doctor",
        "completions",
        "man",
    ];
    for command in commands {
        let help = in_terminal(smileid(), &[command, "--help"], 80);
        assert!(help.status == 0 && !help.is_broken, "{command}:\n{}", help.text);
        assert!(help.text.contains("\nExamples:\n  smileid "), "{command}:\n{}", help.text);
    }
}
