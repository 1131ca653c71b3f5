//! Tests the command `client` with and without a command, and its exit codes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID};
use tempfile::TempDir;

use super::{path, read, text};

/// Runs the command `client` without HTTPS, with a shell script as the client.
fn beside(script: &str, arguments: &[&str]) -> Output {
    let mut judge = judge();
    judge.args(["--https", "off"]).args(arguments).args(["--", "sh", "-c", script]);
    judge.output().unwrap()
}

fn judge() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smileid-conformance"));
    command.arg("client");
    command
}

/// Returns a shell command that runs a scenario for servers. Some scenarios break rules on purpose.
fn scenario(name: &str) -> String {
    let program = env!("CARGO_BIN_EXE_smileid-conformance");
    format!("'{program}' server --url \"$SMILEID_MOCK_HTTP\" --only '^server/{name}$' >/dev/null")
}

#[test]
fn a_correct_client_passes() {
    let output = beside(&scenario("services"), &[]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    assert_eq!(out, "1 request judged: 0 rules violated, 0 quirks, 0 allowed\n");
}

#[test]
fn a_violation_fails_unless_it_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let (json, junit) = (path(&folder, "report.json"), path(&folder, "junit.xml"));
    let output =
        beside(&scenario("unknown_route"), &["--json", &json, "--junit", &junit, "--subject", "lost"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));
    for line in [
        "VIOLATION  no-route, in 1 request: the API has no endpoint at this path\n",
        "VIOLATION  wrong-method, in 1 request: the endpoint requires another HTTP method\n",
        "  section 1.2 of the wire reference, Endpoints: table\n",
        "  advice: Use the paths in the reference",
        "  in POST /v1/<name of 13 characters>\n",
        "lost: 2 requests judged: 2 rules violated, 0 quirks, 0 allowed\n",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let report: Value = serde_json::from_str(&read(&json)).unwrap();
    assert_eq!(report["subject"], "lost");
    assert_eq!(report["requests"], 2);
    assert_eq!(report["rules"][0]["rule"], "no-route");
    assert_eq!(report["rules"][0]["level"], "violation");
    assert_eq!(report["rules"][0]["places"], serde_json::json!(["POST /v1/<name of 13 characters>"]));
    let junit = read(&junit);
    assert!(junit.contains("skipped=\"0\" failures=\"2\" errors=\"0\""), "{junit}");
    assert!(junit.contains("<failure message=\"the API has no endpoint at this path\">VIOLATION"), "{junit}");

    let output = beside(&scenario("unknown_route"), &["--allow", "no-route"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.ends_with(" 1 rule violated, 0 quirks, 1 allowed\n"), "{out}");
    let output = beside(&scenario("unknown_route"), &["--allow", "no-route", "--allow", "wrong-method"]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(out.starts_with("allowed    no-route, in 1 request"), "{out}");
    assert!(out.ends_with("0 rules violated, 0 quirks, 2 allowed\n"), "{out}");
}

#[test]
fn runs_without_a_judgement_exit_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for (script, arguments, said) in [
        ("true", &[][..], "no request arrived, so nothing was judged"),
        (
            &format!("{}; exit 3", scenario("services")) as &str,
            &[],
            "the command sh ended with exit status: 3",
        ),
        ("true", &["--allow", "no-such-rule"], "unknown rule: see docs/reference/client-rules.md"),
        ("true", &["--http", "nowhere"], "an address such as 127.0.0.1:8085"),
        ("true", &["--http", "off"], "a mock needs an address to listen on"),
        ("true", &["--api-key", ""], "API key"),
    ] {
        let (json, junit) = (path(&folder, "report.json"), path(&folder, "junit.xml"));
        let reports = ["--json", &json, "--junit", &junit];
        let output = beside(script, &[arguments, &reports].concat());
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(said), "{said}\n{error}");
        // A report without failures could look like a passed run.
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{script} {arguments:?}");
    }
    let output = judge().args(["--https", "off", "--", "no-such-command"]).output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("failed to run the command no-such-command"), "{error}");
}

#[test]
fn a_refusal_names_its_member() {
    let output = beside(&scenario("id_later_without_callback"), &[]);
    let out = text(&output.stdout);
    let place = "  in POST /v1/async_id_verification, /callback_url (section 3.7)\n";
    assert!(out.contains("VIOLATION  member-missing") && out.contains(place), "{out}");
}

#[test]
fn the_command_gets_the_partner_of_the_judge() {
    let script = scenario("token") + " && test \"$SMILE_ID_PARTNER_ID:$SMILE_ID_API_KEY\" = 001:abc";
    let output = beside(&script, &["--partner-id", "001", "--api-key", "abc"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// Tests may use their own partners. Their refused requests do not make them unknown.
#[test]
fn a_partner_of_the_mock_is_judged_by_its_own_key() {
    let partner = r#"{"partner_id": "002", "api_key": "def"}"#;
    let make = format!(
        "curl -sf -H 'content-type: application/json' -d '{partner}' \"$SMILEID_MOCK_ADMIN/partners\""
    );
    let asked_with = |key: &str| {
        let scenario = scenario("job_not_found");
        format!("{make} >/dev/null && (SMILE_ID_PARTNER_ID=002 SMILE_ID_API_KEY={key} {scenario}; true)")
    };
    let output = beside(&asked_with("def"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    let output = beside(&asked_with("not-the-partners"), &[]);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));
    assert!(out.contains("VIOLATION  unexplained") && !out.contains("unknown-partner"), "{out}");
}

#[test]
fn resets_and_clock_changes_are_considered() {
    let curl = "curl -sf -o /dev/null -H 'content-type: application/json' -d";
    let reset = format!("{curl} '' \"$SMILEID_MOCK_ADMIN/reset\"");
    let clock = format!(
        r#"{curl} '{{"partner_id": "{DEFAULT_PARTNER_ID}", "advance": "1h"}}' "$SMILEID_MOCK_ADMIN/clock""#
    );
    // Other errors of these requests do not matter here.
    let body = format!(r#"{{"partner_id": "{DEFAULT_PARTNER_ID}", "user_id": "u", "job_id": "j"}}"#);
    let ask = |count| {
        format!(
            "for i in $(seq {count}); do {curl} '{body}' \"$SMILEID_MOCK_HTTP/v1/job_status\" || true; done"
        )
    };
    for (rule, count, between) in [("polled-after-refusal", 1, reset), ("polled-too-fast", 6, clock)] {
        for (between, is_found) in [("true", true), (&*between, false)] {
            let output = beside(&format!("{}; sleep 0.2; {between} && {}", ask(count), ask(count)), &[]);
            let out = text(&output.stdout);
            assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));
            assert_eq!(out.contains(rule), is_found, "{between}\n{out}");
        }
    }
}

#[test]
fn reports_show_no_values() {
    let folder = tempfile::tempdir().unwrap();
    let (json, junit) = (path(&folder, "report.json"), path(&folder, "junit.xml"));
    let output = beside(&scenario("signature_of_another_key"), &["--json", &json, "--junit", &junit]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    for shown in [text(&output.stdout), &read(&json), &read(&junit)] {
        assert!(shown.contains("unexplained"), "{shown}");
        for secret in ["user-", "job-", "not-the-partners-key", "signature\":", DEFAULT_API_KEY] {
            assert!(!shown.contains(secret), "{secret}\n{shown}");
        }
    }
}

/// A process that is killed at the end of a test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn without_a_command_it_prints_its_urls_and_reports_when_it_is_interrupted() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let mut judge = judge();
    judge.args(["--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--ca-dir"]).arg(folder.path());
    let mut running = Running(judge.stdout(Stdio::piped()).spawn().unwrap());
    let mut out = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let ready: Value = serde_json::from_str(&out.next().unwrap().unwrap()).unwrap();
    assert_eq!(ready["partner_id"], DEFAULT_PARTNER_ID);
    let (url, ca) = (ready["https"].as_str().unwrap(), ready["ca"].as_str().unwrap());
    let asked =
        Command::new("curl").args(["-s", "--cacert", ca, &format!("{url}/v1/uplaod")]).output().unwrap();
    assert!(asked.status.success());

    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let report: Vec<_> = out.map(Result::unwrap).collect();
    assert_eq!(report[0], "VIOLATION  no-route, in 1 request: the API has no endpoint at this path");
    assert_eq!(running.0.wait().unwrap().code(), Some(1));
}
