//! Tests every error response, and that a refused request uses up no job id.

use bytes::Bytes;
use http::{Request, header::CONTENT_TYPE};
use serde_json::{Value, json};
use smileid_protocol::{
    auth::Credentials,
    endpoint::{Endpoint as _, SignedEndpoint},
    job::{IdNumber, LookupJob},
    types::ErrorCode,
    v1::{business_verification, id_verification, job_status, upload},
};

use crate::support::{Mock, Refused, ids, ready, registration};

fn announcement() -> upload::Request {
    ready(registration("leo", "job")).upload_request(None)
}

fn status() -> job_status::Request {
    job_status::Request::new("leo", "job")
}

fn id() -> id_verification::Request {
    let number = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    LookupJob::enhanced_kyc(ids("leo", "job"), number).into_lookup().into()
}

fn business() -> business_verification::Request {
    let number = IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000").unwrap();
    LookupJob::business_verification(ids("leo", "job"), number).into_lookup().into()
}

/// Sends `message` with the member at `path` set, or removed if null, and returns the error response.
fn with<E: SignedEndpoint>(mock: &Mock, message: &E, path: &str, value: Value) -> Refused {
    let response = mock.send_altered(message, |members| {
        let (parent, name) =
            path.rsplit_once('.').map_or((None, path), |(parent, name)| (Some(parent), name));
        let members = match parent {
            Some(parent) => members[parent].as_object_mut().unwrap(),
            None => members,
        };
        assert!(members.contains_key(name), "`{path}` is written elsewhere");
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.to_owned(), value);
        }
    });
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let is_business = E::SPEC == business_verification::Request::SPEC;
    let expected = if is_business { &["code", "error", "success"][..] } else { &["code", "error"] };
    assert_eq!(names, expected, "{path}");
    assert!(body["code"].is_string());
    Refused::read(&response)
}

fn refused(code: &ErrorCode) -> Refused {
    let text = code.row().unwrap().texts[0].to_owned();
    Refused { status: 400, code: code.to_string(), error: text }
}

fn invalid(text: &str) -> Refused {
    Refused { status: 400, code: "2413".into(), error: text.into() }
}

#[test]
fn a_proof_must_be_there() {
    let mock = Mock::new();
    let forged = refused(&ErrorCode::NOT_AUTHORIZED);
    assert_eq!(forged.error, "You are not authorized to do that.");
    for member in ["timestamp", "signature"] {
        assert_eq!(with(&mock, &announcement(), member, Value::Null), forged);
        assert_eq!(with(&mock, &status(), member, Value::Null), forged);
        let unauthorized = invalid("authorization is required");
        assert_eq!(with(&mock, &id(), member, Value::Null), unauthorized);
        assert_eq!(with(&mock, &business(), member, Value::Null), unauthorized);
    }
    assert_eq!(with(&mock, &announcement(), "smile_client_id", Value::Null), forged);
    assert_eq!(with(&mock, &status(), "partner_id", Value::Null), forged);
    assert_eq!(with(&mock, &id(), "partner_id", Value::Null), invalid("authorization is required"));
}

#[test]
fn a_proof_must_be_right() {
    fn check(message: &impl SignedEndpoint, partner: &str) {
        let mock = Mock::new();
        let forged = refused(&ErrorCode::NOT_AUTHORIZED);

        // One bit of the signature, wherever it is.
        let body: Value = serde_json::from_slice(mock.encode(message).body()).unwrap();
        let signature = body["signature"].as_str().unwrap().to_owned();
        for index in 0..signature.len() - 1 {
            let mut bytes = signature.clone().into_bytes();
            bytes[index] ^= 1;
            let altered = String::from_utf8(bytes).unwrap();
            assert_eq!(with(&mock, message, "signature", altered.into()), forged, "character {index}");
        }
        assert_eq!(with(&mock, message, "signature", "".into()), forged);
        assert_eq!(with(&mock, message, "timestamp", "2023-11-14T22:13:20.124Z".into()), forged);
        assert_eq!(with(&mock, message, partner, "85".into()), forged, "leading zeros count");
        assert_eq!(with(&mock, message, partner, "999".into()), forged, "nobody knows this partner");

        let mut other = Mock::new();
        other.credentials = Credentials::new("085", "not the key").unwrap();
        assert_eq!(Refused::read(&other.raw(&other.encode(message))), forged);
    }
    check(&announcement(), "smile_client_id");
    check(&status(), "partner_id");
    check(&id(), "partner_id");
    check(&business(), "partner_id");
}

#[test]
fn a_partner_proves_itself_alone() {
    let mut config = smileid_mock_server::Config::new([42; 32]);
    config.partners.push(Credentials::new("086", "another key").unwrap());
    let mock = Mock::with(config);
    // The proof is good, but of another partner than it says.
    assert_eq!(with(&mock, &status(), "partner_id", "086".into()), refused(&ErrorCode::NOT_AUTHORIZED));
}

#[test]
fn a_body_must_be_the_message() {
    fn send(message: &impl SignedEndpoint, body: &'static [u8]) -> Refused {
        let mock = Mock::new();
        Refused::read(&mock.raw(&mock.encode(message).map(|_| Bytes::from_static(body))))
    }
    let wrong = refused(&ErrorCode::WRONG_DATA_TYPE);
    assert_eq!(wrong.error, "A parameter is of the wrong data type");
    let no_json = refused(&ErrorCode::INVALID_JSON);
    assert_eq!(no_json.error, "Invalid JSON");
    let bodies: [&[u8]; 5] = [b"", b"{", b"[]", b"\xff", b"{\"partner_params\":{}} trailing"];
    for body in bodies {
        assert_eq!(send(&announcement(), body), if body == b"[]" { wrong.clone() } else { no_json.clone() });
        assert_eq!(send(&status(), body), wrong);
        assert_eq!(send(&id(), body), invalid("Invalid request"));
        assert_eq!(send(&business(), body), invalid("Invalid request"));
    }

    let mock = Mock::new();
    for (path, value) in [
        ("partner_params", json!([])),
        ("partner_params.job_type", json!("four")),
        ("partner_params.user_id", json!({})),
        ("use_enrolled_image", json!("perhaps")),
        ("timestamp", json!(1_700_000_000)),
        ("smile_client_id", json!(85)),
    ] {
        assert_eq!(with(&mock, &announcement(), path, value), wrong, "{path}");
    }
    assert_eq!(with(&mock, &status(), "image_links", json!("perhaps")), wrong);
    assert_eq!(with(&mock, &status(), "user_id", json!([])), wrong);
    assert_eq!(with(&mock, &id(), "partner_params", json!("x")), invalid("Invalid request"));
    assert_eq!(with(&mock, &id(), "country", json!({})), invalid("Invalid request"));
}

#[test]
fn what_is_required_must_be_there() {
    let mock = Mock::new();
    let missing = refused(&ErrorCode::PARAMETER_MISSING);
    assert_eq!(missing.error, "A required parameter is missing");
    assert_eq!(with(&mock, &announcement(), "partner_params", Value::Null), missing);
    assert_eq!(with(&mock, &announcement(), "partner_params.job_type", Value::Null), missing);
    for name in ["user_id", "job_id"] {
        for value in [Value::Null, json!(""), json!(" ")] {
            let path = format!("partner_params.{name}");
            assert_eq!(with(&mock, &announcement(), &path, value.clone()), missing, "{path}");
            assert_eq!(with(&mock, &status(), name, value), missing, "{name}");
        }
    }

    let missing = invalid("A required parameter is missing");
    assert_eq!(with(&mock, &id(), "partner_params", Value::Null), missing);
    for name in ["country", "id_type", "id_number", "partner_params.user_id", "partner_params.job_type"] {
        for value in [Value::Null, json!("")] {
            if name.ends_with("job_type") && !value.is_null() {
                continue;
            }
            assert_eq!(with(&mock, &id(), name, value.clone()), missing, "{name}");
            assert_eq!(with(&mock, &business(), name, value), missing, "{name}");
        }
    }
}

#[test]
fn every_endpoint_takes_its_job_types_alone() {
    let mock = Mock::new();
    let wrong = refused(&ErrorCode::INVALID_JOB_TYPE);
    assert_eq!(wrong.error, "Invalid job type");
    for job_type in [0, 3, 5, 7, 10, 12, 99] {
        assert_eq!(with(&mock, &announcement(), "partner_params.job_type", json!(job_type)), wrong);
    }
    for job_type in [1, 4, 6, 7, 99] {
        assert_eq!(with(&mock, &id(), "partner_params.job_type", json!(job_type)), wrong);
    }
    for job_type in [1, 5, 99] {
        assert_eq!(with(&mock, &business(), "partner_params.job_type", json!(job_type)), wrong);
    }
    // None of the refused requests has used the job's name up.
    mock.send(&announcement()).unwrap();
}

#[test]
fn a_job_is_found_by_both_of_its_names() {
    let mock = Mock::new();
    let not_found = refused(&ErrorCode::JOB_NOT_FOUND);
    assert_eq!(not_found.error, "Job not found");
    assert_eq!(mock.send(&status()).unwrap_err(), not_found);
    mock.result(registration("leo", "job"));
    assert_eq!(mock.send(&job_status::Request::new("joe", "job")).unwrap_err(), not_found);
    assert_eq!(mock.send(&job_status::Request::new("leo", "other")).unwrap_err(), not_found);
    mock.send(&status()).unwrap();
}

#[test]
fn what_is_no_route_is_answered_by_the_gateway() {
    let mock = Mock::new();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/v1/upload"),
        ("PUT", "/v1/upload"),
        ("POST", "/v1/upload/"),
        ("POST", "/v1/uploads"),
        ("POST", "/v2/upload"),
        ("POST", "/videos/085/x/y"),
        ("PUT", "/images/085/x/y"),
        ("GET", "/_mocks"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Bytes::new()).unwrap();
        let response = mock.raw(&request);
        assert_eq!(response.status(), 403, "{method} {path}");
        assert_eq!(response.body(), r#"{"message":"Missing Authentication Token"}"#);
    }
}

#[test]
fn own_routes() {
    let mock = Mock::new();
    let get = |path: &str| mock.raw(&Request::get(path).body(Bytes::new()).unwrap());
    for path in ["/_mock/health", "/_mock/ready"] {
        let response = get(path);
        assert_eq!((response.status().as_u16(), &response.body()[..]), (200, &br#"{"status":"ok"}"#[..]));
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    }
    for path in ["/_mock", "/_mock/", "/_mock/healthy", "/_mock/health/"] {
        let response = get(path);
        assert_eq!(response.status(), 404, "{path}");
        assert!(serde_json::from_slice::<Value>(response.body()).unwrap()["error"].is_string());
    }
    let post = Request::post("/_mock/health").body(Bytes::new()).unwrap();
    assert_eq!(mock.raw(&post).status(), 405);
}

#[test]
fn json_is_read_whatever_its_content_type() {
    let mock = Mock::new();
    let mut request = mock.encode(&announcement());
    request.headers_mut().remove(CONTENT_TYPE);
    assert_eq!(mock.raw(&request).status(), 200);
    let mut request = mock.encode(&status());
    request.headers_mut().insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(mock.raw(&request).status(), 200);
}

#[test]
fn a_host_that_is_none_is_refused_before_the_name_is_used_up() {
    let mock = Mock::new();
    let mut request = mock.encode(&announcement());
    request.headers_mut().insert("host", "evil.example/path?".parse().unwrap());
    let response = mock.raw(&request);
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (400, &br#"{"message":"Bad Request"}"#[..])
    );
    mock.send(&announcement()).unwrap();
}
