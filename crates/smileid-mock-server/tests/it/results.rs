//! Tests the results of each product.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use smileid_protocol::{
    job::{IdNumber, Image, ImageJob},
    types::{IdInfo, JobResult},
    v1::job_status,
};

use crate::support::{Mock, TINY, action, authentication, code, id_card, ids, registration, selfie, wishing};

fn json_of(result: &JobResult) -> Value {
    serde_json::to_value(result).unwrap()
}

#[test]
fn a_registration_reads_as_documented() {
    let mock = Mock::new();
    let job =
        registration("leo", "job").with_partner_param("optional_info", json!({"deep": [1, null]})).unwrap();
    let result = json_of(&mock.result(job));
    let expected = json!({
        "JSONVersion": "1.0.0",
        "SmileJobID": "0000000001",
        "PartnerParams": {"user_id": "leo", "job_id": "job", "job_type": 4, "optional_info": {"deep": [1, null]}},
        "ResultType": "SAIA",
        "ResultText": "Enroll User",
        "ResultCode": "0840",
        "IsFinalResult": "true",
        "IsMachineResult": "true",
        "ConfidenceValue": "99",
        "Source": "WebAPI",
        "Actions": {
            "Human_Review_Compare": "Not Applicable",
            "Human_Review_Liveness_Check": "Not Applicable",
            "Human_Review_Selfie_Check": "Not Applicable",
            "Human_Review_Update_Selfie": "Not Applicable",
            "Liveness_Check": "Not Applicable",
            "Register_Selfie": "Approved",
            "Return_Personal_Info": "Not Applicable",
            "Selfie_Check": "Passed",
            "Selfie_Provided": "Passed",
            "Selfie_To_ID_Authority_Compare": "Not Applicable",
            "Selfie_To_ID_Card_Compare": "Not Applicable",
            "Selfie_To_Registered_Selfie_Compare": "Not Applicable",
            "Update_Registered_Selfie_On_File": "Not Applicable",
            "Verify_ID_Number": "Not Applicable",
        },
    });
    assert_eq!(result, expected);
}

#[test]
fn a_document_reads_as_documented() {
    let mock = Mock::new();
    let job = ImageJob::document_verification(ids("leo", "job"), selfie(), id_card(), "NG").unwrap();
    let result = mock.result(job.with_liveness(selfie()));
    let whole = json_of(&result);
    assert_eq!(whole["ResultType"], "Document Verification");
    assert_eq!(whole["ResultText"], "Document Verified");
    assert_eq!((&whole["Country"], &whole["FullName"]), (&json!("NG"), &json!("Joe Doe Leo")));
    let expected = json!({
        "Document_Check": "Passed",
        "Human_Review_Compare": "Not Applicable",
        "Human_Review_Document_Check": "Not Applicable",
        "Human_Review_Liveness_Check": "Not Applicable",
        "Liveness_Check": "Passed",
        "Register_Selfie": "Approved",
        "Return_Personal_Info": "Returned",
        "Selfie_To_ID_Card_Compare": "Completed",
        "Verify_Document": "Passed",
    });
    assert_eq!(whole["Actions"], expected);
}

#[test]
fn a_wish_is_granted() {
    for (wish, expected, final_result, success, compare) in [
        (json!("0"), "0820", Some(true), true, "Completed"),
        (json!(0), "0820", Some(true), true, "Completed"),
        (json!("1"), "0821", Some(true), false, "Failed"),
        (json!(1), "0821", Some(true), false, "Failed"),
        (json!("2"), "0824", Some(false), false, "Provisionally Approved"),
        (json!("9"), "0820", Some(true), true, "Completed"),
    ] {
        let mock = Mock::new();
        mock.result(registration("leo", "register"));
        mock.submit(wishing(authentication("leo", "job"), wish.clone())).unwrap();
        let status = mock.status("leo", "job");
        let result = status.result().unwrap();
        assert_eq!((code(result), result.is_final_result), (expected, final_result), "{wish}");
        assert!(status.job_complete, "a provisional result completes a job too");
        assert_eq!(status.job_success, success, "{wish}");
        assert_eq!(result.confidence_value.is_some(), success, "{wish}");
        assert_eq!(action(result, "Selfie_To_Registered_Selfie_Compare"), compare);
        let wished = result.partner_params.as_ref().unwrap().extra().get("sandbox_result");
        assert_eq!(wished, Some(&wish), "echoed as sent");
    }
}

#[test]
fn a_provisional_result_is_under_review() {
    let mock = Mock::new();
    let result = mock.result(wishing(registration("leo", "job").with_liveness(selfie()), "2"));
    assert_eq!(code(&result), "0844");
    assert_eq!(action(&result, "Liveness_Check"), "Provisionally Approved");
    assert_eq!(action(&result, "Human_Review_Liveness_Check"), "Under Review");
    assert_eq!(action(&result, "Register_Selfie"), "Provisionally Approved");
}

#[test]
fn a_rejected_document_returns_nothing() {
    let mock = Mock::new();
    let job = ImageJob::document_verification(ids("leo", "job"), selfie(), id_card(), "NG").unwrap();
    let result = mock.result(wishing(job, "1"));
    assert_eq!(code(&result), "0811");
    assert_eq!(result.result_text.as_deref(), Some("Document Verification Failed"));
    assert_eq!(action(&result, "Verify_Document"), "Failed");
    assert_eq!(action(&result, "Return_Personal_Info"), "Not Returned");
    assert_eq!(result.personal_info.full_name, None);
}

#[test]
fn compare_user_info_gets_a_documents_code() {
    let mock = Mock::new();
    let job = || ImageJob::compare_user_info(ids("leo", "job"), selfie());
    let result = mock.result(job());
    assert_eq!((code(&result), result.result_text.as_deref()), ("0810", Some("Approved")));
    let result = Mock::new().result(wishing(job(), "1"));
    assert_eq!((code(&result), result.result_text.as_deref()), ("0811", Some("Rejected")));
}

fn biometric_kyc(id_number: &str) -> ImageJob {
    let id = IdNumber::new("NG", "BVN", id_number).unwrap();
    ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id)
}

#[test]
fn biometric_kyc_has_its_lookup_in_its_history() {
    let mock = Mock::new();
    mock.submit(biometric_kyc("00000000000")).unwrap();
    let status = mock.status("leo", "job");
    assert!(status.job_success);
    let history = status.history.as_deref().unwrap();
    assert_eq!(history.iter().map(code).collect::<Vec<_>>(), ["0810", "1012"]);
    let (biometric, lookup) = (&history[0], &history[1]);
    assert_eq!(Some(biometric), status.result());
    assert_eq!(biometric.source.as_deref(), Some("WebAPI"));
    assert_eq!(action(biometric, "Selfie_To_ID_Authority_Compare"), "Completed");
    assert_eq!(action(biometric, "Selfie_To_ID_Card_Compare"), "Not Applicable");
    assert_eq!(action(biometric, "Verify_ID_Number"), "Verified");
    assert_eq!(action(biometric, "Return_Personal_Info"), "Returned");
    assert_eq!(action(biometric, "Register_Selfie"), "Approved");

    assert_eq!(lookup.smile_job_id, biometric.smile_job_id);
    assert_eq!(
        (lookup.source.as_deref(), lookup.result_type.as_deref()),
        (Some("ID API"), Some("ID Verification"))
    );
    assert_eq!(lookup.partner_params, biometric.partner_params);
    assert_eq!(lookup.personal_info.id_number.as_deref(), Some("00000000000"));
    assert_eq!(lookup.personal_info.full_name.as_deref(), Some("Joe Doe Leo"));
}

#[test]
fn biometric_kyc_needs_the_authoritys_photo() {
    let unavailable = "ID Authority image not available";
    for (number, biometric, text, lookup, compare) in [
        ("00000000001", "0001", unavailable, "1013", "ID Authority Photo Not Available"),
        ("00000000002", "0001", unavailable, "1014", "ID Authority Photo Not Available"),
        ("00000000007", "0001", unavailable, "1014", "ID Authority Photo Not Available"),
        ("00000000003", "0908", "Issuer Not Available", "1015", "Issuer Unavailable"),
    ] {
        let mock = Mock::new();
        mock.submit(biometric_kyc(number)).unwrap();
        let status = mock.status("leo", "job");
        assert!(status.job_complete && !status.job_success);
        let history = status.history.as_deref().unwrap();
        assert_eq!(history.iter().map(code).collect::<Vec<_>>(), [biometric, lookup], "{number}");
        assert_eq!(history[0].result_text.as_deref(), Some(text));
        assert_eq!(action(&history[0], "Selfie_To_ID_Authority_Compare"), compare);
        assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210", "{number}");
    }
    // A result chosen by the request overrides the one of the ID number.
    let mock = Mock::new();
    mock.submit(wishing(biometric_kyc("00000000001"), "0")).unwrap();
    let history = mock.status("leo", "job").history.unwrap();
    assert_eq!(history.iter().map(code).collect::<Vec<_>>(), ["0810", "1013"]);
}

#[test]
fn biometric_kyc_by_card_looks_nothing_up() {
    let mock = Mock::new();
    mock.submit(ImageJob::biometric_kyc_by_card(ids("leo", "job"), selfie(), id_card())).unwrap();
    let history = mock.status("leo", "job").history.unwrap();
    assert_eq!(history.iter().map(code).collect::<Vec<_>>(), ["0810"]);
    assert_eq!(action(&history[0], "Selfie_To_ID_Card_Compare"), "Completed");
    assert_eq!(action(&history[0], "Verify_ID_Number"), "Not Applicable");
}

#[test]
fn images_in_base64_are_images() {
    let png = &STANDARD.encode(TINY);
    let mock = Mock::new();
    let job =
        ImageJob::document_verification(ids("leo", "job"), Image::base64(png), Image::base64(png), "KE");
    let mut info = IdInfo::default();
    info.id_type = Some("PASSPORT".into());
    let result = mock.result(job.unwrap().with_id_info(info).unwrap());
    assert_eq!(code(&result), "0810");
    assert_eq!(result.personal_info.id_type.as_deref(), Some("PASSPORT"));
}

#[test]
fn nothing_of_a_request_is_in_debug() {
    let mock = Mock::new();
    let mut info = IdInfo::entered("NG", "BVN", "12345678900");
    info.last_name = Some("Mandela".into());
    let job = biometric_kyc("12345678900").with_id_info(info).unwrap();
    mock.submit(job.with_partner_param("mother", "Winnie").unwrap()).unwrap();
    let mut request = job_status::Request::new("leo", "job");
    request.image_links = true;
    mock.send(&request).unwrap();
    let shown = format!("{:#?}", mock.service);
    for secret in ["12345678900", "Mandela", "Winnie", "leo", "Joe", "mock-api-key-0000", "http"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("Complete") && shown.contains("085"), "{shown}");
    let config = format!("{:?}", smileid_mock_server::Config::new([77; 32]));
    assert!(!config.contains("77") && !config.contains("mock-api-key"), "{config}");
}
