//! Tests the program `smileid-conformance` over sockets, against the mock server and another server.

mod callback;
mod judge;
mod replay;
#[cfg(unix)]
mod vectors;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, MockServer};
use tempfile::TempDir;

use replay::Replay;

/// Partner id and API key of the recordings.
const RECORDED: (&str, &str) = ("212", "test-api-key-0001");

fn server(arguments: &[&str], (partner, key): (&str, &str)) -> Output {
    run(&[&["server"], arguments].concat(), (partner, key))
}

fn diff(before: &str, after: &str) -> Output {
    run(&["diff", before, after], RECORDED)
}

fn run(arguments: &[&str], (partner, key): (&str, &str)) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smileid-conformance"));
    command.args(arguments).env("SMILE_ID_PARTNER_ID", partner).env("SMILE_ID_API_KEY", key).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(path)).unwrap()
}

#[test]
fn the_mock_passes_over_sockets_without_changes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mock = runtime.block_on(MockServer::start()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let partner = (DEFAULT_PARTNER_ID, DEFAULT_API_KEY);
    let (junit, first) = (path(&folder, "junit.xml"), path(&folder, "first.json"));
    let output = server(&["--url", mock.base_url(), "--junit", &junit, "--json", &first], partner);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    assert!(out.trim_end().ends_with(" 0 failed, 0 errors, 0 skipped"), "{out}");
    assert!(read(&junit).contains("skipped=\"0\" failures=\"0\" errors=\"0\""), "{}", read(&junit));

    let output = server(&["--url", mock.base_url(), "--api", "v3"], partner);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", text(&output.stderr));
    assert!(
        out.contains("passed   server/v3_callback_retried\n") && !out.contains("server/token\n"),
        "{out}"
    );

    // The same server again, with other ids and times.
    let second = path(&folder, "second.json");
    let output = server(&["--url", mock.base_url(), "--only", "^server/id_", "--json", &second], partner);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let output = diff(&second, &second);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), "0 changes\n"));
    let output = diff(&first, &second);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    let drifts: Vec<_> = out.lines().filter(|line| line.starts_with("server/id_")).collect();
    assert!(drifts.is_empty(), "{drifts:?}");
    assert!(out.contains("server/token: outcome: was passed, is nothing"), "{out}");
}

#[test]
fn an_endless_response_is_an_error_and_a_time_limit_still_reports() {
    let replay = Replay::without_end();
    let folder = tempfile::tempdir().unwrap();
    let junit = path(&folder, "junit.xml");
    let only = ["--url", &replay.url, "--only", "^server/services$"];
    let output = server(&[&only[..], &["--junit", &junit]].concat(), RECORDED);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.contains("the response is larger than 8 MiB"), "{out}");

    let output = server(&["--url", &replay.url, "--limit", "0", "--junit", &junit], RECORDED);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    let report = read(&junit);
    assert!(report.contains("the limit of 0 seconds (--limit) was reached"), "{report}");
}

#[test]
fn another_server_gets_a_report() {
    let replay = Replay::start();
    let folder = tempfile::tempdir().unwrap();
    let (junit, json) = (path(&folder, "junit.xml"), path(&folder, "report.json"));
    let only = "^server/(services|unknown_route|token|no_archive_yet|job_not_found|id_found|business|user_disabled|bank_codes)$";
    let output =
        server(&["--url", &replay.url, "--only", only, "--junit", &junit, "--json", &json], RECORDED);
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}{}", text(&output.stderr));
    for line in [
        "passed   server/token\n",
        "passed   server/unknown_route\n",
        "passed   server/job_not_found\n",
        // Like all recordings, it was signed long ago.
        "FAILED   server/no_archive_yet",
        "step 2, v1::job_status: checking the time of the signature: ",
        // A member that differs from the reference.
        "FAILED   server/business:",
        "the response: `ResultText`: expected \"Business Verified\", got \"Unable to Validate\"",
        "sent  POST /v1/business_verification",
        "got   200 OK",
        // Closed connections are errors.
        "ERROR    server/services:",
        "ERROR    server/id_found:",
        "no response arrived",
        "skipped  server/user_disabled: the server has no admin routes",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    assert!(out.trim_end().ends_with("3 passed, 3 failed, 2 errors, 1 skipped"), "{out}");
    let junit = read(&junit);
    assert!(junit.contains("tests=\"9\" skipped=\"1\" failures=\"3\" errors=\"2\""), "{junit}");
    for written in [out, &junit, &read(&json)] {
        for secret in [RECORDED.1, "Signature=", "a-token-that-nobody-may-see", replay::SIGNATURE] {
            assert!(!written.contains(secret), "{secret}\n{written}");
        }
    }
}

#[test]
fn own_scenarios_need_no_rust() {
    let replay = Replay::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server/own.json");
    let own = r#"{
        "id": "server/own", "description": "A path of ours", "source": "synthetic",
        "steps": [{"send": {"method": "GET", "to": "/nowhere", "expect": {"status": 403}}}]
    }"#;
    fs::create_dir(file.parent().unwrap()).unwrap();
    let arguments = ["--url", &replay.url, "--cases", folder.path().to_str().unwrap()];
    for (case, code, said) in [
        (own.to_owned(), 0, "passed   server/own\n"),
        (
            own.replace("403", "404"),
            1,
            "FAILED   server/own: A path of ours\n  step 1, GET: the status: expected 404, got 403",
        ),
        (
            own.replace("expect", "expects"),
            2,
            "server/own.json:3:72: unknown field `expects`, expected one of",
        ),
        (
            own.replace("\"source\"", "\"needs\": [\"mock\"], \"source\""),
            2,
            "skipped  server/own: the server has no admin routes",
        ),
    ] {
        fs::write(&file, case).unwrap();
        let output = server(&arguments, RECORDED);
        let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{all}");
        assert!(all.contains(said), "{said}\n{all}");
    }
}

#[test]
fn own_cases_are_listed_and_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signature/own.json");
    fs::create_dir(file.parent().unwrap()).unwrap();
    let own = r#"{
        "id": "signature/own", "description": "A key of ours", "source": "synthetic",
        "partner_id": "212", "api_key": "test-api-key-0001", "timestamp": "2023-03-09T21:35:00.279Z",
        "received": "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XF=", "expect": {"refused": "malformed"}
    }"#;
    for (case, codes, said) in [
        (own.to_owned(), [0, 0], "1 passed, 0 failed"),
        (own.replace("malformed", "mismatch"), [0, 1], "FAILED signature/own::received\n"),
        (own.replace("\"api_key\"", "\"apikey\""), [2, 2], "signature/own.json:3:"),
        (own.replace("\"received", "\"partner_id\": \"1\", \"received"), [2, 2], "signature/own.json:4:"),
    ] {
        fs::write(&file, case).unwrap();
        for (command, code) in ["list", "vectors"].into_iter().zip(codes) {
            let output = run(&[command, "--cases", folder.path().to_str().unwrap()], RECORDED);
            let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert_eq!(output.status.code(), Some(code), "{command}: {all}");
            let said = if command == "list" && code == 0 { "signature/own  synthetic" } else { said };
            assert!(all.contains(said), "{command} {said}\n{all}");
        }
    }
}

#[test]
fn runs_that_cannot_start_exit_with_2() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let broken = Replay::that_only_breaks();
    for (arguments, partner, why) in [
        (&["--url", &closed][..], RECORDED, "does not respond"),
        (&["--url", &broken.url], RECORDED, "does not respond"),
        (&["--url", "not an address"], RECORDED, "expected a URL such as https://host"),
        (&["--url", "http://api.example"], RECORDED, "https"),
        (&["--url", "https://api.smileidentity.com"], RECORDED, "production"),
        (&["--url", "https://API.smileidentity.com./v1"], RECORDED, "production"),
        (&["--url", &closed], ("", "key"), "partner id is empty"),
        (&["--url", &closed, "--api-key-file", "/nowhere/at/all"], RECORDED, "failed to read"),
        (&["--url", &closed, "--only", "("], RECORDED, "--only"),
        (&[], RECORDED, "--url"),
    ] {
        let output = server(arguments, partner);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {err}");
        assert!(err.contains(why), "{arguments:?} {err}");
        assert!(!err.contains(RECORDED.1), "{err}");
    }
    let output = diff("/nowhere/a", "/nowhere/b");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}
