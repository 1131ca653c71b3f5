//! Memory of an upload: a hundred megabytes of images in a process of its own, which looks at its own peak.

use std::{
    env, fs, io,
    net::SocketAddr,
    process::Command,
    sync::{Arc, Mutex},
};

use smileid::Image;

use crate::{
    sockets::{Incoming, serve_archives},
    subjects::{PNG, Subject, image_file, submission, submission_of},
};

/// What tells the test below that it is the process to be measured: where to send to, and of what.
const CHILD: &str = "SMILEID_TEST_MEMORY";

/// How much larger the process may have been than it was before the upload, in bytes: the bound.
const BOUND: u64 = 2 << 20;

#[test]
fn an_upload_takes_no_memory_of_its_size() {
    if let Ok(child) = env::var(CHILD) {
        let [address, subject, images] = child.split(' ').collect::<Vec<_>>().try_into().unwrap();
        return measured(address.parse().unwrap(), subject, images);
    }
    let address = serve_archives(|mut it: Incoming| {
        let arrived = it.copy_body(&mut io::sink());
        assert_eq!(arrived, it.length());
        it.answer("200 OK", "");
    });
    for subject in Subject::at(address) {
        for images in ["files", "memory"] {
            let child = Command::new(env::current_exe().unwrap())
                .args(["--exact", "memory::an_upload_takes_no_memory_of_its_size", "--nocapture"])
                .env(CHILD, format!("{address} {} {images}", subject.name()))
                .output()
                .unwrap();
            let said = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
            assert!(child.status.success(), "{said}");
            print!("{said}");
        }
    }
}

/// Sends four images of 25 MiB, after a small job that has whatever is made once made.
fn measured(address: SocketAddr, subject: &str, images: &str) {
    let subject = Subject::at(address).into_iter().find(|it| it.name() == subject).unwrap();
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

    fs::write("/proc/self/clear_refs", "5").unwrap(); // the peak begins anew
    let before = peak();
    subject.submit_reporting(submission, report).unwrap();
    let growth = peak().saturating_sub(before); // the kernel counts in batches, so it can be a little less
    assert_eq!(*sent.lock().unwrap() >> 20, 100, "the whole of it");
    println!("{} with images in {images}: {before} bytes before, {growth} more at the peak", subject.name());
    assert!(growth < BOUND, "{}, {images}: {growth} bytes", subject.name());
}

/// The most memory the process has had.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
