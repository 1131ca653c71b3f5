//! Tests `/v1/auth_smile`, which gives mobile apps signatures for their requests.

use serde_json::{Value, json};
use smileid_mock_server::{AUTH_TOKEN, Config};
use smileid_protocol::{
    auth::{Credentials, PartnerId},
    types::JobType,
    v1::auth_smile::Request,
};

use crate::support::{INVALID, MISSING, Mock, refused};

fn ask(partner: &str) -> Request {
    let partner = PartnerId::new(partner).unwrap();
    let mut request = Request::new(partner, AUTH_TOKEN, JobType::BiometricKyc);
    request.user_id = Some("leo".to_owned());
    request.job_id = Some("job".to_owned());
    request
}

#[test]
fn an_app_gets_a_signature_of_its_partner() {
    let mut config = Config::new([42; 32]);
    config.partners.push(Credentials::new("086", "another key").unwrap());
    let mock = Mock::with(config);
    let reply: Value = serde_json::from_slice(mock.raw(&mock.encode(&ask("085"))).body()).unwrap();
    let expected = json!({
        "success": true,
        "signature": mock.credentials.sign(&mock.timestamp()).as_str(),
        "timestamp": "2023-11-14T22:13:20.123Z",
        "partner_params": {"user_id": "leo", "job_id": "job", "job_type": 1},
        "policy": {},
        "consent_info": {"can_access": true, "consent_required": false},
    });
    assert_eq!(reply, expected);

    let other = mock.send(&ask("086")).unwrap();
    let key = Credentials::new("086", "another key").unwrap();
    key.check(&other.timestamp.unwrap(), &other.signature.unwrap()).expect("made with that partner's key");
}

#[test]
fn consent_goes_by_the_id_type() {
    let mock = Mock::new();
    for (country, id_type, expected) in
        [("NG", "BVN", true), ("NG", "BVN_MFA", true), ("NG", "NIN_V2", false), ("GH", "BVN", false)]
    {
        let mut request = ask("085");
        request.country = Some(country.to_owned());
        request.id_type = Some(id_type.to_owned());
        let info = mock.send(&request).unwrap().consent_info.unwrap();
        assert_eq!(info["consent_required"], expected, "{country} {id_type}");
    }
}

#[test]
fn names_that_are_not_given_are_made() {
    let mock = Mock::new();
    let mut request = ask("085");
    request.user_id = None;
    request.job_id = Some(String::new());
    let names = [1, 2].map(|_| {
        let params = mock.send(&request).unwrap().partner_params.unwrap();
        (params.user_id.unwrap(), params.job_id.unwrap())
    });
    assert!(names.iter().all(|(user_id, job_id)| user_id.len() == 30 && job_id.len() == 30), "{names:?}");
    assert!(names[0].0 != names[1].0 && names[0].1 != names[1].1 && names[0].0 != names[0].1);
    request.signature = false;
    let without = mock.send(&request).unwrap();
    assert_eq!((without.signature, without.timestamp), (None, None), "as it was not asked for");
}

#[test]
fn only_the_right_token_is_taken() {
    let mock = Mock::new();
    let unknown = refused("2205", "You are not authorized to do that.");
    for token in ["", "mock-api-key-0000", "mock-auth-token "] {
        assert_eq!(mock.refusal_with(&ask("085"), "auth_token", json!(token)), unknown, "{token}");
    }
    assert_eq!(mock.refusal(&ask("999")), unknown);
    assert_eq!(mock.refusal(&ask("85")), unknown, "leading zeros count");
    for name in ["partner_id", "auth_token", "job_type", "signature"] {
        assert_eq!(mock.refusal_with(&ask("085"), name, Value::Null), refused("2413", MISSING), "{name}");
    }
    assert_eq!(mock.refusal_with(&ask("085"), "job_type", json!("one")), refused("2413", INVALID));
}
