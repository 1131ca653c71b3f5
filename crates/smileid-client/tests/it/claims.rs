//! Tests that unconfirmed callbacks do not make a result final if the receiver confirms callbacks.

use http::HeaderMap;
use serde_json::json;
use smileid_client::{
    store::{Change, Store as _, Unsettled},
    testing::Script,
};
use smileid_protocol::{
    job::{Image, ImageJob},
    types::{Decision, Uncertainty},
};

use crate::{
    callbacks::{NOON, signed_at},
    drivers::run,
    reconciling::{deliver, done, job, not_yet, receiving, record, result_of, submit, unknown},
    script::{Answer, answer},
};

/// Responses without a result: the job is not finished, or the API refuses the request.
fn silent() -> [Answer; 3] {
    [not_yet(), unknown(), answer(403, r#"{"code": "2205"}"#.into())]
}

/// Checks that an unconfirmed callback does not settle the job. Then the API confirms it. Returns the final outcome.
fn claimed_then(silence: Answer, claim: &str, truth: &str) -> Decision {
    let script = Script::new([silence, done(&result_of("job-1", 4, truth), &[])]);
    let receiver = receiving(&script).confirming();
    submit(&receiver, "job-1");
    let receipt = deliver(&receiver, NOON, result_of("job-1", 4, claim));
    assert_eq!((receipt.change.clone(), receipt.is_confirmed()), (Change::MustConfirm, false));
    let verdict = receipt.verdict();
    assert_eq!((verdict.decision, verdict.doubt), (Decision::Provisional, Some(Uncertainty::Unconfirmed)));
    assert!(!record(&receiver, "job-1").is_settled());
    let awaited = run(receiver.store().unsettled(Unsettled::Awaited, 10)).unwrap();
    assert_eq!(awaited, [job("job-1")]);

    let reconciled = receiver.reconcile_blocking(10).unwrap();
    let [(_, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
    let kept = record(&receiver, "job-1");
    assert!(kept.is_settled() && kept.is_confirmed());
    assert_eq!(&kept.verdict(), verdict);
    assert!(receiver.reconcile_blocking(10).unwrap().is_empty());
    verdict.decision
}

#[test]
fn a_false_claim_never_wins() {
    for silence in silent() {
        assert_eq!(claimed_then(silence, "0840", "0841"), Decision::Rejected);
    }
    for silence in silent() {
        assert_eq!(claimed_then(silence, "0841", "0840"), Decision::Approved);
    }
}

#[test]
fn an_honest_claim_that_comes_early_is_settled_later() {
    for silence in silent() {
        assert_eq!(claimed_then(silence, "0840", "0840"), Decision::Approved);
    }
}

/// A repeated callback causes another status request.
#[test]
fn a_repeated_callback_asks_again() {
    let claim = result_of("job-1", 4, "0840");
    let script = Script::new([not_yet(), done(&claim, &[])]);
    let receiver = receiving(&script).confirming();
    let body = signed_at(NOON, claim);
    let receive = || receiver.handle_blocking(&HeaderMap::new(), &body).unwrap();
    assert_eq!(receive().verdict().decision, Decision::Provisional);
    let receipt = receive();
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Approved, true));
}

/// A confirmed result stays when an unconfirmed callback contradicts it.
#[test]
fn a_claim_against_a_confirmed_result_is_asked_about() {
    let rejected = result_of("job-1", 4, "0841");
    let script = Script::new([done(&rejected, &[]), not_yet(), done(&rejected, &[])]);
    let receiver = receiving(&script).confirming();
    assert_eq!(deliver(&receiver, NOON, rejected).verdict().decision, Decision::Rejected);
    let forged = result_of("job-1", 4, "0840");
    let receipt = deliver(&receiver, NOON + 60_000, forged); // signed after the API was asked
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Provisional, false));
    receiver.reconcile_blocking(10).unwrap();
    assert_eq!(record(&receiver, "job-1").verdict().decision, Decision::Rejected);
}

/// A receiver that does not confirm callbacks uses the result in a callback, as its documentation says.
#[test]
fn without_confirming_a_claim_counts() {
    let receiver = receiving(&Script::new([]));
    let receipt = deliver(&receiver, NOON, result_of("job-1", 4, "0840"));
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Approved, false));
    let stored = serde_json::to_value(record(&receiver, "job-1")).unwrap();
    assert_eq!(stored.get("only_confirmed"), None);
    let confirming = receiving(&Script::new([not_yet()])).confirming();
    let _ = deliver(&confirming, NOON, result_of("job-1", 4, "0840"));
    let stored = serde_json::to_value(record(&confirming, "job-1")).unwrap();
    assert_eq!(stored.get("only_confirmed"), Some(&json!(true)), "also after a restart");
}

/// The job status has no result of the search for suspects, so the API cannot confirm one.
#[test]
fn the_search_for_suspects_does_not_keep_a_job_open() {
    let face = result_of("job-1", 4, "0840");
    for (code, decision) in
        [("5210", Decision::Approved), ("5211", Decision::Finding), ("5212", Decision::Provisional)]
    {
        let script = Script::new([done(&face, &[]), done(&face, &[]), done(&face, &[])]);
        let receiver = receiving(&script).confirming();
        assert_eq!(deliver(&receiver, NOON, face.clone()).verdict().decision, Decision::Approved);
        let receipt = deliver(&receiver, NOON + 60_000, result_of("job-1", 4, code));
        assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (decision, true), "{code}");
        let record = record(&receiver, "job-1");
        assert!(record.is_settled(), "{code}");

        // The search alone decides nothing.
        let receiver = receiving(&Script::new([not_yet()])).confirming();
        let receipt = deliver(&receiver, NOON, result_of("job-1", 4, code));
        assert_ne!(receipt.verdict().decision, Decision::Approved, "{code}");
        assert!(!receipt.is_confirmed(), "{code}");
    }
}

/// A process sent the job and ended before it stored that, and the image file does not exist any more.
#[test]
fn a_job_that_cannot_be_sent_again_is_asked_about() {
    let face = result_of("job-1", 4, "0840");
    for (status, left) in [(done(&face, &[]), None), (unknown(), Some(Unsettled::Unsent))] {
        // Submission asks first, as the job may have been sent; then the receiver does.
        let receiver = receiving(&Script::new([status.clone(), status]));
        let selfie = Image::file("no such file.jpg");
        let job = ImageJob::smart_selfie_registration(job("job-1"), selfie);
        let _ = run(receiver.store().ensure(job)).unwrap();
        let resumed = receiver.resume_blocking(10).unwrap();
        assert!(matches!(&resumed[..], [(_, Err(_))]), "{resumed:?}");
        assert_eq!(record(&receiver, "job-1").unsettled(), left);
    }
}
