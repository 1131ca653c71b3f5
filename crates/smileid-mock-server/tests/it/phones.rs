//! Tests the two endpoints for phone number verification.

use serde_json::{Value, json};
use smileid_protocol::{
    callback::Callback,
    types::PartnerParams,
    v1::{
        async_verify_phone,
        phone::{MatchFields, PhoneCheck},
        verify_phone_number::Request,
    },
};

use crate::support::{CALLBACK, INVALID, Mock, callback, unsuccessful};

fn check(country: &str, phone_number: &str, fields: &Value) -> Request {
    let fields: MatchFields = serde_json::from_value(fields.clone()).unwrap();
    PhoneCheck::new(country, phone_number, fields).into()
}

fn joe() -> Value {
    json!({"first_name": "Joe", "other_name": "Doe", "last_name": "Leo"})
}

#[test]
fn all_that_is_said_is_the_owners() {
    let mut request = check("NG", "00000000000", &joe());
    let mut params = PartnerParams::default();
    params.set_extra("mine", 1).unwrap();
    request.check.partner_params = Some(params);
    let expected = json!({
        "code": "1020",
        "message": "Exact Match",
        "matched_fields": {"first_name": "Exact Match", "other_name": "Exact Match", "last_name": "Exact Match"},
        "job_id": "0000000001",
        "job_type": "phone_number_verification",
        "partner_id": "085",
        "partner_params": {"mine": 1},
        "created_at": "2023-11-14T22:13:20.123Z",
    });
    assert_eq!(Mock::new().reply(&request), expected);
}

#[test]
fn what_is_said_decides_and_each_country_compares_its_own() {
    let zeros = |count| "0".repeat(count);
    for (country, digits, said, code, matched) in [
        ("KE", 10, json!({"id_number": "00000000"}), "1020", json!({"id_number": "Exact Match"})),
        ("KE", 10, json!({"id_number": "1"}), "1022", json!({"id_number": "No Match"})),
        (
            "KE",
            10,
            json!({"id_number": "00000000", "first_name": "X"}),
            "1020",
            json!({"id_number": "Exact Match"}),
        ),
        ("TZ", 12, json!({"last_name": "LEO"}), "1020", json!({"last_name": "Exact Match"})),
        (
            "UG",
            10,
            json!({"first_name": "Joe", "last_name": "Mandela"}),
            "1021",
            json!({"first_name": "Exact Match", "last_name": "No Match"}),
        ),
        (
            "ZA",
            10,
            json!({"first_name": "Nelson", "id_number": "0000000000000"}),
            "1021",
            json!({"first_name": "No Match", "id_number": "Exact Match"}),
        ),
        ("NG", 11, json!({"first_name": "Nelson"}), "1022", json!({"first_name": "No Match"})),
    ] {
        let reply = Mock::new().reply(&check(country, &zeros(digits), &said));
        assert_eq!((&reply["code"], &reply["matched_fields"]), (&json!(code), &matched), "{country} {said}");
    }
}

#[test]
fn the_last_digit_chooses() {
    for (number, code, message) in [
        ("00000000001", "1023", "Not Found"),
        ("00000000003", "1015", "Error - Queried Database Unavailable"),
        ("00000000007", "1023", "Not Found"),
    ] {
        let reply = Mock::new().reply(&check("NG", number, &joe()));
        assert_eq!((&reply["code"], &reply["message"]), (&json!(code), &json!(message)), "{number}");
        assert_eq!(reply["matched_fields"], json!({}));
    }
    let refusal = Mock::new().refusal(&check("NG", "00000000002", &joe()));
    assert_eq!(refusal, unsuccessful("2413", INVALID));
}

#[test]
fn later_is_the_same_for_whoever_is_told() {
    let mock = Mock::new();
    let request = check("NG", "00000000000", &joe());
    let expected = Mock::new().send(&request).unwrap();
    assert_eq!(
        mock.reply(&async_verify_phone::Request::new(request.check, &callback())),
        json!({"success": true})
    );
    let pending = mock.service.callbacks(mock.credentials.partner_id());
    assert_eq!(pending[0].url, CALLBACK);
    assert_eq!(pending[0].callback, Callback::Phone(Box::new(expected)).into());
    assert_eq!(pending.len(), 1);
}

#[test]
fn the_other_path_is_answered_alike() {
    let mock = Mock::new();
    let request = check("NG", "00000000000", &joe());
    let mut request = mock.encode(&async_verify_phone::Request::new(request.check, &callback()));
    *request.uri_mut() = "/v2/async-verify-phone-number".parse().unwrap();
    assert_eq!(mock.raw(&request).body(), r#"{"success":true}"#);
}

#[test]
fn what_is_wrong_is_named() {
    let mock = Mock::new();
    let request = check("NG", "00000000000", &joe());
    let later = async_verify_phone::Request::new(request.check.clone(), &callback());
    for (path, value, error) in [
        ("country", Value::Null, "\"country\" is required"),
        ("country", json!(""), "\"country\" is not allowed to be empty"),
        ("country", json!("GH"), "\"country\" must be one of [KE, NG, TZ, UG, ZA]"),
        ("country", json!(1), INVALID),
        ("phone_number", Value::Null, "\"phone_number\" is required"),
        ("phone_number", json!(" "), "\"phone_number\" is not allowed to be empty"),
        ("phone_number", json!("0000000000"), INVALID),
        ("phone_number", json!("+0000000000"), INVALID),
        (
            "match_fields",
            json!({}),
            "\"match_fields\" must contain at least one of [first_name, other_name, last_name]",
        ),
        (
            "match_fields",
            json!({"first_name": " ", "id_number": "1"}),
            "\"match_fields\" must contain at least one of [first_name, other_name, last_name]",
        ),
    ] {
        let expected = unsuccessful("2413", error);
        assert_eq!(mock.refusal_with(&request, path, value.clone()), expected, "{path} {value}");
        assert_eq!(mock.refusal_with(&later, path, value), expected);
    }
    let kenya = check("KE", "0000000000", &joe());
    assert_eq!(mock.refusal(&kenya), unsuccessful("2413", "\"match_fields.id_number\" is required"));
    for (value, error) in [
        (Value::Null, "\"callback_url\" is required"),
        (json!(""), "\"callback_url\" is not allowed to be empty"),
        (json!("partner"), "\"callback_url\" must be a valid uri"),
    ] {
        assert_eq!(mock.refusal_with(&later, "callback_url", value), unsuccessful("2413", error));
    }
    assert!(mock.service.callbacks(mock.credentials.partner_id()).is_empty());
}
