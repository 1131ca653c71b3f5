//! Tests that errors and warnings name fields as the user gave them.

use serde_json::{Value, json};

use crate::command::*;

const SELFIE: [&str; 2] = ["--selfie", "docs/images/selfie.jpg"];

fn submit_flags<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    ["submit"].iter().chain(arguments).copied().collect()
}

#[test]
fn errors_name_the_flag_and_the_field() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    // First bytes of such files, from ISO/IEC 23008-12 and ISO 32000.
    let heic = file("selfie3.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    let pdf = file("card.pdf", b"%PDF-1.7\n");
    let empty = file("empty.jpg", b"");
    let enhanced = ["--job-type", "5", "--country", "NG", "--id-type", "BVN"];
    let nowhere = || smileid_with_key("http://127.0.0.1:1", "some-key");
    for (arguments, field, flag, message) in [
        (
            [&["--job-type", "4"], &SELFIE[..]].concat(),
            "options.return_job_status",
            "--wait",
            "--wait or --callback is required",
        ),
        (
            [
                &["--job-type", "4", "--wait", "--liveness", "docs/images/selfie.png", "--liveness", &heic],
                &SELFIE[..],
            ]
            .concat(),
            "image_details[2].image",
            "--liveness",
            "selfie3.jpg is HEIC: convert it to JPEG or PNG",
        ),
        (
            [&["--job-type", "6", "--country", "NG", "--wait", "--id-card", &pdf], &SELFIE[..]].concat(),
            "image_details[1].image",
            "--id-card",
            "card.pdf is PDF",
        ),
        (
            vec!["--job-type", "4", "--wait", "--selfie", &empty],
            "image_details[0].image",
            "--selfie",
            "empty.jpg is empty",
        ),
        (
            [&["--job-type", "4", "--callback", "ftp://x"], &SELFIE[..]].concat(),
            "options.optional_callback",
            "--callback",
            "--callback is not an http or https URL",
        ),
        (vec!["--job-type", "4", "--wait"], "image_details", "--selfie", "--selfie is required"),
        (
            [&["--job-type", "6", "--country", "NG", "--wait"], &SELFIE[..]].concat(),
            "image_details",
            "--id-card",
            "--id-card is required",
        ),
        (
            [&["--job-type", "1", "--wait"], &SELFIE[..]].concat(),
            "id_info.entered",
            "--id-card",
            "--id-card is required, or --id-number",
        ),
        (enhanced.to_vec(), "id_info.id_number", "--id-number", "--id-number is required"),
        (
            [&["--job-type", "2", "--wait"], &SELFIE[..]].concat(),
            "partner_params.user_id",
            "--user-id",
            "--user-id is required",
        ),
        (
            [&["--job-type", "3", "--wait"], &SELFIE[..]].concat(),
            "partner_params.job_type",
            "--job-type",
            "--job-type is not a job type",
        ),
        (
            [&["--job-type", "4", "--callback", "ftp://x"], &SELFIE[..]].concat(),
            "options.optional_callback",
            "--callback",
            "",
        ),
    ] {
        let run = run(nowhere(), submit_flags(&arguments), "");
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        let error = run.error();
        assert_eq!((&error["field"], &error["flag"]), (&json!(field), &json!(flag)), "{error}");
        let shown = error["message"].as_str().unwrap();
        assert!(shown.contains(message) && !shown.contains("image_details["), "{shown}");
    }

    let missing = ["--job-type", "4", "--wait", "--selfie", "no/such/selfie.jpg"];
    let run_missing = run(nowhere(), submit_flags(&missing), "");
    let error = run_missing.error();
    assert_eq!((run_missing.status, &error["flag"]), (3, &json!("--selfie")));
    assert!(error["message"].as_str().unwrap().starts_with("--selfie no/such/selfie.jpg could not be read"));
}

#[test]
fn errors_of_a_job_file_name_its_fields() {
    let job = json!({
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
        "image_details": [{"image_type_id": 0, "image": "docs/images/selfie.jpg"}],
    });
    let run = submit(smileid_with_key("http://127.0.0.1:1", "some-key"), &job);
    let error = run.error();
    assert_eq!((run.status, &error["field"]), (2, &json!("options.return_job_status")));
    assert_eq!(error["flag"], Value::Null);
    assert!(error["message"].as_str().unwrap().starts_with("`options.return_job_status` must be true"));
}

#[test]
fn warnings_are_shown_and_refused_with_strict() {
    let server = server("immediate");
    let liveness: Vec<_> = (0..9).flat_map(|_| ["--liveness", "docs/images/selfie.png"]).collect();
    for (arguments, code, field, name) in [
        (vec!["--country", "Nigeria", "--id-type", "BVN"], "country.shape", "id_info.country", "--country"),
        (
            vec!["--country", "NG", "--id-type", "BVN", "--dob", "20/09/2000"],
            "dob.shape",
            "id_info.dob",
            "--dob",
        ),
        (vec!["--country", "NG", "--id-type", "FOO"], "id-type.unknown", "id_info.id_type", "--id-type"),
        (
            [vec!["--country", "NG", "--id-type", "BVN"], liveness].concat(),
            "images.too-much-liveness",
            "image_details",
            "--selfie",
        ),
    ] {
        let job =
            [&["--job-type", "1", "--id-number", "00000000000", "--wait"], &SELFIE[..], &arguments].concat();
        let sent = run(smileid_at(&server), submit_flags(&job), "");
        let reply: Value =
            serde_json::from_str(if sent.status == 0 { &sent.stdout } else { &sent.stderr }).unwrap();
        let warnings = if sent.status == 0 { &reply["warnings"] } else { &reply["error"]["warnings"] };
        let warning = warnings.as_array().unwrap().iter().find(|it| it["code"] == code).unwrap();
        assert_eq!(warning["field"], field);
        assert!(warning["message"].as_str().unwrap().starts_with(name), "{warning}");

        let strict = run(smileid_at(&server), submit_flags(&[&job[..], &["--strict"]].concat()), "");
        assert_eq!(strict.status, 2, "{}", strict.stderr);
        assert!(strict.error()["warnings"].as_array().unwrap().contains(warning));
        assert_eq!(strict.error()["field"], field);

        let text = run(smileid_at(&server), submit_flags(&[&job[..], &["--format", "text"]].concat()), "");
        assert!(text.stderr.contains(&format!("warning: {name}")), "{}", text.stderr);
    }
    let good = [&["--job-type", "4", "--wait", "--strict"], &SELFIE[..]].concat();
    let good = run(smileid_at(&server), submit_flags(&good), "").json();
    assert_eq!(good["warnings"], Value::Null);
}

#[test]
fn the_diagnosis_of_a_mock_is_shown() {
    let server = server("immediate");
    let wrong_key = || smileid_with_key(server.base_url(), "another-key-0001");
    let job = [&["--job-type", "4", "--wait"], &SELFIE[..]].concat();
    let refused = run(wrong_key(), submit_flags(&job), "");
    let error = refused.error();
    assert_eq!((refused.status, &error["code"]), (4, &json!("2205")));
    let diagnosis = error["diagnosis"].as_str().unwrap();
    assert!(diagnosis.contains("key") && !diagnosis.contains("another-key-0001"), "{diagnosis}");
    let text = run(wrong_key(), submit_flags(&[&job[..], &["--format", "text"]].concat()), "");
    assert!(text.stderr.contains(diagnosis), "{}", text.stderr);
    let asked = ["status", "--user-id", "user-1", "--job-id", "job-1"];
    assert!(run(wrong_key(), asked, "").error()["diagnosis"].is_string());

    // Any server may send this header: it is shortened, and cannot control the terminal.
    let long = "x".repeat(5000);
    let head = format!("HTTP/1.1 400 Bad Request\r\nSmileid-Mock-Diagnosis: \u{9b}2J some-key {long}");
    let answer = format!("{head}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
    let run = run(smileid_with_key(&responding_with(answer.into_bytes()), "some-key"), asked, "");
    let error = run.error();
    let diagnosis = error["diagnosis"].as_str().unwrap();
    assert!(diagnosis.len() < 3000 && !diagnosis.contains("some-key") && !diagnosis.contains('\u{9b}'));

    let leaking = "the number 12345678901 at https://x.example/a?Signature=canary of leo@x.example is wrong";
    let head = format!("HTTP/1.1 400 Bad Request\r\nSmileid-Mock-Diagnosis: {leaking}");
    let answer = format!("{head}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
    let error =
        crate::command::run(smileid_with_key(&responding_with(answer.into_bytes()), "some-key"), asked, "")
            .error();
    assert_eq!(error["diagnosis"], "the number [hidden] at [hidden] of [hidden] is wrong");
}

#[test]
fn an_existing_job_is_explained() {
    let server = server("immediate");
    let ids = ["--user-id", "user-1", "--job-id", "it's mine"];
    let job = [&["--job-type", "4", "--wait", "--allow-new-enroll"], &SELFIE[..], &ids].concat();
    run(smileid_at(&server), submit_flags(&job), "").json();
    let again = run(smileid_at(&server), submit_flags(&job), "");
    let error = again.error();
    assert_eq!((again.status, &error["code"]), (4, &json!("2215")));
    let resume = error["resume"].as_str().unwrap();
    assert!(resume.starts_with("smileid wait ") && resume.ends_with(r"--job-id 'it'\''s mine'"), "{resume}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("another --job-id") && !message.contains("retry"), "{message}");
}
