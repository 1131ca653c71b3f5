//! Tests the program `smileid-mock`.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// A running `smileid-mock`, which is killed at the end of the test.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) announcement: Value,
    line: String,
}

impl Running {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let (child, line) = spawn(arguments);
        let announcement = serde_json::from_str(&line).expect("the first line is JSON");
        Self { child, announcement, line }
    }
}

impl Running {
    /// Returns one of the URLs that the program prints.
    pub(crate) fn url(&self, name: &str) -> &str {
        self.announcement[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.line))
    }
}

/// Starts the program and reads its first line, which is empty if it ends without printing one.
fn spawn(arguments: &[&str]) -> (Child, String) {
    let mut child =
        binary(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

/// Returns the command to run the program. It never uses the certificate authority of the person who runs the tests.
pub(crate) fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smileid-mock"));
    command.args(arguments).env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end, without waiting for a server.
fn run(arguments: &[&str]) -> Output {
    let (mut child, line) = spawn(arguments);
    if !line.is_empty() {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("{arguments:?} serves: {line}");
    }
    child.wait_with_output().unwrap()
}

#[test]
fn the_first_line_says_where_and_as_whom() {
    let arguments = ["--http", "127.0.0.1:0", "--https", "off", "--partner-id", "212", "--api-key", "key"];
    let mut running = Running::start(&arguments);
    let said = &running.announcement;
    let http = said["http"].as_str().unwrap();
    assert!(http.starts_with("http://127.0.0.1:") && !http.ends_with('/') && !http.ends_with(":0"), "{http}");
    assert_eq!(said["admin"], format!("{http}/_mock"));
    assert_eq!((said["partner_id"].as_str(), said["api_key"].as_str()), (Some("212"), Some("key")));
    assert_eq!(said["pid"], running.child.id());
    assert_eq!(said["ui"], format!("{http}/_mock/ui"));
    for none in ["https", "ca"] {
        assert!(said[none].is_null() && said.get(none).is_some(), "{none}");
    }
    let order = ["http", "https", "ca", "admin", "ui", "partner_id", "api_key", "pid"]
        .map(|name| running.line.find(&format!("\"{name}\":")).unwrap());
    assert!(order.is_sorted(), "{}", running.line);

    stop(&running.child);
    assert!(running.child.wait().unwrap().success(), "stops cleanly");
    let mut rest = String::new();
    running.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "one line and nothing else");
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_types, reason = "a client of the binary, without a runtime")]
fn a_second_signal_ends_it_whatever_is_under_way() {
    use std::io::Write as _;

    let mut running = Running::start(&["--http", "127.0.0.1:0", "--https", "off"]);
    let address = running.url("http").strip_prefix("http://").unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let head = "POST /v1/upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100", "it waits for the body");
    stop(&running.child);
    while std::net::TcpStream::connect(&address).is_ok() {} // until it has begun to stop
    stop(&running.child);
    assert_eq!(running.child.wait().unwrap().code(), Some(1));
}

#[cfg(unix)]
#[test]
fn pipes_in_the_place_of_files_are_named_and_not_waited_for() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("ca.pem");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let (folder, pipe) = (folder.path().to_str().unwrap(), pipe.to_str().unwrap());
    for arguments in [
        ["--http", "off", "--https", "127.0.0.1:0", "--ca-dir", folder],
        ["--http", "127.0.0.1:0", "--https", "off", "--scenarios", pipe],
    ] {
        let output = run(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(pipe) && said.contains("not a regular file"), "{said}");
    }
}

#[test]
fn a_mock_that_others_can_reach_says_that_callbacks_are_off() {
    let arguments = ["--http", "0.0.0.0:0", "--https", "off", "--admin-token", "token"];
    for (more, says) in [(&[][..], true), (&["--callbacks", "loopback"][..], false)] {
        let mut running = Running::start(&[&arguments[..], more].concat());
        running.child.kill().unwrap();
        let mut said = String::new();
        running.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(
            said.contains("callbacks are off") && said.contains("--callbacks loopback"),
            says,
            "{said}"
        );
    }
}

#[test]
fn an_address_in_use_is_named_with_a_way_out() {
    let running = Running::start(&["--http", "127.0.0.1:0", "--https", "127.0.0.1:0"]);
    let http = running.url("http").strip_prefix("http://").unwrap();
    let https = running.url("https").strip_prefix("https://").unwrap();
    for (arguments, address) in
        [(["--http", http, "--https", "off"], http), (["--http", "off", "--https", https], https)]
    {
        let second = run(&arguments);
        assert_eq!(second.status.code(), Some(1));
        let said = String::from_utf8(second.stderr).unwrap();
        assert!(said.contains(address) && said.contains("--http 127.0.0.1:0"), "{said}");
        assert!(second.stdout.is_empty());
    }
}

#[test]
fn wrong_usage_exits_with_two() {
    for (arguments, says) in [
        (["--http", "0.0.0.0:0"], "loopback"),
        (["--http", "[::]:0"], "loopback"),
        (["--http", "nowhere"], "127.0.0.1:8085"),
        (["--https", "0.0.0.0:0"], "loopback"),
        (["--https", "nowhere"], "127.0.0.1:8085"),
        (["--tls-name", "*.example"], "host.docker.internal"),
        (["--clock", "frozen=noon"], "frozen=2026-01-31T12:00:00Z"),
        (["--seed", "x"], "invalid digit"),
        (["--callbacks", "all"], "loopback"),
        (["--processing", "soon"], "after=2s"),
        (["--id-number-limit", "0"], "0 is not in"),
        (["--partner-id", ""], "partner id is empty"),
        (["--api-key", ""], "API key is empty"),
        (["--nonsense", "1"], "--nonsense"),
    ] {
        let output = run(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn it_listens_somewhere_or_says_so() {
    let output = run(&["--http", "off", "--https", "off"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("both are off"));
}

#[test]
fn two_first_starts_at_once_share_an_authority() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("ca");
    let arguments = ["--http", "off", "--https", "127.0.0.1:0", "--ca-dir", folder.to_str().unwrap()];
    let [first, second] = std::thread::scope(|scope| {
        [(); 2].map(|()| scope.spawn(|| Running::start(&arguments))).map(|it| it.join().unwrap())
    });
    let ca = folder.join("ca.pem");
    for running in [&first, &second] {
        assert_eq!(running.announcement["ca"], ca.to_str().unwrap());
        assert_eq!(running.announcement["http"], Value::Null);
        assert_eq!(running.url("admin"), format!("{}/_mock", running.url("https")));
        let url = running.url("https");
        let ready = binary(&["ready", "--url", url, "--ca-dir", folder.to_str().unwrap()]).output().unwrap();
        assert!(ready.status.success(), "{ready:?}");
    }
}

#[test]
fn without_https_a_folder_that_is_named_has_what_receivers_need() {
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().to_str().unwrap();
    let running = Running::start(&["--http", "127.0.0.1:0", "--https", "off", "--ca-dir", named]);
    assert!(running.announcement["https"].is_null());
    assert!(["ca.pem", "receiver.pem", "receiver.key"].iter().all(|file| folder.path().join(file).exists()));
}

#[test]
fn ready_says_yes_or_no() {
    let running = Running::start(&["--http", "127.0.0.1:0", "--https", "127.0.0.1:0"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let elsewhere = elsewhere.path().to_str().unwrap();
    let (http, https) = (running.url("http").to_owned(), running.url("https").to_owned());
    for url in [&http, &https, &https.replace("127.0.0.1", "localhost"), &format!("{http}/v1")] {
        let yes = binary(&["ready", "--url", url]).output().unwrap();
        let said = String::from_utf8(yes.stdout).unwrap();
        assert!(yes.status.success() && said.contains("is ready"), "{url}: {said}");
    }
    let wrong = binary(&["ready", "--url", &https, "--ca-dir", elsewhere]).output().unwrap();
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(1), "{said}");
    assert!(said.contains("certificate") && said.contains("--ca-dir"), "{said}");

    drop(running);
    for url in [&http, &https] {
        let no = binary(&["ready", "--url", url, "--wait", "100ms"]).output().unwrap();
        let said = String::from_utf8(no.stderr).unwrap();
        assert_eq!(no.status.code(), Some(1), "{said}");
        assert!(said.contains(url) && no.stdout.is_empty(), "{said}");
    }
    let usage = binary(&["ready", "--url", "nowhere"]).output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}

#[tokio::test]
async fn ready_waits_for_a_mock_that_starts() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let waiting = binary(&["ready", "--url", &url, "--wait", "30s"]).stdout(Stdio::piped()).spawn().unwrap();
    for answer in ["", "HTTP/1.1 503 -\r\n\r\n", "HTTP/1.1 200 -\r\n\r\n"] {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        // To the end: what is closed before it was read is reset, and the answer may be lost.
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        assert!(request.starts_with(b"GET /_mock/ready HTTP/1.1\r\n"));
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
    let output = waiting.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn with_a_seed_and_a_frozen_clock_answers_are_the_same_each_time() {
    let link = |seed| {
        let clock = "frozen=2026-01-31T12:00:00Z";
        let running =
            Running::start(&["--http", "127.0.0.1:0", "--https", "off", "--clock", clock, "--seed", seed]);
        let address = running.url("http").strip_prefix("http://").unwrap().to_owned();
        let answer = post_upload(&address);
        assert!(answer.contains("Expires=1769861700&"), "a quarter of an hour after noon: {answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let first = link("7");
    assert_eq!(link("7"), first);
    assert_ne!(link("8"), first);
}

/// Sends an upload request to a mock server, always with the same `Host`.
#[expect(clippy::disallowed_types, reason = "a client of the binary, without a runtime")]
fn post_upload(address: &str) -> String {
    use std::io::Write as _;

    use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID};
    use smileid_protocol::{
        auth::{AuthScheme as _, Credentials},
        endpoint::Endpoint,
        timestamp::Timestamp,
        v1::upload,
    };

    use crate::support::{ready, registration};

    let partner = Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).unwrap();
    let proof = <upload::Request as Endpoint>::Auth::prove(&partner, &Timestamp::from_utc_millis(0));
    let message = ready(registration("leo", "job")).upload_request(None);
    let request = message.encode(&"http://localhost".parse().unwrap(), &proof).unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /v1/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        request.body().len()
    );
    stream.write_all(&[head.as_bytes(), request.body()].concat()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(unix)]
fn stop(child: &Child) {
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
}

#[cfg(not(unix))]
fn stop(_: &Child) {}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error_and_no_panic() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let env = ["env", "--lang", "shell", "--url", "http://127.0.0.1:9"];
    let output = binary(&env).stdout(full()).output().unwrap();
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && says.contains("No space left on device"), "{says}");
    for arguments in [&env[..], &["ready", "--url", "http://127.0.0.1:9"], &["exec", "--", "/nowhere"]] {
        let status = binary(arguments).stdout(full()).stderr(full()).status().unwrap();
        assert!(matches!(status.code(), Some(1 | 127)), "{arguments:?}: {status}");
    }
}

/// Sends a request, and returns after the response has come.
#[expect(clippy::disallowed_types, reason = "a client of the binary, without a runtime")]
fn send(running: &Running, request: &str) {
    use std::io::Write as _;

    let address = running.url("http").strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let body = "{}";
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
}

#[test]
fn each_request_is_a_line() {
    let arguments = ["--http", "127.0.0.1:0", "--https", "off", "--clock", "frozen=2026-01-31T12:00:00Z"];
    let mut running = Running::start(&[&arguments[..], &["--log", "text"]].concat());
    send(&running, "GET /v1/services");
    send(&running, "POST /v1/job_status");
    let mut stderr = BufReader::new(running.child.stderr.take().unwrap());
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        stderr.read_line(line).unwrap();
    }
    assert_eq!(lines[0], "2026-01-31T12:00:00.000Z #1 GET /v1/services 200\n");
    let refused = "2026-01-31T12:00:00.000Z #2 POST /v1/job_status 400 2205: proof-missing: ";
    assert!(lines[1].starts_with(refused) && lines[1].contains("partner_id"), "{}", lines[1]);

    let url = running.url("http").to_owned();
    let printed = run_to_end(&["logs", "--url", &url]);
    assert_eq!(printed, lines.concat());
    let json = run_to_end(&["logs", "--url", &url, "--format", "json"]);
    let entries: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[1]["status"].as_u64(), entries[1]["refused"].as_bool()), (Some(400), Some(true)));

    // With `--follow` it goes on.
    let mut follower = binary(&["logs", "--follow", "--url", &url]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines_of_it = BufReader::new(follower.stdout.take().unwrap());
    let mut line = String::new();
    for _ in 0..2 {
        lines_of_it.read_line(&mut line).unwrap();
    }
    send(&running, "GET /v1/services");
    lines_of_it.read_line(&mut line).unwrap();
    assert!(line.ends_with("#3 GET /v1/services 200\n"), "{line}");
    follower.kill().unwrap();
    follower.wait().unwrap();
}

fn run_to_end(arguments: &[&str]) -> String {
    let output = binary(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_a_page_and_not_json() {
    let command =
        format!("{} --http 127.0.0.1:0 --https off --partner-id 212", env!("CARGO_BIN_EXE_smileid-mock"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &command, "/dev/null"]).stdin(Stdio::null());
    let mut child = script.stdout(Stdio::piped()).spawn().unwrap();
    let mut screen = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    while !screen.contains("Ctrl-C") && stdout.read_line(&mut screen).unwrap() > 0 {}
    stop(&child); // `script` passes the signal on to the mock
    child.wait().unwrap();
    let url = screen.split_once("HTTP ").unwrap().1.trim_start().lines().next().unwrap().trim();
    assert!(url.starts_with("http://127.0.0.1:"), "{screen}");
    for part in [
        "smileid-mock 0.1.0: a local Smile ID, independent of Smile ID",
        "  partner id   212",
        "  API key      mock-api-key-0000",
        &format!("  page         {url}/_mock/ui"),
        &format!("eval \"$(smileid-mock env --lang node --url {url} --partner-id 212)\""),
    ] {
        assert!(screen.contains(part), "{part}\n{screen}");
    }
    assert!(!screen.contains('{'), "{screen}");
}

#[test]
#[expect(clippy::disallowed_types, reason = "a receiver of the binary's callbacks, without a runtime")]
fn a_callback_is_sent_without_a_job() {
    let receiver = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/hook", receiver.local_addr().unwrap());
    let running = Running::start(&["--http", "127.0.0.1:0", "--https", "off"]);
    let printed = run_to_end(&["trigger", "callback", "--to", &to, "--url", running.url("http")]);
    assert_eq!(printed, format!("callback 1 is sent to {to}\n"));
    let (mut stream, _) = receiver.accept().unwrap();
    let mut head = [0; 15];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"POST /hook HTTP");

    let refused =
        binary(&["trigger", "callback", "--to", "ftp://x", "--url", running.url("http")]).output().unwrap();
    let says = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(1) && says.contains("the mock server refuses the callback: `url`: "),
        "{says}"
    );
}
