//! Tests that every signed endpoint refuses requests without a valid signature.

use bytes::Bytes;
use http::Request as HttpRequest;
use serde_json::{Map, Value, json};
use smileid_protocol::{
    ENDPOINTS,
    auth::{AuthScheme, Credentials},
    endpoint::{Endpoint, SignedEndpoint, Spec},
    job::{IdNumber, LookupJob},
    v1::{self, lookup::Lookup, phone::PhoneCheck, selfie_form::SelfieForm},
};

use crate::support::{
    Mock, ORIGIN, SELFIE, callback, ids, ready, refusal_of, refused, registration, unsuccessful,
};

/// Error responses of a group of endpoints to requests without a signature, and with a wrong one.
struct Says {
    unproven: (u16, Value),
    forged: (u16, Value),
}

const FORGED: &str = "You are not authorized to do that.";
const UNPROVEN: &str = "authorization is required";

fn upload() -> Says {
    Says { unproven: refused("2205", FORGED), forged: refused("2205", FORGED) }
}

fn id_api() -> Says {
    Says { unproven: refused("2413", UNPROVEN), forged: refused("2205", FORGED) }
}

fn newer() -> Says {
    Says { unproven: unsuccessful("2413", UNPROVEN), forged: unsuccessful("2205", FORGED) }
}

fn consent() -> Says {
    let unproven = (400, json!({"error": UNPROVEN, "success": false}));
    Says { unproven, forged: unsuccessful("2205", FORGED) }
}

/// Removes the signature from a request, wherever it is.
fn unsigned(mut request: HttpRequest<Bytes>) -> HttpRequest<Bytes> {
    if request.headers_mut().remove("smileid-request-signature").is_some() {
        return request;
    }
    if let Some((path, query)) = request.uri().path_and_query().unwrap().as_str().split_once('?') {
        let rest: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("signature=")).collect();
        assert!(rest.len() < query.split('&').count(), "{query}");
        *request.uri_mut() = format!("{path}?{}", rest.join("&")).parse().unwrap();
        return request;
    }
    let mut members: Map<String, Value> = serde_json::from_slice(request.body()).unwrap();
    assert!(members.remove("signature").is_some());
    request.map(|_| serde_json::to_vec(&members).unwrap().into())
}

/// Checks the error responses of an endpoint to a valid message without a valid signature, and records the endpoint.
fn check<E: SignedEndpoint>(checked: &mut Vec<Spec>, message: &E, says: &Says) {
    let mock = Mock::new();
    let name = E::SPEC.name;
    assert_eq!(refusal_of(&mock.raw(&unsigned(mock.encode(message)))), says.unproven, "{name}");
    for credentials in [("085", "not the key"), ("999", "mock-api-key-0000"), ("85", "mock-api-key-0000")] {
        let key = Credentials::new(credentials.0, credentials.1).unwrap();
        let proof = E::Auth::prove(&key, &mock.timestamp());
        let forged = message.encode(&crate::support::ORIGIN.parse().unwrap(), &proof).unwrap();
        assert_eq!(refusal_of(&mock.raw(&forged)), says.forged, "{name} {credentials:?}");
    }
    checked.push(E::SPEC);
}

fn lookup(job: LookupJob) -> Lookup {
    let mut lookup = job.into_lookup();
    lookup.id_info.first_name = Some("Joe".to_owned());
    lookup
}

#[test]
fn every_signed_endpoint_wants_its_proof() {
    let mut checked = Vec::new();
    let it = &mut checked;

    check(it, &ready(registration("leo", "job")).upload_request(None), &upload());
    check(it, &v1::job_status::Request::new("leo", "job"), &upload());
    check(it, &v1::token::Request::new(&ids("leo", "job"), &"smartselfie".into(), None), &upload());

    let id = || lookup(LookupJob::enhanced_kyc(ids("leo", "job"), IdNumber::new("NG", "BVN", "0").unwrap()));
    check(it, &v1::id_verification::Request::from(id()), &id_api());
    check(it, &v1::async_id_verification::Request::new(id(), &callback()), &id_api());
    check(it, &v1::verify::Request::from(id()), &id_api());
    check(it, &v1::verify_async::Request::new(id(), &callback()), &id_api());
    let business = || {
        lookup(LookupJob::business_verification(
            ids("leo", "job"),
            IdNumber::new("NG", "BUSINESS_REGISTRATION", "0").unwrap(),
        ))
    };
    check(it, &v1::business_verification::Request::from(business()), &newer());
    check(it, &v1::async_business_verification::Request::new(business(), &callback()), &newer());

    check(it, &v1::aml::Request::new(&ids("leo", "job"), "Joe", vec!["NG".to_owned()]), &id_api());
    check(it, &v1::backfill_users::Request::new("leo", "2020-01-01", "/9j/"), &id_api());
    check(it, &v1::compare_user_info::Request::new("leo", "NG", "BVN"), &id_api());
    check(it, &v1::id_number_rate_limit_reset::Request::new("BVN", "0"), &id_api());
    check(it, &v1::products_config::Request::default(), &id_api());
    check(it, &v1::create_smile_link::Request::default(), &id_api());
    check(it, &v1::get_smile_link::Request::new("ref"), &id_api());
    check(it, &v1::update_smile_link::Request::disable("ref"), &id_api());
    let form = || SelfieForm::new("leo", SELFIE);
    check(it, &v1::smart_selfie_enroll::Request::from(form()), &id_api());
    check(it, &v1::smart_selfie_authentication::Request::from(form()), &id_api());

    let phone = || PhoneCheck::new("NG", "00000000000", v1::phone::MatchFields::default());
    check(it, &v1::verify_phone_number::Request::from(phone()), &newer());
    check(it, &v1::async_verify_phone::Request::new(phone(), &callback()), &newer());
    check(it, &v1::async_verify_address::Request::nigeria("a", "0", "b", "https://c.example/"), &newer());

    check(it, &v1::totp_consent::Request::new("NG", "BVN_MFA", "0"), &consent());
    check(it, &v1::totp_consent_mode::Request::new("session", "sms"), &consent());
    check(it, &v1::totp_consent_otp::Request::new("session", "000000"), &consent());

    let open = ["v1::auth_smile", "v1::bank_codes", "v1::services", "v1::valid_documents"];
    let left: Vec<_> =
        ENDPOINTS.iter().filter(|spec| !checked.contains(spec)).map(|spec| spec.name).collect();
    assert_eq!(left, open, "the endpoints that anybody may ask");
}

#[test]
fn a_path_with_a_field_is_one_segment() {
    let mock = Mock::new();
    for (method, path) in [
        ("GET", "/v1/smile_links"),
        ("GET", "/v1/smile_links/"),
        ("GET", "/v1/smile_links/a/b"),
        ("POST", "/v1/smile_links/a"),
        ("DELETE", "/v1/smile_links/a"),
        ("GET", "/v1/verify"),
        ("POST", "/v1/services"),
        ("PUT", "/v1/valid_documents"),
        ("POST", "/v1/valid_documents/"),
    ] {
        let request = HttpRequest::builder().method(method).uri(path).body(Bytes::new()).unwrap();
        let expected = (403, json!({"message": "Missing Authentication Token"}));
        assert_eq!(refusal_of(&mock.raw(&request)), expected, "{method} {path}");
    }
}

/// Request and response are signed in the same way, so a response with the timestamp of the request would look like a copy of its
/// signature.
#[test]
fn an_answer_is_never_signed_at_the_moment_of_its_question() {
    let mock = Mock::new();
    let question = v1::job_status::Request::new("user-1", "job-1");
    mock.submit(registration("user-1", "job-1")).unwrap();
    let proof = <v1::job_status::Request as Endpoint>::Auth::prove(&mock.credentials, &mock.timestamp());
    let request = question.encode(&ORIGIN.parse().unwrap(), &proof).unwrap();
    let reply = v1::job_status::Request::decode_reply(&mock.raw(&request)).unwrap();
    assert_ne!(reply.proof().timestamp, mock.timestamp());
    assert!(reply.verify(&mock.credentials).is_ok());
}
