//! Tests simultaneous clicks on one button: with a store they become one job, and each click gets its result.

use std::{
    pin::pin,
    sync::{Arc, Barrier},
    task::{Context, Poll, Waker},
    thread,
};

use proptest::{prelude::*, sample::select};
use smileid::{
    Accepted, CallbackUrl, Outcome, Result, Stage,
    store::{InMemory, Store},
};
use smileid_mock_server::Processing;

use super::{
    is_complete, job,
    line::{BAD, Line, World},
};

fn hook() -> CallbackUrl {
    CallbackUrl::parse("http://127.0.0.1:9/hook").unwrap()
}

/// Returns the output of a future that never waits.
fn run<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// Handles a click as in the documentation of `Store::ensure`.
fn click(world: &World, store: &InMemory) -> Result<Accepted> {
    let mut submission = run(store.ensure(job()))?;
    let accepted = world.client().submit(&mut submission).callback(hook()).send();
    run(store.keep(&submission))?;
    accepted
}

fn click_and_wait(world: &World, store: &InMemory) -> Result<Outcome> {
    let mut submission = run(store.ensure(job()))?;
    let outcome = world.client().submit(&mut submission).wait().send();
    run(store.keep(&submission))?;
    outcome
}

/// Runs clicks on several threads at the same time.
fn at_once<T: Send>(clicks: usize, click: impl Fn() -> T + Sync) -> Vec<T> {
    let all = Barrier::new(clicks);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..clicks)
            .map(|_| {
                scope.spawn(|| {
                    all.wait();
                    click()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn clicks_at_once_are_one_job() {
    for _ in 0..100 {
        let world = World::processing(&[], Processing::Polls(2));
        let store = Arc::new(InMemory::default());
        let outcomes = at_once(3, || click_and_wait(&world, &store));
        assert_eq!(world.bill_and_jobs(), (1, 1), "{outcomes:?} {:?}", world.sent());
        let mut numbers = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok(outcome) => {
                    assert!(is_complete(&outcome), "{:?}", world.sent());
                    numbers.push(outcome.smile_job_id().unwrap().to_owned());
                }
                Err(error) => panic!("{error:?} after {:?}", world.sent()),
            }
        }
        assert!(!numbers.is_empty(), "{:?}", world.sent());
        // A click now has the job without a request, or finds it.
        let last = click_and_wait(&world, &store).unwrap();
        assert!(numbers.iter().all(|number| Some(number.as_str()) == last.smile_job_id()));
        assert!(click(&world, &store).is_ok());
        assert_eq!(world.bill_and_jobs(), (1, 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn on_any_line_too(
        lines in proptest::collection::vec(prop_oneof![Just(Line::Good), select(BAD.to_vec())], 0..12),
        clicks in 2..4_usize,
        polls in 0..3_u32,
    ) {
        let world = World::processing(&lines, Processing::Polls(polls));
        let store = InMemory::default();
        for _ in 0..40 {
            let accepted = at_once(clicks, || click(&world, &store));
            let (bill, jobs) = world.bill_and_jobs();
            prop_assert!(bill <= 1 && jobs <= 1, "{bill} bills for {jobs} jobs after {:?}", world.sent());
            for error in accepted.into_iter().filter_map(Result::err) {
                prop_assert!(error.is_retryable() || error.not_sent(), "{error:?}");
            }
            let stage = run(store.ensure(job())).unwrap().stage().clone();
            if matches!(stage, Stage::Uploaded { .. }) && click(&world, &store).is_ok() {
                prop_assert_eq!(world.bill_and_jobs(), (1, 1));
                return Ok(());
            }
        }
        prop_assert!(false, "no end after {:?}", world.sent());
    }
}
