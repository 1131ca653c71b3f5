//! Tests address verification: `/v2/async-verify-address`.

use serde_json::{Value, json};
use smileid_protocol::{
    types::{JobResult, JobType, PartnerParams},
    v1::async_verify_address::Request,
};

use crate::support::{INVALID, Mock, code, unsuccessful};

const CALLBACK: &str = "https://partner.example/address";

fn nigeria(utility_number: &str) -> Request {
    Request::nigeria("1 Sample Street, Lagos", utility_number, "ikeja_electric", CALLBACK)
}

fn south_africa(id_number: &str) -> Request {
    Request::south_africa("1 Sample Street, Cape Town", id_number, CALLBACK)
}

/// Returns the results in callbacks that are due or planned.
fn kept(mock: &Mock) -> Vec<JobResult> {
    let pending = mock.service.callbacks(mock.credentials.partner_id());
    assert!(pending.iter().all(|it| it.url == CALLBACK));
    pending.iter().map(|it| it.callback.result().expect("a result of a job").clone()).collect()
}

#[test]
fn a_request_is_taken_and_its_result_kept() {
    let mock = Mock::new();
    let mut request = nigeria("0000000000");
    request.full_name = Some("Leo Doe Joe".to_owned());
    let mut params = PartnerParams::new("leo", "job", JobType::AddressVerification);
    params.job_type = None;
    request.partner_params = Some(params);
    assert_eq!(mock.reply(&request), json!({"success": true}));
    let expected = json!({
        "JSONVersion": "1.0.0",
        "SmileJobID": "0000000001",
        "PartnerParams": {"user_id": "leo", "job_id": "job", "job_type": 12},
        "ResultText": "Exact Match",
        "ResultCode": "1020",
        "IsFinalResult": "true",
        "Country": "NG",
    });
    assert_eq!(serde_json::to_value(kept(&mock)).unwrap(), json!([expected]));
    assert_eq!(mock.status("leo", "job").result().map(code), Some("1020"));
}

#[test]
fn digit_and_name_choose() {
    for (digit, name, expected) in [
        ("0", None, "1020"),
        ("0", Some("joe doe leo"), "1020"),
        ("0", Some("Joe Mandela"), "1021"),
        ("0", Some("Nelson Mandela"), "1021"),
        ("1", Some("Joe Doe Leo"), "1013"),
        ("3", None, "1015"),
        ("4", None, "1022"),
        ("8", None, "1013"),
    ] {
        let mock = Mock::new();
        let mut nigeria = nigeria(&format!("000000000{digit}"));
        nigeria.full_name = name.map(str::to_owned);
        let mut south_africa = south_africa(&format!("000000000000{digit}"));
        south_africa.full_name = name.map(str::to_owned);
        mock.send(&nigeria).unwrap();
        mock.send(&south_africa).unwrap();
        let kept = kept(&mock);
        assert_eq!(kept.iter().map(code).collect::<Vec<_>>(), [expected, expected], "{digit} {name:?}");
        assert_eq!(kept[1].personal_info.country.as_deref(), Some("ZA"));
    }
}

#[test]
fn the_older_path_is_answered_alike() {
    let mock = Mock::new();
    let mut request = mock.encode(&nigeria("0000000000"));
    *request.uri_mut() = "/v1/async-verify-address".parse().unwrap();
    // The official Ruby SDK mislabels its JSON.
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(mock.raw(&request).body(), r#"{"success":true}"#);
    assert_eq!(kept(&mock).len(), 1);
}

#[test]
fn what_is_wrong_is_named() {
    let mock = Mock::new();
    for (path, value, error) in [
        ("country", Value::Null, "\"country\" is required"),
        ("country", json!(""), "\"country\" is not allowed to be empty"),
        ("country", json!("KE"), "\"country\" must be one of [NG, ZA]"),
        ("address", Value::Null, "\"address\" is required"),
        ("address", json!(" "), "\"address\" is not allowed to be empty"),
        ("address", json!(1), INVALID),
        ("callback_url", Value::Null, "\"callback_url\" is required"),
        ("callback_url", json!("partner"), "\"callback_url\" must be a valid uri"),
        ("utility_number", Value::Null, "\"utility_number\" is required"),
        ("utility_number", json!(""), "\"utility_number\" is not allowed to be empty"),
        ("utility_number", json!("0000000002"), INVALID),
        ("utility_provider", Value::Null, "\"utility_provider\" is required"),
    ] {
        let refusal = mock.refusal_with(&nigeria("0000000000"), path, value.clone());
        assert_eq!(refusal, unsuccessful("2413", error), "{path} {value}");
    }
    for (value, error) in [
        (Value::Null, "\"id_number\" is required"),
        (json!(""), "\"id_number\" is not allowed to be empty"),
        (json!("000000000000"), INVALID),
        (json!("000000000000x"), INVALID),
        (json!("0000000000002"), INVALID),
    ] {
        let refusal = mock.refusal_with(&south_africa("0000000000000"), "id_number", value);
        assert_eq!(refusal, unsuccessful("2413", error));
    }
    assert!(kept(&mock).is_empty());
}
