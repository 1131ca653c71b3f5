//! Tests that a job is created and charged once, whatever requests or responses are lost.
//!
//! The client talks to the mock server's core without sockets and in virtual time, over a line with planned faults.
//! [`crate::cuts`] tests the same over sockets.

mod clicks;
mod line;
mod lookups;
mod older;

use std::time::Duration;

use proptest::prelude::*;
use smileid::{
    Budget, ErrorKind, Image, ImageJob, JobRef, Outcome, Retry, Stage, Step, Submission,
    client::TransportErrorKind::{Connect, Interrupted},
    types::ErrorCode,
};

use self::line::{BAD, EXPIRED, Line, TAKEN, World};

/// The beginning of a PNG of one pixel, which is accepted as an image.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

fn job() -> ImageJob {
    let ids = JobRef::from_key("user-1", "application 4711").unwrap();
    ImageJob::smart_selfie_registration(ids, Image::bytes(PNG))
}

fn submission() -> Submission {
    Submission::new(job())
}

fn is_complete(outcome: &Outcome) -> bool {
    outcome.status().is_some_and(|status| status.job_complete)
}

/// Submits until there is a result. In the end the connection has no faults. The charges are checked after each call. The next
/// call continues with the submission in memory, or with the one stored before the first request.
fn carry_through(world: &World, forgets: bool) -> Outcome {
    let mut submission = submission();
    let kept = serde_json::to_string(&submission).unwrap();
    for _ in 0..20 {
        let outcome = world.client().submit(&mut submission).wait().send();
        let (bill, jobs) = world.bill_and_jobs();
        assert!(bill <= 1 && jobs <= 1, "{bill} bills for {jobs} jobs after {:?}", world.sent());
        match outcome {
            Ok(outcome) if is_complete(&outcome) => {
                assert_eq!((bill, jobs), (1, 1));
                assert_eq!(outcome.ids(), job().ids());
                return outcome;
            }
            Ok(_) => {}
            Err(error) => assert!(error.is_retryable() || error.not_sent(), "{error:?}"),
        }
        if forgets {
            submission = serde_json::from_str(&kept).unwrap();
            assert_eq!(submission.stage(), &Stage::Unsure);
        }
    }
    panic!("no result after {:?}", world.sent());
}

#[test]
fn on_a_good_line_three_exchanges_do() {
    let world = World::new(&[]);
    carry_through(&world, false);
    assert_eq!(world.sent(), ["POST v1::upload", "PUT v1::put_archive", "POST v1::job_status"]);
}

#[test]
fn one_break_anywhere_is_mended_in_the_same_call() {
    for broken in 0..3 {
        for bad in BAD {
            let mut plan = vec![Line::Good; broken];
            plan.push(bad);
            let world = World::new(&plan);
            let outcome = world.client().submit(submission()).wait().send();
            let outcome = outcome.unwrap_or_else(|error| panic!("{bad:?} at {broken}: {error:?}"));
            assert!(is_complete(&outcome), "{bad:?} at {broken}");
            assert_eq!(world.bill_and_jobs(), (1, 1), "{bad:?} at {broken}: {:?}", world.sent());
        }
    }
}

#[test]
fn a_client_that_sends_nothing_twice_ends_with_what_can_be_gone_on_with() {
    for broken in 0..3 {
        for bad in BAD {
            let mut plan = vec![Line::Good; broken];
            plan.push(bad);
            let world = World::new(&plan);
            let client = world.client().with(|config| config.retry = Retry::never());
            let mut submission = submission();
            match client.submit(&mut submission).wait().send() {
                // An archive put to an empty 200 gets an empty 200.
                Ok(_) => {
                    assert!(broken == 1 && matches!(bad, Line::EmptyYes | Line::Replaced(200, _)), "{bad:?}");
                }
                Err(error) => {
                    assert_eq!(error.step(), Some([Step::Announce, Step::Upload, Step::Await][broken]));
                    let outcome = client.submit(&mut submission).wait().send().unwrap();
                    assert!(is_complete(&outcome), "{bad:?} at {broken}");
                }
            }
            assert_eq!(world.bill_and_jobs(), (1, 1), "{bad:?} at {broken}: {:?}", world.sent());
        }
    }
}

#[test]
fn nothing_is_sent_again_before_the_api_was_asked() {
    for (plan, sent) in [
        // The announcement arrived or not: a status request, then a matching announcement.
        (vec![Line::Deaf(Interrupted)], ["upload", "job_status", "upload", "put_archive", "job_status"]),
        (vec![Line::Lost(Interrupted)], ["upload", "job_status", "upload", "put_archive", "job_status"]),
        // The archive did not arrive: a new link.
        (
            vec![Line::Good, Line::Lost(Interrupted), Line::Good, Line::Good, Line::Good],
            ["upload", "put_archive", "job_status", "upload", "put_archive"],
        ),
        // The archive arrived: nothing to send.
        (
            vec![Line::Good, Line::Deaf(Interrupted)],
            ["upload", "put_archive", "job_status", "job_status", ""],
        ),
        // A request that was not sent is repeated without a status request.
        (vec![Line::Lost(Connect)], ["upload", "upload", "put_archive", "job_status", ""]),
        (vec![Line::Good, Line::Lost(Connect)], ["upload", "put_archive", "put_archive", "job_status", ""]),
    ] {
        let world = World::new(&plan);
        world.client().submit(submission()).wait().send().unwrap();
        let names: Vec<_> = world.sent().iter().map(|it| it.rsplit(':').next().unwrap().to_owned()).collect();
        let expected: Vec<_> = sent.into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(names[..expected.len()], expected[..], "{plan:?}");
    }
}

#[test]
fn a_link_that_expired_is_renewed() {
    let world = World::new(&[Line::Good, Line::Lost(Interrupted)]);
    let mut submission = submission();
    let error = world
        .client()
        .with(|config| config.retry = Retry::never())
        .submit(&mut submission)
        .wait()
        .send()
        .unwrap_err();
    assert_eq!((error.step(), error.smile_job_id().is_some()), (Some(Step::Upload), true));
    world.pass(Duration::from_secs(48 * 3600));
    assert!(is_complete(&world.client().submit(&mut submission).wait().send().unwrap()));
    assert_eq!(world.bill_and_jobs(), (1, 1));

    let world = World::new(&[Line::Good, EXPIRED]);
    carry_through(&world, false);
    let names = ["upload", "put_archive", "job_status", "upload", "put_archive", "job_status"];
    assert!(world.sent().iter().map(|it| it.rsplit(':').next().unwrap()).eq(names));
}

#[test]
fn an_archive_that_was_taken_by_nobody_is_sent_again() {
    // A proxy responds with success and forwards nothing.
    let world = World::new(&[Line::Good, Line::Says(200, "")]);
    let mut submission = submission();
    let error = world.client().submit(&mut submission).wait().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoArchive, "the API waits for it");
    assert!(error.is_retryable() && !error.may_be_billed());
    assert!(matches!(submission.stage(), Stage::Announced { .. }), "{:?}", submission.stage());
    assert!(is_complete(&world.client().submit(&mut submission).wait().send().unwrap()));
    assert_eq!(world.bill_and_jobs(), (1, 1));
}

#[test]
fn a_server_that_goes_round_in_circles_is_left() {
    let no_archive = Line::Good; // the job is announced and has no archive
    let round = [TAKEN, no_archive];
    let plan: Vec<_> =
        [Line::Good, Line::Lost(Interrupted), no_archive].into_iter().chain(round.repeat(50)).collect();
    let world = World::new(&plan);
    let error = world.client().submit(submission()).wait().send().unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::JOB_EXISTS));
    assert!(world.sent().len() < 12, "{:?}", world.sent());

    let plan: Vec<_> = [Line::Good, EXPIRED, no_archive].repeat(50);
    let world = World::new(&plan);
    let error = world.client().submit(submission()).wait().send().unwrap_err();
    assert_eq!((error.step(), error.status().unwrap().as_u16()), (Some(Step::Upload), 403));
    assert!(world.sent().len() < 12, "{:?}", world.sent());
}

#[test]
fn a_name_that_is_taken_is_a_refusal() {
    let world = World::new(&[]);
    carry_through(&world, false);

    // The same job, submitted as new.
    let error = world.client().submit(submission()).wait().send().unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::JOB_EXISTS));
    // The same job, continued.
    let mut resumed = Submission::new(job()).resumed();
    assert!(is_complete(&world.client().submit(&mut resumed).wait().send().unwrap()));
    // Another caller's job with these ids, new or continued.
    let taken = JobRef::new("user-2", job().ids().job_id()).unwrap();
    let other = ImageJob::smart_selfie_registration(taken, Image::bytes(PNG));
    for mut submission in [Submission::new(other.clone()), Submission::new(other).resumed()] {
        let error = world.client().submit(&mut submission).wait().send().unwrap_err();
        assert_eq!(error.code(), Some(&ErrorCode::JOB_EXISTS));
    }
    // The same person's job with these ids and other content.
    let other = || Image::bytes([PNG, b"another"].concat());
    for other in [
        ImageJob::update_photo(job().ids().clone(), other()),
        ImageJob::smart_selfie_registration(job().ids().clone(), other()),
        job().with_partner_param("shop", 7).unwrap(),
    ] {
        let mut submission = Submission::new(other).resumed();
        let error = world.client().submit(&mut submission).wait().send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OtherContent, "{error:?}");
        assert_eq!(submission.stage(), &Stage::Unsure);
    }
    assert_eq!(world.bill_and_jobs(), (1, 1));
}

#[test]
fn a_job_announced_by_a_process_that_is_gone_is_made_whole() {
    let world = World::new(&[Line::Good, Line::Lost(Interrupted)]);
    world
        .client()
        .with(|config| config.retry = Retry::never())
        .submit(submission())
        .wait()
        .send()
        .unwrap_err();
    // The next submission knows nothing of it.
    assert!(is_complete(&world.client().submit(submission()).wait().send().unwrap()));
    assert_eq!(world.bill_and_jobs(), (1, 1));
}

#[test]
fn a_refusal_is_an_answer() {
    let world = World::new(&[]);
    carry_through(&world, false);
    let again = JobRef::new("user-1", "another").unwrap();
    let job = ImageJob::smart_selfie_registration(again, Image::bytes(PNG));
    let mut submission = Submission::new(job);
    let before = world.sent().len();
    let error = world.client().submit(&mut submission).wait().send().unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::ALREADY_ENROLLED));
    assert_eq!(world.sent().len(), before + 1);
    let refused = Stage::Refused { code: ErrorCode::ALREADY_ENROLLED };
    assert_eq!(submission.stage(), &refused, "nothing came of it");
}

#[test]
fn a_line_that_stays_bad_costs_no_more_than_the_budget() {
    for bad in BAD {
        let world = World::new(&vec![bad; 1000]);
        let mut client = world.client();
        let retry = || {
            let mut retry = Retry::up_to(50);
            retry.budget = Budget::new(100);
            retry
        };
        client = client.with(|config| config.retry = retry());
        let mut submission = submission();
        match client.submit(&mut submission).wait().send() {
            Err(error) => assert!(matches!(
                error.kind(),
                ErrorKind::NoResponse | ErrorKind::Refused | ErrorKind::Malformed
            )),
            Ok(submitted) => panic!("{bad:?}: {submitted:?}"),
        }
        assert!(world.sent().len() <= 22, "{bad:?}: {}", world.sent().len());
        assert!(world.elapsed() <= Duration::from_secs(600 + 30), "{bad:?}: {:?}", world.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_breaks_in_any_order(
        plan in proptest::collection::vec(prop_oneof![Just(Line::Good), Just(Line::Twice), proptest::sample::select(&BAD[..])], 0..24),
        forgets: bool,
    ) {
        carry_through(&World::new(&plan), forgets);
    }
}
