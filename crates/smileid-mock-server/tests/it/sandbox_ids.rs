//! Tests the ID numbers that the sandbox accepts, by test number and ID type.
//!
//! Expected values are those of published records of the official JavaScript SDK in the sandbox (2026-05), where numbers
//! that are no test numbers and types that are not known both end with 1014; test numbers are those of the
//! documentation's pages.

use serde_json::{Value, json};
use smileid_protocol::{
    job::{IdNumber, ImageJob, LookupJob},
    v1::{business_verification, id_verification, verify},
};

use crate::support::{Mock, code, ids, rule, selfie};

const NO_TEST_DATA: &str =
    "Unable to validate ID - Unsupported ID number format - only test data may be used in the sandbox";
const UNKNOWN_TYPE: &str = "Unable to validate ID - Unsupported ID type";

const ON_RECORD: [(&str, &str, &str, &str); 7] = [
    ("NIN", "12345678901", "1014", NO_TEST_DATA),
    ("BVN", "12345678901", "1014", NO_TEST_DATA),
    ("PASSPORT", "A12345678", "1014", NO_TEST_DATA),
    ("VOTER_ID", "12345678901", "1014", NO_TEST_DATA),
    ("DRIVERS_LICENSE", "ABC123456789", "1014", UNKNOWN_TYPE),
    ("FOO", "00000000000", "1014", UNKNOWN_TYPE),
    ("PASSPORT", "A00000001", "1013", "Unable to Validate ID"),
];

fn enhanced(id_type: &str, number: &str) -> LookupJob {
    LookupJob::enhanced_kyc(ids("leo", "job"), IdNumber::new("NG", id_type, number).unwrap())
}

fn reply(mock: &Mock, id_type: &str, number: &str) -> Value {
    mock.reply(&id_verification::Request::from(enhanced(id_type, number).into_lookup()))
}

#[test]
fn enhanced_kyc_answers_as_on_record() {
    for (id_type, number, code, text) in ON_RECORD {
        let reply = reply(&Mock::new(), id_type, number);
        assert_eq!(
            (&reply["ResultCode"], &reply["ResultText"]),
            (&json!(code), &json!(text)),
            "{id_type} {number}"
        );
        if code == "1014" {
            let not_done = json!({"Verify_ID_Number": "Not Done", "Return_Personal_Info": "Not Done"});
            assert_eq!(reply["Actions"], not_done);
        }
    }
    assert_eq!(reply(&Mock::new(), "NIN", "00000000000")["ResultCode"], "1012");
    let digit_2 = reply(&Mock::new(), "NIN", "00000000002");
    assert_eq!(digit_2["ResultText"], "Error - Unsupported ID number format", "as the documentation has it");
}

#[test]
fn basic_kyc_answers_as_on_record() {
    for (id_type, number, code, text) in ON_RECORD {
        let mut lookup = enhanced(id_type, number).into_lookup();
        lookup.id_info.first_name = Some("Joe".to_owned());
        let reply = Mock::new().reply(&verify::Request::from(lookup));
        assert_eq!(
            (&reply["ResultCode"], &reply["ResultText"]),
            (&json!(code), &json!(text)),
            "{id_type} {number}"
        );
    }
}

#[test]
fn the_lookup_of_biometric_kyc_answers_as_on_record() {
    for (id_type, number, lookup, text) in ON_RECORD {
        let mock = Mock::new();
        let id = IdNumber::new("NG", id_type, number).unwrap();
        mock.submit(ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id)).unwrap();
        let history = mock.status("leo", "job").history.unwrap();
        assert_eq!(history.iter().map(code).collect::<Vec<_>>(), ["0001", lookup], "{id_type} {number}");
        assert_eq!(history[1].result_text.as_deref(), Some(text));
    }
}

#[test]
fn businesses_go_by_the_digit_alone() {
    let id = IdNumber::new("NG", "BUSINESS_REGISTRATION", "1234560").unwrap();
    let lookup = LookupJob::business_verification(ids("leo", "job"), id).into_lookup();
    assert_eq!(Mock::new().reply(&business_verification::Request::from(lookup))["ResultCode"], "1012");
}

#[test]
fn a_product_that_is_not_enabled_comes_by_scenario() {
    let text = "Unable to validate ID - This feature is not enabled for your Smile ID account.";
    let mock = Mock::new();
    mock.service.add_scenario(rule(&json!({"then": {"code": "1016", "text": text}}))).unwrap();
    let reply = reply(&mock, "NIN", "12345678901");
    assert_eq!((&reply["ResultCode"], &reply["ResultText"]), (&json!("1016"), &json!(text)));
    assert_eq!(reply["Actions"], json!({"Verify_ID_Number": "Not Done", "Return_Personal_Info": "Not Done"}));
}
