//! Tests that the scenario file is read at the start and again after each change.
#![expect(clippy::disallowed_methods, reason = "files are what this is about")]

use std::{fs, path::Path, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use smileid_mock_server::{FileError, MockServer, Options, Service, UtcMillis};
use tokio::time::{Instant, sleep};

use crate::{
    admin::json_of,
    admin_document::assert_described,
    binary::{Running, binary},
};

async fn started(path: &Path) -> std::io::Result<MockServer> {
    let mut options = Options::new()?;
    options.scenarios = Some(path.to_owned());
    MockServer::start_with(options).await
}

/// Returns the codes of the scenarios in force.
fn codes(service: &Service) -> Vec<String> {
    service.scenarios().into_iter().filter_map(|active| active.rule.then.code).collect()
}

/// Returns the response of a control route.
fn asked(service: &Service, path: &str) -> Response<Bytes> {
    let request = Request::get(format!("/_mock{path}")).body(Bytes::new()).unwrap();
    service.handle(&request, UtcMillis::from_utc_millis(0)).response
}

/// Returns the member `file` in the response of `/scenarios`, checked against the OpenAPI document.
fn file_shown(service: &Service) -> Value {
    let document = json_of(&asked(service, "/openapi.json"));
    let shown = asked(service, "/scenarios");
    assert_described(&document, &document["paths"]["/_mock/scenarios"]["get"], &shown);
    json_of(&shown)["file"].clone()
}

/// Waits until a condition is true, which takes about a second.
async fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never was so");
        sleep(Duration::from_millis(20)).await;
    }
}

fn problem(service: &Service) -> Option<FileError> {
    service.scenario_file().unwrap().problem
}

#[tokio::test]
async fn a_file_that_changes_is_read_again_and_a_wrong_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.yaml");
    fs::write(&path, "scenarios: [{then: {code: '0811'}}]").unwrap();
    let server = started(&path).await.unwrap();
    let service = server.service();
    assert_eq!((codes(service), problem(service)), (vec!["0811".to_owned()], None));

    fs::write(&path, "scenarios: [{then: {code: '0841'}}]").unwrap(); // as long as before
    until(|| codes(service) == ["0841"]).await;

    fs::write(&path, "scenarios:\n  - then: {code: '0899'}\n").unwrap();
    until(|| problem(service).is_some()).await;
    let says = problem(service).unwrap().to_string();
    assert!(says.starts_with("line 2, column 12: scenarios[0].then.code: `code` must be"), "{says}");
    assert_eq!(codes(service), ["0841"]);
    let told = file_shown(service);
    assert_eq!(told["path"], path.to_str().unwrap());
    assert_eq!((&told["problem"]["line"], &told["problem"]["column"]), (&json!(2), &json!(12)));
    assert_eq!(told["problem"]["path"], "scenarios[0].then.code");
    assert!(told["problem"]["problem"].as_str().unwrap().starts_with("`code` must be one of "), "{told}");
    assert_eq!(json_of(&asked(service, "/faults"))["file"], told, "it holds all kinds of rules");

    fs::remove_file(&path).unwrap();
    until(|| problem(service).is_some_and(|problem| problem.line == 0)).await;
    assert_eq!(codes(service), ["0841"]);

    fs::write(&path, r#"{"scenarios": [{"then": {"code": "0821"}}]}"#).unwrap();
    until(|| codes(service) == ["0821"]).await;
    assert_eq!(problem(service), None);
    assert_eq!(file_shown(service), json!({"path": path.to_str().unwrap(), "problem": null}));
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_or_device_in_its_place_is_refused_and_the_file_is_read_when_it_comes_back() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.yaml");
    fs::write(&path, "scenarios: [{then: {code: '0811'}}]").unwrap();
    let server = started(&path).await.unwrap();
    let service = server.service();
    for put in [
        &(|path: &Path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap())
            as &dyn Fn(&Path),
        &|path| std::os::unix::fs::symlink("/dev/zero", path).unwrap(),
    ] {
        fs::remove_file(&path).unwrap();
        put(&path);
        until(|| problem(service).is_some_and(|it| it.to_string().contains("not a regular file"))).await;
        let refused = started(&path).await.unwrap_err().to_string();
        assert!(
            refused.contains(path.to_str().unwrap()) && refused.contains("not a regular file"),
            "{refused}"
        );
        assert_eq!(codes(service), ["0811"]);

        fs::remove_file(&path).unwrap();
        fs::write(&path, "scenarios: [{then: {code: '0811'}}]").unwrap();
        until(|| problem(service).is_none()).await;
    }
}

#[tokio::test]
async fn a_file_that_is_wrong_from_the_start_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.json");
    let missing = started(&path).await.unwrap_err().to_string();
    assert!(missing.starts_with("cannot read the scenarios in "), "{missing}");
    fs::write(&path, b"\xff\xfes\0:\0").unwrap();
    let error = started(&path).await.unwrap_err().to_string();
    assert!(error.ends_with("the text is UTF-16 (little-endian): save or send it as UTF-8"), "{error}");
    fs::write(&path, "\u{feff}scenarios: []").unwrap();
    started(&path).await.unwrap();
    fs::write(&path, "{\"scenario\": []}").unwrap();
    let wrong = started(&path).await.unwrap_err().to_string();
    assert!(wrong.contains("line 1, column 2: scenario: unknown field `scenario`"), "{wrong}");
}

#[test]
fn the_binary_takes_a_file_and_may_be_strict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.yaml");
    let path = path.to_str().unwrap();
    fs::write(path, "scenarios: [{then: {code: '2221'}}]").unwrap();
    let arguments = ["--http", "127.0.0.1:0", "--https", "off", "--strict", "--scenarios", path];
    assert!(Running::start(&arguments).url("http").starts_with("http://127.0.0.1:"));

    fs::write(path, "scenarios: [{then: {code: '2220'}}, {then: {cod: '2221'}}]").unwrap();
    let output = binary(&arguments).output().unwrap();
    let says = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "{says}");
    assert!(says.contains("line 1, column 45: scenarios[1].then.cod: unknown field `cod`"), "{says}");
}

/// If the process has no free file descriptors, the file is tried again, and the error is reported until that succeeds.
#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::disallowed_types, reason = "a client of the binary, without a runtime")]
fn a_file_that_cannot_be_opened_for_lack_of_files_is_read_later() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};

    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.yaml");
    fs::write(&path, "scenarios: [{then: {code: '0811'}}]").unwrap();
    let running =
        Running::start(&["--http", "127.0.0.1:0", "--https", "off", "--scenarios", path.to_str().unwrap()]);
    let address = running.url("http").strip_prefix("http://").unwrap();
    let mut line = BufReader::new(std::net::TcpStream::connect(address).unwrap());
    let mut asked = || {
        line.get_mut().write_all(b"GET /_mock/scenarios HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut length = 0;
        loop {
            let mut head = String::new();
            line.read_line(&mut head).unwrap();
            if let Some(value) = head.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            } else if head == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        line.read_exact(&mut body).unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    let mut until = |is_so: &dyn Fn(&Value) -> bool| {
        let begun = Instant::now();
        loop {
            let shown = asked();
            if is_so(&shown) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "it never was so: {shown}");
            std::thread::yield_now();
        }
    };
    until(&|shown| shown["file"]["problem"].is_null());

    let pid = Pid::from_child(&running.child);
    let limit = getrlimit(Resource::Nofile); // which the binary has too
    prlimit(Some(pid), Resource::Nofile, Rlimit { current: Some(3), ..limit }).unwrap();
    fs::write(&path, "scenarios: [{then: {code: '0821'}}]").unwrap();
    until(&|shown| shown["file"]["problem"].to_string().contains("Too many open files"));
    prlimit(Some(pid), Resource::Nofile, limit).unwrap();
    until(&|shown| shown["file"]["problem"].is_null() && shown["rules"][0]["then"]["code"] == "0821");
}
