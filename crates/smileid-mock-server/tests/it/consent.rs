//! Tests the three steps in which the holder of a BVN consents, and the lookup after them.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_mock_server::ONE_TIME_CODE;
use smileid_protocol::{
    endpoint::SignedEndpoint,
    job::{IdNumber, LookupJob},
    v1::{id_verification, totp_consent, totp_consent_mode, totp_consent_otp, verify},
};

use crate::support::{INVALID, MISSING, Mock, ids, refused};

const BVN: &str = "00000000000";

fn begin(id_number: &str) -> totp_consent::Request {
    totp_consent::Request::new("NG", "BVN_MFA", id_number)
}

fn session(mock: &Mock) -> String {
    mock.send(&begin(BVN)).unwrap().session_id.unwrap().expose().to_owned()
}

fn mode(session: &str, mode: &str) -> totp_consent_mode::Request {
    totp_consent_mode::Request::new(session, mode)
}

fn code(session: &str, code: &str) -> totp_consent_otp::Request {
    totp_consent_otp::Request::new(session, code)
}

/// Returns a lookup with a consent session instead of an ID number.
fn lookup(session: &str, id_type: &str) -> id_verification::Request {
    let id = IdNumber::by_session("NG", id_type, session).unwrap();
    LookupJob::enhanced_kyc(ids("leo", "job"), id).into_lookup().into()
}

fn confirmed(mock: &Mock) -> String {
    let session = session(mock);
    mock.send(&mode(&session, "sms")).unwrap();
    mock.send(&code(&session, ONE_TIME_CODE)).unwrap();
    session
}

/// Returns HTTP status and body of an error response without a code, as consent steps have it.
fn without_code(error: &str) -> (u16, Value) {
    (400, json!({"error": error, "success": false}))
}

#[test]
fn three_steps_stand_for_the_number() {
    let mock = Mock::new();
    let mut reply = mock.reply(&begin(BVN));
    let session = reply["session_id"].take();
    let session = session.as_str().expect("a session");
    let expected = json!({
        "success": true,
        "session_id": null,
        "modes": [{"sms": "0800*****67"}, {"email": "jo*****eo@example.com"}],
        "message": "Select OTP Delivery Mode",
    });
    assert_eq!(reply, expected);
    let invalid = refused("2413", INVALID);
    assert_eq!(mock.refusal(&lookup(session, "BVN_MFA")), invalid, "nobody has consented");
    let sent = json!({"success": true, "message": "OTP Delivery Mode Selected"});
    assert_eq!(mock.reply(&mode(session, "sms")), sent);
    assert_eq!(mock.refusal(&lookup(session, "BVN_MFA")), invalid);
    let confirmed = json!({"success": true, "message": "OTP Confirmed"});
    assert_eq!(mock.reply(&code(session, "000000")), confirmed);
    assert_eq!(mock.reply(&code(session, "000000")), confirmed, "and again");

    let reply = mock.reply(&lookup(session, "BVN_MFA"));
    assert_eq!((&reply["ResultCode"], &reply["IDNumber"]), (&json!("1012"), &json!(BVN)));
    let mut basic = lookup(session, "BVN_MFA").lookup;
    basic.id_info.first_name = Some("Joe".to_owned());
    assert_eq!(mock.reply(&verify::Request::from(basic))["ResultCode"], "1020");
}

#[test]
fn a_number_must_be_one_that_the_authority_has() {
    let mock = Mock::new();
    for request in [
        begin("00000000001"),
        begin("00000000003"),
        totp_consent::Request::new("GH", "BVN_MFA", BVN),
        totp_consent::Request::new("NG", "BVN", BVN),
    ] {
        assert_eq!(mock.refusal(&request), without_code("Result Not Found"));
    }
    assert!(mock.send(&begin("00000000004")).is_ok());
}

#[test]
fn each_step_knows_its_session_and_what_it_takes() {
    let mock = Mock::new();
    let session = session(&mock);
    for wrong in ["fax", "SMS", ""] {
        assert_eq!(mock.refusal(&mode(&session, wrong)), without_code("Invalid Mode"), "{wrong}");
    }
    let wrong_code = without_code("Invalid OTP");
    assert_eq!(mock.refusal(&code(&session, ONE_TIME_CODE)), wrong_code, "none was sent");
    mock.send(&mode(&session, "email")).unwrap();
    for wrong in ["111111", "00000", ""] {
        assert_eq!(mock.refusal(&code(&session, wrong)), wrong_code, "{wrong}");
    }
    mock.send(&code(&session, ONE_TIME_CODE)).unwrap();
    assert_eq!(mock.refusal(&code(&session, "111111")), wrong_code);
    mock.send(&mode(&session, "sms")).unwrap();
    assert!(mock.send(&lookup(&session, "BVN_MFA")).is_ok(), "consent that was given stays");

    let unknown = without_code("Result Not Found");
    assert_eq!(mock.refusal(&mode("other", "sms")), unknown);
    assert_eq!(mock.refusal(&code("other", ONE_TIME_CODE)), unknown);
    assert_ne!(session, self::session(&mock));
}

#[test]
fn a_session_ends_after_fifteen_minutes() {
    let mock = Mock::new();
    let session = confirmed(&mock);
    mock.pass(Duration::from_secs(15 * 60));
    assert!(mock.send(&lookup(&session, "BVN_MFA")).is_ok());
    mock.pass(Duration::from_millis(1));
    assert_eq!(mock.refusal(&lookup(&session, "BVN_MFA")), refused("2413", INVALID));
    assert_eq!(mock.refusal(&mode(&session, "sms")), without_code("Result Not Found"));
    assert_eq!(mock.refusal(&code(&session, ONE_TIME_CODE)), without_code("Result Not Found"));
}

#[test]
fn a_session_is_for_its_id_type_alone() {
    let mock = Mock::new();
    let session = confirmed(&mock);
    assert_eq!(mock.refusal(&lookup(&session, "BVN")), refused("2413", MISSING));
    assert_eq!(mock.refusal(&lookup("other", "BVN_MFA")), refused("2413", INVALID));
    let number = mock.refusal_with(&lookup(&session, "BVN_MFA"), "session_id", json!(7));
    assert_eq!(number, refused("2413", INVALID), "an unknown session that is a number");
    let both = mock.send_altered(&lookup(&session, "BVN_MFA"), |members| {
        members.insert("id_number".to_owned(), json!("00000000001"));
    });
    let both: Value = serde_json::from_slice(both.body()).unwrap();
    assert_eq!(both["IDNumber"], BVN, "the number is the session's");
}

#[test]
fn what_is_required_must_be_there() {
    fn check(mock: &Mock, request: &impl SignedEndpoint, names: &[&str]) {
        for name in names {
            assert_eq!(mock.refusal_with(request, name, Value::Null), without_code(MISSING), "{name}");
            assert_eq!(mock.refusal_with(request, name, json!(" ")), without_code(MISSING), "{name}");
            assert_eq!(mock.refusal_with(request, name, json!([])), without_code(INVALID), "{name}");
        }
    }
    let mock = Mock::new();
    let session = session(&mock);
    check(&mock, &begin(BVN), &["country", "id_type", "id_number"]);
    check(&mock, &mode(&session, "sms"), &["session_id"]);
    check(&mock, &code(&session, ONE_TIME_CODE), &["session_id"]);
    assert_eq!(mock.refusal_with(&mode(&session, "sms"), "mode", Value::Null), without_code("Invalid Mode"));
    let no_code = mock.refusal_with(&code(&session, ONE_TIME_CODE), "otp", Value::Null);
    assert_eq!(no_code, without_code("Invalid OTP"));
}
