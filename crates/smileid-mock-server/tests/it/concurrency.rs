//! Tests many clients at once: each rule applies exactly its number of times, and each job is accepted, decided, charged and
//! reported by callback once.
//!
//! The counts are known beforehand, whatever the order in which the threads come: they are those of the requests sent.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use http::{Method, Request, StatusCode};
use serde_json::json;
use smileid_mock_server::{Received, Service};
use smileid_protocol::{
    auth::Credentials,
    job::{Image, ImageJob},
    v1::services,
};

use crate::support::{Mock, ORIGIN, TINY, callback, ids, rule};

const THREADS: usize = 8;
const JOBS: usize = 12;
/// Number of times that a rule applies: fewer than the upload requests of all threads.
const TIMES: u32 = 20;

/// A mock server that several threads share. Each thread has its own clock, all with the same time.
struct Shared {
    service: Arc<Service>,
    credentials: Credentials,
}

impl Shared {
    fn new() -> Self {
        let mock = Mock::new();
        Self { service: mock.service, credentials: mock.credentials }
    }

    fn mock(&self) -> Mock {
        Mock::sharing(Arc::clone(&self.service), self.credentials.clone())
    }

    /// Runs `work` in all threads at the same time, and returns the result of each.
    fn all<T: Send>(&self, work: impl Fn(&Mock, usize) -> T + Sync) -> Vec<T> {
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let (start, work) = (&start, &work);
                    scope.spawn(move || {
                        start.wait();
                        work(&self.mock(), thread)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
        })
    }
}

fn job(user: &str, job: &str) -> ImageJob {
    ImageJob::smart_selfie_registration(ids(user, job), Image::bytes(TINY))
}

#[test]
fn a_job_id_is_taken_once() {
    let shared = Shared::new();
    let codes = shared.all(|mock, thread| {
        let submit = |number| mock.submit(job(&format!("user-{thread}-{number}"), &format!("job-{number}")));
        (0..JOBS).map(|number| submit(number).err().map(|refused| refused.code)).collect::<Vec<_>>()
    });
    for number in 0..JOBS {
        let taken = codes.iter().filter(|codes| codes[number].is_none()).count();
        let refused = codes.iter().filter(|codes| codes[number].as_deref() == Some("2215")).count();
        assert_eq!((taken, refused), (1, THREADS - 1), "job-{number}");
    }
    let mock = shared.mock();
    let (_, billing) = mock.admin(&Method::GET, "/billing");
    assert_eq!(billing["total"], JOBS);
    let (_, jobs) = mock.admin(&Method::GET, "/jobs");
    let jobs = jobs["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), JOBS);
    assert!(jobs.iter().all(|job| job["stage"] == "complete" && job["result_code"] == "0840"), "{jobs:?}");
    // An announcement for each, and an archive for each that was taken.
    assert_eq!(mock.journal("").len(), THREADS * JOBS + JOBS);
}

#[test]
fn rules_apply_as_often_as_they_say() {
    let shared = Shared::new();
    let fault = json!({"when": {"endpoint": "services"}, "times": TIMES, "then": {"reply": {"status": 502}}});
    shared.service.add_fault(serde_json::from_value(fault).unwrap());
    let scenario = json!({"when": {"endpoint": "upload"}, "times": TIMES, "then": {"code": "0841"}});
    shared.service.add_scenario(rule(&scenario)).unwrap();

    let found = shared.all(|mock, thread| {
        let mut struck = 0;
        let mut rejected = 0;
        for number in 0..JOBS {
            struck += usize::from(
                mock.raw(&mock.encode(&services::Request::default())).status() == StatusCode::BAD_GATEWAY,
            );
            let name = format!("{thread}-{number}");
            mock.submit(job(&name, &name)).unwrap();
            let status = mock.status(&name, &name);
            let code = status.result().and_then(|it| it.result_code.clone()).expect("a result");
            rejected += usize::from(code.as_str() == "0841");
        }
        (struck, rejected)
    });
    let times = TIMES as usize;
    assert_eq!(found.iter().map(|(struck, _)| struck).sum::<usize>(), times);
    assert_eq!(found.iter().map(|(_, rejected)| rejected).sum::<usize>(), times);
    assert_eq!(shared.service.faults()[0].used, TIMES);
    assert_eq!(shared.service.scenarios()[0].used, TIMES);
    let (_, billing) = shared.mock().admin(&Method::GET, "/billing");
    assert_eq!(billing["total"], THREADS * JOBS);
}

#[test]
fn each_callback_goes_out_once_while_others_are_asked_for() {
    let shared = Shared::new();
    let done = AtomicBool::new(false);
    let sent = thread::scope(|scope| {
        let taking = scope.spawn(|| {
            let mock = shared.mock();
            let mut sent: BTreeMap<u64, u32> = BTreeMap::new();
            loop {
                let is_last = done.load(Ordering::Acquire);
                for callback in shared.service.take_callbacks(mock.now()) {
                    *sent.entry(callback.delivery).or_default() += 1;
                    shared.service.callback_sent(&callback, Received::Status(200), mock.now());
                }
                if is_last {
                    return sent;
                }
                thread::yield_now();
            }
        });
        shared.all(|mock, thread| {
            for number in 0..JOBS {
                let name = format!("{thread}-{number}");
                mock.submit_with(job(&name, &name), Some(&callback())).unwrap();
                assert!(mock.status(&name, &name).job_complete);
                mock.service.callbacks(mock.credentials.partner_id());
            }
        });
        done.store(true, Ordering::Release);
        taking.join().expect("the thread that takes callbacks does not panic")
    });
    assert_eq!(sent.len(), THREADS * JOBS);
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    let callbacks = shared.service.callbacks(shared.credentials.partner_id());
    assert!(callbacks.iter().all(|callback| callback.attempts.len() == 1));
}

#[test]
fn partners_that_come_and_go_disturb_nobody() {
    let shared = Shared::new();
    shared.all(|mock, thread| {
        for number in 0..JOBS {
            let name = format!("{thread}-{number}");
            if thread % 2 == 0 {
                mock.submit(job(&name, &name)).unwrap();
                mock.pass(Duration::from_millis(1));
                assert!(mock.status(&name, &name).job_complete, "{name}");
            } else {
                let partner = format!("9{thread}{number:02}");
                let other = Credentials::new(&*partner, "another-partners-key").unwrap();
                let wanted = json!({"partner_id": partner, "api_key": "another-partners-key"}).to_string();
                let wanted = Request::post(format!("{ORIGIN}/_mock/partners")).body(wanted.into()).unwrap();
                assert_eq!(mock.raw(&wanted).status(), StatusCode::CREATED);
                let other = Mock::sharing(Arc::clone(&mock.service), other);
                other.submit(job("leo", "job")).unwrap();
                assert_eq!(mock.admin(&Method::POST, &format!("/reset?partner_id={partner}")).0, 200);
                other.submit(job("leo", "job")).expect("it began anew");
                assert_eq!(mock.admin(&Method::DELETE, &format!("/partners/{partner}")).0, 200);
                assert!(other.submit(job("leo", "job-2")).is_err(), "nobody knows it any more");
            }
        }
    });
    let (_, billing) = shared.mock().admin(&Method::GET, "/billing");
    assert_eq!(billing["total"], THREADS / 2 * JOBS, "those of partners that went are gone");
}
