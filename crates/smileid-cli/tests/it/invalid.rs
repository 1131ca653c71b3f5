//! Tests invalid input: exit code 2 or 3, an error that names the field, and no request.

use serde_json::{Value, json};

use crate::command::*;

fn job() -> Value {
    json!({
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 1},
        "image_details": [
            {"image_type_id": 0, "image": "docs/images/selfie.jpg"},
            {"image_type_id": 1, "image": "docs/images/id_card.jpg"},
        ],
        "id_info": {"country": "NG", "id_type": "BVN", "id_number": "12345678901", "entered": "true"},
        "options": {"return_job_status": true},
    })
}

/// Sets the member at a path such as `/options/return_job_status`, or removes it for null.
fn with(mut job: Value, path: &str, value: &Value) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() { Some(&mut job) } else { job.pointer_mut(parent) };
    let parent = parent.unwrap();
    match (parent, value) {
        (Value::Object(members), Value::Null) => drop(members.remove(name)),
        (Value::Object(members), value) => drop(members.insert(name.to_owned(), value.clone())),
        (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value.clone(),
        _ => panic!("{path}"),
    }
    job
}

#[test]
fn each_error_names_its_field_and_nothing_is_sent() {
    let nowhere = "http://127.0.0.1:1"; // a request would fail with exit 5
    let null = Value::Null;
    let selfie = json!([{"image_type_id": 0, "image": "docs/images/selfie.jpg"}]);
    let card = json!([{"image_type_id": 1, "image": "docs/images/id_card.jpg"}]);
    let image = |id: Value, text: &str| json!([{"image_type_id": id, "image": text}]);
    for (path, value, field) in [
        ("/partner_params", null.clone(), "partner_params"),
        ("/partner_params", json!("text"), "partner_params"),
        ("/partner_params/user_id", null.clone(), "partner_params.user_id"),
        ("/partner_params/user_id", json!(""), "partner_params.user_id"),
        ("/partner_params/user_id", json!(7), "partner_params.user_id"),
        ("/partner_params/job_id", null.clone(), "partner_params.job_id"),
        ("/partner_params/job_id", json!(" "), "partner_params.job_id"),
        ("/partner_params/job_type", null.clone(), "partner_params.job_type"),
        ("/partner_params/job_type", json!(0), "partner_params.job_type"),
        ("/partner_params/job_type", json!(3), "partner_params.job_type"),
        ("/partner_params/job_type", json!(-1), "partner_params.job_type"),
        ("/partner_params/job_type", json!("50"), "partner_params.job_type"),
        ("/partner_params/job_type", json!("one"), "partner_params.job_type"),
        ("/image_details", null.clone(), "image_details"),
        ("/image_details", json!([]), "image_details"),
        ("/image_details", json!("docs/images/selfie.jpg"), "image_details"),
        ("/image_details", card, "image_details"),
        ("/image_details", image(json!(9), "docs/images/selfie.jpg"), "image_details[0].image_type_id"),
        ("/image_details", image(json!(null), "docs/images/selfie.jpg"), "image_details[0].image_type_id"),
        ("/image_details", image(json!(0), ""), "image_details[0].image"),
        ("/image_details", image(json!(2), "docs/images/selfie.jpg"), "image_details[0].image"),
        ("/image_details", image(json!(0), "README.md"), "image_details[0].image"),
        (
            "/image_details",
            image(json!(0), "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4"),
            "image_details[0].image",
        ),
        ("/id_info/entered", json!("maybe"), "id_info.entered"),
        ("/id_info/id_number", json!(12345), "id_info.id_number"),
        ("/id_info/id_number", null.clone(), "id_info.id_number"),
        ("/id_info/country", json!(""), "id_info.country"),
        ("/options/return_job_status", json!("yes"), "options.return_job_status"),
        ("/options/return_job_status", null.clone(), "options.return_job_status"),
        ("/options/optional_callback", json!("ftp://receiver"), "options.optional_callback"),
        ("/options/optional_callback", json!("https://a\r\nX: y"), "options.optional_callback"),
    ] {
        let job = with(job(), path, &value);
        let run = submit(smileid_with_key(nowhere, "some-key"), &job);
        assert_eq!(run.status, 2, "{path} = {value}: {}", run.stderr);
        let error = run.error();
        assert_eq!(error["kind"], "invalid_input", "{path} = {value}");
        assert_eq!(error["field"], field, "{path} = {value}: {error}");
        assert!(!run.stderr.contains("12345678901") && !run.stderr.contains("some-key"), "{}", run.stderr);
    }

    let neither = with(with(job(), "/image_details", &selfie), "/id_info/entered", &null);
    let run = submit(smileid_with_key(nowhere, "some-key"), &neither);
    assert_eq!((run.status, &run.error()["field"]), (2, &json!("id_info.entered")));
}

#[test]
fn a_missing_file_exits_with_3_and_leaves_the_job_id_free() {
    let server = server("immediate");
    let missing = with(job(), "/image_details/1", &json!({"image_type_id": 1, "image": "no/such/card.jpg"}));
    let run = submit(smileid_at(&server), &missing);
    assert_eq!(run.status, 3);
    let error = run.error();
    assert_eq!(error["kind"], "file_not_found");
    assert_eq!(error["field"], "image_details[1].image");
    assert!(error["message"].as_str().unwrap().contains("no/such/card.jpg"));
    let numbered = with(job(), "/id_info/id_number", &json!("00000000000"));
    assert_eq!(submit(smileid_at(&server), &numbered).status, 0, "the job id is still free");
}

#[test]
fn operations_that_outlive_the_process_need_a_real_server() {
    let job = ["--user-id", "user-1", "--job-id", "job-1"];
    let selfie = ["--selfie", "docs/images/selfie.jpg"];
    for arguments in [
        ["status"].iter().chain(&job).collect::<Vec<_>>(),
        ["wait"].iter().chain(&job).collect(),
        ["submit", "--job-type", "2", "--wait"].iter().chain(&job).chain(&selfie).collect(),
        ["submit", "--job-type", "8", "--wait"].iter().chain(&job).chain(&selfie).collect(),
        ["submit", "--job-type", "4", "--callback", "http://127.0.0.1:9/"].iter().chain(&selfie).collect(),
    ] {
        let run = run(smileid(), arguments.iter().copied().chain(&["--env", "mock"]), "");
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.error()["message"].as_str().unwrap().contains("smileid-mock"));
    }
}

#[test]
fn missing_and_invalid_settings_are_named() {
    let submit = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait"];
    let none = run(smileid(), submit, "");
    assert_eq!((none.status, &none.error()["field"]), (2, &json!("env")));

    for env in ["http://api.smileidentity.com", "2", "https://user:canary@host"] {
        let run = run(smileid_with_key(env, "some-key"), submit, "");
        assert_eq!((run.status, &run.error()["field"]), (2, &json!("env")), "{env}");
        assert!(!run.stderr.contains("canary"));
    }

    let mut no_key = smileid_with_key("http://127.0.0.1:1", "");
    assert_eq!(run(no_key, submit, "").error()["field"], "api_key");
    no_key = smileid_with_key("http://127.0.0.1:1", "k");
    no_key.env_remove("SMILE_ID_API_KEY");
    assert_eq!(run(no_key, submit, "").error()["field"], "api_key");

    let enrolled = ["submit", "--job-type", "2", "--selfie", "docs/images/selfie.jpg", "--wait"];
    let no_user = run(smileid_with_key("http://127.0.0.1:1", "k"), enrolled, "");
    assert_eq!((no_user.status, &no_user.error()["field"]), (2, &json!("partner_params.user_id")));
}

#[test]
fn invalid_command_lines_name_the_field() {
    for (arguments, field) in [
        (vec!["submit", "--job-typ", "4"], "job_typ"),
        (vec!["submit"], "job_type"),
        (vec!["submit", "--job-type", "4", "--wait", "soon"], "wait"),
        (vec!["status", "--user-id", "u"], "job_id"),
        (vec!["sign", "--api-key", "some-key"], "api_key"),
    ] {
        let run = run(smileid(), arguments.iter().chain(&["--format", "json"]), "");
        assert_eq!(run.status, 2, "{arguments:?}");
        assert_eq!(run.error()["kind"], "invalid_input");
        assert_eq!(run.error()["field"], field, "{}", run.stderr);
    }
    assert_eq!(run(smileid(), ["--help"], "").status, 0);
    assert_eq!(run(smileid(), ["submit", "--job", "-", "--env", "mock"], "{").error()["field"], "job");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.json");
    let path = file.to_str().unwrap();
    for (bytes, says) in [
        (&b"\xff\xfe{\0}\0"[..], "the text is UTF-16 (little-endian): save or send it as UTF-8"),
        (b"PK\x03\x04", "this is a ZIP archive and not a text: save or send the text itself"),
        (b"{\"a\":1,}", "trailing comma at line 1 column 8"),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let run = run(smileid(), ["submit", "--job", path, "--env", "mock"], "");
        assert_eq!(run.error()["message"], format!("`{path}` is not JSON: {says}"));
    }
    // This text is parsed, and then refused for its content.
    std::fs::write(&file, b"\xef\xbb\xbf{}\0").unwrap();
    let read = run(smileid(), ["submit", "--job", path, "--env", "mock"], "");
    assert!(!read.error()["message"].as_str().unwrap().contains("not JSON"), "{}", read.stderr);
    assert_eq!(run(smileid(), ["submit", "--job", "no-such-file", "--env", "mock"], "").status, 3);
}

#[test]
fn flags_add_to_a_job_from_a_file() {
    let server = server("immediate");
    assert_eq!(
        submit(smileid_at(&server), &with(job(), "/id_info/id_number", &json!("00000000000"))).status,
        0
    );
    let again = with(with(job(), "/id_info", &Value::Null), "/partner_params/job_id", &json!("job-2"));
    assert_eq!(submit(smileid_at(&server), &again).error()["code"], "2209");
    let flags = ["submit", "--job", "-", "--allow-new-enroll", "--partner-param", "colour=blue", "--history"];
    let reply = run(smileid_at(&server), flags, &again.to_string()).json();
    assert_eq!(reply["result"]["PartnerParams"]["colour"], "blue");
    assert!(reply["history"].is_array());
}

#[test]
fn reserved_field_names_are_refused() {
    let flags = ["submit", "--job-type", "4", "--selfie", "docs/images/selfie.jpg", "--wait"];
    let key = || smileid_with_key("http://127.0.0.1:1", "k");
    for (param, field) in [
        (vec!["--partner-param", "job_type=9"], "partner_params.job_type"),
        (vec!["--partner-param", "user_id=9"], "partner_params.user_id"),
        (vec!["--partner-param", "x=1", "--partner-param", "x=2"], "partner_param"),
        (vec!["--partner-param", "x"], "partner_param"),
    ] {
        let run = run(key(), flags.iter().chain(&param), "");
        assert_eq!((run.status, run.error()["field"].as_str()), (2, Some(field)), "{param:?}");
    }
    for name in ["partner_id", "signature", "timestamp", "partner_params", "source_sdk"] {
        let lookup = json!({
            "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 5},
            "id_info": {"country": "NG", "id_type": "BVN", "id_number": "00000000000", name: "999"},
        });
        let run = submit(key(), &lookup);
        assert_eq!(
            (run.status, run.error()["field"].as_str()),
            (2, Some(format!("id_info.{name}").as_str()))
        );
    }
}

#[cfg(unix)]
#[test]
fn endless_files_are_refused_and_names_may_be_any_bytes() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let submit = |selfie: &OsStr| {
        let mut command = smileid();
        command.args(["submit", "--env", "mock", "--job-type", "4", "--wait", "--selfie"]).arg(selfie);
        run(command, [] as [&str; 0], "")
    };
    let endless = submit(OsStr::new("/dev/zero"));
    assert_eq!((endless.status, endless.error()["kind"].as_str()), (3, Some("file_not_found")));
    assert_eq!(submit(OsStr::new("docs")).status, 3, "a folder");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(OsStr::from_bytes(b"selfie\xff.jpg"));
    std::fs::copy(root().join("docs/images/selfie.jpg"), &path).unwrap();
    assert_eq!(submit(path.as_os_str()).json()["result"]["ResultCode"], "0840");
}

#[test]
fn a_file_with_too_many_values_is_refused() {
    let many = format!("[{}0]", "0,".repeat(100_001));
    for arguments in [&["submit", "--job", "-"][..], &["explain", "-"], &["verify", "-"]] {
        let mut command = smileid();
        command.env("SMILE_ID_ENVIRONMENT", "mock").env("SMILE_ID_PARTNER_ID", "085");
        let refused = run(command, arguments, &many);
        assert_eq!(refused.status, 2, "{}", refused.stderr);
        assert!(refused.stderr.contains("more than 100000 values"), "{}", refused.stderr);
    }
}
