//! Tests jobs whose result depends on earlier jobs.

use std::time::Duration;

use smileid_mock_server::{Config, Processing};
use smileid_protocol::{
    auth::Credentials,
    job::{Face, IdNumber, ImageJob},
    v1::job_status,
};

use crate::support::{
    Mock, Refused, action, authentication, code, id_card, ids, ready, registration, selfie, wishing,
};

#[test]
fn one_user_from_registration_to_update() {
    let mock = Mock::new();

    let registered = mock.result(registration("leo", "register"));
    assert_eq!((code(&registered), registered.result_text.as_deref()), ("0840", Some("Enroll User")));
    assert_eq!(registered.smile_job_id.as_deref(), Some("0000000001"));

    let authenticated = mock.result(authentication("leo", "authenticate"));
    assert_eq!(code(&authenticated), "0820");
    assert_eq!(action(&authenticated, "Selfie_To_Registered_Selfie_Compare"), "Completed");
    assert_eq!(action(&authenticated, "Register_Selfie"), "Not Applicable");

    let updated = mock.result(ImageJob::update_photo(ids("leo", "update"), selfie()));
    assert_eq!(code(&updated), "0880");
    assert_eq!(action(&updated, "Update_Registered_Selfie_On_File"), "Approved");

    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let again = ImageJob::biometric_kyc(ids("leo", "kyc"), selfie(), id).allowing_new_enroll();
    let again = mock.result(again);
    assert_eq!(code(&again), "0810");
    assert_eq!(again.smile_job_id.as_deref(), Some("0000000004"));
}

#[test]
fn who_is_enrolled_is_not_enrolled_again() {
    let mock = Mock::new();
    mock.result(registration("leo", "first"));

    let already = Refused {
        status: 400,
        code: "2209".into(),
        error: "Wrong user id. This user is already enrolled with user_id".into(),
    };
    assert_eq!(mock.submit(registration("leo", "second")).unwrap_err(), already);
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let kyc = ImageJob::biometric_kyc(ids("leo", "second"), selfie(), id);
    assert_eq!(mock.submit(kyc).unwrap_err(), already);

    // The refused jobs have not used their name up.
    assert_eq!(code(&mock.result(registration("leo", "second").allowing_new_enroll())), "0840");
    // Documents are verified as often as one likes.
    let document = ImageJob::document_verification(ids("leo", "document"), selfie(), id_card(), "NG");
    assert_eq!(code(&mock.result(document.unwrap())), "0810");
}

#[test]
fn who_is_not_enrolled_is_not_compared() {
    let mock = Mock::new();
    let unknown = || Refused { status: 400, code: "2210".into(), error: "No enrolled user found".into() };
    assert_eq!(mock.submit(authentication("leo", "job")).unwrap_err(), unknown());
    assert_eq!(mock.submit(ImageJob::update_photo(ids("leo", "job"), selfie())).unwrap_err(), unknown());
    let enrolled_face =
        || ImageJob::document_verification(ids("leo", "job"), Face::Enrolled, id_card(), "NG");
    assert_eq!(mock.submit(enrolled_face().unwrap()).unwrap_err(), unknown());

    mock.result(registration("leo", "register"));
    assert_eq!(code(&mock.result(enrolled_face().unwrap())), "0810", "the refused job's name is still free");
}

#[test]
fn only_approved_results_enrol() {
    let mock = Mock::new();
    for (job_id, wish, expected) in [("no", "1", "0841"), ("perhaps", "2", "0844")] {
        assert_eq!(code(&mock.result(wishing(registration("leo", job_id), wish))), expected);
        assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210", "after {job_id}");
    }
    assert_eq!(code(&mock.result(registration("leo", "yes"))), "0840");
    assert_eq!(code(&mock.result(authentication("leo", "compare"))), "0820");
}

#[test]
fn every_product_that_enrols_does() {
    for number in ["1", "6", "11"] {
        let mock = Mock::new();
        let job = match number {
            "1" => ImageJob::biometric_kyc_by_card(ids("leo", "enrol"), selfie(), id_card()),
            "6" => ImageJob::document_verification(ids("leo", "enrol"), selfie(), id_card(), "NG").unwrap(),
            _ => {
                let ids = ids("leo", "enrol");
                ImageJob::enhanced_document_verification(ids, selfie(), id_card(), "GH", "VOTER_ID").unwrap()
            }
        };
        assert_eq!(code(&mock.result(job)), "0810");
        assert_eq!(code(&mock.result(authentication("leo", "compare"))), "0820", "job type {number}");
    }
    let mock = Mock::new();
    mock.result(ImageJob::compare_user_info(ids("leo", "compare info"), selfie()));
    assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210");
}

#[test]
fn an_enrolment_takes_effect_when_its_job_is_complete() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(2)));
    mock.submit(registration("leo", "register")).unwrap();
    mock.pass(Duration::from_millis(1999));
    assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210");
    mock.pass(Duration::from_millis(1));
    // The first job completes when it is due, without a status request.
    mock.submit(authentication("leo", "compare")).unwrap();

    let mock = Mock::processing(Processing::Polls(1));
    mock.submit(registration("leo", "register")).unwrap();
    for _ in 0..2 {
        assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210");
        mock.status("leo", "register");
    }
    mock.submit(authentication("leo", "compare")).unwrap();

    let mock = Mock::new();
    mock.submit(registration("leo", "register")).unwrap();
    mock.submit(authentication("leo", "compare")).expect("immediate is before any status");
}

#[test]
fn partners_know_nothing_of_each_other() {
    let mut config = Config::new([42; 32]);
    let other = Credentials::new("86", "other key").unwrap();
    config.partners.push(other.clone());
    let mut mock = Mock::with(config);
    mock.result(registration("leo", "job"));

    mock.credentials = other;
    assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210");
    let status = job_status::Request::new("leo", "job");
    assert_eq!(mock.send(&status).unwrap_err().code, "2304");
    let theirs = mock.result(registration("leo", "job"));
    assert_eq!(theirs.smile_job_id.as_deref(), Some("0000000001"), "every partner has numbers of its own");
}

#[test]
fn a_name_is_used_once_but_for_a_retry_without_archive() {
    let mock = Mock::new();
    let exists = Refused {
        status: 400,
        code: "2215".into(),
        error: "Job already exists. Did you mean to set the retry flag to true?".into(),
    };
    let job = ready(registration("leo", "job"));
    let mut request = job.upload_request(None);
    let first = mock.send(&request).unwrap();
    assert_eq!(mock.send(&request).unwrap_err(), exists);

    request.retry = Some(true);
    mock.pass(Duration::from_secs(60 * 60)); // the first link is long dead
    let second = mock.send(&request).unwrap();
    assert_eq!(second.smile_job_id, first.smile_job_id);
    assert_ne!(second.upload_url, first.upload_url);
    assert_eq!(mock.put(&first.upload_url, &b"PK"[..]).status(), 403);
    let third = mock.send(&request).unwrap();
    assert_ne!(third.upload_url, second.upload_url, "fresh though no time has passed");

    // Another user's job, or one of another type, is no retry of this one.
    let mut other = ready(registration("joe", "job")).upload_request(None);
    other.retry = Some(true);
    assert_eq!(mock.send(&other).unwrap_err(), exists);
    let mut other = ready(ImageJob::compare_user_info(ids("leo", "job"), selfie())).upload_request(None);
    other.retry = Some(true);
    assert_eq!(mock.send(&other).unwrap_err(), exists);

    let archive = mock.archive(&job, &request, &third);
    assert_eq!(mock.put(&third.upload_url, archive).status(), 200);
    assert_eq!(mock.send(&request).unwrap_err(), exists, "the archive came");
    assert_eq!(code(mock.status("leo", "job").result().unwrap()), "0840");
}

#[test]
fn a_retry_may_be_the_first_announcement() {
    let mock = Mock::new();
    let mut request = ready(registration("leo", "job")).upload_request(None);
    request.retry = Some(true);
    assert_eq!(mock.send(&request).unwrap().smile_job_id, "0000000001");
}

#[test]
fn a_retry_is_checked_like_any_other_request() {
    let mock = Mock::new();
    let mut request = ready(registration("leo", "never sent")).upload_request(None);
    mock.send(&request).unwrap();
    mock.result(registration("leo", "job"));
    request.retry = Some(true);
    assert_eq!(mock.send(&request).unwrap_err().code, "2209");
}

#[test]
fn the_answer_to_an_upload_is_complete() {
    let mock = Mock::new();
    let request = ready(registration("leo", "job")).upload_request(None);
    let response = mock.raw(&mock.encode(&request));
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["smile_job_id"], "0000000001");
    assert_eq!(body["code"], "2202");
    assert_eq!(body["camera_config"], "null");
    let ref_id = body["ref_id"].as_str().unwrap();
    assert!(ref_id.starts_with("085-0000000001-"), "{ref_id}");
    let url = body["upload_url"].as_str().unwrap();
    let start = format!("http://127.0.0.1:8085/videos/085/{ref_id}/selfie.zip?AWSAccessKeyId=");
    assert!(url.starts_with(&start), "{url}");
    for part in [
        "&Content-Type=application%2Fzip&Expires=1700000900&Signature=",
        "&x-amz-security-token=",
        "&x-amz-server-side-encryption=AES256",
    ] {
        assert!(url.contains(part), "{url}");
    }
    assert_eq!(body.as_object().unwrap().len(), 5);
}
