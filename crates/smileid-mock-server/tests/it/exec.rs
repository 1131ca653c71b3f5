//! Tests `smileid-mock env` and `smileid-mock exec`: environment, signals and exit code of the command.
#![expect(clippy::disallowed_methods, reason = "the mock's files and environment, seen from outside")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::binary::{Running, binary};

const LANGUAGES: [&str; 9] = ["node", "python", "go", "java", "ruby", "php", "dotnet", "rust", "shell"];

/// Returns the command that runs `command` with a mock server whose certificate authority is in `folder`.
fn exec(folder: &Path, more: &[&str], command: &[&str]) -> Command {
    let folder = folder.to_str().unwrap();
    binary(&[&["exec", "--ca-dir", folder], more, &["--"], command].concat())
}

/// Returns the environment of a POSIX shell after it has run a script.
fn evaluated(script: &str, before: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut shell = Command::new("sh");
    shell.args(["-ec", "eval \"$1\"; env -0", "sh", script]).env_clear();
    shell.env("PATH", std::env::var_os("PATH").unwrap()).envs(before.iter().copied());
    let output = shell.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{script}\n{output:?}");
    variables(&output.stdout)
}

fn variables(stdout: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8(stdout.to_vec()).unwrap();
    let pairs = text.split_terminator('\0').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn env(language: &str, folder: &Path, more: &[&str]) -> String {
    let folder = folder.to_str().unwrap();
    let output = binary(&[&["env", "--lang", language, "--ca-dir", folder], more].concat()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_language_gets_what_its_clients_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("it's a \"$HOME\" folder");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for language in LANGUAGES {
        let told = ["--url", "https://localhost:1/v1", "--partner-id", "212", "--api-key", "it's"];
        let script = env(language, &folder, &told);
        let found = evaluated(&script, &[("SMILEID_MOCK_HTTP", "http://of.another")]);
        let get = |name: &str| found.get(name).map(String::as_str);
        assert_eq!(get("SMILE_ID_ENVIRONMENT"), Some("https://localhost:1"), "{language}");
        assert_eq!((get("SMILE_ID_PARTNER_ID"), get("SMILE_ID_API_KEY")), (Some("212"), Some("it's")));
        assert_eq!(
            (get("SMILEID_MOCK_HTTP"), get("SMILEID_MOCK_HTTPS")),
            (None, Some("https://localhost:1"))
        );
        assert_eq!(get("SMILEID_MOCK_CA"), Some(&*file("ca.pem")));
        let (variable, value) = match language {
            "node" => ("NODE_EXTRA_CA_CERTS", file("ca.pem")),
            "java" => (
                "JAVA_TOOL_OPTIONS",
                format!(
                    "'-Djavax.net.ssl.trustStore={}' -Djavax.net.ssl.trustStoreType=PKCS12 \
                     -Djavax.net.ssl.trustStorePassword=changeit",
                    file("truststore.p12")
                )
                .replace("it's", "it\"'\"'\"'s"),
            ),
            "php" => ("PHP_INI_SCAN_DIR", format!(":{}", file("php"))),
            _ => ("SSL_CERT_FILE", file("bundle.pem")),
        };
        if language != "java" {
            assert_eq!(get(variable), Some(&*value), "{language}");
        }
        let path = get(variable).unwrap().trim_start_matches(':');
        assert!(language == "java" || Path::new(path).exists(), "{path}");
        assert!(
            script
                .lines()
                .all(|line| line.starts_with("# ") || line.contains("export ") || line.starts_with("unset ")),
            "{script}"
        );
    }
    let python = evaluated(&env("python", &folder, &[]), &[]);
    assert_eq!(python["REQUESTS_CA_BUNDLE"], file("bundle.pem"));
    assert_eq!(python["SMILE_ID_ENVIRONMENT"], "https://127.0.0.1:8443", "the usual port");
    let ruby = evaluated(&env("ruby", &folder, &[]), &[("RUBYOPT", "-W0"), ("RUBYLIB", "/other")]);
    assert_eq!(ruby["RUBYOPT"], "-W0 -rsmileid_mock_trust");
    assert_eq!(ruby["RUBYLIB"], format!("/other:{}", file("ruby")));
    assert!(folder.join("ruby/smileid_mock_trust.rb").exists());
    let curl = evaluated(&env("shell", &folder, &[]), &[]);
    assert_eq!(curl["CURL_CA_BUNDLE"], file("bundle.pem"));
}

#[test]
fn what_is_there_is_added_to() {
    let folder = tempfile::tempdir().unwrap();
    let java = evaluated(&env("java", folder.path(), &[]), &[("JAVA_TOOL_OPTIONS", "-Dx=y")]);
    assert!(java["JAVA_TOOL_OPTIONS"].starts_with("-Dx=y -Djavax.net.ssl.trustStore=/"), "{java:?}");
    let php = evaluated(&env("php", folder.path(), &[]), &[("PHP_INI_SCAN_DIR", "/etc/php.d")]);
    assert!(php["PHP_INI_SCAN_DIR"].starts_with("/etc/php.d:/"), "{php:?}");
}

#[test]
fn no_proxy_is_asked_for_this_machine() {
    const OURS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
    let folder = tempfile::tempdir().unwrap();
    let spared = |found: &BTreeMap<String, String>, name: &str| -> BTreeSet<String> {
        found.get(name).into_iter().flat_map(|hosts| hosts.split(',')).map(str::to_owned).collect()
    };
    for language in LANGUAGES {
        let found = evaluated(&env(language, folder.path(), &["--url", "http://127.0.0.1:1"]), &[]);
        // Java never asks a proxy for loopback: `http.nonProxyHosts` is `localhost|127.*|[::1]` by default.
        let ours = if language == "java" { BTreeSet::new() } else { OURS.map(str::to_owned).into() };
        assert_eq!(spared(&found, "NO_PROXY"), ours, "{language}");
        assert_eq!(spared(&found, "no_proxy"), ours, "{language}");
    }
    let script = env("shell", folder.path(), &["--url", "http://127.0.0.1:1"]);
    for (before, theirs) in [
        (&[("NO_PROXY", "a.example")][..], &["a.example"][..]),
        (&[("no_proxy", "a.example")], &["a.example"]),
        (&[("no_proxy", ""), ("NO_PROXY", "a.example")], &["a.example"]),
        (&[("no_proxy", "a.example"), ("NO_PROXY", "b.example,c")], &["a.example", "b.example", "c"]),
    ] {
        let exec = exec(folder.path(), &["--https", "off"], &["env", "-0"])
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .envs(before.iter().copied())
            .output()
            .unwrap();
        let all: BTreeSet<_> = OURS.iter().chain(theirs).map(ToString::to_string).collect();
        for found in [evaluated(&script, before), variables(&exec.stdout)] {
            assert_eq!(spared(&found, "NO_PROXY"), all, "{before:?}");
            assert_eq!(spared(&found, "no_proxy"), all, "{before:?}");
        }
    }
}

#[test]
fn without_tls_there_is_nobody_to_trust() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("ca");
    for language in LANGUAGES {
        let found = evaluated(&env(language, &folder, &["--url", "http://127.0.0.1:1"]), &[]);
        let ours =
            found.keys().filter(|name| !matches!(name.as_str(), "PATH" | "PWD" | "SHLVL" | "_" | "OLDPWD"));
        let names: Vec<_> = ours.map(String::as_str).collect();
        let place = [
            "SMILEID_MOCK_ADMIN",
            "SMILEID_MOCK_HTTP",
            "SMILE_ID_API_KEY",
            "SMILE_ID_ENVIRONMENT",
            "SMILE_ID_PARTNER_ID",
        ];
        let of_proxies = |name: &&str| matches!(*name, "NO_PROXY" | "no_proxy");
        assert_eq!(names.into_iter().filter(|name| !of_proxies(name)).collect::<Vec<_>>(), place);
    }
    assert!(!folder.exists());
}

#[test]
fn a_command_finds_a_mock_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let told = ["--partner-id", "212"];
    let output = exec(folder.path(), &told, &["env", "-0"]).env("SMILEID_MOCK_HTTP", "x").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let found = variables(&output.stdout);
    assert_eq!(found["SMILE_ID_ENVIRONMENT"], found["SMILEID_MOCK_HTTPS"]);
    assert!(found["SMILEID_MOCK_HTTP"].starts_with("http://127.0.0.1:"));
    assert_eq!(found["SMILEID_MOCK_ADMIN"], format!("{}/_mock", found["SMILEID_MOCK_HTTP"]));
    assert_eq!((&*found["SMILE_ID_PARTNER_ID"], &*found["SMILE_ID_API_KEY"]), ("212", "mock-api-key-0000"));
    for language in LANGUAGES {
        let script = env(language, folder.path(), &["--url", &found["SMILEID_MOCK_HTTPS"]]);
        for (name, value) in evaluated(&script, &[]) {
            if ["SMILE", "PATH", "PWD", "SHLVL", "_"].iter().all(|other| !name.starts_with(other)) {
                assert_eq!(found.get(&name), Some(&value), "{language}");
            }
        }
    }

    // The mock responds while the command runs, over HTTP and HTTPS.
    let ask =
        "for url in $SMILEID_MOCK_HTTP $SMILEID_MOCK_HTTPS; do \"$0\" ready --url $url --ca-dir \"$1\"; done";
    let command = ["sh", "-ec", ask, env!("CARGO_BIN_EXE_smileid-mock"), folder.path().to_str().unwrap()];
    let said = text(&exec(folder.path(), &[], &command).output().unwrap());
    assert_eq!(said.matches("is ready").count(), 2, "{said}");

    let plain = exec(folder.path(), &["--https", "off"], &["env", "-0"]).output().unwrap();
    let plain = variables(&plain.stdout);
    assert_eq!(plain["SMILE_ID_ENVIRONMENT"], plain["SMILEID_MOCK_HTTP"]);
    assert!(!plain.contains_key("SMILEID_MOCK_HTTPS") && !plain.contains_key("SMILEID_MOCK_CA"));
}

#[test]
fn a_command_is_sent_to_a_mock_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().to_str().unwrap();
    let running = Running::start(&["--http", "off", "--https", "127.0.0.1:0", "--ca-dir", authority]);
    let url = running.url("https");
    let command = ["sh", "-ec", "echo $SMILE_ID_ENVIRONMENT $SMILEID_MOCK_ADMIN ${SMILEID_MOCK_HTTP-none}"];
    let said =
        text(&exec(folder.path(), &["--url", url], &command).env("SMILEID_MOCK_HTTP", "x").output().unwrap());
    assert_eq!(said, format!("{url} {url}/_mock none\n"));

    let both = exec(folder.path(), &["--url", url, "--http", "off"], &command).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn standard_streams_are_the_commands_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = exec(folder.path(), &[], &["sh", "-c", "cat; echo warning >&2"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\0any\xffbytes").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((&*output.stdout, &*output.stderr), (&b"\0any\xffbytes"[..], &b"warning\n"[..]));
}

#[test]
fn it_exits_as_the_command_does() {
    let folder = tempfile::tempdir().unwrap();
    let plain = ["--https", "off"];
    for (command, code) in [
        (&["true"][..], 0),
        (&["sh", "-c", "exit 7"], 7),
        (&["sh", "-c", "exit 255"], 255),
        (&["sh", "-c", "kill -KILL $$"], 128 + 9),
        (&["no-such-command-anywhere"], 127),
    ] {
        let output = exec(folder.path(), &plain, command).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{command:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    let output = exec(folder.path(), &plain, &[file.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(126), "{output:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot run"));

    let nothing = binary(&["exec", "--https", "off", "--"]).output().unwrap();
    assert_eq!(nothing.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn signals_reach_the_command() {
    let folder = tempfile::tempdir().unwrap();
    for (signal, number) in [("TERM", 15), ("INT", 2), ("HUP", 1), ("QUIT", 3), ("USR1", 10), ("USR2", 12)] {
        // The command reads what never comes, until the signal has it say which it was and go.
        let script =
            format!("trap 'echo {number}; exit {number}' {signal}; echo $$; while :; do read line; done");
        let mut command = exec(folder.path(), &["--https", "off"], &["sh", "-c", &script]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let pid = lines.next().unwrap().unwrap();
        assert!(
            Command::new("kill")
                .args([&format!("-{signal}"), &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(lines.next().unwrap().unwrap(), number.to_string(), "{signal}");
        assert_eq!(child.wait().unwrap().code(), Some(number), "{signal}");
        assert!(goes(&pid), "{signal}: the command is gone");
    }
}

/// Waits for at most ten seconds until the process `pid` does not exist any more.
#[cfg(unix)]
fn goes(pid: &str) -> bool {
    let is_there =
        || Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().unwrap().success();
    (0..200).any(|_| {
        let is_gone = !is_there();
        if !is_gone {
            thread::sleep(Duration::from_millis(50));
        }
        is_gone
    })
}

#[cfg(unix)]
#[test]
fn a_command_that_ignores_signals_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    // The second leads a group of its own, with a child that ignores the signal as it does.
    let ignoring = "trap 'echo told' TERM; echo $$; while :; do read line; done";
    let grouped = "exec setsid sh -c \"trap 'echo told' TERM; sh -c 'trap : TERM; echo \\$\\$; read line; sleep 1000'\"";
    for script in [ignoring, grouped] {
        let mut command = exec(folder.path(), &["--https", "off"], &["sh", "-c", script]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let pid = lines.next().unwrap().unwrap();
        let tell = || {
            let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
            assert!(told.success());
        };
        tell();
        if script == ignoring {
            assert_eq!(lines.next().unwrap().unwrap(), "told");
            tell();
        }
        assert_eq!(child.wait().unwrap().code(), Some(128 + 15), "{script}");
        // All processes that hold the other end of the pipe have ended.
        for line in lines {
            assert_eq!(line.unwrap(), "told");
        }
        assert!(goes(&pid), "{script}");
    }
}

/// Shell script that sends a request to an unknown path and an upload request with a wrong signature, and then exits with the
/// code `$0`.
const REFUSED: &str = r#"
curl -s -o /dev/null "$SMILE_ID_ENVIRONMENT/v1/uplaod"
curl -s -o /dev/null "$SMILE_ID_ENVIRONMENT/v1/upload" -d '{"smile_client_id":"085",
    "timestamp":"2023-03-09T21:35:00.279Z","signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "api_key":"mock-api-key-0000","file_name":"selfie.zip",
    "partner_params":{"user_id":"leo","job_id":"job-1","job_type":4}}'
exit "$0"
"#;

/// Secrets that no report may contain: API key and signature in [`REFUSED`].
const SECRETS: [&str; 2] = ["mock-api-key-0000", "AAAAAAAAAAAAAAAAAAAAAAAA"];

#[test]
fn a_command_that_fails_is_told_what_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run = |command: &[&str]| {
        let output = exec(folder.path(), &["--https", "off"], command).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&["sh", "-c", REFUSED, "7"]);
    assert_eq!(code, Some(7));
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], "smileid-mock: the command failed; 2 of 2 requests failed:", "{said}");
    assert!(lines[1].starts_with("  #1 GET /v1/uplaod 403: no-route: "), "{said}");
    let told = "  #2 POST /v1/upload 400 2205 user leo job job-1: unexplained: ";
    assert!(lines[2].starts_with(told) && lines[2].contains("; key-sent: "), "{said}");
    assert_eq!(lines.len(), 3);
    assert!(SECRETS.iter().all(|secret| !said.contains(secret)), "{said}");

    assert_eq!(run(&["sh", "-c", REFUSED, "0"]), (Some(0), String::new()));

    // A rare mistake, which is found after the response: local time with microseconds, sent in UTC without them. The
    // signature was made with Python's hmac.
    let late = r#"curl -s -o /dev/null $SMILE_ID_ENVIRONMENT/v1/job_status -d '{"partner_id":"085",
        "timestamp":"2023-03-09T21:35:00.279Z","signature":"EQhbTcySPuW6NodL/WyfFvJ1edao/pMu1OQHf0CjZrQ=","user_id":"leo","job_id":"job-1",
        "image_links":false,"history":false}'; exit 1"#;
    let (_, said) = run(&["sh", "-c", late]);
    assert!(said.contains(": timestamp-local: "), "{said}");

    // Of many, the first.
    let script = "for n in $(seq 25); do curl -s -o /dev/null $SMILEID_MOCK_HTTP/v1/x$n; done; exit 1";
    let (_, said) = run(&["sh", "-c", script]);
    assert_eq!(said.lines().count(), 12, "{said}");
    assert!(said.ends_with("  and 15 more; `--journal FILE` lists them all\n"), "{said}");

    let (_, said) = run(&["false"]);
    assert!(said.contains("no request reached the mock") && said.contains("SMILE_ID_ENVIRONMENT"), "{said}");
}

#[test]
fn reports_hold_what_happened() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca");
    let ca_dir = authority.to_str().unwrap();
    let running = Running::start(&["--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--ca-dir", ca_dir]);
    let before = format!("curl -s -o /dev/null {}/v1/before", running.url("http"));
    assert!(Command::new("sh").args(["-c", &before]).status().unwrap().success());
    let file = |case: &str, kind: &str| folder.path().join(format!("{case}.{kind}"));
    let read = |case: &str, kind: &str| fs::read_to_string(file(case, kind)).unwrap();
    let json = |case: &str, kind: &str| -> Value { serde_json::from_str(&read(case, kind)).unwrap() };
    for (case, mock) in [
        ("own", ["--https", "off"]),
        ("own-https", ["--http", "off"]),
        ("another", ["--url", running.url("http")]),
        ("another-https", ["--url", running.url("https")]),
    ] {
        let reports = [("--journal", "json"), ("--har", "har"), ("--junit", "xml")]
            .map(|(flag, kind)| (flag, file(case, kind).to_str().unwrap().to_owned()));
        let reports = reports.iter().flat_map(|(flag, path)| [*flag, path]);
        let more: Vec<_> = mock.into_iter().chain(reports).collect();
        let output = exec(&authority, &more, &["sh", "-c", REFUSED, "0"]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{case}: {output:?}");

        let journal = json(case, "json");
        let entries = journal["entries"].as_array().unwrap().iter();
        let told: Vec<_> = entries.map(|it| (it["path"].as_str().unwrap(), it["refused"] == true)).collect();
        assert_eq!(told, [("/v1/uplaod", true), ("/v1/upload", true)], "{case}: nothing from before");
        let archive = json(case, "har");
        assert_eq!(archive["log"]["version"], "1.2");
        let entries = archive["log"]["entries"].as_array().unwrap().iter();
        let comments: Vec<_> = entries.map(|it| it["comment"].as_str().unwrap()).collect();
        assert_eq!(comments.len(), 2, "{case}");
        assert!(comments[0].starts_with("no-route: ") && comments[1].starts_with("unexplained: "));
        let junit = read(case, "xml");
        for part in [
            r#"<testsuite name="smileid-mock exec" tests="2" skipped="0" errors="0" failures="2">"#,
            r#"<testcase name="GET /v1/uplaod" classname="smileid-mock">"#,
            r#"<testcase name="POST /v1/upload" classname="smileid-mock">"#,
            r#"<failure message="1 of 1 requests failed">"#,
            "400 2205 user leo",
        ] {
            assert!(junit.contains(part), "{part}\n{junit}");
        }
        for kind in ["json", "har", "xml"] {
            let text = read(case, kind);
            assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let permissions = fs::metadata(file(case, kind)).unwrap().permissions();
                assert_eq!(permissions.mode() & 0o777, 0o600, "{case} {kind}");
            }
        }
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn a_report_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    fs::create_dir(&target).unwrap();
    // If the report cannot be written, the command does not start.
    for path in [&folder.path().join("none/report.json"), &target] {
        let more = ["--https", "off", "--junit", path.to_str().unwrap()];
        let output = exec(folder.path(), &more, &["echo", "began"]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("--junit"), "{path:?}");
    }
    // The folder goes while the command runs: the code of a failure stays, and success becomes 1.
    for (code, expected) in [("0", 1), ("7", 7)] {
        fs::create_dir_all(&target).unwrap();
        let journal = target.join("journal.json");
        let more = ["--https", "off", "--journal", journal.to_str().unwrap()];
        let command = ["sh", "-c", "rmdir \"$1\"; exit $2", "sh", target.to_str().unwrap(), code];
        let output = exec(folder.path(), &more, &command).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("cannot write") && said.contains("journal.json"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn reports_are_written_when_a_signal_ends_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("report.xml");
    let more = ["--https", "off", "--junit", junit.to_str().unwrap()];
    let script = "curl -s -o /dev/null $SMILEID_MOCK_HTTP/v1/uplaod; echo asked; while :; do read line; done";
    let mut command = exec(folder.path(), &more, &["sh", "-c", script]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "asked");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    // Standard input is dropped by the wait: the shell would go on without it.
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(128 + 15));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no-route: "));
    assert!(fs::read_to_string(&junit).unwrap().contains("GET /v1/uplaod"));
}
