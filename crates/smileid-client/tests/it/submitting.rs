//! Tests submitting image jobs: the upload request, the upload of the archive and the wait for the result.

use serde_json::json;
use smileid_client::{
    Error, ErrorKind, Outcome, Stage, Step, Submission, TransportErrorKind, blocking, flow::Failure,
};
use smileid_protocol::{
    job::{CallbackUrl, IdNumber, Image, ImageJob, LookupJob, ReadError},
    package::inspect,
};

use crate::script::*;

#[test]
fn announces_uploads_and_awaits() {
    let script =
        Script::new([upload_reply(), answer(200, "".into()), reply(&incomplete()), reply(&complete())]);
    let outcome = client(&script).submit(registration()).wait().send().unwrap();

    assert_eq!(outcome.smile_job_id(), Some("0000000001"));
    assert!(is_complete(&outcome));
    assert_eq!(outcome.result().unwrap().result_code.as_ref().unwrap().as_str(), "0840");

    let sent = script.sent();
    let uris: Vec<_> = sent.iter().map(|it| it.head.uri.to_string()).collect();
    assert_eq!(
        uris,
        [
            "http://127.0.0.1:9/v1/upload",
            "http://127.0.0.1:9/videos/212/ref/selfie.zip?Signature=secret",
            "http://127.0.0.1:9/v1/job_status",
            "http://127.0.0.1:9/v1/job_status",
        ]
    );
    let put = &sent[1];
    assert_eq!(put.head.method, "PUT");
    assert_eq!(put.head.headers["content-type"], "application/zip");
    assert_eq!(put.head.headers["content-length"], put.body.len().to_string());
    let archive = inspect::open(&put.body, inspect::Limits::default()).unwrap();
    assert_eq!(archive.findings, []);
    assert_eq!(archive.files["selfie.png"], PNG);
    assert_eq!(archive.info.misc_information.unwrap().smile_client_id.unwrap().as_str(), "212");
}

#[test]
fn every_request_is_signed_afresh() {
    let script = Script::new([upload_reply(), answer(200, "".into()), reply(&incomplete())])
        .then_forever(reply(&complete()));
    client(&script).submit(registration()).wait().send().unwrap();

    let sent = script.sent();
    let polls: Vec<_> =
        sent.iter().filter(|it| it.head.uri.path() == "/v1/job_status").map(Sent::json).collect();
    assert_eq!(polls.len(), 2);
    assert_ne!(polls[0]["timestamp"], polls[1]["timestamp"]);
    assert_ne!(polls[0]["signature"], polls[1]["signature"]);
}

#[test]
fn a_callback_needs_no_waiting() {
    let script = Script::new([upload_reply(), answer(204, "".into())]);
    let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let accepted = client(&script).submit(registration()).callback(callback).send().unwrap();
    assert_eq!(accepted.smile_job_id(), Some("0000000001"));
    assert_eq!(script.sent().len(), 2);
    assert_eq!(script.sent()[0].json()["callback_url"], "https://partner.example/hook");
}

#[test]
fn a_missing_file_stops_it_before_anything_is_sent() {
    let script = Script::new([]);
    let job = ImageJob::smart_selfie_registration(ids(), Image::file("no/such/selfie.jpg"));
    let error = client(&script).submit(job).wait().send().unwrap_err();
    assert_eq!(error.step(), Some(Step::Read));
    assert!(matches!(error.failure(), Some(Failure::Read(ReadError::File { .. }))), "{error:?}");
    assert!(script.sent().is_empty());
}

#[test]
fn an_archive_goes_nowhere_it_may_not_go() {
    for url in [
        "http://uploads.example/selfie.zip?Signature=secret",
        "http://127.0.0.1.uploads.example/selfie.zip",
        "https://user:password@uploads.example/selfie.zip",
        "ftp://127.0.0.1/selfie.zip",
        "/selfie.zip",
        "",
    ] {
        let script =
            Script::new([reply(&json!({"upload_url": url, "smile_job_id": "0000000001", "code": "2202"}))]);
        let error = client(&script).submit(registration()).wait().send().unwrap_err();
        assert!(matches!(error.failure(), Some(Failure::UploadUrl(_))), "{url}: {error:?}");
        assert_eq!(error.step(), Some(Step::Upload));
        assert_eq!(error.smile_job_id(), Some("0000000001"));
        assert_eq!(script.sent().len(), 1, "{url} was called");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn whatever_exchange_is_cut_the_step_is_known() {
    let all = || [upload_reply(), answer(200, "".into()), reply(&complete())];
    for (cut, step, id) in [
        (0, Step::Announce, None),
        (1, Step::Upload, Some("0000000001")),
        (2, Step::Await, Some("0000000001")),
    ] {
        for kind in
            [TransportErrorKind::Connect, TransportErrorKind::Timeout, TransportErrorKind::Interrupted]
        {
            let mut answers: Vec<_> = all().into_iter().take(cut).collect();
            answers.push(Answer::fail(kind));
            let script = Script::new(answers);
            let mut submission = Submission::new(registration());
            let error = client(&script).submit(&mut submission).wait().send().unwrap_err();
            assert_eq!((error.step(), error.smile_job_id()), (Some(step), id));
            let is_as_far = match submission.stage() {
                Stage::New => cut == 0 && kind == TransportErrorKind::Connect,
                Stage::Announcing => cut == 0 && kind != TransportErrorKind::Connect,
                Stage::Announced { .. } => cut == 1,
                _ => cut == 2,
            };
            assert!(is_as_far, "{kind:?} at {cut}: {:?}", submission.stage());
            assert_eq!(error.transport(), Some(kind));
        }
    }
}

#[test]
fn a_refused_upload_keeps_s3s_code() {
    let xml = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    let script = Script::new([upload_reply(), answer(403, xml.into())]);
    let error = client(&script).submit(registration()).wait().send().unwrap_err();
    assert_eq!(error.step(), Some(Step::Upload));
    assert_eq!(error.code().unwrap().as_str(), "AccessDenied");
    assert_eq!(error.status().unwrap(), 403);
}

#[test]
fn what_went_wrong_is_what_went_wrong_first_unless_the_answer_is_forged() {
    let lost = || Answer::fail(TransportErrorKind::Interrupted);
    let taken = || answer(400, r#"{"code": "2215", "error": "Job already exists."}"#.into());
    let unsigned = || reply(&json!({"job_complete": false}));
    let outcome = |answers: [Answer; 2]| {
        let script = Script::new(answers).then_forever(Answer::fail(TransportErrorKind::Timeout));
        persistent(&script).submit(registration()).wait().send().unwrap_err()
    };
    let kind = |error: Error| error.transport().unwrap();
    let late = || Answer::fail(TransportErrorKind::Timeout);
    assert_eq!(kind(outcome([lost(), late()])), TransportErrorKind::Interrupted);
    assert_eq!(outcome([lost(), unsigned()]).kind(), ErrorKind::Forged);
    // "Job already exists" is not the error, as the existing job may be this one. The error is that of the last request.
    assert_eq!(kind(outcome([taken(), late()])), TransportErrorKind::Timeout);
}

#[test]
fn a_job_that_is_found_has_its_number() {
    let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let script = Script::new([reply(&complete_of(&registration()))]);
    let found = Submission::new(registration()).resumed();
    let accepted = client(&script).submit(found).callback(callback).send().unwrap();
    assert_eq!(accepted.smile_job_id(), Some("0000000001"));
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn a_job_of_another_type_is_another_job_also_when_it_is_found_under_way() {
    let mut photo = complete();
    photo["result"]["PartnerParams"] = json!({"user_id": "user-1", "job_id": "job-1", "job_type": 8});
    for answers in [vec![reply(&photo)], vec![reply(&incomplete()), reply(&photo)]] {
        let script = Script::new(answers);
        let mut resumed = Submission::new(registration()).resumed();
        let error = client(&script).submit(&mut resumed).wait().send().unwrap_err();
        assert!(matches!(error.failure(), Some(Failure::OtherContent)), "{error:?}");
    }
}

#[test]
fn a_job_is_recognized_by_the_tag_that_its_result_echoes() {
    let callback = || CallbackUrl::parse("https://partner.example/hook").unwrap();
    let other = ImageJob::smart_selfie_registration(ids(), Image::bytes(&b"\x89PNG\r\n\x1a\nanother"[..]));
    let tagged = complete_of(&registration());
    for (found, job, is_this) in
        [(&tagged, registration(), true), (&tagged, other, false), (&complete(), registration(), false)]
    {
        let script = Script::new([reply(found)]);
        match client(&script).submit(Submission::new(job).resumed()).callback(callback()).send() {
            Ok(_) => assert!(is_this),
            Err(error) => {
                assert!(!is_this && matches!(error.failure(), Some(Failure::OtherContent)), "{error:?}");
            }
        }
    }

    // The job that was just announced is this one, unless its result says otherwise.
    let mut of_another = complete_of(&registration());
    of_another["result"]["PartnerParams"]["content_tag"] = "00112233445566778899aabbccddeeff".into();
    let mut masked = of_another.clone();
    masked["result"]["PartnerParams"]["content_tag"] = "<masked>".into();
    for (found, is_this) in [(tagged, true), (complete(), true), (masked, true), (of_another, false)] {
        let script = Script::new([upload_reply(), answer(200, "".into()), reply(&found)]);
        let mut submission = Submission::new(registration());
        match client(&script).submit(&mut submission).wait().send() {
            Ok(_) => assert!(is_this),
            Err(error) => {
                assert!(!is_this && matches!(error.failure(), Some(Failure::OtherContent)), "{error:?}");
            }
        }
        let sent = script.sent();
        let tag = sent[0].json()["partner_params"]["content_tag"].clone();
        assert_eq!(tag.as_str().unwrap().len(), 32);
        let archive = inspect::open(&sent[1].body, inspect::Limits::default()).unwrap();
        let params = archive.info.misc_information.unwrap().partner_params;
        assert_eq!(params.extra().get("content_tag"), Some(&tag));
    }
}

/// The result belongs to another job, because the server confuses two jobs. Older programs sent no content tag.
#[test]
fn a_result_of_another_number_or_of_unreadable_names_is_another_job_s() {
    for (more, is_taken) in [
        (json!({}), true),
        (json!({"SmileJobID": "7777777777"}), false),
        (json!({"SmileJobID": ["0000000001"]}), false),
        (
            json!({"SmileJobID": "7777777777", "PartnerParams": {"user_id": "user-1", "job_id": "job-1"}}),
            false,
        ),
        (json!({"PartnerParams": {"user_id": ["user-1"], "job_id": {"a": 1}}}), false),
        (json!({"PartnerParams": {"job_type": 4}}), true),
    ] {
        let mut status = complete();
        status["result"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let script = Script::new([upload_reply(), answer(200, "".into())]).then_forever(reply(&status));
        match client(&script).submit(registration()).wait().send() {
            Ok(outcome) => assert!(is_taken && is_complete(&outcome), "{more}"),
            Err(error) => {
                assert!(
                    !is_taken && matches!(error.failure(), Some(Failure::AnotherJob)),
                    "{more}: {error:?}"
                );
            }
        }
    }
}

#[test]
fn without_its_files_a_job_is_recognized_only_if_the_api_named_it() {
    let job = || ImageJob::smart_selfie_registration(ids(), Image::file("no/such/selfie.jpg"));
    let script = Script::new([reply(&complete_of(&registration()))]);
    let error = client(&script).submit(Submission::new(job()).resumed()).wait().send().unwrap_err();
    assert_eq!(error.step(), Some(Step::Read));
    assert!(matches!(error.failure(), Some(Failure::Read(ReadError::File { .. }))), "{error:?}");

    let mut kept = serde_json::to_value(Submission::new(job())).unwrap();
    kept["stage"] = json!({"announced": {"smile_job_id": "0000000001"}});
    let mut announced: Submission = serde_json::from_value(kept).unwrap();
    let script = Script::new([reply(&complete()), reply(&complete())]);
    assert!(is_complete(&client(&script).submit(&mut announced).wait().send().unwrap()));
}

#[test]
fn an_archive_that_never_arrives_is_said_at_the_end_of_the_wait() {
    let none =
        signed(json!({"job_complete": false, "job_success": false, "code": "2314", "result": "No zip"}));
    let script = Script::new([upload_reply(), answer(200, "".into())]).then_forever(reply(&none));
    let mut submission = Submission::new(registration());
    let error = client(&script).submit(&mut submission).wait().send().unwrap_err();
    assert_eq!((error.kind(), error.step()), (ErrorKind::NoArchive, Some(Step::Upload)), "{error:?}");
    assert_eq!((error.smile_job_id(), error.may_be_billed()), (Some("0000000001"), false));
    assert!(matches!(submission.stage(), Stage::Announced { .. }), "it is sent again");

    let script = Script::new([]).then_forever(reply(&none));
    let error = client(&script).wait(&ids()).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoArchive, "{error:?}");
    // It was noticed late.
    let script = Script::new([reply(&none), reply(&incomplete()), reply(&complete())]);
    let states: Vec<_> = client(&script).wait(&ids()).watch().map(Result::unwrap).collect();
    let lacks_archive = states.iter().map(|state| state.status().unwrap().lacks_archive());
    assert_eq!(lacks_archive.collect::<Vec<_>>(), [true, false, false]);
    let is_pending: Vec<_> = states.iter().map(Outcome::is_pending).collect();
    assert_eq!(is_pending, [true, true, false]);
}

/// The archive was accepted, so the error is not about the upload.
#[test]
fn a_result_of_another_number_is_no_failure_of_the_upload() {
    let mut other = complete();
    other["result"]["SmileJobID"] = "0000000002".into();
    let script = Script::new([upload_reply(), answer(200, "".into()), reply(&other)]);
    let mut submission = Submission::new(registration());
    let error = client(&script).submit(&mut submission).wait().send().unwrap_err();
    assert!(matches!(error.failure(), Some(Failure::AnotherJob)), "{error:?}");
    assert_eq!((error.step(), error.may_be_billed()), (Some(Step::Await), true));
    assert_eq!(
        error.to_string(),
        "the job was submitted, but requesting its result failed; it may be billed"
    );
}

#[test]
fn the_callback_of_the_configuration_is_that_of_jobs_without_their_own() {
    let url = |text: &str| CallbackUrl::parse(text).unwrap();
    let general = "https://partner.example/general";
    let announced = |run: fn(&blocking::Client, &CallbackUrl)| {
        let script = Script::new([upload_reply(), answer(200, "".into()), reply(&complete())]);
        let general = url(general);
        let client = client(&script).with(|config| config.callback = Some(general));
        run(&client, &url("https://partner.example/own"));
        script.sent()[0].json()["callback_url"].as_str().map(str::to_owned)
    };
    let own = Some("https://partner.example/own".to_owned());
    assert_eq!(
        announced(|client, _| drop(client.submit(registration()).wait().send().unwrap())),
        Some(general.to_owned())
    );
    assert_eq!(
        announced(|client, _| drop(client.submit(Submission::new(registration())).send().unwrap())),
        Some(general.to_owned())
    );
    assert_eq!(
        announced(|client, own| {
            drop(client.submit(registration()).callback(own.clone()).send().unwrap());
        }),
        own
    );
    assert_eq!(
        announced(|client, own| {
            let mut submission = Submission::new(registration()).callback(own.clone());
            drop(client.submit(&mut submission).wait().send().unwrap());
        }),
        own
    );

    // It is noted with the submission, as the API was told it.
    let script = Script::new([upload_reply(), answer(200, "".into())]);
    let client = client(&script).with(|config| config.callback = Some(url(general)));
    let mut submission = Submission::new(registration());
    client.submit(&mut submission).send().unwrap();
    assert_eq!(submission.callback_url(), Some(&url(general)));

    // A lookup in one request has its result in the response.
    let script = Script::new([answer(200, r#"{"ResultCode": "1012"}"#.into())]);
    let client = self::client(&script).with(|config| config.callback = Some(url(general)));
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    client.submit(LookupJob::enhanced_kyc(ids(), id)).send().unwrap();
    assert_eq!(script.sent()[0].head.uri.path(), "/v1/id_verification");
    assert_eq!(script.sent()[0].json().get("callback_url"), None);
}
