//! Tests that a job is created and charged once, wherever connections break: with real clients, sockets and a proxy that
//! interrupts them.
//!
//! [`crate::exactly_once`] tests the same in virtual time, with more faults.

use std::{net::SocketAddr, time::Duration};

use smileid::{
    Config, Environment, ErrorKind, Image, ImageJob, JobRef, Outcome, ReqwestTransport, Result, Retry,
    Schedule, Submission, client::Client, types::ErrorCode,
};
use smileid_mock_server::{MockServer, Options};
use tokio::runtime::Runtime;

use crate::{
    books::Books,
    proxy::{self, Fault, Moment},
    try_all,
};

const FAULTS: [Fault; 7] = [
    Fault::Cut(Moment::Connected),
    Fault::Cut(Moment::HalfAsked),
    Fault::Cut(Moment::Asked),
    Fault::Cut(Moment::Answered),
    Fault::Cut(Moment::HalfAnswered),
    Fault::Overtaken,
    Fault::Late,
];

/// Level at which the submission continues after an interruption.
#[derive(Clone, Copy, Debug)]
enum Goer {
    /// The same call continues, with its own retries.
    Call,
    /// The same program continues, with its submission in memory.
    Program,
    /// Another program continues, with the submission that was stored before the first request.
    Successor,
}

/// Exchanges that are interrupted, and what continues after that.
#[derive(Clone, Debug)]
struct Case {
    breaks: Vec<(usize, Fault)>,
    goer: Goer,
    /// Number of status responses without a result.
    polls: u32,
}

/// Submits a job with one of the two clients.
type Submit<'a> = &'a (dyn Fn(Config, &mut Submission) -> Result<Outcome> + Sync);

fn carry_through(case: &Case, runtime: &Runtime, submit: Submit<'_>) {
    let mut options = Options::new().unwrap();
    options.config.processing = smileid_mock_server::Processing::Polls(case.polls);
    let server = runtime.block_on(MockServer::start_with(options)).unwrap();
    let address: SocketAddr = server.base_url().trim_start_matches("http://").parse().unwrap();
    let breaks = case.breaks.clone();
    let proxy = proxy::start(address, move |exchange| {
        breaks.iter().find(|(broken, _)| *broken == exchange).map(|(_, fault)| *fault)
    });

    let environment: Environment = format!("http://{proxy}").parse().unwrap();
    let mut config = Config::new(server.credentials().clone(), &environment);
    config.wait.schedule = Schedule::doubling(Duration::from_millis(2), Duration::from_millis(10));
    if !matches!(case.goer, Goer::Call) {
        config.retry = Retry::never();
    }
    config.retry.initial_backoff = Duration::from_millis(2);
    let some_is_late = case.breaks.iter().any(|(_, fault)| *fault == Fault::Late);
    if some_is_late {
        config.timeouts.request = Duration::from_millis(500);
        config.timeouts.upload = Duration::from_millis(500);
    }

    let ids = JobRef::from_key("user-1", "application 4711").unwrap();
    let mut image = vec![0; 100_000];
    image[..26].copy_from_slice(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02");
    let job = ImageJob::smart_selfie_registration(ids.clone(), Image::bytes(image));
    let mut submission = Submission::new(job);
    let kept = serde_json::to_string(&submission).unwrap();
    for call in 0..10 {
        let outcome = submit(config.clone(), &mut submission);
        let books = Books::of(address);
        books.check();
        match outcome {
            Ok(outcome) => {
                assert!(!outcome.is_pending());
                let smile_job_id = outcome.smile_job_id().expect("a result names it");
                assert_eq!(books.jobs, [(ids.job_id().to_owned(), smile_job_id.to_owned())]);
                assert_eq!(books.bill, 1);
                // A busy machine may be late even where no delay is planned.
                if !some_is_late {
                    assert!(call <= if matches!(case.goer, Goer::Call) { 0 } else { case.breaks.len() });
                }
                return;
            }
            Err(error) => assert!(error.is_retryable(), "{error:?}"),
        }
        if matches!(case.goer, Goer::Successor) {
            submission = serde_json::from_str(&kept).unwrap();
        }
    }
    panic!("no result");
}

/// Runs all cases with the asynchronous client.
fn carry_all_through(cases: &[Case]) {
    let runtime = Runtime::new().unwrap();
    let transport = ReqwestTransport::new().unwrap();
    let submit = |config: Config, submission: &mut Submission| {
        runtime.block_on(Client::new(config, transport.clone()).submit(submission).wait().send())
    };
    try_all(cases, |case| carry_through(case, &runtime, &submit));
}

fn cases(breaks: &[Vec<(usize, Fault)>], polls: u32) -> Vec<Case> {
    let goers = [Goer::Call, Goer::Program, Goer::Successor];
    let cases =
        breaks.iter().flat_map(|breaks| goers.map(|goer| Case { breaks: breaks.clone(), goer, polls }));
    cases.collect()
}

/// A submission has one upload request, one upload and six status requests.
#[test]
fn one_break_at_any_of_eight_exchanges() {
    let breaks = (0..8).flat_map(|exchange| FAULTS.map(|fault| vec![(exchange, fault)]));
    carry_all_through(&cases(&breaks.collect::<Vec<_>>(), 5));
}

#[test]
fn a_second_break_while_the_first_is_being_mended() {
    let mut breaks = Vec::new();
    for first in 0..3 {
        for fault in [Fault::Cut(Moment::HalfAsked), Fault::Cut(Moment::Answered), Fault::Overtaken] {
            for second in first + 1..first + 5 {
                breaks.extend(FAULTS.map(|other| vec![(first, fault), (second, other)]));
            }
        }
    }
    carry_all_through(&cases(&breaks, 0));
}

/// An older approved job with the same ids and another selfie must never count as this one, wherever connections break.
#[test]
fn an_older_job_of_the_same_ids_is_never_taken() {
    let runtime = Runtime::new().unwrap();
    let transport = ReqwestTransport::new().unwrap();
    let goers = [Goer::Call, Goer::Program, Goer::Successor];
    let cases = (0..3).flat_map(|exchange| FAULTS.map(|fault| vec![(exchange, fault)]));
    let cases: Vec<_> =
        cases.flat_map(|breaks| goers.map(|goer| Case { breaks: breaks.clone(), goer, polls: 0 })).collect();
    try_all(&cases, |case| {
        let server = runtime.block_on(MockServer::start()).unwrap();
        let address: SocketAddr = server.base_url().trim_start_matches("http://").parse().unwrap();
        let submission = |last_byte: u8| {
            let ids = JobRef::from_key("user-1", "application 4711").unwrap();
            let mut image = std::fs::read(crate::image("selfie.png")).unwrap();
            image.push(last_byte);
            let job = ImageJob::smart_selfie_registration(ids, Image::bytes(image));
            Submission::new(job)
        };
        let client = |url: &str| {
            let mut config = Config::new(server.credentials().clone(), &url.parse::<Environment>().unwrap());
            config.wait.schedule = Schedule::doubling(Duration::from_millis(2), Duration::from_millis(10));
            config.retry.initial_backoff = Duration::from_millis(2);
            config.timeouts.request = Duration::from_millis(500);
            config.timeouts.upload = Duration::from_millis(500);
            Client::new(config, transport.clone())
        };
        runtime.block_on(client(server.base_url()).submit(submission(1)).wait().send()).unwrap();
        let before = Books::of(address);

        let breaks = case.breaks.clone();
        let proxy = proxy::start(address, move |exchange| {
            breaks.iter().find(|(broken, _)| *broken == exchange).map(|(_, fault)| *fault)
        });
        let mut client = client(&format!("http://{proxy}"));
        if !matches!(case.goer, Goer::Call) {
            client = client.with(|config| config.retry = Retry::never());
        }
        let mut submission = submission(2);
        let kept = serde_json::to_string(&submission).unwrap();
        for call in 0.. {
            let error = runtime.block_on(client.submit(&mut submission).wait().send()).unwrap_err();
            let books = Books::of(address);
            assert_eq!((books.bill, &books.jobs), (before.bill, &before.jobs));
            if !error.is_retryable() {
                let is_refused = error.code() == Some(&ErrorCode::JOB_EXISTS);
                assert!(is_refused || error.kind() == ErrorKind::OtherContent, "{error:?}");
                break;
            }
            assert!(call < 10, "{error:?}");
            if matches!(case.goer, Goer::Successor) {
                submission = serde_json::from_str(&kept).unwrap();
            }
        }
    });
}
