//! Tests that a repeated call with the same ids continues the stored submission and creates no second job.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::{Future, ready},
    sync::{Barrier, Mutex},
    thread,
    time::SystemTime,
};

use serde_json::{Value, json};
use smileid_client::{
    ErrorKind, Stage, Step, Submission,
    callback::{Digest, Fingerprint, Receiver},
    store::{InMemory, JobRecord, Store, Unsettled, Version},
};
use smileid_protocol::{
    job::{CallbackUrl, IdNumber, Image, ImageJob, JobRef, LookupJob},
    types::Decision,
};

use crate::{
    callbacks::{NOON, fresh, message},
    drivers::run,
    script::*,
};

fn hook() -> CallbackUrl {
    CallbackUrl::parse("https://partner.example/hook").unwrap()
}

/// Returns a registration whose selfie is a PNG signature and these bytes.
fn registration_with(more: &[u8]) -> ImageJob {
    ImageJob::smart_selfie_registration(ids(), Image::bytes([&PNG[..8], more].concat()))
}

fn lookup(number: &str) -> LookupJob {
    LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", number).unwrap())
}

/// Response: the API has no archive of the job. Code and text are from recorded status responses.
fn no_archive() -> Answer {
    reply(&signed(json!({"job_complete": false, "code": "2314", "result": "No zip file received"})))
}

fn put() -> Answer {
    answer(200, "".into())
}

/// Returns method and path of each request.
fn requests(script: &Script) -> Vec<String> {
    script.sent().iter().map(|sent| format!("{} {}", sent.head.method, sent.head.uri.path())).collect()
}

#[test]
fn the_same_key_and_the_same_content_are_the_same_job() {
    let store = InMemory::default();
    let first = run(store.ensure(registration())).unwrap();
    assert_eq!(first.stage(), &Stage::New, "nobody has begun it");
    for _ in 0..2 {
        let second = run(store.ensure(registration())).unwrap();
        assert_eq!(second.stage(), &Stage::Unsure, "the first may be under way");
        assert_eq!(second.ids(), first.ids());
    }
    assert_eq!(store.records().len(), 1);

    let another =
        ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-2").unwrap(), Image::bytes(PNG));
    assert_eq!(run(store.ensure(another)).unwrap().stage(), &Stage::New);
    assert_eq!(store.records().len(), 2);
}

#[test]
fn the_same_key_and_other_content_are_an_error_and_change_nothing() {
    let store = InMemory::default();
    run(store.ensure(registration_with(b"one"))).unwrap();
    let before = store.records();
    for other in [
        registration_with(b"another"),
        ImageJob::smart_selfie_authentication(ids(), Image::bytes([&PNG[..8], b"one"].concat())),
        registration_with(b"one").with_partner_param("shop", 7).unwrap(),
        registration_with(b"one").allowing_new_enroll(),
        registration_with(b"one").with_liveness(Image::bytes(PNG)),
    ] {
        let error = run(store.ensure(other)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OtherContent, "{error:?}");
        assert!(!error.is_retryable() && !error.may_be_billed());
    }
    let error = run(store.ensure(Submission::new(lookup("00000000000")).callback(hook()))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherContent, "{error:?}");
    assert_eq!(store.records(), before);
    assert!(run(store.ensure(registration_with(b"one"))).is_ok());
}

#[test]
fn of_a_lookup_every_value_is_content() {
    let store = InMemory::default();
    let submission = |number| Submission::new(lookup(number)).callback(hook());
    assert_eq!(run(store.ensure(submission("00000000000"))).unwrap().stage(), &Stage::New);
    assert_eq!(run(store.ensure(submission("00000000000"))).unwrap().stage(), &Stage::Unsure);
    let error = run(store.ensure(submission("00000000001"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherContent, "{error:?}");
}

/// The callback URL may stand in the lookup or in the submission, and may differ: it is not content. The first one counts.
#[test]
fn the_callback_url_of_a_lookup_is_not_content() {
    let other = CallbackUrl::parse("https://partner.example/other").unwrap();
    for stored in
        [Submission::from(lookup("1").with_callback(hook())), Submission::new(lookup("1")).callback(hook())]
    {
        let stored: Submission = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
        let store = InMemory::default();
        assert!(run(store.ensure(stored)).is_ok());
        for again in [
            Submission::new(lookup("1")).callback(hook()),
            Submission::from(lookup("1").with_callback(hook())),
            Submission::new(lookup("1")).callback(other.clone()),
        ] {
            let again = run(store.ensure(again)).unwrap();
            assert_eq!((again.stage(), again.callback_url()), (&Stage::Unsure, Some(&hook())));
        }
    }
}

/// The client knows the content of a file only after reading it.
#[test]
fn a_file_that_has_changed_is_other_content_once_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("selfie.png");
    std::fs::write(&file, PNG).unwrap();
    let job = || ImageJob::smart_selfie_registration(ids(), Image::file(&file));
    let store = InMemory::default();

    // Announced; then its archive is lost, and the store remembers that.
    let script = Script::new([upload_reply()]);
    let mut submission = run(store.ensure(job())).unwrap();
    client(&script).submit(&mut submission).callback(hook()).send().unwrap_err();
    run(store.keep(&submission)).unwrap();

    std::fs::write(&file, [PNG, b"another"].concat()).unwrap();
    let mut again = run(store.ensure(job())).unwrap();
    assert!(matches!(again.stage(), Stage::Announced { .. }), "{:?}", again.stage());
    let script = Script::new([]);
    let error = client(&script).submit(&mut again).callback(hook()).send().unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::OtherContent, Some(Step::Read)), "{error:?}");
    assert_eq!(requests(&script), [""; 0], "nothing was sent");

    std::fs::write(&file, PNG).unwrap();
    let mut again = run(store.ensure(job())).unwrap();
    let script = Script::new([no_archive(), upload_reply(), put()]);
    client(&script).submit(&mut again).callback(hook()).send().unwrap();
}

/// For a job that the API already has, only the content tag is left for comparison.
#[test]
fn another_image_is_other_content_also_after_the_first_was_forgotten() {
    let store = InMemory::default();
    let script = Script::new([upload_reply(), put()]);
    let mut submission = run(store.ensure(registration_with(b"one"))).unwrap();
    client(&script).submit(&mut submission).callback(hook()).send().unwrap();
    run(store.keep(&submission)).unwrap();

    let mut other = run(store.ensure(registration_with(b"another"))).unwrap();
    let script = Script::new([]);
    let error = client(&script).submit(&mut other).callback(hook()).send().unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::OtherContent, Some(Step::Read)), "{error:?}");
    assert_eq!(requests(&script), [""; 0]);
    // Another type shows at once.
    let other = ImageJob::update_photo(ids(), Image::bytes([&PNG[..8], b"one"].concat()));
    assert_eq!(run(store.ensure(other)).unwrap_err().kind(), ErrorKind::OtherContent);

    // The second click is answered without a request.
    let mut same = run(store.ensure(registration_with(b"one"))).unwrap();
    let accepted = client(&script).submit(&mut same).callback(hook()).send().unwrap();
    assert_eq!((accepted.smile_job_id(), requests(&script).len()), (Some("0000000001"), 0));
}

#[test]
fn images_are_dropped_once_the_api_has_them() {
    let stored = |submission: &Submission| serde_json::to_value(submission).unwrap();
    let is_there = |stored: &Value| !stored.pointer("/job/images").is_none_or(Value::is_null);
    let mut submission = Submission::new(registration());
    assert!(is_there(&stored(&submission)), "{}", stored(&submission));

    // Announced, and the archive is lost.
    let script = Script::new([upload_reply()]);
    client(&script).submit(&mut submission).wait().send().unwrap_err();
    assert!(is_there(&stored(&submission)), "{}", stored(&submission));

    let script = Script::new([no_archive(), upload_reply(), put(), reply(&complete())]);
    client(&script).submit(&mut submission).wait().send().unwrap();
    let expected = json!({
        "sent": {"user_id": "user-1", "job_id": "job-1", "job_type": 4},
        "stage": {"uploaded": {"smile_job_id": "0000000001"}},
    });
    let mut left = stored(&submission);
    for name in ["tag", "key"] {
        let tag = left.as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(tag.as_str().unwrap().len(), 32, "128 bits in hexadecimal");
    }
    assert_eq!(left, expected);
    assert_eq!((submission.ids(), submission.job_type()), (&ids(), registration().job_type()));

    // The submission can still be continued, in this process or in another.
    let restored: Submission = serde_json::from_value(stored(&submission)).unwrap();
    assert_eq!(restored, submission);
    for mut submission in [submission, restored] {
        let script = Script::new([reply(&complete())]);
        let outcome = client(&script).submit(&mut submission).wait().send().unwrap();
        assert!(is_complete(&outcome));
        assert_eq!(requests(&script), ["POST /v1/job_status"]);
    }
}

#[test]
fn images_are_kept_while_the_api_has_no_archive() {
    let script = Script::new([upload_reply(), put()]).then_forever(no_archive());
    let mut submission = Submission::new(registration());
    let error = client(&script).submit(&mut submission).wait().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoArchive);

    let mut restored: Submission =
        serde_json::from_str(&serde_json::to_string(&submission).unwrap()).unwrap();
    let script = Script::new([no_archive(), upload_reply(), put(), reply(&complete())]);
    assert!(is_complete(&client(&script).submit(&mut restored).wait().send().unwrap()));
    assert_eq!(script.sent()[1].json()["retry"], true, "no second job");
}

/// The storage host accepted the archive, but the API never received it. The stored submission has no images any more, so the
/// caller passes the job with its images again.
#[test]
fn an_archive_that_got_lost_behind_the_upload_is_sent_again_from_the_job() {
    let store = InMemory::default();
    let script = Script::new([upload_reply(), put()]);
    let mut submission = run(store.ensure(registration())).unwrap();
    client(&script).submit(&mut submission).callback(hook()).send().unwrap();
    let script = Script::new([]).then_forever(no_archive());
    let error = client(&script).submit(&mut submission).wait().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoArchive);
    let error = client(&script).submit(&mut submission).wait().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoArchive, "without the images nothing can be sent: {error:?}");
    run(store.keep(&submission)).unwrap();

    let mut again = run(store.ensure(registration())).unwrap();
    let script = Script::new([no_archive(), upload_reply(), put()]);
    client(&script).submit(&mut again).callback(hook()).send().unwrap();
    assert_eq!(requests(&script)[1..], ["POST /v1/upload", "PUT /videos/212/ref/selfie.zip"]);
    assert_eq!(script.sent()[1].json()["retry"], true, "no second job");
}

#[test]
fn what_is_kept_never_goes_back() {
    let store = InMemory::default();
    let first = run(store.ensure(registration())).unwrap();
    let mut further = first.clone();
    client(&Script::new([upload_reply(), put()])).submit(&mut further).callback(hook()).send().unwrap();
    run(store.keep(&further)).unwrap();
    // Another process comes to its end later, and knows less.
    run(store.keep(&first)).unwrap();
    let again = run(store.ensure(registration())).unwrap();
    assert!(matches!(again.stage(), Stage::Uploaded { .. }), "{:?}", again.stage());
    assert_eq!(store.records()[0].smile_job_id(), Some("0000000001"));
}

/// The store has a callback of the job but no submission, so the job was already sent.
#[test]
fn a_job_whose_callback_has_come_is_not_new() {
    let store = InMemory::default();
    let mut record = JobRecord::new(&ids());
    let _ = record.apply(&fresh(NOON, message(4, "0840", &json!({}))));
    assert!(run(store.save(record, None)).unwrap());
    assert_eq!(run(store.ensure(registration())).unwrap().stage(), &Stage::Unsure);
}

/// A forged callback may come before the job is sent. With a receiver that confirms nothing it decides, but the job is still
/// sent.
#[test]
fn a_claim_about_an_unsent_job_does_not_keep_it_from_being_sent() {
    let store = InMemory::default();
    run(store.ensure(Submission::new(registration()).callback(hook()))).unwrap();
    let claim = fresh(NOON, message(4, "0840", &json!({})));
    let record = run(store.change(&ids(), |record| {
        let _ = record.apply(&claim);
        record.clone()
    }))
    .unwrap();
    assert!(record.is_settled() && !record.is_confirmed());
    assert_eq!(record.unsettled(), Some(Unsettled::Unsent));
}

#[test]
fn a_callback_url_is_kept_with_the_submission() {
    let store = InMemory::default();
    let mut submission = run(store.ensure(registration())).unwrap();
    client(&Script::new([])).submit(&mut submission).callback(hook()).send().unwrap_err();
    run(store.keep(&submission)).unwrap();
    let again = run(store.ensure(registration())).unwrap();
    assert_eq!(again.callback_url(), Some(&hook()));
}

/// Store that keeps records as Rust values, not as JSON.
#[derive(Default)]
struct AsTheyAre(Mutex<HashMap<JobRef, (JobRecord, Version)>>);

impl Store for AsTheyAre {
    type Error = Infallible;

    async fn remember(&self, _: Fingerprint, _: SystemTime) -> Result<Option<Digest>, Infallible> {
        Ok(None)
    }

    fn load(
        &self,
        ids: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, Infallible>> + Send {
        ready(Ok(self.0.lock().unwrap().get(ids).cloned()))
    }

    async fn save(&self, record: JobRecord, expected: Option<Version>) -> Result<bool, Infallible> {
        let mut kept = self.0.lock().unwrap();
        let version = kept.get(record.ids()).map(|(_, version)| *version);
        if version != expected {
            return Ok(false);
        }
        kept.insert(record.ids().clone(), (record, version.unwrap_or(0) + 1));
        Ok(true)
    }

    async fn unsettled(&self, _: Unsettled, _: usize) -> Result<Vec<JobRef>, Infallible> {
        Ok(Vec::new())
    }
}

#[test]
fn in_a_store_without_json_too_the_second_asks_first() {
    let store = AsTheyAre::default();
    assert_eq!(run(store.ensure(registration())).unwrap().stage(), &Stage::New);
    assert_eq!(run(store.ensure(registration())).unwrap().stage(), &Stage::Unsure);
}

#[test]
fn of_two_clicks_at_once_one_is_the_first() {
    for _ in 0..50 {
        let store = InMemory::default();
        let both = Barrier::new(2);
        let stages: Vec<Stage> = thread::scope(|scope| {
            let click = || {
                both.wait();
                run(store.ensure(registration())).unwrap().stage().clone()
            };
            let clicks = [scope.spawn(click), scope.spawn(click)];
            clicks.map(|click| click.join().unwrap()).into()
        });
        assert!(stages.contains(&Stage::New) && stages.contains(&Stage::Unsure), "{stages:?}");
    }
}

/// Content tags depend on the API key, so a corrected key gives the same content another tag.
#[test]
fn a_corrected_key_continues_the_same_submission() {
    let refused = answer(403, r#"{"code": "2205", "error": "unauthorized"}"#.into());
    let script = Script::new([refused]);
    let mut submission = Submission::new(registration());
    let wrong = client(&script).with(|config| {
        config.credentials = smileid_protocol::auth::Credentials::new("212", "not the key").unwrap();
    });
    let error = wrong.submit(&mut submission).wait().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);

    let stored = serde_json::to_string(&submission).unwrap();
    let mut submission: Submission = serde_json::from_str(&stored).unwrap();
    let unknown = answer(400, r#"{"code": "2304"}"#.into());
    let script = Script::new([unknown, upload_reply(), put(), reply(&complete())]);
    client(&script).submit(&mut submission).wait().send().unwrap();
    assert_eq!(script.sent().len(), 4);
}

/// Returns a signed status response with a result of this job.
fn result(params: &Value, history: &[Value]) -> Answer {
    let result = json!({"ResultCode": "0840", "SmileJobID": "0000000001", "PartnerParams": params});
    let status = json!({
        "job_complete": true, "job_success": true, "code": "2302", "result": result, "history": history,
    });
    Answer::signed(&credentials(), status)
}

#[test]
fn an_awaited_result_settles_the_job() {
    let params = json!({"user_id": "user-1", "job_id": "job-1", "job_type": 4});
    let script = Script::new([upload_reply(), put(), result(&params, &[])]);
    let store = InMemory::default();
    let mut submission = run(store.ensure(registration())).unwrap();
    let outcome = client(&script).submit(&mut submission).wait().send().unwrap();
    run(store.settle(&submission, &outcome)).unwrap();
    let record = &store.records()[0];
    assert_eq!(record.verdict().decision, Decision::Approved);
    assert!(record.is_settled() && record.is_confirmed() && record.unsettled().is_none());
    assert!(matches!(record.submission().unwrap().stage(), Stage::Uploaded { .. }));
    assert_eq!(record.smile_job_id(), Some("0000000001"));
}

#[test]
fn a_wait_that_ends_without_a_result_leaves_the_job_awaited() {
    let script = Script::new([upload_reply(), put()]).then_forever(reply(&incomplete()));
    let store = InMemory::default();
    let mut submission = run(store.ensure(registration())).unwrap();
    let outcome = client(&script).submit(&mut submission).wait().send().unwrap();
    assert!(outcome.is_pending());
    run(store.settle(&submission, &outcome)).unwrap();
    let record = &store.records()[0];
    assert_eq!(
        (record.verdict().decision, record.unsettled()),
        (Decision::Pending, Some(Unsettled::Awaited))
    );

    // An outcome of another job is no result of this one.
    let other = JobRef::new("user-1", "job-2").unwrap();
    let params = json!({"user_id": "user-1", "job_id": "job-2", "job_type": 4});
    let outcome = client(&Script::new([result(&params, &[])])).status(&other).send().unwrap();
    run(store.settle(&submission, &outcome)).unwrap();
    assert_eq!(store.records()[0].unsettled(), Some(Unsettled::Awaited));
}

/// A process that ends before it sends the job leaves the callback URL for the next process.
#[test]
fn a_callback_url_is_stored_before_anything_is_sent() {
    let receiver = Receiver::new(
        client(&Script::new([answer(400, r#"{"code": "2304"}"#.into()), upload_reply(), put()])),
        InMemory::default(),
    );
    run(receiver.store().ensure(Submission::new(registration()).callback(hook()))).unwrap();
    assert_eq!(run(receiver.store().ensure(registration())).unwrap().callback_url(), Some(&hook()));
    let resumed = receiver.resume_blocking(10).unwrap();
    assert!(matches!(&resumed[..], [(_, Ok(_))]), "{resumed:?}");
}

/// The receiver requests the result of such a job.
#[test]
fn a_job_without_a_callback_url_is_resumed_and_awaited() {
    let params = json!({"user_id": "user-1", "job_id": "job-1", "job_type": 4});
    let unknown = || answer(400, r#"{"code": "2304"}"#.into());
    let script = Script::new([unknown(), upload_reply(), put(), result(&params, &[])]);
    let receiver = Receiver::new(client(&script), InMemory::default());
    run(receiver.store().ensure(registration())).unwrap();
    assert!(matches!(&receiver.resume_blocking(10).unwrap()[..], [(_, Ok(_))]));
    assert_eq!(script.sent()[1].json().get("callback_url").and_then(Value::as_str).unwrap_or(""), "");
    let reconciled = receiver.reconcile_blocking(10).unwrap();
    let [(_, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
    assert_eq!(verdict.decision, Decision::Approved);
}

#[test]
fn a_job_that_cannot_be_sent_is_not_stored() {
    let store = InMemory::default();
    let job = |image| ImageJob::smart_selfie_registration(ids(), image);
    for (image, shown) in [
        (Image::bytes(&b"%PDF-1.7"[..]), "`selfie` is PDF: convert it to JPEG or PNG"),
        (Image::base64("aGVsbG8="), "`selfie` is neither a JPEG nor a PNG image: convert it to one of them"), // `hello`
        (Image::bytes(&b""[..]), "`selfie` is empty"),
    ] {
        let error = run(store.ensure(job(image))).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Image, Some("selfie")), "{error:?}");
        assert!(error.not_sent() && !error.may_be_billed() && error.to_string() == shown, "{error:?}");
        assert_eq!(error.http_status(), 422);
    }
    let frame = registration().with_liveness(Image::bytes(&b"GIF89a"[..]));
    assert_eq!(run(store.ensure(frame)).unwrap_err().field(), Some("liveness[0]"));
    let error = run(store.ensure(lookup("00000000000"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("Submission::new(lookup).callback(url)"), "{error:?}");
    assert_eq!(store.records(), []);

    // A file is read when it is sent.
    run(store.ensure(job(Image::file("no such file.jpg")))).unwrap();
}
