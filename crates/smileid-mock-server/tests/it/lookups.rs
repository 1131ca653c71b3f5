//! Tests synchronous lookups: job types 5 and 7.

use serde_json::{Value, json};
use smileid_protocol::{
    endpoint::SignedEndpoint,
    job::{IdNumber, LookupJob},
    types::JobResult,
    v1::{business_verification, id_verification, job_status},
};

use crate::support::{Mock, action, code, ids};

fn job(id_number: &str) -> LookupJob {
    LookupJob::enhanced_kyc(ids("leo", "job"), IdNumber::new("NG", "BVN", id_number).unwrap())
}

fn look_up(job: LookupJob) -> JobResult {
    Mock::new().send(&id_verification::Request::from(job.into_lookup())).unwrap()
}

/// Returns the whole response, without timestamp and signature.
fn whole(message: &impl SignedEndpoint) -> Value {
    let mock = Mock::new();
    let mut body: Value = serde_json::from_slice(mock.raw(&mock.encode(message)).body()).unwrap();
    let members = body.as_object_mut().unwrap();
    assert!(members.remove("signature").is_some_and(|it| it.as_str().unwrap().len() == 44));
    assert_eq!(members.remove("timestamp"), Some(json!("2023-11-14T22:13:20.123Z")));
    body
}

#[test]
fn a_number_that_is_found_returns_the_sample_person() {
    let expected = json!({
        "JSONVersion": "1.0.0",
        "SmileJobID": "0000000001",
        "PartnerParams": {"user_id": "leo", "job_id": "job", "job_type": 5, "mine": 1},
        "ResultType": "ID Verification",
        "ResultText": "ID Number Validated",
        "ResultCode": "1012",
        "IsFinalResult": "true",
        "Source": "ID API",
        "Actions": {"Verify_ID_Number": "Verified", "Return_Personal_Info": "Returned"},
        "Country": "NG",
        "IDType": "BVN",
        "IDNumber": "00000000000",
        "FullName": "Joe Doe Leo",
        "FirstName": "Joe",
        "MiddleName": "Doe",
        "LastName": "Leo",
        "DOB": "2000-09-20",
        "Gender": "M",
        "PhoneNumber": "0123456789",
        "ExpirationDate": "2021-08-15",
        "PhoneNumber2": "Not Available",
        "IssuanceDate": "Not Available",
        "Address": "Not Available",
        "Photo": "Not Available",
        "Document": "Not Available",
        "Secondary_ID_Number": "Not Available",
    });
    let job = job("00000000000").with_partner_param("mine", 1).unwrap();
    assert_eq!(whole(&id_verification::Request::from(job.into_lookup())), expected);
}

#[test]
fn the_last_digit_chooses() {
    // Source for `Not Done` in the data of a number that is not looked up: `sdk-js-sandbox-records`.
    const NO_TEST_DATA: &str =
        "Unable to validate ID - Unsupported ID number format - only test data may be used in the sandbox";
    for (number, expected, text, verified, returned) in [
        ("00000000001", "1013", "Unable to Validate ID", "Not Verified", "Not Returned"),
        ("00000000002", "1014", "Error - Unsupported ID number format", "Not Done", "Not Done"),
        ("00000000003", "1015", "Error - Queried Database Unavailable", "Issuer Unavailable", "Not Returned"),
        ("00000000005", "1014", NO_TEST_DATA, "Not Done", "Not Done"),
        ("00000000009", "1014", NO_TEST_DATA, "Not Done", "Not Done"),
        ("A000000001A", "1014", NO_TEST_DATA, "Not Done", "Not Done"),
    ] {
        let result = look_up(job(number));
        assert_eq!((code(&result), result.result_text.as_deref()), (expected, Some(text)), "{number}");
        assert_eq!(action(&result, "Verify_ID_Number"), verified);
        assert_eq!(action(&result, "Return_Personal_Info"), returned);
        assert_eq!(result.personal_info.id_number.as_deref(), Some(number));
        assert_eq!(result.personal_info.full_name.as_deref(), Some("Not Available"));
    }
}

#[test]
fn digit_four_takes_the_partners_own_values() {
    let custom = |job: LookupJob| {
        let job = job.with_partner_param("FullName", "Nelson Mandela").unwrap();
        let job = job.with_partner_param("DOB", "1918-07-18").unwrap();
        let job = job.with_partner_param("PhoneNumber", 123).unwrap();
        let job = job.with_partner_param("Photo", json!({"not": "text"})).unwrap();
        job.with_partner_param("ResultCode", "9999").unwrap()
    };
    let result = look_up(custom(job("00000000004")));
    assert_eq!(code(&result), "1012", "results are not the partner's to choose");
    let person = &result.personal_info;
    assert_eq!(person.full_name.as_deref(), Some("Nelson Mandela"));
    assert_eq!(person.first_name.as_deref(), Some("Nelson"));
    assert_eq!(person.middle_name.as_deref(), Some(""));
    assert_eq!(person.last_name.as_deref(), Some("Mandela"));
    assert_eq!(person.dob.as_deref(), Some("1918-07-18"));
    assert_eq!(person.phone_number.as_deref(), Some("123"));
    assert_eq!(person.photo.as_deref(), Some("Not Available"));
    assert_eq!(person.gender.as_deref(), Some("M"), "the rest is the sample person's");
    let echoed = result.partner_params.as_ref().unwrap().extra();
    assert_eq!(echoed.get("FirstName"), Some(&json!("Nelson")));
    assert_eq!(echoed.get("MiddleName"), Some(&json!("")));
    assert_eq!(echoed.get("FullName"), Some(&json!("Nelson Mandela")));

    let result = look_up(custom(job("00000000000")));
    assert_eq!(result.personal_info.full_name.as_deref(), Some("Joe Doe Leo"), "with digit 4 alone");

    let explicit = custom(job("00000000004")).with_partner_param("MiddleName", "Rolihlahla").unwrap();
    assert_eq!(look_up(explicit).personal_info.middle_name.as_deref(), Some("Rolihlahla"));
}

#[test]
fn a_name_may_come_again() {
    let mock = Mock::new();
    let request = id_verification::Request::from(job("00000000000").into_lookup());
    let numbers = [1, 2].map(|_| mock.send(&request).unwrap().smile_job_id.unwrap());
    assert_eq!(numbers, ["0000000001", "0000000002"]);
    assert_eq!(mock.send(&job_status::Request::new("leo", "job")).unwrap_err().code, "2304");
}

fn business(id_number: &str) -> business_verification::Request {
    let number = IdNumber::new("NG", "BUSINESS_REGISTRATION", id_number).unwrap();
    LookupJob::business_verification(ids("leo", "job"), number).into_lookup().into()
}

#[test]
fn a_business_that_is_found_returns_the_sample_company() {
    let reply = whole(&business("0000000"));
    assert_eq!(reply["ResultType"], "Business Verification");
    assert_eq!((&reply["ResultCode"], &reply["ResultText"]), (&json!("1012"), &json!("Business Verified")));
    assert_eq!(reply["Actions"], json!({"Verify_Business": "Verified", "Return_Business_Info": "Returned"}));
    assert_eq!(reply["success"], true);
    assert_eq!(reply["company_information"]["legal_name"], "Sample Company Limited");
    assert_eq!(reply["company_information"]["registration_number"], "0000000");
    for list in ["directors", "beneficial_owners", "fiduciaries", "proprietors"] {
        assert!(reply[list].is_array(), "{list}");
    }
    assert_eq!(reply["documents"], json!({"search_certificate": ""}));
    assert_eq!((&reply["IsFinalResult"], &reply["SmileJobID"]), (&json!("true"), &json!("0000000001")));
}

#[test]
fn a_business_that_is_not_found_returns_none() {
    let reply = whole(&business("0000001"));
    assert_eq!(
        (&reply["ResultCode"], &reply["ResultText"]),
        (&json!("1013"), &json!("Unable to Validate ID"))
    );
    let actions = json!({"Verify_Business": "Not Verified", "Return_Business_Info": "Not Returned"});
    assert_eq!(reply["Actions"], actions);
    assert_eq!((reply.get("company_information"), reply["success"].as_bool()), (None, Some(true)));
}
