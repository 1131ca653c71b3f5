//! Tests uploads of archives.

use std::{
    fs,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use smileid::{Image, Step, client::TransportErrorKind, protocol::package::inspect, types::ErrorCode};

use crate::{
    sockets::{Incoming, nobody, serve, serve_archives},
    subjects::{PNG, Subject, image_file, submission},
};

#[test]
fn an_archive_travels_whole_with_its_length_and_type() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), PNG.repeat(5000)).unwrap(); // more than one piece of a file, and of a body
    for image in [Image::file(file.path()), Image::bytes(PNG.repeat(5000))] {
        let (sender, seen) = mpsc::channel();
        let address = serve_archives(move |mut it: Incoming| {
            let body = it.body();
            sender.send((it.head.to_lowercase(), body)).unwrap();
            it.answer("200 OK", "");
        });
        for subject in Subject::at(address) {
            let progress = Arc::new(Mutex::new(Vec::new()));
            let report = {
                let progress = progress.clone();
                move |sent, total| progress.lock().unwrap().push((sent, total))
            };
            subject.submit_reporting(submission(image.clone()), report).unwrap();

            let (head, body) = seen.recv().unwrap();
            assert!(head.starts_with("put "), "{head}");
            let length = body.len();
            assert!(head.contains(&format!("content-length: {length}\r\n")), "{head}");
            assert_eq!(head.matches("content-length").count(), 1, "{head}");
            assert!(head.contains("content-type: application/zip\r\n"), "{head}");
            assert!(!head.contains("transfer-encoding"), "{head}");
            let archive = inspect::open(&body, inspect::Limits::default()).unwrap();
            assert!(
                archive.files.values().any(|file| *file == PNG.repeat(5000)),
                "{:?}",
                archive.files.keys()
            );

            let progress = progress.lock().unwrap();
            assert!(progress.len() > 1, "{}: {progress:?}", subject.name());
            assert!(progress.is_sorted_by(|before, after| before.0 < after.0));
            assert!(progress.iter().all(|(_, total)| *total == length as u64));
            assert_eq!(progress.last().unwrap().0, length as u64);
        }
    }
}

/// Returns the kind of the error with which an upload fails.
fn failed(subject: &Subject, image: Image) -> TransportErrorKind {
    let error = subject.submit(submission(image)).unwrap_err();
    assert_eq!(error.step(), Some(Step::Upload));
    error.transport().unwrap_or_else(|| panic!("{}: {error:?}", subject.name()))
}

#[test]
fn an_upload_that_stands_still_is_given_up() {
    let file = image_file(30);
    // Takes nothing at all; takes a little.
    for taken in [0, 100_000] {
        let address = serve_archives(move |it: Incoming| {
            let mut buffer = vec![0; taken];
            (&it.stream).read_exact(&mut buffer).unwrap();
            thread::sleep(Duration::from_secs(30));
        });
        for subject in Subject::impatient_at(address, Duration::from_millis(300)) {
            let started = Instant::now();
            assert_eq!(failed(&subject, Image::file(file.path())), TransportErrorKind::Timeout);
            let elapsed = started.elapsed();
            assert!(elapsed < Duration::from_secs(8), "{}: {elapsed:?}", subject.name());
        }
    }
}

#[test]
fn a_slow_upload_is_not_one_that_stands_still() {
    let file = image_file(30);
    let address = serve_archives(move |mut it: Incoming| {
        let mut left = it.length();
        while left > 0 {
            thread::sleep(Duration::from_millis(50));
            let taken = io::copy(&mut (&it.stream).take(left.min(1 << 20)), &mut io::sink()).unwrap();
            assert!(taken > 0, "{left} bytes are missing");
            left -= taken;
        }
        it.answer("200 OK", "");
    });
    for subject in Subject::impatient_at(address, Duration::from_secs(1)) {
        let started = Instant::now();
        subject.submit(submission(Image::file(file.path()))).unwrap();
        assert!(started.elapsed() > Duration::from_secs(1));
    }
}

type Change = fn(&Path);

/// Changes a file after the upload request, which is after the file was read first.
fn changing(path: PathBuf, change: Change) -> (SocketAddr, mpsc::Receiver<(u64, u64)>) {
    let (sender, received) = mpsc::channel();
    let archives = serve_archives(move |mut it: Incoming| {
        let length = it.length();
        sender.send((length, it.copy_body(&mut io::sink()))).unwrap();
    });
    let address = serve(move |mut it: Incoming| {
        change(&path);
        it.body();
        it.answer(
            "200 OK",
            &format!(
                r#"{{"upload_url": "http://{archives}/selfie.zip?Signature=secret", "smile_job_id": "1"}}"#
            ),
        );
    });
    (address, received)
}

#[test]
fn a_file_that_has_changed_does_not_arrive() {
    let changes: [(&str, Change); 4] = [
        ("last byte", |path| {
            let mut file = fs::File::options().write(true).open(path).unwrap();
            file.seek(SeekFrom::End(-1)).unwrap();
            file.write_all(b"x").unwrap();
        }),
        ("first byte", |path| {
            let mut file = fs::File::options().write(true).open(path).unwrap();
            file.write_all(b"x").unwrap();
        }),
        ("shorter", |path| fs::File::options().write(true).open(path).unwrap().set_len(1 << 20).unwrap()),
        ("gone", |path| fs::remove_file(path).unwrap()),
    ];
    for (change, apply) in changes {
        let subjects = Subject::at(nobody()).len();
        for index in 0..subjects {
            let file = image_file(2).into_temp_path();
            let (address, received) = changing(file.to_path_buf(), apply);
            let subject = &Subject::at(address)[index];
            assert_eq!(failed(subject, Image::file(&file)), TransportErrorKind::Body, "{change}");
            let (announced, arrived) = received.recv().unwrap();
            let not_even_a_head = announced == 0;
            assert!(not_even_a_head || arrived < announced, "{change}: {arrived} of {announced}");
        }
    }
}

#[test]
fn an_answer_that_comes_before_the_archive_is_whole_is_read() {
    let file = image_file(30); // more than fits between the two
    let (sender, received) = mpsc::channel();
    let address = serve_archives(move |mut it: Incoming| {
        it.answer("403 Forbidden", "<Error><Code>AccessDenied</Code></Error>");
        thread::sleep(Duration::from_millis(200));
        let length = it.length(); // and goes on reading, as servers do that want to be understood
        sender.send((length, it.copy_body(&mut io::sink()))).unwrap();
    });
    for subject in Subject::at(address) {
        let error = subject.submit(submission(Image::file(file.path()))).unwrap_err();
        let code = error.code().map(ErrorCode::as_str);
        assert_eq!(code, Some("AccessDenied"), "{}: {error:?}", subject.name());
        let (length, arrived) = received.recv().unwrap();
        // ureq reads an answer when all is sent.
        assert_eq!(
            arrived < length,
            subject.name() == "reqwest",
            "{}: {arrived} of {length}",
            subject.name()
        );
    }
}

#[cfg(feature = "reqwest")]
#[test]
fn an_answer_is_read_even_if_the_connection_is_reset_behind_it() {
    let file = image_file(30); // more than fits between the two
    let address = serve_archives(move |mut it: Incoming| {
        thread::sleep(Duration::from_millis(200)); // the client has written what it can, and waits
        it.answer("403 Forbidden", "<Error><Code>AccessDenied</Code></Error>");
    });
    let subject = Subject::at(address).into_iter().find(|it| it.name() == "reqwest").unwrap();
    for _ in 0..5 {
        let error = subject.submit(submission(Image::file(file.path()))).unwrap_err();
        assert_eq!(error.code().map(ErrorCode::as_str), Some("AccessDenied"), "{error:?}");
    }
}
