//! Tests requests and responses over sockets.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use smileid::{
    Error, ErrorKind, Image, Step, TransportOptions, client::TransportErrorKind, protocol::v1::services,
};
#[cfg(feature = "ureq")]
use smileid_mock_server::MockServer;

use crate::{
    sockets::{Incoming, nobody, serve, serve_archives},
    subjects::{PNG, Subject, config, lookup, shown, submission},
};

fn kind(failed: Result<impl std::fmt::Debug, Error>) -> TransportErrorKind {
    let error = failed.expect_err("it fails");
    error.transport().unwrap_or_else(|| panic!("{error:?}"))
}

#[test]
fn misbehaving_servers_have_their_errors() {
    let close_after_request = |_: Incoming| ();
    let cut_body = |mut it: Incoming| {
        it.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\": 1");
    };
    let garbage = |mut it: Incoming| {
        it.send("220 mail.example ESMTP\r\n\r\n");
    };
    for (behaviour, address, expected) in [
        ("nobody", nobody(), TransportErrorKind::Connect),
        ("close", serve(close_after_request), TransportErrorKind::Interrupted),
        ("cut body", serve(cut_body), TransportErrorKind::Interrupted),
        ("garbage", serve(garbage), TransportErrorKind::Interrupted),
    ] {
        for subject in Subject::at(address) {
            let name = subject.name();
            assert_eq!(kind(subject.look_up()), expected, "{behaviour}, {name}");
        }
    }
}

#[test]
fn an_answer_has_a_time_to_come_in() {
    let silent = |_it: Incoming| thread::sleep(Duration::from_secs(30));
    let dribble = |mut it: Incoming| {
        it.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
        while it.send(" ") {
            thread::sleep(Duration::from_millis(50));
        }
    };
    for (behaviour, address) in [("silent", serve(silent)), ("dribble", serve(dribble))] {
        let mut config = config(address);
        config.timeouts.request = Duration::from_millis(300);
        for subject in Subject::all(&config, &TransportOptions::default()) {
            let name = subject.name();
            assert_eq!(kind(subject.look_up()), TransportErrorKind::Timeout, "{behaviour}, {name}");
        }
    }
}

#[test]
fn an_answer_that_stands_still_is_given_up() {
    let silent = |_it: Incoming| thread::sleep(Duration::from_secs(30));
    let stalled = |mut it: Incoming| {
        it.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{");
        thread::sleep(Duration::from_secs(30));
    };
    for (behaviour, address) in [("silent", serve(silent)), ("stalled", serve(stalled))] {
        for subject in Subject::impatient_at(address, Duration::from_millis(300)) {
            let name = subject.name();
            let started = Instant::now();
            assert_eq!(kind(subject.look_up()), TransportErrorKind::Timeout, "{behaviour}, {name}");
            assert!(
                started.elapsed() < Duration::from_secs(5),
                "{behaviour}, {name}: {:?}",
                started.elapsed()
            );
        }
    }
}

#[test]
fn a_slow_answer_is_not_one_that_stands_still() {
    let slow = |mut it: Incoming| {
        it.body();
        it.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
        for byte in ["{", "}", " ", " ", " ", " ", " ", " "] {
            thread::sleep(Duration::from_millis(200));
            it.send(byte);
        }
    };
    for subject in Subject::impatient_at(serve(slow), Duration::from_secs(1)) {
        let reply = subject.look_up(); // 1.6 seconds for `{}`, which is no result
        let error = reply.expect_err("it is no result");
        assert_eq!(error.kind(), ErrorKind::Malformed, "{}: {error:?}", subject.name());
    }
}

#[test]
fn who_wants_no_limits_has_none() {
    let mut options = TransportOptions::default();
    options.connect_timeout = Duration::MAX;
    options.stall_timeout = Duration::MAX;
    let mut config = config(serve(|mut it: Incoming| {
        it.body();
        it.answer("200 OK", "{\"ResultCode\": \"1012\"}");
    }));
    config.timeouts.request = Duration::MAX;
    config.timeouts.operation = Duration::MAX;
    config.reply_limit = usize::MAX;
    for subject in Subject::all(&config, &options) {
        let reply = subject.look_up().unwrap_or_else(|error| panic!("{}: {error:?}", subject.name()));
        assert!(!reply.raw().unwrap().body().is_empty(), "{}", subject.name());
    }
}

#[test]
fn redirects_are_not_followed() {
    static FOLLOWED: AtomicUsize = AtomicUsize::new(0);

    let elsewhere = serve(|mut it: Incoming| {
        FOLLOWED.fetch_add(1, Ordering::SeqCst);
        it.answer("200 OK", "{}");
    });
    let address = serve(move |mut it: Incoming| {
        it.body();
        it.send(&format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere}/steal\r\nContent-Length: 0\r\n\r\n"
        ));
    });
    for subject in Subject::at(address) {
        let error = subject.look_up().unwrap_err();
        assert_eq!(error.status().unwrap(), 307, "{}", subject.name());
    }
    assert_eq!(FOLLOWED.load(Ordering::SeqCst), 0);
}

#[test]
fn an_answer_larger_than_allowed_is_not_read() {
    let address = serve(|mut it: Incoming| {
        it.body();
        it.answer("200 OK", &" ".repeat(1025));
    });
    for (limit, is_allowed) in [(1024, false), (1025, true)] {
        let mut config = config(address);
        config.reply_limit = limit;
        for subject in Subject::all(&config, &TransportOptions::default()) {
            let error = subject.look_up().unwrap_err();
            let expected = (!is_allowed).then_some(TransportErrorKind::ReplyTooLarge);
            assert_eq!(error.transport(), expected, "{}: {error:?}", subject.name());
            assert_eq!(error.kind() == ErrorKind::Malformed, is_allowed, "{}: {error:?}", subject.name());
        }
    }
}

#[test]
fn a_question_without_a_body_has_none() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let address = serve({
        let seen = seen.clone();
        move |mut it: Incoming| {
            seen.lock().unwrap().push(it.head.to_lowercase());
            it.answer("200 OK", "{}");
        }
    });
    let subjects = Subject::at(address);
    for subject in &subjects {
        drop(subject.send(services::Request::default()));
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), subjects.len());
    for head in seen.iter() {
        assert!(head.starts_with("get /v1/services "), "{head}");
        assert!(head.contains("user-agent: smileid-rust/"), "{head}");
        for other in ["content-length", "transfer-encoding", "expect"] {
            assert!(!head.contains(other), "{head}");
        }
    }
}

#[test]
fn a_presigned_address_is_in_no_error() {
    let address = serve_archives(|_it: Incoming| ()); // closes
    let lost = serve(move |mut it: Incoming| {
        it.body();
        let at: SocketAddr = nobody();
        it.answer(
            "200 OK",
            &format!(
                r#"{{"upload_url": "http://{at}/videos/selfie.zip?Signature=secret", "smile_job_id": "1"}}"#
            ),
        );
    });
    for address in [address, lost] {
        for subject in Subject::at(address) {
            let error = subject.submit(submission(Image::bytes(PNG))).unwrap_err();
            assert_eq!(error.step(), Some(Step::Upload));
            let text = shown(&error);
            assert!(!text.contains("secret") && !text.contains("selfie.zip"), "{text}");
        }
    }
}

#[cfg(feature = "ureq")]
#[tokio::test]
async fn the_blocking_client_works_inside_a_runtime() {
    let server = MockServer::start().await.unwrap();
    let environment = server.base_url().parse().unwrap();
    let config = smileid::Config::new(server.credentials().clone(), &environment);
    let client = smileid::blocking::Client::new(config).unwrap();
    client.submit(submission(Image::bytes(PNG))).send().unwrap();
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn requests_wait_for_their_turn() {
    let address = serve(|_it: Incoming| thread::sleep(Duration::from_secs(30)));
    let transport = smileid::ReqwestTransport::new().unwrap().at_most(1);
    let with_timeout = |timeout| {
        let mut config = config(address);
        config.timeouts.request = timeout;
        config.retry = smileid::Retry::never();
        smileid::client::Client::new(config, transport.clone())
    };

    let (first, second) =
        (with_timeout(Duration::from_millis(1500)), with_timeout(Duration::from_millis(500)));
    let second = async {
        // After the first has its turn.
        tokio::task::yield_now().await;
        second.submit(lookup()).await
    };
    let (first, second) = tokio::join!(first.submit(lookup()).send(), second);
    assert!(first.unwrap_err().is_outcome_unknown());
    assert!(second.unwrap_err().not_sent());
    // The turn has come back.
    let third = with_timeout(Duration::from_millis(200)).submit(lookup()).await;
    assert!(third.unwrap_err().is_outcome_unknown());
}
