//! Snapshots of the state, the file of the state, and users and jobs from the file of scenarios.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "files, and a server, are what this is about"
)]

use std::{fs, time::Duration};

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use smileid_mock_server::{Config, MockServer, Options, Processing, ScenarioFile, SnapshotError, UserState};
use smileid_protocol::{
    auth::Credentials,
    job::{CallbackUrl, IdNumber, LookupJob},
    v1::{async_id_verification, job_status},
};

use crate::{
    admin::{ask, get, json_of, post},
    binary::{Running, binary},
    support::{CALLBACK, Mock, ids, registration},
};

/// A mock that holds all kinds of data: a complete job, one in processing, a lookup with a callback, a user, and links.
fn full() -> Mock {
    let mut config = Config::new([42; 32]);
    config.processing = Processing::After(Duration::from_secs(60));
    let mock = Mock::with(config);
    mock.submit(registration("amina", "job-1")).unwrap();
    mock.pass(Duration::from_secs(61));
    mock.submit_with(registration("kofi", "job-2"), Some(&CallbackUrl::parse(CALLBACK).unwrap())).unwrap();
    let number = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let mut lookup = LookupJob::enhanced_kyc(ids("zola", "lookup-1"), number).into_lookup();
    lookup.id_info.first_name = Some("Zola".to_owned());
    let callback = CallbackUrl::parse(CALLBACK).unwrap();
    mock.send(&async_id_verification::Request::new(lookup, &callback)).unwrap();
    let mut user = UserState::default();
    user.active = false;
    assert!(mock.service.set_user(mock.credentials.partner_id(), "abena", user));
    mock
}

fn status(mock: &Mock, user_id: &str, job_id: &str) -> Value {
    let mut reply = mock.reply(&job_status::Request::new(user_id, job_id));
    reply.as_object_mut().unwrap().remove("timestamp");
    reply
}

#[test]
fn a_snapshot_is_the_state() {
    let mock = full();
    let saved = ask(&mock, &Method::GET, "/snapshot", &[], "");
    assert_eq!(saved.status(), 200);
    let text = std::str::from_utf8(saved.body()).unwrap();
    for name in ["amina", "job-2", "lookup-1", "abena", CALLBACK] {
        assert!(text.contains(name), "{name}");
    }

    // Another mock, with another secret and the same partner.
    let mut config = Config::new([7; 32]);
    config.processing = Processing::After(Duration::from_secs(60));
    let other = Mock::with(config);
    other.pass(Duration::from_secs(61));
    let loaded = ask(&other, &Method::PUT, "/snapshot", &[], text);
    assert_eq!((loaded.status().as_u16(), json_of(&loaded)), (200, json!({"partners": ["085"]})));
    assert_eq!(other.service.snapshot(None), saved.body());
    for (user, job) in [("amina", "job-1"), ("kofi", "job-2"), ("zola", "lookup-1")] {
        assert_eq!(status(&other, user, job), status(&mock, user, job), "{job}");
    }
    assert_eq!(status(&other, "kofi", "job-2")["job_complete"], false);
    assert_eq!(get(&other, "/billing"), get(&mock, "/billing"));
    assert_eq!(get(&other, "/users/abena?partner_id=085")["state"]["active"], false);

    // What was planned happens, and new jobs get new numbers.
    for mock in [&mock, &other] {
        mock.pass(Duration::from_secs(60));
        assert_eq!(status(mock, "kofi", "job-2")["job_complete"], true);
        assert_eq!(mock.submit(registration("efua", "job-3")).unwrap(), "0000000004");
        assert_eq!(get(mock, "/callbacks?partner_id=085")["callbacks"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_snapshot_replaces_its_partners_alone() {
    let mock = full();
    post(&mock, "/partners", r#"{"partner_id": "900", "api_key": "another"}"#);
    let snapshot = mock.service.snapshot(Some(mock.credentials.partner_id()));
    let other = Mock::new();
    other.submit(registration("old", "old-1")).unwrap();
    post(&other, "/partners", r#"{"partner_id": "901", "api_key": "kept"}"#);
    other.service.restore(&snapshot).unwrap();
    assert_eq!(other.refusal(&job_status::Request::new("old", "old-1")).1["code"], "2304");
    let partners = get(&other, "/partners").to_string();
    assert!(partners.contains("901") && !partners.contains("900"), "{partners}");

    // A partner of the snapshot that does not exist is added with its key.
    other.service.restore(&mock.service.snapshot(None)).unwrap();
    let added = Mock::sharing(other.service.clone(), Credentials::new("900", "another").unwrap());
    added.submit(registration("new", "new-1")).unwrap();
}

#[test]
fn what_is_no_snapshot_changes_nothing() {
    let mock = full();
    let before = mock.service.snapshot(None);
    for (body, problem) in [
        ("{}", "missing field `version`"),
        (r#"{"version": 2, "partners": []}"#, "the version 2"),
        (r#"{"version": 1, "partners": [{}]}"#, "partners[0]"),
        (r#"{"version": 1, "partners": [], "more": 1}"#, "unknown field `more`"),
        ("[", "the body"),
    ] {
        let refused = ask(&mock, &Method::PUT, "/snapshot", &[], body);
        assert_eq!(refused.status(), 400, "{body}");
        assert!(json_of(&refused).to_string().contains(problem), "{refused:?}");
    }
    assert_eq!(mock.service.restore(br#"{"version": 9, "partners": []}"#), Err(SnapshotError::Version(9)));
    assert!(matches!(mock.service.restore(b"no"), Err(SnapshotError::Invalid(_))));
    assert_eq!(mock.service.snapshot(None), before);
    assert_eq!(ask(&mock, &Method::GET, "/snapshot?partner_id=999", &[], "").status(), 404);

    // More values than other routes accept, within a limit of bytes.
    let many = |count: usize| {
        let users = (0..count).map(|number| json!([format!("user-{number}"), {}, 1])).collect::<Vec<_>>();
        let mut snapshot: Value = serde_json::from_slice(&before).unwrap();
        snapshot["partners"][0]["users"] = json!(users);
        Bytes::from(snapshot.to_string())
    };
    let put = |body| {
        let request = Request::put("/_mock/snapshot").body(body).unwrap();
        mock.raw(&request).status().as_u16()
    };
    assert_eq!((put(many(20_000)), put(many(500_000))), (200, 413));
    // The limit of users is that of the mock.
    assert!(mock.service.restore(&many(200_000)).is_ok());
    let kept: Value = serde_json::from_slice(&mock.service.snapshot(None)).unwrap();
    assert_eq!(kept["partners"][0]["users"].as_array().unwrap().len(), 100_000);
}

fn file(text: &str) -> ScenarioFile {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

const SEEDS: &str = "
users:
  - {user_id: amina}
  - {user_id: kofi, partner_id: '900', state: {active: false}}
jobs:
  - {user_id: zola, job_id: job-1, job_type: 1}
  - {user_id: abena, job_id: job-2, job_type: 1, then: {code: '0814', review: {code: '1210', after: 2h}}}
  - {user_id: efua, job_id: job-3, job_type: 4, then: {code: '0841'}}
";

#[test]
fn partners_have_the_users_and_jobs_of_the_file() {
    let mock = Mock::new();
    mock.service.set_file_rules(file(SEEDS));
    let check = |mock: &Mock| {
        let partner = mock.credentials.partner_id();
        let user = |user_id| mock.service.user(partner, user_id);
        assert_eq!(user("amina"), Some(UserState::default()));
        assert_eq!(user("kofi").map(|user| user.active), (partner.as_str() == "900").then_some(false));
        // An approved job enrols its user.
        assert!(user("zola").is_some() && user("efua").is_none());
        for (user, job, code) in
            [("zola", "job-1", "0810"), ("abena", "job-2", "1210"), ("efua", "job-3", "0841")]
        {
            let reply = status(mock, user, job);
            assert_eq!(
                (&reply["job_complete"], &reply["result"]["ResultCode"]),
                (&json!(true), &json!(code))
            );
        }
        assert_eq!(mock.refusal(&job_status::Request::new("zola", "job-9")).1["code"], "2304");
    };
    check(&mock);
    assert!(mock.service.billing(mock.credentials.partner_id()).is_empty());

    // After a reset they are there again, and a new partner has them too.
    mock.submit(registration("old", "old-1")).unwrap();
    post(&mock, "/reset", "");
    check(&mock);
    assert_eq!(mock.refusal(&job_status::Request::new("old", "old-1")).1["code"], "2304");
    post(&mock, "/partners", r#"{"partner_id": "900", "api_key": "another"}"#);
    check(&Mock::sharing(mock.service.clone(), Credentials::new("900", "another").unwrap()));

    // What exists does not change with the file.
    let partner = mock.credentials.partner_id();
    mock.service.set_file_rules(file("users: [{user_id: amina, state: {active: false}}, {user_id: new}]"));
    assert_eq!(mock.service.user(partner, "amina"), Some(UserState::default()));
    assert!(mock.service.user(partner, "new").is_some());
}

#[test]
fn impossible_users_and_jobs_are_errors_with_their_place() {
    for (text, path) in [
        ("users: [{user_id: a, state: {photos: false}}]", "users[0].state.photos"),
        ("users: [{state: {}}]", "users[0]"),
        ("jobs: [{user_id: a, job_id: b, job_type: 5}]", "jobs[0].job_type"),
        ("jobs: [{user_id: a, job_id: b, job_type: 4, then: {code: '0899'}}]", "jobs[0].then.code"),
        ("jobs: [{user_id: a, job_id: b, job_type: 4, then: {code: '2209'}}]", "jobs[0].then.code"),
    ] {
        let error = text.parse::<ScenarioFile>().unwrap_err();
        assert_eq!((error.line, error.path.as_str()), (1, path), "{error}");
    }
}

/// Asks the admin routes of a running server.
fn users(server: &MockServer) -> bool {
    server.service().user(server.credentials().partner_id(), "amina").is_some()
}

#[tokio::test]
async fn the_state_survives_a_restart_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let start = async || {
        let mut options = Options::new().unwrap();
        options.state = Some(path.clone());
        MockServer::start_with(options).await
    };
    let server = start().await.unwrap();
    assert!(!users(&server));
    let partner = server.credentials().partner_id().clone();
    server.service().set_user(&partner, "amina", UserState::default());
    drop(server);
    let server = start().await.unwrap();
    assert!(users(&server));
    server.shutdown(Duration::from_secs(1)).await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is left");

    // A file that is no snapshot is not overwritten.
    fs::write(&path, "{").unwrap();
    let error = start().await.unwrap_err().to_string();
    assert!(error.contains("cannot use the state in") && error.contains("not a snapshot"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"{");
}

/// The file is written while the mock runs, so that a mock that is killed loses a few seconds.
#[test]
fn the_binary_writes_its_state_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let words = ["--http", "127.0.0.1:0", "--https", "off", "--state", path.to_str().unwrap()];
    let running = Running::start(&words);
    let url = running.url("http").to_owned();
    let read = || fs::read_to_string(&path).unwrap_or_default();
    assert!(read().contains("\"085\"") && !read().contains("user-of-this-test"));
    let mut stream = std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let put = "PUT /_mock/users/user-of-this-test?partner_id=085 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\
         Connection: close\r\n\r\n{}";
    std::io::Write::write_all(&mut stream, put.as_bytes()).unwrap();
    let mut response = String::new();
    std::io::Read::read_to_string(&mut stream, &mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let begun = std::time::Instant::now();
    while !read().contains("user-of-this-test") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it was never written");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(running);
    let missing =
        binary(&["--http", "127.0.0.1:0", "--https", "off", "--state", "/no/such/folder/state.json"])
            .output()
            .unwrap();
    assert!(!missing.status.success());
    let text = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(text.contains("cannot use the state in /no/such/folder/state.json"), "{text}");
}
