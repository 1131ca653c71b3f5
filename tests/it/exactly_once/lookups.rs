//! Tests that asynchronous lookups are charged once, whatever is lost, and never get the result of another lookup.

use proptest::{prelude::*, sample::select};
use smileid::{
    CallbackUrl, ErrorKind, IdNumber, JobRef, LookupJob, Outcome, PersonName, Result, Stage, Submission,
    types::{Decision, ErrorCode, IdInfo},
};
use smileid_mock_server::Processing;

use super::{
    is_complete,
    line::{BAD, Line, World},
};

fn lookup(product: usize, number: &str) -> LookupJob {
    let ids = JobRef::from_key("user-1", "lookup 4711").unwrap();
    let id = |id_type| IdNumber::new("NG", id_type, number).unwrap();
    match product {
        0 => LookupJob::enhanced_kyc(ids, id("NIN")),
        1 => LookupJob::basic_kyc(ids, id("NIN"), PersonName { first: "Leo", last: "Doe" }).unwrap(),
        _ => {
            let mut id_info = IdInfo::entered("NG", "BUSINESS_REGISTRATION", number);
            id_info.entered = None;
            id_info.business_type = Some("co".into());
            LookupJob::business_verification(ids, id("BUSINESS_REGISTRATION")).with_id_info(id_info).unwrap()
        }
    }
}

fn submission(job: LookupJob) -> Submission {
    Submission::new(job).callback(CallbackUrl::parse("http://127.0.0.1:9/hook").unwrap())
}

/// Submits a lookup and waits for its result.
fn submit(world: &World, submission: &mut Submission) -> Result<Outcome> {
    world.client().submit(submission).wait().send()
}

fn bill(world: &World) -> u64 {
    world.asked("billing?partner_id=085")["total"].as_u64().unwrap()
}

#[test]
fn on_a_good_line_it_is_asked_for_sent_and_awaited() {
    for product in 0..3 {
        let world = World::processing(&[], Processing::Polls(2));
        let outcome = submit(&world, &mut submission(lookup(product, "00000000000"))).unwrap();
        assert_eq!(outcome.decision(), Decision::Approved, "{product}");
        assert!(outcome.smile_job_id().is_some());
        assert_eq!(bill(&world), 1);
        let sent = world.sent();
        assert_eq!(sent[0], "POST v1::job_status");
        let endpoint = ["async_id_verification", "verify_async", "async_business_verification"][product];
        assert!(sent[1].ends_with(endpoint), "{sent:?}");
        assert!(sent[2..].iter().all(|it| it == "POST v1::job_status"), "{sent:?}");
    }
}

#[test]
fn one_break_anywhere_is_mended_in_the_same_call() {
    for broken in 0..4 {
        for bad in BAD {
            let mut plan = vec![Line::Good; broken];
            plan.push(bad);
            let world = World::processing(&plan, Processing::Polls(1));
            let outcome = submit(&world, &mut submission(lookup(0, "00000000000")));
            let outcome = outcome.unwrap_or_else(|error| panic!("{bad:?} at {broken}: {error:?}"));
            assert!(is_complete(&outcome), "{bad:?} at {broken}");
            assert_eq!(bill(&world), 1, "{bad:?} at {broken}: {:?}", world.sent());
        }
    }
}

#[test]
fn another_lookup_of_the_same_ids_is_an_error_and_is_not_paid_twice() {
    for start in [submission(lookup(0, "00000000001")), submission(lookup(0, "00000000001")).resumed()] {
        for bad in BAD.into_iter().chain([Line::Good]) {
            let world = World::processing(&[], Processing::Polls(2));
            assert!(is_complete(&submit(&world, &mut submission(lookup(0, "00000000000"))).unwrap()));
            world.breaks(&[bad]);
            let outcome = submit(&world, &mut start.clone());
            let error = outcome.expect_err(&format!("{bad:?} {:?}", world.sent()));
            assert_eq!(error.kind(), ErrorKind::OtherContent, "{bad:?}: {error:?}");
            assert_eq!(bill(&world), 1, "{bad:?}: {:?}", world.sent());
        }
    }
}

#[test]
fn the_same_lookup_is_found_again_by_another_process() {
    let world = World::processing(&[], Processing::Polls(1));
    let first = submit(&world, &mut submission(lookup(0, "00000000000"))).unwrap();
    for mut again in [submission(lookup(0, "00000000000")), submission(lookup(0, "00000000000")).resumed()] {
        let kept: Submission = serde_json::from_str(&serde_json::to_string(&again).unwrap()).unwrap();
        assert_eq!((kept.stage(), kept.ids()), (&Stage::Unsure, again.ids()));
        for again in [&mut again, &mut kept.clone()] {
            let accepted = world.client().submit(again).send().unwrap();
            assert_eq!(accepted.smile_job_id(), first.smile_job_id());
        }
    }
    assert_eq!(bill(&world), 1);
}

#[test]
fn a_refusal_is_an_answer() {
    let world = World::new(&[]);
    let ids = JobRef::new("user-1", "job-1").unwrap();
    let id = IdNumber::new("NG", "NO_SUCH_BUSINESS", "0000000").unwrap();
    let job = LookupJob::business_verification(ids, id);
    let mut submission = submission(job);
    let error = submit(&world, &mut submission).unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::INVALID_REQUEST));
    let refused = Stage::Refused { code: ErrorCode::INVALID_REQUEST };
    assert_eq!((submission.stage(), bill(&world)), (&refused, 0));
}

#[test]
fn a_kept_lookup_is_read_with_all_its_values() {
    let kept = serde_json::to_value(submission(lookup(0, "00000000000"))).unwrap();
    assert!(serde_json::from_value::<Submission>(kept.clone()).is_ok());
    for (pointer, value) in [
        ("/lookup/id_info/id_number", serde_json::Value::Null),
        ("/lookup/partner_params/content_tag", "mine".into()),
        ("/lookup", serde_json::Value::Null),
    ] {
        let mut broken = kept.clone();
        match broken.pointer_mut(pointer) {
            Some(member) => *member = value,
            None => broken["lookup"]["partner_params"]["content_tag"] = value,
        }
        assert!(serde_json::from_value::<Submission>(broken).is_err(), "{pointer}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A request that a proxy sends twice is charged twice; no client can prevent that.
    #[test]
    fn any_breaks_in_any_order(
        lines in proptest::collection::vec(
            prop_oneof![Just(Line::Good), select(BAD.to_vec())],
            0..16,
        ),
        product in 0..3_usize,
        forgets: bool,
        follows: bool,
        older: Option<bool>,
        polls in 0..4_u32,
    ) {
        let world = World::processing(&[], Processing::Polls(polls));
        let job = || lookup(product, "00000000000");
        if let Some(is_same) = older {
            let older = if is_same { job() } else { lookup(product, "00000000001") };
            world.client().submit(submission(older)).send().unwrap();
        }
        world.breaks(&lines);
        let mut submission = submission(job());
        let kept = serde_json::to_string(&submission).unwrap();
        for _ in 0..40 {
            // True if the wait is over.
            let done = if follows {
                submit(&world, &mut submission).map(|outcome| is_complete(&outcome))
            } else {
                world.client().submit(&mut submission).send().map(|_| true)
            };
            prop_assert!(bill(&world) <= 1, "{} bills after {:?}", bill(&world), world.sent());
            match done {
                Ok(true) => {
                    prop_assert!(older != Some(false), "another lookup's result");
                    prop_assert_eq!(bill(&world), 1);
                    return Ok(());
                }
                Ok(false) => {}
                Err(error) if error.is_retryable() || error.not_sent() => {}
                Err(error) => {
                    prop_assert!(older == Some(false) && error.kind() == ErrorKind::OtherContent, "{error:?}");
                    return Ok(());
                }
            }
            if forgets {
                submission = serde_json::from_str(&kept).unwrap();
            }
        }
        prop_assert!(false, "no end after {:?}", world.sent());
    }
}
