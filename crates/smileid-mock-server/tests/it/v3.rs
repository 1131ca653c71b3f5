//! Tests version 3: tokens, jobs, results, callbacks and errors. Requests are written by hand, or recorded from official SDKs
//! (`tests/recorded` of the protocol crate).
#![expect(clippy::disallowed_methods, reason = "reads the recordings")]

use std::{fs, path::Path, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use smileid_mock_server::{Config, DeliveryState, Outgoing, Processing, Received, UnknownIdentityPolicy};
use smileid_protocol::{auth::Credentials, types::v3::IdentityRow};

use crate::support::{Mock, ORIGIN};

const UNKNOWN_JOB: &str = "job_01h2xcejqtf2nbrexx3vqjhp41";
const CLEARWATER: &str =
    r#"{"given_names":"Amina Fatou","last_name":"Clearwater","email":"amina.clearwater@example.com"}"#;
const CONSENT: &str = r#"{"granted":true,"granted_at":"2023-11-14T22:13:00Z","notice_language":"EN","notice_privacy_policy_url":"https://partner.example/privacy"}"#;
const JPEG: &[u8] = b"\xff\xd8\xff\xe0";

/// A part of a multipart form: name and content.
type Part<'a> = (&'a str, &'a [u8]);

fn form(parts: &[Part<'_>]) -> Bytes {
    let mut body = Vec::new();
    for (name, content) in parts {
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    body.into()
}

fn read(response: &Response<Bytes>) -> (u16, Value) {
    (response.status().as_u16(), serde_json::from_slice(response.body()).expect("JSON"))
}

/// Sends a request with a multipart form or without a body.
fn send(mock: &Mock, method: &str, path: &str, headers: &[(&str, &str)], parts: &[Part<'_>]) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(format!("{ORIGIN}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if parts.is_empty() {
        return read(&mock.raw(&request.body(Bytes::new()).unwrap()));
    }
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    read(&mock.raw(&request.body(form(parts)).unwrap()))
}

fn mint(mock: &Mock, parts: &[Part<'_>]) -> String {
    let headers = [("smileid-partner-id", "85"), ("smileid-api-key", "mock-api-key-0000")];
    let (status, reply) = send(mock, "POST", "/v3/token", &headers, parts);
    assert_eq!(status, 200, "{reply}");
    reply["token"].as_str().unwrap().to_owned()
}

fn enhanced_kyc(person: &str) -> Vec<Part<'_>> {
    vec![
        ("country", b"NG"),
        ("id_type", b"BVN"),
        ("id_number", b"00000000000"),
        ("user_details", person.as_bytes()),
        ("consent", CONSENT.as_bytes()),
    ]
}

/// Sends a job with a new access token, and returns the response.
fn submit(mock: &Mock, product: &str, parts: &[Part<'_>]) -> (u16, Value) {
    let token = mint(mock, &[]);
    send(mock, "POST", &format!("/v3/{product}"), &[("smileid-token", &token)], parts)
}

fn status(mock: &Mock, job_id: &str) -> (u16, Value) {
    let token = mint(mock, &[]);
    send(mock, "GET", &format!("/v3/status/{job_id}"), &[("smileid-token", &token)], &[])
}

fn accepted((http, reply): (u16, Value)) -> String {
    assert_eq!((http, &reply["status"]), (202, &json!("accepted")), "{reply}");
    let reply: smileid_protocol::v3::Accepted = serde_json::from_value(reply).unwrap();
    reply.job_id.unwrap()
}

fn with<'a>(mut parts: Vec<Part<'a>>, more: &[Part<'a>]) -> Vec<Part<'a>> {
    parts.retain(|(name, _)| !more.iter().any(|(it, _)| it == name));
    parts.extend(more.iter().filter(|(_, content)| !content.is_empty()));
    parts
}

fn refused(status: u16, word: &str, message: &str) -> (u16, Value) {
    (status, json!({"status": word, "message": message}))
}

#[test]
fn every_recorded_request_of_the_official_sdks_is_accepted() {
    let mut config = Config::new([42; 32]);
    config.partners = vec![Credentials::new("1234", "test-api-key").unwrap()];
    let mock = Mock::with(config);
    let headers = [("smileid-partner-id", "1234"), ("smileid-api-key", "test-api-key")];
    mock.pass(Duration::from_secs(4 * 365 * 24 * 3600)); // the requests are of 2026
    let (mut accepted, mut elsewhere) = (0, 0);
    for sdk in ["v3-python", "v3-js"] {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../smileid-protocol/tests/recorded").join(sdk);
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_none_or(|it| it != "http") {
                continue;
            }
            let (_, minted) = send(&mock, "POST", "/v3/token", &headers, &[]);
            let text = fs::read(&file).unwrap();
            let end = text.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
            let mut lines = std::str::from_utf8(&text[..end]).unwrap().split("\r\n");
            let mut first = lines.next().unwrap().split(' ');
            let (method, target) = (first.next().unwrap(), first.next().unwrap());
            let mut request = Request::builder().method(method).uri(format!("{ORIGIN}{target}"));
            for line in lines {
                let (name, value) = line.split_once(':').unwrap();
                let is_token = name.eq_ignore_ascii_case("smileid-token");
                request = request
                    .header(name, if is_token { minted["token"].as_str().unwrap() } else { value.trim() });
            }
            let response = mock.raw(&request.body(Bytes::copy_from_slice(&text[end + 4..])).unwrap());
            let (status, body) = read(&response);
            // Their jobs and users were another server's.
            let is_about_another = body["message"] == "Job not found" || body["message"] == "User not found";
            assert!(status < 300 || is_about_another, "{file:?}: {status} {body}");
            accepted += u32::from(status < 300);
            elsewhere += u32::from(is_about_another);
        }
    }
    assert_eq!((accepted, elsewhere), (30, 17));
}

#[test]
fn the_status_is_that_of_the_test_identity() {
    let mock = Mock::new();
    let mut ended = 0;
    for row in IdentityRow::rows() {
        let person = json!({"given_names": row.given_names, "last_name": row.last_name, "email": row.email});
        let reply = submit(&mock, "enhanced_kyc", &enhanced_kyc(&person.to_string()));
        let job_id = accepted(reply);
        let is_for_it = row.products.iter().any(|product| product.as_str() == "enhanced_kyc");
        let expected = if is_for_it { row.status.as_str() } else { "block" };
        let (http, seen) = status(&mock, &job_id);
        assert_eq!((http, &seen["status"]), (200, &json!(expected)), "{}", row.last_name);
        assert_eq!((&seen["job_id"], &seen["message"]), (&json!(job_id), &json!("Job completed")));
        ended += 1;
    }
    assert!(ended >= 15, "{ended}");
}

#[test]
fn a_job_is_processed_until_its_time() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(2)));
    let job_id = accepted(submit(&mock, "enhanced_kyc", &enhanced_kyc(CLEARWATER)));
    let (http, seen) = status(&mock, &job_id);
    assert_eq!((http, &seen["status"]), (202, &json!("processing")));
    let token = mint(&mock, &[]);
    let replay =
        |id: &str| send(&mock, "POST", &format!("/v3/replay/{id}"), &[("smileid-token", &token)], &[]);
    let (http, refusal) = replay(&job_id);
    assert_eq!((http, &refusal["status"]), (409, &json!("Conflict")), "{refusal}");
    mock.pass(Duration::from_secs(2));
    assert_eq!(status(&mock, &job_id).1["status"], "clear");
    assert_eq!(replay(&job_id), refused(400, "Bad Request", "No valid callback URL available"));
    assert_eq!(replay(UNKNOWN_JOB), refused(404, "Not Found", "Job not found"));

    let polled = Mock::processing(Processing::Polls(1));
    let job_id = accepted(submit(&polled, "enhanced_kyc", &enhanced_kyc(CLEARWATER)));
    assert_eq!(status(&polled, &job_id).0, 202);
    assert_eq!(status(&polled, &job_id).0, 200);
}

#[test]
fn an_unknown_job_is_not_found_and_is_no_result() {
    let mock = Mock::new();
    let (http, seen) = status(&mock, UNKNOWN_JOB);
    assert_eq!(http, 404);
    assert_eq!((&seen["status"], &seen["user_id"]), (&json!("not_found"), &json!("unknown")));
    let (http, refusal) = status(&mock, "job_1");
    assert_eq!((http, &refusal["status"]), (400, &json!("Bad Request")));
    assert_eq!(refusal["message"], r#""jobId" must be a valid TypeID with prefix 'job_'"#);
}

#[test]
fn another_partner_does_not_see_the_job() {
    let mut config = Config::new([42; 32]);
    config.partners.push(Credentials::new("086", "another-key-0000").unwrap());
    let mock = Mock::with(config);
    let job_id = accepted(submit(&mock, "enhanced_kyc", &enhanced_kyc(CLEARWATER)));
    let headers = [("smileid-partner-id", "86"), ("smileid-api-key", "another-key-0000")];
    let (_, minted) = send(&mock, "POST", "/v3/token", &headers, &[]);
    let theirs = minted["token"].as_str().unwrap();
    let path = format!("/v3/status/{job_id}");
    assert_eq!(send(&mock, "GET", &path, &[("smileid-token", theirs)], &[]).0, 404);
    let mixed = [("smileid-token", theirs), ("smileid-partner-id", "85")];
    assert_eq!(send(&mock, "GET", &path, &mixed, &[]).0, 401, "the token of another partner");
}

#[test]
fn a_token_is_checked_before_the_rest() {
    let mock = Mock::new();
    let unauthorized = refused(401, "Unauthorized", "Invalid authentication credentials.");
    let job = |headers: &[(&str, &str)]| send(&mock, "POST", "/v3/enhanced_kyc", headers, &[]);
    assert_eq!(job(&[]), unauthorized);
    assert_eq!(job(&[("smileid-token", "x.y.z")]), unauthorized);
    let token = mint(&mock, &[]);
    let forged = format!("{}x", &token[..token.len() - 1]);
    assert_eq!(job(&[("smileid-token", &forged)]), unauthorized);
    assert_eq!(job(&[("smileid-token", &token)]).0, 415, "the token is right, the form is missing");
    mock.pass(Duration::from_secs(15 * 60 - 1));
    assert_eq!(job(&[("smileid-token", &token)]).0, 415);
    mock.pass(Duration::from_secs(1));
    assert_eq!(job(&[("smileid-token", &token)]), unauthorized, "expired");

    let key = |partner, key| {
        let headers = [("smileid-partner-id", partner), ("smileid-api-key", key)];
        send(&mock, "POST", "/v3/token", &headers, &[])
    };
    assert_eq!(key("85", "wrong"), unauthorized);
    assert_eq!(key("86", "mock-api-key-0000"), unauthorized);
    assert_eq!(key("085", "mock-api-key-0000").0, 200, "zeros are no other partner");
    let (http, refusal) = send(&mock, "POST", "/v3/token", &[("smileid-api-key", "k")], &[]);
    assert_eq!((http, &refusal["message"]), (400, &json!("smileid-partner-id header is required.")));
}

#[test]
fn a_token_is_for_its_product_and_person() {
    let mock = Mock::new();
    let post = |token: &str, parts: &[Part<'_>]| {
        send(&mock, "POST", "/v3/enhanced_kyc", &[("smileid-token", token)], parts)
    };
    let job = enhanced_kyc(CLEARWATER);
    let token = mint(&mock, &[("product", b"enhanced_kyc"), ("user_id", b"user-1"), ("partner_id", b"85")]);
    let (_, reply) = post(&token, &job);
    assert_eq!(reply["user_id"], "user-1", "the person of the token");
    let other = with(job.clone(), &[("user_id", b"user-2")]);
    assert_eq!(post(&token, &other), refused(403, "Forbidden", "Token is not authorized for this user ID."));
    let token = mint(&mock, &[("product", b"biometric_kyc")]);
    assert_eq!(post(&token, &job).0, 401);

    let headers = [("smileid-partner-id", "85"), ("smileid-api-key", "mock-api-key-0000")];
    let bind = |parts: &[Part<'_>]| send(&mock, "POST", "/v3/token", &headers, parts);
    assert_eq!(bind(&[("product", b"residency_document_verification")]).0, 400, "no token has this product");
    assert_eq!(bind(&[("payload", br#"{"colour":"red"}"#)]).0, 400);
    let half = br#"{"consent":{"granted":true}}"#;
    let message = "Required field 'consent.granted_at' is missing or invalid.";
    assert_eq!(bind(&[("payload", half)]), refused(400, "Bad Request", message));
    // A bound identity matches no test identity: a recorded exchange of the sandbox.
    let token = mint(&mock, &[("payload", br#"{"last_name":"Clearwater"}"#)]);
    assert!(!token.contains("Clearwater"));
    let job_id = accepted(post(&token, &job));
    assert_eq!(status(&mock, &job_id).1["status"], "block");
}

#[test]
fn the_refusals_are_those_of_the_description() {
    let mock = Mock::new();
    let job = enhanced_kyc(CLEARWATER);
    let invalid = |field: &str| {
        refused(400, "Bad Request", &format!("Required field '{field}' is missing or invalid."))
    };
    let bad = |message: &str| refused(400, "Bad Request", message);
    let late = CONSENT.replace("2023", "2033");
    for (part, expected) in [
        (("consent", &b""[..]), bad("consent is required")),
        (("id_number", b""), invalid("id_number")),
        (("country", b"Nigeria"), invalid("country")),
        (("user_details", br#"{"given_names":"A","last_name":"B"}"#), bad("Either email or phone_number is required.")),
        (("user_details", br#"{"given_names":"A","last_name":"B","email":"x"}"#), bad("Field 'email' is invalid.")),
        (("user_details", br#"{"last_name":"B","email":"a@b.example"}"#), invalid("user_details.given_names")),
        (("user_details", b"Leonora"), invalid("user_details")),
        (("consent", br#"{"granted":false,"granted_at":"2023-11-14T22:13:00Z","notice_language":"EN","notice_privacy_policy_url":"https://a.example"}"#), invalid("consent.granted")),
        (("consent", late.as_bytes()), bad("Required field 'consent.granted_at' cannot be set in the future.")),
    ] {
        assert_eq!(submit(&mock, "enhanced_kyc", &with(job.clone(), &[part])), expected, "{part:?}");
    }
    let token = mint(&mock, &[]);
    let request = Request::post(format!("{ORIGIN}/v3/enhanced_kyc")).header("smileid-token", &token);
    let json = request.header("content-type", "application/json").body(Bytes::from("{}")).unwrap();
    let message = "Unsupported Media Type. Required Content-Type is multipart/form-data";
    assert_eq!(read(&mock.raw(&json)), refused(415, "Unsupported Media Type", message));
    let request =
        Request::post(format!("{ORIGIN}/v3/enhanced_kyc")).body(Bytes::from(vec![b'x'; (10 << 20) + 1]));
    let (http, gateway) = read(&mock.raw(&request.unwrap()));
    assert_eq!(
        (http, &gateway["status"], &gateway["job_id"]),
        (413, &json!("payload_too_large"), &Value::Null)
    );
}

fn selfie(frames: usize, image: &'static [u8]) -> Vec<Part<'static>> {
    let mut parts = vec![("selfie_image", image)];
    parts.extend(vec![("liveness_images", JPEG); frames]);
    parts
}

#[test]
fn images_are_known_by_their_content() {
    let mock = Mock::new();
    let enrol = |frames, image| {
        let parts = [("user_details", CLEARWATER.as_bytes()), ("consent", CONSENT.as_bytes())];
        submit(&mock, "registration", &[&selfie(frames, image)[..], &parts].concat()).0
    };
    assert_eq!(enrol(6, JPEG), 202);
    assert_eq!(enrol(1, JPEG), 202, "the sandbox was seen to take one frame");
    assert_eq!((enrol(0, JPEG), enrol(9, JPEG)), (400, 400));
    assert_eq!(enrol(6, b"\x89PNG\r\n\x1a\n"), 400, "a selfie is a JPEG");
    assert_eq!(enrol(6, b"/etc/passwd"), 400);
    let mut config = Config::new([42; 32]);
    config.strict = true;
    let strict = Mock::with(config);
    let parts = [("user_details", CLEARWATER.as_bytes()), ("consent", CONSENT.as_bytes())];
    assert_eq!(submit(&strict, "registration", &[&selfie(5, JPEG)[..], &parts].concat()).0, 400);
    assert_eq!(submit(&strict, "registration", &[&selfie(6, JPEG)[..], &parts].concat()).0, 202);
}

#[test]
fn an_unknown_identity_is_blocked_or_refused() {
    let nobody = r#"{"given_names":"Leonora","last_name":"Doe","email":"leo@example.com"}"#;
    let mut config = Config::new([42; 32]);
    config.unknown_identity = UnknownIdentityPolicy::Refuse;
    let (http, refusal) = submit(&Mock::with(config), "enhanced_kyc", &enhanced_kyc(nobody));
    assert_eq!(http, 400);
    assert!(refusal["message"].as_str().unwrap().starts_with("In sandbox mode"), "{refusal}");
    let mock = Mock::new();
    let job_id = accepted(submit(&mock, "enhanced_kyc", &enhanced_kyc(nobody)));
    assert_eq!(status(&mock, &job_id).1["status"], "block");
}

/// Returns the callbacks that are due, and records that the receiver responded with this HTTP status.
fn deliver(mock: &Mock, answer: u16) -> Vec<Outgoing> {
    let due = mock.service.take_callbacks(mock.now());
    for callback in &due {
        mock.service.callback_sent(callback, Received::Status(answer), mock.now());
    }
    due
}

#[test]
fn the_result_comes_by_callback_and_again_by_replay() {
    let mock = Mock::new();
    let job = enhanced_kyc(
        r#"{"given_names":"Fatima Bello","last_name":"Ghostwell","email":"fatima.ghostwell@example.com"}"#,
    );
    let job = with(
        job,
        &[
            ("callback_url", b"http://127.0.0.1:9/hook"),
            ("user_id", b"user-1"),
            ("partner_params", br#"{"order":"7"}"#),
        ],
    );
    let job_id = accepted(submit(&mock, "enhanced_kyc", &job));
    let sent = deliver(&mock, 200);
    let [callback] = &sent[..] else { panic!("{sent:?}") };
    let header = |name: &str| callback.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!((header("job-id"), header("user-id")), (job_id.clone(), "user-1".to_owned()));
    let signed = smileid_protocol::timestamp::Timestamp::new(header("response-timestamp")).unwrap();
    assert_eq!(mock.credentials.check(&signed, &header("response-signature").into()), Ok(()));
    let body: Value = serde_json::from_slice(&callback.body).unwrap();
    for (member, expected) in [
        ("status", json!("block")),
        ("reason", json!("identifier_not_found")),
        ("message", json!("Job completed")),
        ("product", json!("enhanced_kyc")),
        ("partner_params", json!({"order": "7"})),
        ("antifraud", Value::Null),
    ] {
        assert_eq!(body[member], expected, "{member}");
    }
    assert_eq!(body["user_provided_info"]["last_name"], "Ghostwell");
    assert!(body.get("job_id").is_none() && body.get("id_fields").is_none(), "{body}");

    let token = mint(&mock, &[]);
    let replay = |parts: &[Part<'_>]| {
        accepted(send(&mock, "POST", &format!("/v3/replay/{job_id}"), &[("smileid-token", &token)], parts))
    };
    assert_eq!(replay(&[]), job_id);
    assert_eq!(replay(&[("callback_url", b"http://127.0.0.1:9/other")]), job_id);
    let urls: Vec<_> = deliver(&mock, 500).into_iter().map(|it| it.url).collect();
    assert_eq!(urls, ["http://127.0.0.1:9/hook", "http://127.0.0.1:9/other"]);
    let partner = mock.credentials.partner_id();
    let last = mock.service.callbacks(partner).into_iter().map(|it| it.state).collect::<Vec<_>>();
    assert_eq!(last, [DeliveryState::Delivered, DeliveryState::Waiting, DeliveryState::Waiting]);
    for _ in 0..9 {
        mock.pass(Duration::from_secs(24 * 3600));
        deliver(&mock, 500);
    }
    let attempts: Vec<_> = mock.service.callbacks(partner).into_iter().map(|it| it.attempts.len()).collect();
    assert_eq!(attempts, [1, 4, 4], "three more attempts");
    let (_, jobs) = mock.admin(&http::Method::GET, "/jobs");
    assert_eq!(jobs["v3_jobs"][0]["reason"], "identifier_not_found", "{jobs}");
}

#[test]
fn a_scenario_chooses_status_and_reason() {
    let mock = Mock::new();
    let add = |rule: Value| {
        let request =
            Request::post(format!("{ORIGIN}/_mock/scenarios")).header("content-type", "application/json");
        read(&mock.raw(&request.body(Bytes::from(rule.to_string())).unwrap()))
    };
    let spoof =
        json!({"when": {"user_id": "user-1"}, "then": {"status": "block", "reason": "spoof_detected"}});
    assert_eq!(add(spoof).0, 201);
    let job = enhanced_kyc(CLEARWATER);
    let of_user = |user: &'static [u8]| {
        with(job.clone(), &[("user_id", user), ("callback_url", b"http://127.0.0.1:9/h")])
    };
    accepted(submit(&mock, "enhanced_kyc", &of_user(b"user-1")));
    accepted(submit(&mock, "enhanced_kyc", &of_user(b"user-2")));
    let sent = deliver(&mock, 200);
    let reasons: Vec<Value> =
        sent.iter().map(|it| serde_json::from_slice::<Value>(&it.body).unwrap()["reason"].clone()).collect();
    assert_eq!(reasons, [json!("spoof_detected"), Value::Null]);

    for (then, member) in [
        (json!({"status": "block", "reason": "document_expired"}), "reason"),
        (json!({"status": "passed"}), "status"),
        (json!({"reason": "spoof_detected"}), "status"),
        (json!({"status": "clear", "code": "0810"}), "code"),
        (json!({"status": "clear", "review": {"code": "1210"}}), "review"),
    ] {
        let (http, problem) = add(json!({"then": then}));
        assert_eq!(http, 400, "{then}");
        assert!(problem.to_string().contains(&format!("`{member}`")), "{then}: {problem}");
    }
    let (http, problem) = add(json!({"when": {"endpoint": "v3_status"}, "then": {"status": "clear"}}));
    assert_eq!(http, 400, "{problem}");
    assert_eq!(add(json!({"then": {"status": "passed", "unknown": true}})).0, 201);
    let job_id = accepted(submit(&mock, "enhanced_kyc", &job));
    assert_eq!(status(&mock, &job_id).1["status"], "passed");
    assert_eq!(add(json!({"when": {"endpoint": "v3_*"}, "then": {"status": 429}})).0, 201);
    let (http, refusal) = submit_refused(&mock);
    assert_eq!((http, &refusal["status"]), (429, &json!("Too Many Requests")));
}

/// Returns the error response to a request for an access token.
fn submit_refused(mock: &Mock) -> (u16, Value) {
    let headers = [("smileid-partner-id", "85"), ("smileid-api-key", "mock-api-key-0000")];
    send(mock, "POST", "/v3/token", &headers, &[])
}

#[test]
fn a_reported_person_is_blocked_until_the_report_is_removed() {
    let mock = Mock::new();
    let job = with(enhanced_kyc(CLEARWATER), &[("user_id", b"user-1")]);
    let report = |user: &str, parts: &[Part<'_>]| {
        let token = mint(&mock, &[]);
        send(&mock, "POST", &format!("/v3/users/{user}/report_fraud"), &[("smileid-token", &token)], parts)
    };
    let by = ("reported_by", &b"staff@partner.example"[..]);
    let fraud = [("is_fraud", &b"true"[..]), ("reason", b"MULE_ACCOUNT"), by];
    assert_eq!(report("user-1", &fraud), refused(404, "Not Found", "User not found"));
    accepted(submit(&mock, "enhanced_kyc", &job));
    for wrong in [
        &[("is_fraud", &b"true"[..]), by][..],
        &[("is_fraud", b"true"), ("reason", b"BORED"), by],
        &[("is_fraud", b"true"), ("reason", b"OTHER"), by],
        &[("is_fraud", b"false"), by],
        &[("is_fraud", b"true"), ("reason", b"MULE_ACCOUNT"), ("reported_by", b"me")],
    ] {
        assert_eq!(report("user-1", wrong).0, 400, "{wrong:?}");
    }
    assert_eq!(report("user-1", &fraud).0, 202);
    let job_id = accepted(submit(&mock, "enhanced_kyc", &job));
    assert_eq!(status(&mock, &job_id).1["status"], "block");
    assert_eq!(report("user-1", &[("is_fraud", b"false"), ("notes", b"A mistake."), by]).0, 202);
    let job_id = accepted(submit(&mock, "enhanced_kyc", &job));
    assert_eq!(status(&mock, &job_id).1["status"], "clear");
}

#[test]
fn a_job_is_charged_once_unless_nothing_was_found() {
    let mock = Mock::new();
    let of = |last: &str, given: &str| {
        let email = format!("{}.{}@example.com", given.split(' ').next().unwrap(), last).to_lowercase();
        let person = json!({"given_names": given, "last_name": last, "email": email}).to_string();
        let job_id = accepted(submit(&mock, "enhanced_kyc", &enhanced_kyc(&person)));
        status(&mock, &job_id);
        mock.service.billing(mock.credentials.partner_id()).len()
    };
    assert_eq!(of("Clearwater", "Amina Fatou"), 1);
    assert_eq!(of("Dangerfield", "Rashid Omar"), 2);
    assert_eq!(of("Ghostwell", "Fatima Bello"), 2, "not found");
    assert_eq!(of("Downsworth", "Ngozi Ifeoma"), 2, "not done");
}

#[test]
fn mobile_clients_may_begin_the_path_with_two_slashes() {
    let mock = Mock::new();
    let token = mint(&mock, &[]);
    let parts = enhanced_kyc(CLEARWATER);
    let reply = send(&mock, "POST", "//v3/enhanced_kyc", &[("smileid-token", &token)], &parts);
    accepted(reply);
}

#[test]
fn nothing_of_a_person_or_a_token_is_in_the_journal() {
    let mock = Mock::new();
    let token = mint(&mock, &[]);
    let job = with(
        enhanced_kyc(r#"{"given_names":"Leonora","last_name":"Doe","email":"leo@example.com"}"#),
        &[("callback_url", b"https://partner.example/secret-path"), ("id_number", b"12345678901")],
    );
    send(&mock, "POST", "/v3/enhanced_kyc", &[("smileid-token", &token)], &job);
    send(&mock, "POST", "/v3/enhanced_kyc", &[("smileid-token", &token)], &with(job, &[("consent", b"")]));
    let journal = mock.journal("?endpoint=v3_enhanced_kyc");
    assert_eq!(journal.len(), 2, "{journal:?}");
    let all = json!([mock.journal(""), mock.admin(&http::Method::GET, "/callbacks").1]).to_string();
    let signature = token.rsplit('.').next().unwrap();
    for secret in
        ["Leonora", "Doe", "leo@example.com", "12345678901", "secret-path", signature, "mock-api-key-0000"]
    {
        assert!(!all.contains(secret), "{secret}");
    }
}
