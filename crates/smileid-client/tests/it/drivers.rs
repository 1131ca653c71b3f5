//! Tests that the asynchronous client and the blocking client send the same requests and return the same outcomes.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use smileid_client::{Client, Submission, TransportErrorKind};

use crate::script::*;

/// Runs a future that never waits for an event outside itself.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

#[test]
fn both_drivers_send_the_same_at_the_same_times() {
    let answers = || [upload_reply(), answer(200, "".into()), reply(&incomplete()), reply(&incomplete())];
    let blocking = Script::new(answers()).then_forever(reply(&complete()));
    client(&blocking).submit(&mut Submission::new(registration())).wait().send().unwrap();

    let script = Script::new(answers()).then_forever(reply(&complete()));
    let asynchronous = Client::new(once(), script.clone());
    run(asynchronous.submit(&mut Submission::new(registration())).wait().send()).unwrap();

    let sent = |script: &Script| -> Vec<_> {
        let sent = script.sent();
        sent.iter().map(|it| (it.at, it.head.uri.clone(), it.body.clone())).collect()
    };
    assert_eq!(sent(&script), sent(&blocking));
    assert_eq!(script.waits().len(), 3);
}

#[test]
fn a_watch_is_a_stream_of_the_same_states() {
    let answers = || [reply(&incomplete()), reply(&incomplete()), reply(&complete())];
    let blocking = Script::new(answers());
    let expected: Vec<_> =
        client(&blocking).wait(&ids()).watch().map(|state| is_complete(&state.unwrap())).collect();
    assert_eq!(expected, [false, false, true]);

    let ready = Script::new(answers());
    let asynchronous = Client::new(once(), ready);
    let mut watch = asynchronous.wait(&ids()).watch();
    let mut seen = Vec::new();
    while let Some(state) = run(watch.next()) {
        seen.push(is_complete(&state.unwrap()));
    }
    assert_eq!(seen, expected);
    assert!(run(watch.next()).is_none(), "over is over");
}

#[test]
fn a_watch_ends_with_an_error() {
    let script =
        || Script::new([Answer::fail(TransportErrorKind::Timeout)]).then_forever(reply(&incomplete()));
    let blocking = client(&script());
    let mut watch = blocking.wait(&ids()).watch();
    assert!(watch.next().unwrap().unwrap_err().is_timeout());
    assert!(watch.next().is_none());

    let asynchronous = Client::new(once(), script());
    let mut watch = asynchronous.wait(&ids()).watch();
    assert!(run(watch.next()).unwrap().unwrap_err().is_timeout());
    assert!(run(watch.next()).is_none());
}
