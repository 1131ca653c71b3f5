//! Tests receiving a callback, from its bytes to the stored record, also when two callbacks arrive at the same time.

use std::{
    future::Future,
    sync::{
        Arc, Barrier,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::SystemTime,
};

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use smileid_client::{
    ErrorKind,
    callback::{Digest, Fingerprint, Receiver},
    store::{Change, Ignored, InMemory, JobRecord, Store, TooLarge, Unsettled, Version},
};
use smileid_protocol::{job::JobRef, types::Decision};

use crate::{
    callbacks::{NOON, fresh, message, received, signed_at},
    records::confirmed,
    script::{Script, client, ids, time},
};

/// Creates a receiver that sends no requests to the API; its time is `NOON`.
fn receiving<S: Store>(store: S) -> Receiver<S> {
    Receiver::new(client(&Script::new([])), store)
}

fn receiver() -> Receiver<InMemory> {
    receiving(InMemory::default())
}

fn receive<S: Store>(receiver: &Receiver<S>, at: i64, message: Value) -> Change {
    receiver.handle_blocking(&HeaderMap::new(), &signed_at(at, message)).unwrap().change
}

fn decisions(store: &InMemory) -> Vec<Decision> {
    store.records().iter().map(|record| record.verdict().decision).collect()
}

#[test]
fn two_callbacks_make_one_outcome() {
    let receiver = receiver();
    let face = || message(1, "0810", &json!({}));
    assert!(
        matches!(receive(&receiver, NOON, face()), Change::Applied(verdict) if verdict.decision == Decision::Provisional)
    );
    assert_eq!(receive(&receiver, NOON, face()), Change::Ignored(Ignored::Duplicate), "the same bytes");
    assert_eq!(receive(&receiver, NOON + 9, face()), Change::Ignored(Ignored::Duplicate), "signed anew");
    let change = receive(&receiver, NOON + 1, message(1, "1012", &json!({})));
    assert!(matches!(change, Change::Applied(verdict) if verdict.decision == Decision::Approved));
    assert_eq!(decisions(receiver.store()), [Decision::Approved]);
}

#[test]
fn a_signature_on_another_body_makes_nothing_better() {
    let receiver = receiver();
    let _ = receive(&receiver, NOON, message(4, "0841", &json!({})));
    for code in ["0840", "1240", "0899"] {
        assert_eq!(receive(&receiver, NOON, message(4, code, &json!({}))), Change::MustConfirm, "{code}");
        assert!(!decisions(receiver.store()).contains(&Decision::Approved), "{code}");
    }
    // The first body is still the first.
    assert_eq!(receive(&receiver, NOON, message(4, "0841", &json!({}))), Change::Ignored(Ignored::Duplicate));
}

/// An attacker who has intercepted a signature may deliver a forged body before the API delivers the genuine one.
#[test]
fn a_forgery_that_came_first_decides_nothing_once_the_other_came() {
    let receiver = receiver();
    let (forged, honest) = (message(4, "0840", &json!({})), message(4, "0841", &json!({})));
    let _ = receive(&receiver, NOON, forged);
    assert_eq!(receive(&receiver, NOON, honest.clone()), Change::MustConfirm);
    let record = &receiver.store().records()[0];
    assert!(record.is_contested());
    assert_eq!(record.verdict().decision, Decision::Provisional);

    let answer = confirmed(NOON + 9, honest.clone(), &honest, &json!([honest]));
    let change =
        poll(receiver.store().change(&ids(), |record| record.apply_confirmed(&answer, time(NOON + 8))))
            .unwrap();
    assert!(matches!(change, Change::Applied(verdict) if verdict.decision == Decision::Rejected));
    assert!(receiver.store().records()[0].is_confirmed());
}

#[test]
fn what_the_api_has_confirmed_is_applied_though_its_callback_was_not() {
    let receiver = receiver();
    let (face, id) = (message(1, "0810", &json!({})), message(1, "1012", &json!({})));
    let _ = receive(&receiver, NOON, face.clone());
    assert_eq!(receive(&receiver, NOON, id.clone()), Change::MustConfirm, "of the same millisecond");
    let answer = confirmed(NOON + 9, id.clone(), &face, &json!([face, id]));
    let change =
        poll(receiver.store().change(&ids(), |record| record.apply_confirmed(&answer, time(NOON + 8))))
            .unwrap();
    assert!(matches!(change, Change::Applied(verdict) if verdict.decision == Decision::Approved));
    assert_eq!(decisions(receiver.store()), [Decision::Approved]);
}

#[test]
fn a_callback_that_was_seen_and_not_kept_is_kept_when_it_comes_again() {
    let receiver = receiver();
    let body = || message(4, "0840", &json!({}));
    let seen = poll(receiver.store().remember(*received(NOON, body()).fingerprint(), time(NOON))).unwrap();
    assert_eq!(seen, None); // and then the process ended
    assert!(matches!(receive(&receiver, NOON, body()), Change::Applied(_)));
}

#[test]
fn messages_without_a_record() {
    let receiver = receiver();
    let phone =
        || json!({"code": "1020", "message": "x", "matched_fields": {}, "partner_params": {"job_id": "j"}});
    assert!(
        matches!(receive(&receiver, NOON, phone()), Change::Applied(verdict) if verdict.decision == Decision::Approved)
    );
    assert_eq!(receive(&receiver, NOON, phone()), Change::Ignored(Ignored::Duplicate));
    let nameless = json!({"ResultCode": "0840", "PartnerParams": {"job_type": 4}});
    assert_eq!(receive(&receiver, NOON + 1, nameless), Change::MustConfirm);
    assert_eq!(receiver.store().records(), []);
}

/// Store in which two callers both read the record before either of them writes it.
struct Crossing {
    inner: InMemory,
    both_have_read: Barrier,
    reads: AtomicU32,
}

impl Store for Crossing {
    type Error = TooLarge;

    fn remember(
        &self,
        fingerprint: Fingerprint,
        now: SystemTime,
    ) -> impl Future<Output = Result<Option<Digest>, TooLarge>> + Send {
        self.inner.remember(fingerprint, now)
    }

    async fn load(&self, job: &JobRef) -> Result<Option<(JobRecord, Version)>, TooLarge> {
        let found = self.inner.load(job).await;
        if self.reads.fetch_add(1, Ordering::SeqCst) < 2 {
            self.both_have_read.wait();
        }
        found
    }

    fn save(
        &self,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, TooLarge>> + Send {
        self.inner.save(record, expected)
    }

    fn unsettled(
        &self,
        what: Unsettled,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<JobRef>, TooLarge>> + Send {
        self.inner.unsettled(what, limit)
    }
}

#[test]
fn two_at_once_lose_nothing() {
    for known in [false, true] {
        let store = Crossing {
            inner: InMemory::default(),
            both_have_read: Barrier::new(2),
            reads: AtomicU32::new(0),
        };
        if known {
            let mut record = JobRecord::new(&ids());
            let _ = record.apply(&fresh(NOON, message(1, "0814", &json!({}))));
            assert!(poll(store.inner.save(record, None)).unwrap());
        }
        let receiver = receiving(store);
        thread::scope(|scope| {
            for (millis, code) in [(1, "1210"), (2, "1012")] {
                let receiver = &receiver;
                scope.spawn(move || receive(receiver, NOON + millis, message(1, code, &json!({}))));
            }
        });
        assert_eq!(decisions(&receiver.store().inner), [Decision::Approved], "{known}");
        assert_eq!(receiver.store().reads.load(Ordering::SeqCst), 3, "one of them has read again");
    }
}

#[test]
fn many_at_once_lose_nothing() {
    let receiver = receiving(Arc::new(InMemory::default()));
    thread::scope(|scope| {
        for job in 0..4 {
            for (millis, code) in [(1, "0814"), (2, "1012"), (3, "1210"), (4, "5210")] {
                let receiver = receiver.clone();
                let params = json!({"user_id": "user", "job_id": format!("job-{job}"), "job_type": 1});
                let message =
                    message(1, code, &json!({"PartnerParams": params, "SmileJobID": format!("{job}")}));
                scope.spawn(move || receive(&receiver, NOON + job * 10 + millis, message));
            }
        }
    });
    assert_eq!(decisions(receiver.store()), [Decision::Approved; 4]);
}

/// Store that never saves: it fails, or reports that another process saved the record first.
struct Broken {
    fails: bool,
}

impl Store for Broken {
    type Error = std::fmt::Error;

    async fn remember(&self, _: Fingerprint, _: SystemTime) -> Result<Option<Digest>, Self::Error> {
        Ok(None)
    }

    async fn load(&self, _: &JobRef) -> Result<Option<(JobRecord, Version)>, Self::Error> {
        if self.fails { Err(std::fmt::Error) } else { Ok(None) }
    }

    async fn save(&self, _: JobRecord, _: Option<Version>) -> Result<bool, Self::Error> {
        Ok(false)
    }

    async fn unsettled(&self, _: Unsettled, _: usize) -> Result<Vec<JobRef>, Self::Error> {
        Ok(Vec::new())
    }
}

#[test]
fn what_cannot_be_kept_is_sent_again_later() {
    for fails in [true, false] {
        let receiver = receiving(Broken { fails });
        let body = signed_at(NOON, message(4, "0840", &json!({})));
        let error = receiver.handle_blocking(&HeaderMap::new(), &body).unwrap_err();
        assert_eq!(error.callback_status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(error.kind(), ErrorKind::Store);
        assert_eq!(std::error::Error::source(&error).is_some(), fails, "{error:?}");
    }
    let error = receiver().handle_blocking(&HeaderMap::new(), b"{}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert_eq!(error.callback_status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn seals_are_remembered_while_they_are_valid_and_no_longer() {
    let store = InMemory::holding(3);
    let remember = |at: i64, code: &str, now: i64| {
        let received = received(at, message(4, code, &json!({})));
        poll(store.remember(*received.fingerprint(), time(now))).unwrap().is_some()
    };
    assert!(!remember(NOON, "0840", NOON));
    assert!(remember(NOON, "0841", NOON + 300_000), "as long as it is valid");
    assert!(!remember(NOON + 300_001, "0840", NOON + 300_001));
    assert!(!remember(NOON, "0841", NOON + 300_001), "no longer");
    // Of too many, those that expire next are forgotten.
    for millis in 2..6 {
        assert!(!remember(NOON + 300_000 + millis, "0840", NOON + 300_001));
    }
    assert!(remember(NOON + 300_005, "0840", NOON + 300_001));
    assert!(remember(NOON + 300_003, "0840", NOON + 300_001));
    assert!(!remember(NOON + 300_001, "0840", NOON + 300_001), "forgotten");
}

#[test]
fn of_too_many_records_the_longest_untouched_are_forgotten() {
    let store = InMemory::holding(2);
    let job = |name: &str| JobRef::new("user-1", name).unwrap();
    let save = |name: &str, expected| poll(store.save(JobRecord::new(&job(name)), expected)).unwrap();
    let version = |name: &str| poll(store.load(&job(name))).unwrap().map(|(_, version)| version);
    assert!(save("a", None) && save("b", None));
    assert!(!save("a", None) && !save("a", version("b")) && !save("c", Some(7)));
    assert!(save("a", version("a")) && save("c", None));
    assert_eq!((version("b"), store.records().len()), (None, 2));
    let first = version("a");
    assert!(save("b", None) && save("a", None), "b took the place of a, which begins anew");
    assert_ne!(version("a"), first, "and has no version it had before");
}

/// An attacker with one signature can send any number of ids.
#[test]
fn names_of_any_length_take_no_more_than_the_store_may_hold() {
    let receiver = receiving(InMemory::holding(20));
    let named = |number: usize, length: usize| {
        let params = json!({"user_id": format!("{number:0length$}"), "job_id": "job", "job_type": 4});
        message(4, "0840", &json!({"PartnerParams": params}))
    };
    for number in 0..3 {
        assert_eq!(receive(&receiver, NOON, named(number, 1025)), Change::MustConfirm);
    }
    assert_eq!(receiver.store().records(), [], "names of more than 1,024 bytes are not kept");
    for number in 0..100 {
        let _ = receive(&receiver, NOON + 1, named(number, 1024));
    }
    // Each takes its name twice, and 20 KiB are there for all.
    let kept = receiver.store().records();
    let kept: Vec<_> = kept.iter().map(|record| record.ids().user_id().trim_start_matches('0')).collect();
    assert_eq!(kept.last(), Some(&"99"));
    assert!((5..=9).contains(&kept.len()), "{kept:?}");
    let number = json!({"SmileJobID": "1".repeat(1025)});
    assert_eq!(receive(&receiver, NOON + 2, message(4, "0840", &number)), Change::MustConfirm);
    assert_eq!(receiver.store().records().len(), kept.len());
}

/// Returns the output of a future that never waits.
fn poll<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("nothing here waits"),
    }
}
