//! The file of scenarios, read at the start and again whenever it changes.
#![expect(clippy::disallowed_methods, reason = "files are what this is about")]

use std::{fs, path::Path, time::Duration};

use smileid_mock_server::{MockServer, Options, Service};
use tokio::time::{Instant, sleep};

use crate::binary::{Running, binary};

async fn started(path: &Path) -> std::io::Result<MockServer> {
    let mut options = Options::new()?;
    options.scenarios = Some(path.to_owned());
    MockServer::start_with(options).await
}

/// The codes of the scenarios in force.
fn codes(service: &Service) -> Vec<String> {
    service.scenarios().into_iter().filter_map(|active| active.rule.then.code).collect()
}

/// Waits until something is so, which takes a second or so.
async fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never was so");
        sleep(Duration::from_millis(20)).await;
    }
}

fn problem(service: &Service) -> Option<String> {
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
    let says = problem(service).unwrap();
    assert!(
        says.contains("scenarios.yaml are wrong: line 2, column 5: scenarios[0]: `code` must be"),
        "{says}"
    );
    assert_eq!(codes(service), ["0841"]);

    fs::remove_file(&path).unwrap();
    until(|| problem(service).is_some_and(|problem| problem.starts_with("cannot read"))).await;
    assert_eq!(codes(service), ["0841"]);

    fs::write(&path, r#"{"scenarios": [{"then": {"code": "0821"}}]}"#).unwrap();
    until(|| codes(service) == ["0821"]).await;
    assert_eq!(problem(service), None);
}

#[tokio::test]
async fn a_file_that_is_wrong_from_the_start_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenarios.json");
    let missing = started(&path).await.unwrap_err().to_string();
    assert!(missing.starts_with("cannot read the scenarios in "), "{missing}");
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
