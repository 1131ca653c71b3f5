//! Measures the peak memory of uploads, each in a separate process.

use std::{
    env, fs, io,
    net::SocketAddr,
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use smileid::{
    Image, PersonName,
    v3::{Consent, FormImage, Selfie, UserDetails, read_image, registration},
};
use tempfile::NamedTempFile;

use crate::{
    sockets::{Incoming, serve, serve_archives},
    subjects::{JPEG, PNG, Subject, config, image_file, submission, submission_of},
};

/// Environment variable that tells a test to run in the measured process: the address of the server, the transport, and the case.
const CHILD: &str = "SMILEID_TEST_MEMORY";

/// Maximum growth of the process while 100 MB are sent, in bytes.
const BOUND: u64 = 2 << 20;

/// Maximum growth of the process while 64 jobs are sent at once, in bytes.
const BOUND_OF_64: u64 = 32 << 20;

/// Runs a test again in separate processes, for each transport and each case. In such a process, runs `measured`.
fn in_processes(
    test: &str,
    server: impl Fn() -> SocketAddr,
    cases: &[&str],
    measured: impl Fn(Subject, &str),
) {
    if let Ok(child) = env::var(CHILD) {
        let [address, subject, case] = child.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let subjects = Subject::all_of(&unlimited(address.parse().unwrap()));
        return measured(subjects.into_iter().find(|it| it.name() == subject).unwrap(), case);
    }
    let address = server();
    for subject in Subject::at(address) {
        for case in cases {
            let child = Command::new(env::current_exe().unwrap())
                .args(["--exact", &format!("memory::{test}"), "--nocapture"])
                .env(CHILD, format!("{address} {} {case}", subject.name()))
                .output()
                .unwrap();
            let said = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
            assert!(child.status.success(), "{said}");
            print!("{said}");
        }
    }
}

/// Returns the growth of the process at its peak while `run` runs, in bytes.
fn growth(run: impl FnOnce()) -> u64 {
    fs::write("/proc/self/clear_refs", "5").unwrap(); // the peak begins anew
    let before = peak();
    run();
    peak().saturating_sub(before) // the kernel counts in batches, so it can be a little less
}

#[test]
fn an_upload_takes_no_memory_of_its_size() {
    let server = || {
        serve_archives(|mut it: Incoming| {
            let arrived = it.copy_body(&mut io::sink());
            assert_eq!(arrived, it.length());
            it.answer("200 OK", "");
        })
    };
    in_processes("an_upload_takes_no_memory_of_its_size", server, &["files", "memory"], |subject, images| {
        // Whatever is made once is made for a small job.
        subject.submit(submission(Image::bytes(PNG))).unwrap();
        let files: Vec<_> = (0..4).map(|_| image_file(25)).collect();
        let image = |index: usize| match images {
            "files" => Image::file(files[index].path()),
            _ => Image::bytes(fs::read(files[index].path()).unwrap()),
        };
        let sent = Arc::new(Mutex::new(0));
        let submission = submission_of((0..4).map(image));
        let report = {
            let sent = sent.clone();
            move |so_far, _| *sent.lock().unwrap() = so_far
        };
        let growth = growth(|| drop(subject.submit_reporting(submission, report).unwrap()));
        assert_eq!(*sent.lock().unwrap() >> 20, 100, "the whole of it");
        println!("{}, images in {images}: {growth} bytes more at the peak", subject.name());
        assert!(growth < BOUND, "{}, {images}: {growth} bytes", subject.name());
    });
}

#[test]
fn a_v3_job_takes_no_memory_of_its_size() {
    let test = "a_v3_job_takes_no_memory_of_its_size";
    in_processes(test, serve_v3, &["files", "memory"], |subject, images| {
        subject.submit_v3(job(&[FormImage::from(JPEG)]), |_, _| ()).unwrap();
        let files: Vec<_> = (0..7).map(|_| image_file(15)).collect();
        let image = |file: &NamedTempFile| match images {
            "files" => read_image(file.path()).unwrap(),
            _ => FormImage::from(fs::read(file.path()).unwrap()),
        };
        let job = job(&files.iter().map(image).collect::<Vec<_>>());
        let sent = Arc::new(Mutex::new(0));
        let report = {
            let sent = sent.clone();
            move |so_far, _| *sent.lock().unwrap() = so_far
        };
        let growth = growth(|| drop(subject.submit_v3(job, report).unwrap()));
        assert_eq!(*sent.lock().unwrap() >> 20, 105, "the whole of it");
        println!("{}, images in {images}: {growth} bytes more at the peak", subject.name());
        assert!(growth < BOUND, "{}, {images}: {growth} bytes", subject.name());
    });
}

#[test]
fn many_v3_jobs_at_once_take_no_memory_of_their_size() {
    let test = "many_v3_jobs_at_once_take_no_memory_of_their_size";
    in_processes(test, serve_v3, &["files"], |subject, _| {
        subject.submit_v3(job(&[FormImage::from(JPEG)]), |_, _| ()).unwrap();
        let file = image_file(9);
        let job = job(&[read_image(file.path()).unwrap(), FormImage::from(JPEG)]);
        let growth = growth(|| {
            thread::scope(|scope| {
                let submit = || drop(subject.submit_v3(job.clone(), |_, _| ()).unwrap());
                for _ in 0..64 {
                    scope.spawn(submit);
                }
            });
        });
        println!("{}, 64 jobs of 9 MiB: {growth} bytes more at the peak", subject.name());
        assert!(growth < BOUND_OF_64, "{}: {growth} bytes", subject.name());
    });
}

/// Starts a server that issues access tokens and accepts jobs.
fn serve_v3() -> SocketAddr {
    serve(|mut it: Incoming| {
        let arrived = it.copy_body(&mut io::sink());
        assert_eq!(arrived, it.length());
        if it.head.starts_with("POST /v3/token ") {
            it.answer("200 OK", r#"{"token": "a.b.c"}"#);
        } else {
            it.answer(
                "202 Accepted",
                r#"{"status": "accepted", "job_id": "job_01h2xcejqtf2nbrexx3vqjhp41"}"#,
            );
        }
    })
}

/// Creates a job with these images: the selfie, and images for the liveness check. The last image is repeated as often as needed.
fn job(images: &[FormImage]) -> registration::Request {
    let frames = images.iter().skip(1).chain(std::iter::repeat(&images[images.len() - 1]));
    let selfie = Selfie::new(images[0].clone(), frames.take(6).cloned()).unwrap();
    let name = PersonName { first: "Joe", last: "Leo" };
    let person = UserDetails::by_email(name, "joe.leo@example.com").unwrap();
    let consent = Consent::granted(std::time::SystemTime::now(), "EN", "https://partner.example/p").unwrap();
    registration::Request::new(selfie, person, consent)
}

/// Returns a configuration without a limit for the size of images.
fn unlimited(address: SocketAddr) -> smileid::Config {
    let mut config = config(address);
    config.image_limit = u64::MAX;
    config
}

/// Returns the peak memory of the process, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
