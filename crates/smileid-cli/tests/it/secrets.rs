//! Tests that images and API keys in the wrong place are never printed.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use serde_json::json;

use crate::command::*;

const KEY: &str = "7f3c2b1a-9d8e-4c5b-a6f7-0123456789ab";
const SELFIE: &str = "docs/images/selfie.jpg";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJwYXJ0bmVyX2lkIjoiMDg1In0.c2lnbmF0dXJlIG9mIG5vYm9keQ";

/// Returns the selfie in both base64 alphabets and as a `data:` URL, and a PNG image in base64.
fn images() -> [String; 4] {
    let selfie = std::fs::read(root().join("docs/images/selfie.jpg")).unwrap();
    let png = std::fs::read(root().join("docs/images/id_card.png")).unwrap();
    let standard = STANDARD.encode(&selfie);
    [URL_SAFE.encode(&selfie), format!("data:image/jpeg;base64,{standard}"), URL_SAFE.encode(png), standard]
}

/// Returns true if a part of a value, of at least 16 bytes, is printed.
fn shows(run: &Run, value: &str) -> bool {
    let shown = format!("{}{}", run.stdout, run.stderr);
    let text = value.as_bytes().windows(16);
    text.step_by(8).any(|part| shown.contains(std::str::from_utf8(part).unwrap_or("\0")))
}

#[test]
fn an_image_in_place_of_a_path_is_not_printed() {
    // An argument can have at most 128 KiB.
    for image in images().map(|image| image.chars().take(100_000).collect::<String>()) {
        for (flag, more) in [
            ("--selfie", &[][..]),
            ("--id-card", &["--selfie", "docs/images/selfie.jpg"]),
            ("--id-card-back", &["--selfie", "docs/images/selfie.jpg"]),
            ("--liveness", &["--selfie", "docs/images/selfie.jpg"]),
        ] {
            for format in ["json", "text"] {
                let arguments = ["submit", "--env", "mock", "--job-type", "4", "--wait", "--format", format];
                let given = arguments.iter().chain(more).copied().chain([flag, image.as_str()]);
                let run = run(smileid(), given, "");
                assert_eq!(run.status, 2, "{flag}: {}", run.stderr.len());
                assert!(run.stderr.contains("looks like base64"), "{flag}: {}", run.stderr.len());
                assert!(run.stderr.len() < 1000 && !shows(&run, &image), "{flag}: {}", run.stderr.len());
            }
        }
        for arguments in [
            &["submit", "--env", "mock", "--job", image.as_str()][..],
            &["package", "build", "--output", "x.zip", "--job", image.as_str()],
            &["package", "inspect", image.as_str()],
            &["explain", image.as_str()],
            &["verify", "--callback", image.as_str(), "--partner-id", "085"],
            &["submit", "--env", "mock", "--job-type", image.as_str()],
            &["submit", "--env", image.as_str(), "--job-type", "4"],
            &[image.as_str()],
            &["sign", image.as_str()],
        ] {
            let mut command = smileid();
            command.env("SMILE_ID_API_KEY", KEY);
            let run = run(command, arguments, "");
            assert_ne!(run.status, 0, "{}", arguments[0]);
            assert!(run.stderr.len() < 1000 && !shows(&run, &image), "{}", arguments[0]);
        }
    }
}

#[test]
fn an_image_with_the_wrong_type_in_a_job_file_is_not_printed() {
    for image in images() {
        for (wrong, right) in [(0, 2), (1, 3), (4, 6), (5, 7)] {
            for member in ["image", "file_name"] {
                let job = json!({
                    "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
                    "image_details": [{"image_type_id": wrong, member: image}],
                    "options": {"return_job_status": true},
                });
                let mut command = smileid();
                command.env("SMILE_ID_ENVIRONMENT", "mock");
                let run = submit(command, &job);
                assert_eq!(run.status, 2);
                let error = run.error();
                let message = error["message"].as_str().unwrap();
                assert!(message.contains(&format!("looks like base64: use image type {right}")), "{message}");
                assert_eq!(error["field"], format!("image_details[0].{member}"));
                assert!(!shows(&run, &image));
            }
        }
    }
}

#[test]
fn url_safe_base64_images_are_accepted() {
    let server = server("immediate");
    let job = json!({
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
        "image_details": [{"image_type_id": 2, "image": images()[0].trim_end_matches('=')}],
        "options": {"return_job_status": true},
    });
    assert_eq!(submit(smileid_at(&server), &job).json()["verdict"]["decision"], "approved");
}

/// The key may also be in a value that is usually printed, such as an id.
#[test]
fn a_command_line_that_contains_the_key_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KEY).unwrap();
    let from_file = ["--api-key-file", file.path().to_str().unwrap()];
    for arguments in [
        &["status", "--user-id", KEY, "--job-id", "j"][..],
        &["submit", "--job-type", "4", "--wait", "--selfie", "docs/images/selfie.jpg", "--job-id", KEY],
        &["sign", "--timestamp", KEY],
        &["sign", "--timestamp", &format!("x{KEY}y")],
    ] {
        for run in [
            run(smileid_with_key("http://127.0.0.1:1", KEY), arguments, ""),
            run(
                smileid_with_key("http://127.0.0.1:1", "another-key"),
                arguments.iter().chain(&from_file),
                "",
            ),
        ] {
            assert_eq!((run.status, &run.error()["field"]), (2, &json!("api_key")), "{arguments:?}");
            assert!(!format!("{}{}", run.stdout, run.stderr).contains(KEY), "{arguments:?}");
        }
    }
}

/// The key may also be in a file that the command does not read, or in another environment variable.
#[test]
fn a_key_in_the_wrong_place_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KEY).unwrap();
    let archive = format!("/x/{KEY}.zip");
    let inspect = ["package", "inspect", &archive, "--api-key-file", file.path().to_str().unwrap()];
    let mut other = smileid_with_key("http://127.0.0.1:1", "another-key");
    other.env_remove("SMILE_ID_API_KEY");
    let of_file = run(other, inspect, "");
    let wait = ["wait", "--user-id", "u", "--job-id", "j", "--timeout", "0"];
    let of_environment = run(smileid_with_key(&format!("http://127.0.0.1:1/{KEY}"), KEY), wait, "");
    let mut command = smileid_with_key("http://127.0.0.1:1", KEY);
    command.env("SMILE_ID_PARTNER_ID", format!("085 {KEY}"));
    for run in [of_file, of_environment, run(command, wait, "")] {
        assert_eq!((run.status, &run.error()["field"]), (2, &json!("api_key")), "{}", run.stderr.len());
        assert!(!format!("{}{}", run.stdout, run.stderr).contains(KEY));
    }
}

#[test]
fn a_key_on_the_command_line_is_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join(KEY);
    for (arguments, exit) in [
        (&["sign", KEY][..], 2),
        (&["sign", "--api-key", KEY], 2),
        (&["sign", &format!("--api-key={KEY}")], 2),
        (&["sign", &format!("--{KEY}")], 2),
        (&["sign", "--partner-id", "085", "--api-key-file", KEY], 3),
        (&["sign", "--partner-id", "085", "--api-key-file", inside.to_str().unwrap()], 3),
        (&["sign", "--partner-id", "085", "--api-key-file", "docs"], 3),
        (&["token", KEY], 2),
        (&["token", "--product", "biometric_kyc", KEY], 2),
        (&["submit", "--job-type", "4", KEY], 2),
        (&["status", "--user-id", "u", "--job-id", "j", KEY], 2),
        (&["wait", "--user-id", "u", "--job-id", "j", "--timeout", KEY], 2),
        (&["verify", KEY], 2),
        (&["verify", KEY, "--partner-id", "085"], 2),
        (&["services", KEY], 2),
        (&["explain", "0810", KEY], 2),
        (&["explain", "0810", "--job-type", KEY], 2),
        (&["listen", "--address", KEY], 2),
        (&["doctor", KEY], 2),
        (&["doctor", "--format", KEY], 2),
        (&["package", KEY], 2),
        (&["package", "inspect", "x.zip", KEY], 2),
        (&["package", "inspect", KEY], 3),
        (&["package", "inspect", TOKEN], 3),
        (&["package", "build", "--output", "x.zip", "--job", KEY], 3),
        (&["explain", KEY], 1),
        (&["explain", TOKEN], 1),
        (&["submit", "--env", "mock", "--job-type", KEY], 2),
        (&["submit", "--env", "mock", "--job", TOKEN], 3),
        (&["submit", "--env", "mock", "--job-type", "4", "--wait", "--selfie", KEY], 3),
        (&["submit", "--env", "mock", "--job-type", "4", "--partner-param", KEY], 2),
        (&["token", "--env", "mock", "--product", KEY], 4),
        (
            &[
                "submit",
                "--env",
                "http://127.0.0.1:1",
                "--partner-id",
                KEY,
                "--job-type",
                "4",
                "--wait",
                "--selfie",
                SELFIE,
            ],
            5,
        ),
        (&[KEY], 2),
        (&["--env", KEY, "doctor"], 2),
    ] {
        for format in ["text", "json"] {
            let mut command = smileid();
            if arguments.contains(&SELFIE) {
                command.env("SMILE_ID_API_KEY", "085"); // partner id and key are swapped
            }
            let run = run(command, ["--format", format].iter().chain(arguments), "");
            assert_eq!(run.status, exit, "{arguments:?}: {}", run.stderr);
            assert!(!shows(&run, KEY) && !shows(&run, TOKEN), "{arguments:?}: {}", run.stderr);
            assert!(!run.stderr.is_empty() && run.stdout.is_empty());
        }
    }
    let error = run(smileid(), ["sign", KEY, "--format", "json"], "").error();
    assert!(error["message"].as_str().unwrap().contains("SMILE_ID_API_KEY"), "{error}");
}
