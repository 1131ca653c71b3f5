//! Tests submissions whose ids already belong to another job at the API.

use serde_json::{Value, json};
use smileid_client::{Error, Outcome, Result, Stage, Step, Submission, flow::Failure};
use smileid_protocol::job::{CallbackUrl, Image, ImageJob};

use crate::script::*;

fn other() -> ImageJob {
    ImageJob::smart_selfie_registration(ids(), Image::bytes(&b"\x89PNG\r\n\x1a\nanother"[..]))
}

fn gateway() -> Answer {
    answer(502, "<html>".into())
}

fn taken() -> Answer {
    answer(400, r#"{"code": "2215", "error": "Job already exists."}"#.into())
}

fn submit(answers: Vec<Answer>) -> (Result<Outcome>, Vec<String>) {
    let script = Script::new(answers);
    let outcome = persistent(&script).submit(registration()).wait().send();
    (outcome, script.sent().iter().map(|sent| sent.head.uri.path().to_owned()).collect())
}

/// Submits with a callback URL and without a wait, or the other way round. Both must fail in the same way.
fn refused(is_called_back: bool, answers: Vec<Answer>) -> (Error, usize) {
    let script = Script::new(answers);
    let client = persistent(&script);
    let call = client.submit(registration());
    let error = if is_called_back {
        let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
        call.callback(callback).send().unwrap_err()
    } else {
        call.wait().send().unwrap_err()
    };
    (error, script.sent().len())
}

#[test]
fn of_the_same_content_it_is_older_and_not_this_one() {
    let same = complete_of(&registration());
    for is_called_back in [false, true] {
        let answers = vec![gateway(), reply(&same), gateway(), reply(&same)];
        let (error, requests) = refused(is_called_back, answers);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(502), "{error:?}");
        assert_eq!(requests, 4);
    }
}

/// This submission has sent no archive, so the job in progress with the same ids belongs to another program.
#[test]
fn under_way_it_is_older_and_not_this_one() {
    let pending = || reply(&incomplete());
    for is_called_back in [false, true] {
        let mut answers = vec![gateway(), pending(), gateway(), pending()];
        answers.extend((0..9).map(|_| reply(&complete_of(&registration()))));
        let (error, requests) = refused(is_called_back, answers);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(502), "{error:?}");
        assert!(error.is_outcome_unknown() && !error.may_be_billed(), "{error:?}");
        assert_eq!(requests, 4);
    }

    // Begun again as one that may have been sent, its result tells.
    let script = Script::new([pending(), pending(), reply(&complete_of(&registration()))]);
    let mut resumed = Submission::new(registration()).resumed();
    assert!(is_complete(&persistent(&script).submit(&mut resumed).wait().send().unwrap()));
}

#[test]
fn of_other_content_it_is_refused_in_the_api_s_own_words_where_they_are_to_be_had() {
    let other = complete_of(&other());
    let code = |answers| {
        let (outcome, _) = submit(answers);
        let error = outcome.unwrap_err();
        assert_eq!((error.step(), error.may_be_billed()), (Some(Step::Announce), false), "{error:?}");
        error
    };
    for answers in [vec![taken(), reply(&other)], vec![gateway(), reply(&other), taken()]] {
        assert_eq!(code(answers).code().unwrap().as_str(), "2215");
    }
    let lost = code(vec![gateway(), reply(&other), gateway(), reply(&other)]);
    assert!(matches!(lost.failure(), Some(Failure::OtherContent)), "{lost:?}");
    // A name is used once: what the API refuses is refused, also when it is the same again.
    let same = || reply(&complete_of(&registration()));
    for answers in [vec![taken(), same()], vec![gateway(), same(), taken(), same()]] {
        assert_eq!(code(answers).code().unwrap().as_str(), "2215");
    }
}

#[test]
fn without_an_archive_it_is_replaced_whatever_it_was_announced_with() {
    let none = signed(json!({"job_complete": false, "code": "2314", "result": "No zip file received"}));
    let put = || answer(200, "".into());
    let until = |result: &Value| vec![taken(), reply(&none), upload_reply(), put(), reply(result)];
    let (outcome, sent) = submit(until(&complete_of(&registration())));
    assert!(is_complete(&outcome.unwrap()));
    assert_eq!(sent[2], "/v1/upload");

    // The other program then uploads its archive first: its result is not returned for this job.
    let (outcome, _) = submit(until(&complete_of(&other())));
    let error = outcome.unwrap_err();
    assert!(matches!(error.failure(), Some(Failure::OtherContent)), "{error:?}");

    let script = Script::new(until(&complete_of(&registration())));
    let mut submission = Submission::new(registration());
    persistent(&script).submit(&mut submission).wait().send().unwrap();
    assert_eq!(script.sent()[2].json()["retry"], true, "the API makes no second job");
    assert!(matches!(submission.stage(), Stage::Uploaded { .. }));
}
