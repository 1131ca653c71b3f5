//! The binary `smileid-mock`.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// A running binary, which dies with the test.
struct Running {
    child: Child,
    announcement: Value,
    line: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let (child, line) = spawn(arguments);
        let announcement = serde_json::from_str(&line).expect("the first line is JSON");
        Self { child, announcement, line }
    }
}

/// Starts the binary and reads its first line, which is empty when it stops without one.
fn spawn(arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smileid-mock"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the binary to its end, which must come before it serves.
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
    for none in ["https", "ca", "ui"] {
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

#[test]
fn an_address_in_use_is_named_with_a_way_out() {
    let running = Running::start(&["--http", "127.0.0.1:0"]);
    let address = running.announcement["http"].as_str().unwrap().strip_prefix("http://").unwrap();
    let second = run(&["--http", address]);
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains(address) && said.contains("--http 127.0.0.1:0"), "{said}");
    assert!(second.stdout.is_empty());
}

#[test]
fn wrong_usage_exits_with_two() {
    for (arguments, says) in [
        (["--http", "0.0.0.0:0"], "loopback"),
        (["--http", "[::]:0"], "loopback"),
        (["--http", "off"], "HTTPS is not there yet"),
        (["--http", "nowhere"], "127.0.0.1:8085"),
        (["--https", "127.0.0.1:8443"], "HTTPS is not there yet"),
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

#[cfg(unix)]
fn stop(child: &Child) {
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
}

#[cfg(not(unix))]
fn stop(_: &Child) {}
