//! Tests `/v1/compare_user_info`, which compares the authority's data with the user's document.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_mock_server::Processing;
use smileid_protocol::{
    job::{IdNumber, ImageJob, LookupJob},
    v1::{async_id_verification, compare_user_info::Request, id_verification},
};

use crate::support::{INVALID, MISSING, Mock, callback, id_card, ids, refused, selfie, wishing};

fn compare() -> Request {
    Request::new("leo", "NG", "NIN_V2")
}

fn number(id_number: &str) -> IdNumber {
    IdNumber::new("NG", "NIN_V2", id_number).unwrap()
}

fn lookup(id_number: &str) -> LookupJob {
    LookupJob::enhanced_kyc(ids("leo", "lookup"), number(id_number))
}

fn document(job_id: &str) -> ImageJob {
    ImageJob::document_verification(ids("leo", job_id), selfie(), id_card(), "NG").unwrap()
}

#[test]
fn a_lookup_and_a_document_are_compared() {
    let mock = Mock::new();
    let unknown = refused("2413", INVALID);
    assert_eq!(mock.refusal(&compare()), unknown);
    mock.send(&id_verification::Request::from(lookup("00000000000").into_lookup())).unwrap();
    assert_eq!(mock.refusal(&compare()), unknown, "without a document");
    mock.submit(document("document")).unwrap();
    let expected = json!({
        "JSONVersion": "1.0.0",
        "SmileJobID": "0000000003",
        "PartnerParams": {"user_id": "leo", "job_type": 9},
        "ResultText": "Exact Match",
        "ResultCode": "1020",
        "IsFinalResult": "true",
        "Actions": {
            "Names": "Exact Match",
            "DOB": "Exact Match",
            "Gender": "Exact Match",
            "Phone_Number": "Exact Match",
        },
        "Country": "NG",
        "IDType": "NIN_V2",
    });
    assert_eq!(mock.reply(&compare()), expected);
}

#[test]
fn what_differs_is_said() {
    let mock = Mock::new();
    let job = lookup("00000000004").with_partner_param("FullName", "Nelson Mandela").unwrap();
    let job = job.with_partner_param("DOB", "1918-07-18").unwrap();
    mock.send(&id_verification::Request::from(job.into_lookup())).unwrap();
    mock.submit(document("document")).unwrap();
    let reply = mock.reply(&compare());
    assert_eq!((&reply["ResultCode"], &reply["ResultText"]), (&json!("1021"), &json!("Partial Match")));
    let actions = json!({
        "Names": "No Match", "DOB": "No Match", "Gender": "Exact Match", "Phone_Number": "Exact Match",
    });
    assert_eq!(reply["Actions"], actions);
}

#[test]
fn other_ways_to_a_record_count_and_failures_do_not() {
    let ready = |prepare: &dyn Fn(&Mock)| {
        let mock = Mock::new();
        prepare(&mock);
        mock.send(&compare()).is_ok()
    };
    let submit = |mock: &Mock, job: ImageJob| drop(mock.submit(job).unwrap());
    let biometric = |id_number: &str| ImageJob::biometric_kyc(ids("leo", "kyc"), selfie(), number(id_number));
    assert!(ready(&|mock| {
        submit(mock, biometric("00000000000"));
        submit(mock, document("document"));
    }));
    assert!(ready(&|mock| {
        let lookup = lookup("00000000000").into_lookup();
        mock.send(&async_id_verification::Request::new(lookup, &callback())).unwrap();
        submit(mock, document("document"));
    }));
    assert!(!ready(&|mock| {
        submit(mock, biometric("00000000001"));
        submit(mock, document("document"));
    }));
    assert!(!ready(&|mock| {
        submit(mock, wishing(biometric("00000000000"), "1"));
        submit(mock, document("document"));
    }));
    assert!(!ready(&|mock| {
        mock.send(&id_verification::Request::from(lookup("00000000001").into_lookup())).unwrap();
        submit(mock, document("document"));
    }));
    assert!(!ready(&|mock| {
        mock.send(&id_verification::Request::from(lookup("00000000000").into_lookup())).unwrap();
        submit(mock, wishing(document("document"), "1"));
    }));
}

#[test]
fn it_must_be_the_same_person_and_id() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(1)));
    mock.send(&id_verification::Request::from(lookup("00000000000").into_lookup())).unwrap();
    mock.submit(document("document")).unwrap();
    assert_eq!(mock.refusal(&compare()), refused("2413", INVALID), "the document is not judged yet");
    mock.pass(Duration::from_secs(1));
    for other in [
        Request::new("joe", "NG", "NIN_V2"),
        Request::new("leo", "GH", "NIN_V2"),
        Request::new("leo", "NG", "BVN"),
    ] {
        assert_eq!(mock.refusal(&other), refused("2413", INVALID));
    }
    assert_eq!(mock.reply(&compare())["SmileJobID"], "0000000003", "no number was used up");
}

#[test]
fn what_is_required_must_be_there() {
    let mock = Mock::new();
    for name in ["user_id", "country", "id_type"] {
        for value in [Value::Null, json!("")] {
            assert_eq!(mock.refusal_with(&compare(), name, value), refused("2413", MISSING), "{name}");
        }
    }
    assert_eq!(mock.refusal_with(&compare(), "country", json!(1)), refused("2413", INVALID));
}
