//! Tests the states of users, such as enrolled, and their effects on jobs.

use serde_json::{Value, json};
use smileid_mock_server::UserState;
use smileid_protocol::{
    auth::Credentials,
    job::{IdNumber, ImageJob},
    types::JobType,
};

use crate::support::{Mock, authentication, id_card, ids, ready, registration, selfie, wishing};

/// Returns the code of the response to the upload request of a job.
fn announced(mock: &Mock, job: ImageJob) -> String {
    let response = mock.raw(&mock.encode(&ready(job).upload_request(None)));
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    body["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_user_stands_as_the_portal_has_it() {
    let mock = Mock::new();
    let set = |state: Value| {
        mock.service.set_user(mock.credentials.partner_id(), "leo", serde_json::from_value(state).unwrap())
    };
    let codes = |number: usize| {
        let id = |kind: &str| format!("{kind}-{number}");
        [
            registration("leo", &id("enrol")),
            registration("leo", &id("again")).allowing_new_enroll(),
            authentication("leo", &id("compare")),
            ImageJob::update_photo(ids("leo", &id("update")), selfie()),
        ]
        .map(|job| announced(&mock, job))
    };
    for (number, (state, expected)) in [
        (json!({}), ["2209", "2202", "2202", "2202"]),
        (json!({"allow_new_enroll": true}), ["2202", "2202", "2202", "2202"]),
        (json!({"active": false}), ["2207", "2207", "2207", "2207"]),
        (json!({"deleted": true, "active": false}), ["2208", "2208", "2208", "2208"]),
        (json!({"must_reenroll": true}), ["2202", "2202", "2211", "2211"]),
        (json!({"photo": false}), ["2202", "2202", "2216", "2216"]),
        (json!({"is_fraudulent": true}), ["2209", "2202", "2202", "2202"]),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(set(state.clone()));
        assert_eq!(codes(number), expected, "{state}");
    }
    assert!(serde_json::from_value::<UserState>(json!({"fraud": true})).is_err());
    let stranger = Credentials::new("999", "key").unwrap();
    assert!(!mock.service.set_user(stranger.partner_id(), "leo", UserState::default()));
}

#[test]
fn enrolling_once_more_is_done_when_it_is_approved() {
    let mock = Mock::new();
    let state = |json: Value| serde_json::from_value::<UserState>(json).unwrap();
    let partner = mock.credentials.partner_id();
    mock.service.set_user(partner, "leo", state(json!({"must_reenroll": true})));
    mock.submit(wishing(registration("leo", "rejected"), "1")).unwrap();
    assert_eq!(mock.service.user(partner, "leo"), Some(state(json!({"must_reenroll": true}))));
    mock.submit(registration("leo", "approved")).unwrap();
    assert_eq!(mock.service.user(partner, "leo"), Some(UserState::default()));
    assert_eq!(mock.service.user(partner, "joe"), None);
}

#[test]
fn jobs_of_somebody_known_for_fraud_are_taken_and_all_fail() {
    let mock = Mock::new();
    let fraud = serde_json::from_value(json!({"is_fraudulent": true})).unwrap();
    mock.service.set_user(mock.credentials.partner_id(), "leo", fraud);
    for (number, job_type) in [1, 2, 4, 6, 8, 9, 11].into_iter().enumerate() {
        let job_id = format!("job-{number}");
        let ids = ids("leo", &job_id);
        let card = id_card;
        let job = match JobType::from(job_type) {
            JobType::BiometricKyc => {
                ImageJob::biometric_kyc(ids, selfie(), IdNumber::new("NG", "BVN", "00000000000").unwrap())
            }
            JobType::SmartSelfieAuthentication => ImageJob::smart_selfie_authentication(ids, selfie()),
            JobType::SmartSelfieRegistration => ImageJob::smart_selfie_registration(ids, selfie()),
            JobType::DocumentVerification => {
                ImageJob::document_verification(ids, selfie(), card(), "NG").unwrap()
            }
            JobType::UpdatePhoto => ImageJob::update_photo(ids, selfie()),
            JobType::CompareUserInfo => ImageJob::compare_user_info(ids, selfie()),
            _ => ImageJob::enhanced_document_verification(ids, selfie(), card(), "NG", "PASSPORT").unwrap(),
        };
        let job = job.allowing_new_enroll();
        mock.submit(wishing(job, "0")).unwrap();
        let status = mock.status("leo", &job_id);
        assert!(status.job_complete && !status.job_success, "{job_type}");
        assert!(status.result().unwrap().result_text.as_deref().is_some_and(|text| !text.is_empty()));
    }
}
