//! Tests every documented error response with a request that causes it.
//!
//! Codes, texts and statuses are typed from v1-platform.md 2.3, the forms of the bodies from 2.4, and the answers of the
//! gateway and of the storage host from 2.4 and 1.2; a status of which 2.3 says nothing is the 400 that it takes for
//! likely. Codes for which no source knows a cause come by scenario alone, and say so.

use std::time::Duration;

use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde_json::{Value, json};
use smileid_mock_server::{Config, Rule, Scenario, UserState, When};
use smileid_protocol::{
    auth::Credentials,
    endpoint::SignedEndpoint,
    job::{IdNumber, ImageJob, LookupJob},
    types::ErrorCode,
    v1::{
        async_verify_address, bank_codes, business_verification, id_verification, job_status, token, upload,
    },
};

use crate::support::{Mock, authentication, callback, ids, ready, registration};

/// An error code, and the request that causes it.
struct Row {
    code: &'static str,
    status: u16,
    /// The `error` text in the body; none for codes that are not errors.
    error: Option<&'static str>,
    cause: Cause,
}

enum Cause {
    /// Request to a new mock server that causes the error.
    Request(fn(&Mock) -> Response<Bytes>),
    /// Request with a scenario that causes the error, because no source tells what causes it.
    Scenario(fn(&Mock) -> Response<Bytes>),
}

use Cause::{Request as Made, Scenario as Asked};

fn announce(job: ImageJob) -> upload::Request {
    ready(job).upload_request(None)
}

fn send(mock: &Mock, message: &impl SignedEndpoint) -> Response<Bytes> {
    mock.raw(&mock.encode(message))
}

/// Sends the upload request of a job of type 4.
fn enrol(mock: &Mock) -> Response<Bytes> {
    send(mock, &announce(registration("leo", "job")))
}

/// Sends the upload request of a job that compares a user in this state with the stored photo.
fn compare(mock: &Mock, user: &Value) -> Response<Bytes> {
    let user: UserState = serde_json::from_value(user.clone()).unwrap();
    assert!(mock.service.set_user(mock.credentials.partner_id(), "leo", user));
    send(mock, &announce(authentication("leo", "job")))
}

fn altered(mock: &Mock, message: &impl SignedEndpoint, member: &str, value: Value) -> Response<Bytes> {
    mock.send_altered(message, |members| drop(members.insert(member.to_owned(), value)))
}

fn status(mock: &Mock) -> Response<Bytes> {
    send(mock, &job_status::Request::new("leo", "job"))
}

fn lookup() -> id_verification::Request {
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    LookupJob::enhanced_kyc(ids("leo", "job"), id).into_lookup().into()
}

const ROWS: &[Row] = &[
    Row { code: "2201", status: 400, error: Some("System Error"), cause: Asked(enrol) },
    Row { code: "2202", status: 200, error: None, cause: Made(enrol) },
    Row {
        code: "2203",
        status: 400,
        error: Some("Invalid JSON"),
        cause: Made(|mock| {
            let request = mock.encode(&announce(registration("leo", "job")));
            mock.raw(&request.map(|body| body.slice(..body.len() - 1)))
        }),
    },
    Row {
        code: "2204",
        status: 400,
        error: Some("A parameter is of the wrong data type"),
        cause: Made(|mock| {
            altered(mock, &announce(registration("leo", "job")), "use_enrolled_image", json!(7))
        }),
    },
    Row {
        code: "2205",
        status: 400,
        error: Some("You are not authorized to do that."),
        cause: Made(|mock| altered(mock, &announce(registration("leo", "job")), "signature", json!("bm8="))),
    },
    Row { code: "2206", status: 400, error: Some(""), cause: Asked(enrol) },
    Row {
        code: "2207",
        status: 400,
        error: Some("Enrolled User is disabled"),
        cause: Made(|mock| compare(mock, &json!({"active": false}))),
    },
    Row {
        code: "2208",
        status: 400,
        error: Some("Enrolled user is deleted"),
        cause: Made(|mock| compare(mock, &json!({"deleted": true}))),
    },
    Row {
        code: "2209",
        status: 400,
        error: Some("Wrong user id. This user is already enrolled with user_id"),
        cause: Made(|mock| {
            mock.submit(registration("leo", "before")).unwrap();
            enrol(mock)
        }),
    },
    Row {
        code: "2210",
        status: 400,
        error: Some("No enrolled user found"),
        cause: Made(|mock| send(mock, &announce(authentication("leo", "job")))),
    },
    Row {
        code: "2211",
        status: 400,
        error: Some("Enrolled user must complete re-enrollment"),
        cause: Made(|mock| compare(mock, &json!({"must_reenroll": true}))),
    },
    Row {
        code: "2212",
        status: 400,
        error: Some("Invalid job type"),
        cause: Made(|mock| {
            let params = json!({"user_id": "leo", "job_id": "job", "job_type": 1});
            altered(mock, &lookup(), "partner_params", params)
        }),
    },
    Row {
        code: "2213",
        status: 400,
        error: Some("A required parameter is missing"),
        cause: Made(|mock| {
            altered(mock, &announce(registration("leo", "job")), "partner_params", json!({"job_type": 4}))
        }),
    },
    Row { code: "2214", status: 400, error: Some(""), cause: Asked(enrol) },
    Row {
        code: "2215",
        status: 400,
        error: Some("Job already exists. Did you mean to set the retry flag to true?"),
        cause: Made(|mock| {
            enrol(mock);
            enrol(mock)
        }),
    },
    Row {
        code: "2216",
        status: 400,
        error: Some("Enrolled user does not have a photo on file"),
        cause: Made(|mock| compare(mock, &json!({"photo": false}))),
    },
    Row {
        code: "2217",
        status: 400,
        error: Some("Invalid product."),
        cause: Made(|mock| {
            send(mock, &token::Request::new(&ids("leo", "job"), &"selfies".into(), Some(&callback())))
        }),
    },
    Row { code: "2220", status: 400, error: Some("Production is not enabled"), cause: Asked(enrol) },
    Row { code: "2221", status: 400, error: Some(""), cause: Asked(enrol) },
    Row {
        code: "2222",
        status: 429,
        error: Some(
            "This ID number has been blocked due to multiple submissions. Please use the designated endpoint to \
             reactivate it.",
        ),
        cause: Made(|mock| {
            for _ in 0..30 {
                assert_eq!(send(mock, &lookup()).status(), 200);
            }
            send(mock, &lookup())
        }),
    },
    Row { code: "2301", status: 400, error: Some("System Error"), cause: Asked(status) },
    Row {
        code: "2302",
        status: 200,
        error: None,
        cause: Made(|mock| {
            mock.submit(registration("leo", "job")).unwrap();
            status(mock)
        }),
    },
    Row { code: "2304", status: 400, error: Some("Job not found"), cause: Made(status) },
    Row {
        code: "2314",
        status: 200,
        error: None,
        cause: Made(|mock| {
            enrol(mock);
            status(mock)
        }),
    },
    Row {
        code: "2401",
        status: 500,
        error: Some("System Error"),
        cause: Asked(|mock| send(mock, &lookup())),
    },
    // v1-platform.md 12.2: the calls of version 2 were observed to respond with 2205, so the mock does the same.
    Row {
        code: "2405",
        status: 400,
        error: Some("You are not authorized to do that."),
        cause: Asked(|mock| send(mock, &lookup())),
    },
    Row {
        code: "2413",
        status: 400,
        error: Some("A required parameter is missing"),
        cause: Made(|mock| altered(mock, &lookup(), "country", json!(""))),
    },
    Row { code: "2414", status: 400, error: Some(""), cause: Asked(|mock| send(mock, &lookup())) },
];

fn mock() -> Mock {
    let mut config = Config::new([42; 32]);
    config.id_number_limit = Some(30); // as v1-platform.md 9 has it
    Mock::with(config)
}

fn body(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or_else(|_| panic!("no JSON: {:?}", response.body()))
}

#[test]
fn every_code_has_its_cause_status_and_body() {
    for Row { code, status, error, cause } in ROWS {
        let mock = mock();
        let response = match cause {
            Made(cause) => cause(&mock),
            Asked(cause) => {
                let undisturbed = cause(&mock);
                assert_ne!(self::body(&undisturbed)["code"], *code, "it has a cause");
                let mock = self::mock();
                mock.service.add_scenario(Rule::new(When::default(), Scenario::new(*code))).unwrap();
                if code.starts_with("23") {
                    mock.submit(registration("leo", "job")).expect("job status alone is refused");
                }
                cause(&mock)
            }
        };
        assert_eq!(response.status(), *status, "{code} {:?}", response.body());
        let body = body(&response);
        match error {
            Some(error) => assert_eq!(body, json!({"code": code, "error": error})),
            None => assert_eq!(body["code"], *code, "{body}"),
        }
    }
}

#[test]
fn every_code_has_a_row() {
    let known: Vec<_> = ErrorCode::rows().iter().map(|row| row.code).collect();
    assert_eq!(ROWS.iter().map(|row| row.code).collect::<Vec<_>>(), known);
}

#[test]
fn without_an_archive_the_status_says_so_in_words() {
    let mock = mock();
    enrol(&mock);
    let mut body = body(&status(&mock));
    let members = body.as_object_mut().unwrap();
    assert!(members.remove("timestamp").is_some() && members.remove("signature").is_some());
    let expected = json!({"job_complete": false, "job_success": false, "code": "2314", "result": "No zip file received"});
    assert_eq!(body, expected);
}

#[test]
fn a_malformed_request_is_told_in_the_words_of_its_endpoint() {
    let mock = mock();
    let business = |id_type: &str| {
        let id = IdNumber::new("NG", id_type, "0000000").unwrap();
        business_verification::Request::from(
            LookupJob::business_verification(ids("leo", "job"), id).into_lookup(),
        )
    };
    let address = async_verify_address::Request::nigeria(
        "1 Sample Street",
        "0",
        "ikeja_electric",
        "https://partner.example/",
    );
    let unsuccessful = |error: &str| json!({"code": "2413", "error": error, "success": false});
    let plain = |error: &str| json!({"code": "2413", "error": error});
    for (response, expected) in [
        (altered(&mock, &lookup(), "id_number", Value::Null), plain("A required parameter is missing")),
        (send(&mock, &business("BAKERY")), unsuccessful("Unsupported business type")),
        (
            altered(&mock, &address, "country", json!("KE")),
            unsuccessful("\"country\" must be one of [NG, ZA]"),
        ),
        (mock.raw(&mock.encode(&lookup()).map(|_| Bytes::from_static(b"{"))), plain("Invalid request")),
        (
            mock.send_altered(&lookup(), |members| drop(members.remove("signature"))),
            plain("authorization is required"),
        ),
        (
            send(&mock, &bank_codes::Request::new("Nigeria")),
            plain(
                "Country Code must be a valid ISO 3166-1 alpha-2 country code consisting of exactly two uppercase letters.",
            ),
        ),
    ] {
        assert_eq!((response.status().as_u16(), body(&response)), (400, expected));
    }
    mock.send(&business("BUSINESS_REGISTRATION")).unwrap();
}

#[test]
fn texts_that_depend_on_the_account_come_on_demand() {
    let text = "BVN is not enabled on your account for the country NG and verification method enhanced_kyc";
    for (scenario, status) in [
        (json!({"code": "2413", "text": text}), 400),
        // A caller whose address is blocked.
        (json!({"code": "2413", "text": "You are not authorized to do that.", "status": 403}), 403),
    ] {
        let mock = mock();
        mock.service.add_scenario(serde_json::from_value(json!({"then": scenario})).unwrap()).unwrap();
        let response = send(&mock, &lookup());
        let expected = json!({"code": "2413", "error": scenario["text"]});
        assert_eq!((response.status().as_u16(), body(&response)), (status, expected));
    }
}

#[test]
fn a_forged_request_is_refused_before_any_scenario() {
    let mut mock = mock();
    mock.service.add_scenario(Rule::new(When::default(), Scenario::new("2221"))).unwrap();
    mock.credentials = Credentials::new("085", "not the key").unwrap();
    assert_eq!(body(&enrol(&mock))["code"], "2205");
    assert_eq!(mock.service.scenarios()[0].seen, 0);
}

#[test]
fn where_there_is_no_route_the_gateway_answers() {
    let request = Request::post("/v1/identity_verification").body(Bytes::from_static(b"{}")).unwrap();
    let response = mock().raw(&request);
    let expected = json!({"message": "Missing Authentication Token"});
    assert_eq!((response.status().as_u16(), body(&response)), (403, expected));
}

#[test]
fn the_storage_host_answers_in_xml() {
    for (late, content_type, length, status, code) in [
        (false, "application/zip", Some(2), 200, ""),
        (true, "application/zip", Some(2), 403, "AccessDenied"),
        (false, "application/octet-stream", Some(2), 403, "SignatureDoesNotMatch"),
        (false, "application/zip", None, 411, "MissingContentLength"),
    ] {
        let mock = mock();
        let url = mock.send(&announce(registration("leo", "job"))).unwrap().upload_url;
        if late {
            mock.pass(Duration::from_secs(60 * 60));
        }
        let mut request = Request::put(url).header(CONTENT_TYPE, content_type);
        if let Some(length) = length {
            request = request.header(CONTENT_LENGTH, length);
        }
        let response = mock.raw(&request.body(Bytes::from_static(b"PK")).unwrap());
        assert_eq!(response.status(), status, "{code}");
        let text = std::str::from_utf8(response.body()).unwrap();
        if status == 200 {
            assert_eq!(text, "");
        } else {
            assert!(text.contains(&format!("<Error><Code>{code}</Code><Message>")), "{text}");
        }
    }
}
