//! The asynchronous driver holds the same conversations as the blocking one.

use std::{
    future::Future,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use smileid_client::{
    BlockingTransport as _, Client, Now, Outgoing, Submission, Transport, TransportError, Wait,
};
use smileid_protocol::job::{Delivery, Follow};

use crate::script::*;

/// A script behind a lock, as an asynchronous transport must be shareable between threads.
struct Ready(Mutex<Script>);

impl Transport for Ready {
    async fn send(&self, request: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        (&*self.0.lock().expect("one thread")).send(request)
    }

    async fn sleep(&self, duration: Duration) {
        (&*self.0.lock().expect("one thread")).sleep(duration);
    }

    fn now(&self) -> Now {
        (&*self.0.lock().expect("one thread")).now()
    }

    fn seed(&self) -> u64 {
        (&*self.0.lock().expect("one thread")).seed()
    }
}

/// Runs a future that never waits for anything outside itself.
fn run<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

#[test]
fn both_drivers_send_the_same_at_the_same_times() {
    let answers =
        || [upload_reply(), Answer::Reply(200, "".into()), reply(&incomplete()), reply(&incomplete())];
    let blocking = Script::new(answers()).then_forever(&complete());
    client(&blocking)
        .submit(&mut Submission::new(registration(), Delivery::follow(Follow::result())))
        .unwrap();

    let ready = Ready(Mutex::new(Script::new(answers()).then_forever(&complete())));
    let config = client(&blocking).config().clone();
    let asynchronous = Client::new(config, &ready);
    run(asynchronous.submit(&mut Submission::new(registration(), Delivery::follow(Follow::result()))))
        .unwrap();

    let script = ready.0.lock().unwrap();
    let sent = |script: &Script| -> Vec<_> {
        let sent = script.sent.borrow();
        sent.iter().map(|it| (it.at, it.uri.clone(), it.body.clone())).collect()
    };
    assert_eq!(sent(&script), sent(&blocking));
    assert_eq!(script.waits.borrow().len(), 3);
}

#[test]
fn a_watch_is_a_stream_of_the_same_states() {
    let answers = || [reply(&incomplete()), reply(&incomplete()), reply(&complete())];
    let blocking = Script::new(answers());
    let expected: Vec<_> = client(&blocking)
        .watch(&ids(), Follow::result(), Wait::default())
        .map(|state| state.unwrap().complete().is_some())
        .collect();
    assert_eq!(expected, [false, false, true]);

    let ready = Ready(Mutex::new(Script::new(answers())));
    let asynchronous = Client::new(client(&blocking).config().clone(), &ready);
    let mut watch = asynchronous.watch(&ids(), Follow::result(), Wait::default());
    let mut seen = Vec::new();
    while let Some(state) = run(watch.next()) {
        seen.push(state.unwrap().complete().is_some());
    }
    assert_eq!(seen, expected);
    assert!(run(watch.next()).is_none(), "over is over");
}
