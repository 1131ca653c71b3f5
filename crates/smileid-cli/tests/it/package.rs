//! Tests `smileid package`, which builds and inspects archives, and refuses other files.

use std::{io::Read as _, path::Path, process::Command};

use serde_json::{Value, json};

use crate::command::*;

const ID_NUMBER: &str = "12345678901";

fn job() -> Value {
    json!({
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 1},
        "image_details": [
            {"image_type_id": 0, "image": "docs/images/selfie.jpg"},
            {"image_type_id": 1, "image": "docs/images/id_card.png"},
        ],
        "id_info": {"country": "NG", "id_type": "BVN", "id_number": ID_NUMBER, "entered": "true"},
        "options": {"return_job_status": true},
    })
}

fn with_key() -> Command {
    let mut command = smileid();
    command.env("SMILE_ID_PARTNER_ID", "212").env("SMILE_ID_API_KEY", "test-api-key-0001");
    command
}

fn build(job: &Value, output: &Path, more: &[&str]) -> Run {
    let arguments = ["package", "build", "--job", "-", "--output", output.to_str().unwrap()];
    run(with_key(), arguments.iter().chain(more), &job.to_string())
}

fn inspect(archive: &Path) -> Run {
    run(smileid(), ["package", "inspect", archive.to_str().unwrap()], "")
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect()
}

#[test]
fn another_zip_reader_reads_a_built_archive() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("job.zip");
    let reply = folder.path().join("reply.json");
    std::fs::write(
        &reply,
        r#"{"upload_url":"https://host/x","smile_job_id":"0000000001","ref_id":"r","code":"2202"}"#,
    )
    .unwrap();
    let time = ["--timestamp", "2023-03-09T21:35:00.279Z", "--reply", reply.to_str().unwrap()];
    let built = build(&job(), &archive, &time);
    let report = built.json();
    assert_eq!(report["usable"], true, "{report}");
    assert_eq!(report["output"], archive.to_str().unwrap());
    assert_eq!(report["bytes"], std::fs::metadata(&archive).unwrap().len());

    let mut zip = zip::ZipArchive::new(std::fs::File::open(&archive).unwrap()).unwrap();
    let names: Vec<_> = zip.file_names().map(Result::unwrap).collect();
    assert_eq!(names, ["info.json", "selfie.jpg", "id_card.png"]);
    let mut text = String::new();
    zip.by_name("info.json").unwrap().read_to_string(&mut text).unwrap();
    let info: Value = serde_json::from_str(&text).unwrap();
    // The published example signature.
    assert_eq!(info["misc_information"]["signature"], "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=");
    assert_eq!(info["id_info"]["id_number"], ID_NUMBER);
    assert_eq!(info["server_information"]["smile_job_id"], "0000000001");
    let mut image = Vec::new();
    zip.by_name("selfie.jpg").unwrap().read_to_end(&mut image).unwrap();
    assert_eq!(image, std::fs::read(root().join("docs/images/selfie.jpg")).unwrap());

    let mut seen = inspect(&archive).json();
    assert_eq!(seen["info"]["id_info"], json!(["country", "entered", "id_number", "id_type"]));
    assert_eq!(seen["info"]["images"][1]["file_name"], "id_card.png");
    assert_eq!(seen["files"].as_array().unwrap().len(), 2);
    seen["output"] = report["output"].clone();
    assert_eq!(seen, report, "build and inspect report the same");
    let text = run(smileid(), ["package", "inspect", "--format", "text", archive.to_str().unwrap()], "");
    assert!(text.stdout.contains("selfie.jpg"), "{}", text.stdout);
    for shown in [&built.stdout, &text.stdout] {
        assert!(!shown.contains(ID_NUMBER) && !shown.contains("ANyq"), "{shown}");
    }
}

#[test]
fn base64_is_not_shown() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("job.zip");
    let selfie = STANDARD.encode(std::fs::read(root().join("docs/images/selfie.jpg")).unwrap());
    let mut job = job();
    job["image_details"][0] = json!({"image_type_id": 2, "image": selfie});
    let built = build(&job, &archive, &[]);
    assert_eq!(built.json()["info"]["images"][0]["base64_length"], selfie.len());
    assert!(!built.stdout.contains(&selfie[..40]));
}

#[test]
fn unusable_archives_are_reported_without_failing() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("job.zip");
    build(&job(), &archive, &[]).json();
    let whole = std::fs::read(&archive).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    for (bytes, code) in [
        (Vec::new(), "zip.not-an-archive"),
        (b"rubbish".to_vec(), "zip.not-an-archive"),
        (whole[..whole.len() - 30].to_vec(), "zip.truncated"),
        (damaged, "entry.wrong-crc"),
    ] {
        std::fs::write(&archive, bytes).unwrap();
        let report = inspect(&archive).json();
        assert_eq!(report["usable"], false);
        assert!(codes(&report).contains(&code), "{code}: {report}");
        let strict = run(smileid(), ["package", "inspect", "--strict", archive.to_str().unwrap()], "");
        assert_eq!((strict.status, &strict.error()["findings"]), (2, &report["findings"]));
    }
    let piped = run(smileid(), ["package", "inspect", "-"], "rubbish").json();
    assert_eq!(codes(&piped), ["zip.not-an-archive"]);
    let text = run(smileid(), ["package", "inspect", "-", "--format", "text"], "rubbish");
    assert!(text.stdout.contains("fatal zip.not-an-archive"), "{}", text.stdout);
}

#[test]
fn invalid_jobs_and_outputs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("job.zip");
    let changed = |path: &str, value: Value| {
        let mut job = job();
        *job.pointer_mut(path).unwrap() = value;
        job
    };
    for (job, status, field) in [
        (changed("/partner_params/job_type", json!(5)), 2, "partner_params.job_type"),
        (changed("/partner_params/user_id", json!("")), 2, "partner_params.user_id"),
        (changed("/options/return_job_status", json!(false)), 2, "options.return_job_status"),
        (changed("/image_details/1/image", json!("no/such/card.jpg")), 3, "image_details[1].image"),
        (changed("/image_details/1/image", json!("README.md")), 2, "image_details[1].image"),
    ] {
        let run = build(&job, &archive, &[]);
        assert_eq!((run.status, run.error()["field"].as_str()), (status, Some(field)), "{job}");
    }
    assert!(!archive.exists(), "nothing was written");

    let nowhere = build(&job(), &folder.path().join("no/such/folder.zip"), &[]);
    assert_eq!((nowhere.status, &nowhere.error()["field"]), (1, &json!("output")));
    let no_file = build(&job(), Path::new("-"), &[]);
    assert_eq!((no_file.status, &no_file.error()["field"]), (2, &json!("output")));
    let no_reply = build(&job(), &archive, &["--reply", "README.md"]);
    assert_eq!((no_reply.status, &no_reply.error()["field"]), (2, &json!("reply")));
    let twice = build(&job(), &archive, &["--reply", "-"]);
    assert_eq!((twice.status, &twice.error()["field"]), (2, &json!("job")));
    let arguments = ["package", "build", "--job", "-", "--output", archive.to_str().unwrap()];
    assert_eq!(run(smileid(), arguments, &job().to_string()).error()["field"], "partner_id");
    assert_eq!(run(smileid(), ["package", "inspect", "no/such/archive"], "").status, 3);
    assert_eq!(run(smileid(), ["package", "inspect", "docs"], "").status, 3, "a folder");
    assert_eq!(run(smileid(), ["package"], "").status, 2);
}

#[cfg(unix)]
#[test]
fn an_archive_never_replaces_its_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let selfie = path("selfie.jpg");
    std::fs::copy(root().join("docs/images/selfie.jpg"), &selfie).unwrap();
    std::fs::hard_link(&selfie, path("hard.jpg")).unwrap();
    std::os::unix::fs::symlink(&selfie, path("soft.jpg")).unwrap();
    let before = std::fs::read(&selfie).unwrap();
    let mut job = job();
    job["image_details"][0]["image"] = json!(selfie);
    let file = path("job.json");
    std::fs::write(&file, job.to_string()).unwrap();
    for output in ["selfie.jpg", "hard.jpg", "soft.jpg", "job.json"] {
        let arguments = ["package", "build", "--job", file.to_str().unwrap(), "-o"];
        let run = run(with_key(), arguments.iter().copied().chain([path(output).to_str().unwrap()]), "");
        assert_eq!((run.status, &run.error()["flag"]), (2, &json!("--output")), "{output}: {}", run.stderr);
    }
    assert_eq!(std::fs::read(&selfie).unwrap(), before);
    for output in [folder.path(), Path::new("/dev/full")] {
        let run = build(&job, output, &[]);
        assert_eq!((run.status, &run.error()["field"]), (1, &json!("output")));
    }
}

#[cfg(unix)]
#[test]
fn archives_are_written_atomically_with_mode_0600() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("job.zip");
    std::fs::write(&archive, "old").unwrap();
    std::fs::set_permissions(&archive, std::fs::Permissions::from_mode(0o644)).unwrap();
    let link = folder.path().join("link.zip");
    std::os::unix::fs::symlink(&archive, &link).unwrap();
    build(&job(), &link, &[]).json();
    assert!(link.is_symlink(), "the link still points to the archive");
    let written = std::fs::metadata(&archive).unwrap();
    assert_eq!(written.mode() & 0o777, 0o600);
    assert!(written.len() > 3);

    // A file size limit of the shell, in blocks of 512 bytes. Its signal is ignored, so that writing fails.
    std::fs::write(&archive, "old").unwrap();
    let file = folder.path().join("job.json");
    std::fs::write(&file, job().to_string()).unwrap();
    let limited = with_key();
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]).arg(limited.get_program());
    shell.args(["package", "build", "--job"]).arg(&file).arg("-o").arg(&archive).current_dir(root());
    shell.env("SMILE_ID_PARTNER_ID", "212").env("SMILE_ID_API_KEY", "test-api-key-0001");
    let full = run(shell, [] as [&str; 0], "");
    assert_eq!((full.status, &full.error()["field"]), (1, &json!("output")), "{}", full.stderr);
    assert_eq!(std::fs::read(&archive).unwrap(), b"old");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no temporary file is left: {left:?}");
}
