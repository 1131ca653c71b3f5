//! Tests images and files that are not regular files: read once, with limits, and before anything is sent.
#![cfg(unix)]

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use serde_json::json;

use crate::command::*;

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Writes the selfie to a pipe once.
fn feed(path: &Path) -> thread::JoinHandle<()> {
    let path = path.to_owned();
    let selfie = std::fs::read(root().join("docs/images/selfie.jpg")).unwrap();
    thread::spawn(move || OpenOptions::new().write(true).open(path).unwrap().write_all(&selfie).unwrap())
}

#[test]
fn an_image_can_be_a_pipe() {
    let server = server("immediate");
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("selfie");
    fifo(&pipe);
    let flags = ["submit", "--job-type", "4", "--wait", "--selfie", pipe.to_str().unwrap()];
    let writer = feed(&pipe);
    assert_eq!(run(smileid_at(&server), flags, "").json()["verdict"]["decision"], "approved");
    writer.join().unwrap();

    let job = json!({
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
        "image_details": [{"image_type_id": 0, "image": pipe}],
        "options": {"return_job_status": true},
    });
    let writer = feed(&pipe);
    assert_eq!(submit(smileid_at(&server), &job).json()["verdict"]["decision"], "approved");
    writer.join().unwrap();
}

#[test]
fn an_image_can_be_standard_input() {
    let server = server("immediate");
    for name in ["-", "/dev/stdin"] {
        let mut command = smileid_at(&server);
        command.args(["submit", "--job-type", "4", "--wait", "--selfie", name]);
        command.stdin(std::fs::File::open(root().join("docs/images/selfie.jpg")).unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let twice = ["submit", "--job-type", "6", "--wait", "--selfie", "-", "--id-card", "-", "--country", "NG"];
    let twice = run(smileid_at(&server), twice, "");
    assert_eq!((twice.status, &twice.error()["flag"]), (2, &json!("--selfie")));
}

#[test]
fn the_time_limit_and_signals_end_the_read_of_a_pipe_without_a_writer() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("selfie");
    fifo(&pipe);
    let arguments = ["submit", "--job-type", "4", "--selfie", pipe.to_str().unwrap(), "--wait"];
    let nowhere = || smileid_with_key("http://127.0.0.1:1", "some-key");
    let late = run(nowhere(), arguments.iter().chain(&["300ms"]), "");
    assert_eq!((late.status, &late.error()["flag"]), (3, &json!("--selfie")), "{}", late.stderr);
    assert!(late.error()["message"].as_str().unwrap().contains("did not end within 300ms"));

    let mut command = nowhere();
    command.args(arguments).arg("10m").stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // A pipe opens for writing once it has a reader.
    let writer = OpenOptions::new().write(true).open(&pipe).unwrap();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(writer);
    assert_eq!(output.status.code(), Some(143));
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"]["kind"], "interrupted");
    let resume = error["error"]["resume"].as_str().unwrap();
    assert!(resume.starts_with("smileid submit ") && resume.contains("--job-id job-"), "{resume}");
}

#[test]
fn endless_and_invalid_files_leave_the_job_id_free() {
    let nowhere = || smileid_with_key("http://127.0.0.1:1", "some-key");
    for (path, exit) in [("/dev/zero", 3), ("docs", 3), ("/dev/null", 2)] {
        let run = run(nowhere(), ["submit", "--job-type", "4", "--wait", "--selfie", path], "");
        assert_eq!(run.status, exit, "{path}: {}", run.stderr);
        assert_eq!(run.error()["flag"], "--selfie");
    }
    for arguments in
        [&["sign", "--partner-id", "085", "--api-key-file", "/dev/zero"][..], &["package", "inspect", "docs"]]
    {
        assert_eq!(run(smileid(), arguments, "").status, 3, "{arguments:?}");
    }
}

#[test]
fn no_read_lasts_forever() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let pipe = pipe.to_str().unwrap();
    let ids = ["--user-id", "user-1", "--job-id", "job-1"];
    let nowhere = || smileid_with_key("http://127.0.0.1:1", "some-key");
    for (arguments, flag) in [
        (vec!["submit", "--job", pipe, "--wait", "300ms"], "--job"),
        (vec!["verify", "--callback", pipe, "--timeout", "300ms"], "--callback"),
        (vec!["services", "--timeout", "300ms", "--api-key-file", pipe], ""),
        ([&["status", "--timeout", "300ms", "--api-key-file", pipe], &ids[..]].concat(), "--api-key-file"),
    ] {
        let run = run(nowhere(), &arguments, "");
        if flag.is_empty() {
            assert_eq!(run.status, 5, "no key is needed, so none is read: {}", run.stderr);
        } else {
            assert_eq!(
                (run.status, &run.error()["flag"]),
                (3, &json!(flag)),
                "{arguments:?}: {}",
                run.stderr
            );
        }
    }

    for arguments in [
        vec!["submit", "--job", pipe, "--wait"],
        vec!["verify", "--callback", pipe],
        vec!["package", "inspect", pipe],
        vec!["package", "build", "--output", "never.zip", "--job", pipe],
        vec!["sign", "--api-key-file", pipe],
        vec!["listen", "--address", "127.0.0.1:0", "--api-key-file", pipe],
    ] {
        for (signal, exit) in [("-INT", 130), ("-TERM", 143)] {
            let mut command = nowhere();
            command.args(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
            let child = command.spawn().unwrap();
            // A pipe opens for writing once it has a reader, and signals are caught before that.
            let writer = OpenOptions::new().write(true).open(pipe).unwrap();
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
            let output = child.wait_with_output().unwrap();
            drop(writer);
            assert_eq!(output.status.code(), Some(exit), "{arguments:?}");
            let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
            assert_eq!(error["error"]["kind"], "interrupted");
        }
    }
}
