//! The mock's own routes: what they answer, whom they refuse, and the document that describes them.

use std::{collections::BTreeMap, sync::Arc, thread};

use bytes::Bytes;
use http::{
    Method, Request, Response, StatusCode,
    header::{CONTENT_TYPE, HOST, ORIGIN},
};
use serde_json::{Value, json};
use smileid_mock_server::Config;
use smileid_protocol::{
    auth::Credentials,
    job::{CallbackUrl, IdNumber, LookupJob},
    v1::{
        async_id_verification, id_verification, job_status,
        phone::{MatchFields, PhoneCheck},
        services, verify_phone_number,
    },
};

use crate::support::{Mock, ids, ready, registration};

const HERE: &str = "127.0.0.1:8085";

fn ask(mock: &Mock, method: &Method, path: &str, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let mut request = Request::builder().method(method).uri(format!("/_mock{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    mock.raw(&request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap())
}

fn json_of(response: &Response<Bytes>) -> Value {
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    serde_json::from_slice(response.body()).unwrap()
}

fn post(mock: &Mock, path: &str, body: &str) -> (u16, Value) {
    let response = ask(mock, &Method::POST, path, &[], body);
    (response.status().as_u16(), json_of(&response))
}

fn get(mock: &Mock, path: &str) -> Value {
    let (status, answer) = mock.admin(&Method::GET, path);
    assert_eq!(status, 200, "{answer}");
    answer
}

#[test]
fn partners_are_made() {
    let mut mock = Mock::new();
    let (status, made) = post(&mock, "/partners", "");
    assert_eq!(status, 201);
    let id = made["partner_id"].as_str().unwrap().to_owned();
    let key = made["api_key"].as_str().unwrap().to_owned();
    assert!(id.len() == 4 && id.bytes().all(|byte| byte.is_ascii_digit()), "{made}");
    assert_eq!(made, post(&Mock::new(), "/partners", "{}").1, "the same secret makes the same partner");

    assert_eq!(
        post(&mock, "/partners", r#"{"partner_id":"0212","api_key":"my key"}"#),
        (201, json!({"partner_id": "0212", "api_key": "my key"}))
    );
    let known = get(&mock, "/partners")["partners"].as_array().unwrap().clone();
    let ids: Vec<_> = known.iter().map(|it| it["partner_id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), &ids[..2]), (3, &["0212", "085"][..]));
    assert!(ids.contains(&id.as_str()));

    // They are partners like any other.
    mock.credentials = Credentials::new(&*id, &*key).unwrap();
    mock.send(&ready(registration("leo", "job")).upload_request(None)).unwrap();
    mock.credentials = Credentials::new("0212", "my key").unwrap();
    assert_eq!(mock.refusal(&job_status::Request::new("leo", "job")).1["code"], "2304", "of another");

    for (body, status, field) in [
        (r#"{"partner_id":"0212"}"#, 409, "partner_id"),
        (r#"{"partner_id":"085"}"#, 409, "partner_id"),
        (r#"{"partner_id":""}"#, 400, "partner_id"),
        (r#"{"partner_id":"a/b"}"#, 400, "partner_id"),
        (r#"{"partner_id":85}"#, 400, "partner_id"),
        (r#"{"api_key":""}"#, 400, "api_key"),
        (r#"{"api_key":"a\nb"}"#, 400, "api_key"),
        (r#"{"key":"x"}"#, 400, "key"),
    ] {
        let (answered, refused) = post(&mock, "/partners", body);
        assert_eq!((answered, &refused["field"]), (status, &field.into()), "{body}: {refused}");
        assert!(!refused["error"].as_str().unwrap().is_empty());
    }
    for body in ["{", "[]", "{} x"] {
        assert_eq!(post(&mock, "/partners", body).0, 400, "{body}");
    }
}

#[test]
fn there_is_an_end_of_partners() {
    let mock = Mock::new();
    for _ in 1..5_000 {
        assert_eq!(post(&mock, "/partners", "").0, 201);
    }
    assert_eq!(post(&mock, "/partners", "").0, 409);
}

#[test]
fn jobs_are_listed() {
    let mock = Mock::new();
    mock.submit(registration("leo", "done")).unwrap();
    mock.send(&ready(registration("ada", "waiting")).upload_request(None)).unwrap();
    let mut again = ready(registration("ada", "waiting")).upload_request(None);
    again.retry = Some(true);
    mock.send(&again).unwrap();

    let jobs = get(&mock, "/jobs")["jobs"].clone();
    let done = json!({
        "partner_id": "085", "user_id": "leo", "job_id": "done", "smile_job_id": "0000000001", "job_type": 4,
        "stage": "complete", "result_code": "0840", "attempts": 1, "findings": [],
    });
    assert_eq!(jobs[0], done);
    assert_eq!((&jobs[1]["stage"], &jobs[1]["attempts"]), (&json!("announced"), &json!(2)));
    assert_eq!(get(&mock, "/jobs?user_id=leo")["jobs"], json!([done]));
    assert_eq!(get(&mock, "/jobs?partner_id=085&job_id=waiting")["jobs"].as_array().unwrap().len(), 1);
    for none in ["/jobs?partner_id=212", "/jobs?user_id=leo&job_id=waiting"] {
        assert_eq!(get(&mock, none)["jobs"], json!([]));
    }
}

#[test]
fn what_is_done_is_charged_for_once() {
    let mock = Mock::new();
    let bill = || {
        let bill = get(&mock, "/billing?partner_id=085");
        (bill["total"].as_u64().unwrap(), bill["products"].clone())
    };
    // A job with images: not when it is announced, nor again when its status is asked for or another archive comes.
    let job = ready(registration("leo", "job"));
    let mut request = job.upload_request(None);
    mock.send(&request).unwrap();
    request.retry = Some(true);
    let reply = mock.send(&request).unwrap();
    assert_eq!(bill(), (0, json!({})));
    let archive = mock.archive(&job, &request, &reply);
    mock.put(&reply.upload_url, archive.clone());
    mock.put(&reply.upload_url, archive);
    mock.status("leo", "job");
    mock.status("leo", "job");
    assert_eq!(bill(), (1, json!({"smartselfie_registration": 1})));
    let charge = json!({
        "partner_id": "085", "product": "smartselfie_registration", "job_type": 4, "user_id": "leo",
        "job_id": "job", "smile_job_id": reply.smile_job_id, "time": mock.timestamp().as_str(),
    });
    assert_eq!(get(&mock, "/billing")["charges"], json!([charge]));

    // A lookup when it is answered, at once or later; one that is refused is not.
    let look_up = |number: &str| {
        let number = IdNumber::new("NG", "BVN", number).unwrap();
        LookupJob::enhanced_kyc(ids("leo", "lookup"), number).into_lookup()
    };
    mock.send(&id_verification::Request::from(look_up("00000000001"))).unwrap();
    let callback = CallbackUrl::parse("http://127.0.0.1:1/").unwrap();
    let later = async_id_verification::Request::new(look_up("00000000000"), &callback);
    assert_eq!(mock.refusal_with(&later, "callback_url", Value::Null).1["code"], "2413");
    mock.send(&later).unwrap();
    assert_eq!(bill().1, json!({"smartselfie_registration": 1, "enhanced_kyc": 2}));

    // Free is 1023 alone (platform reference, section 9): a phone number that nobody has.
    let check = |number: &str| {
        let mut fields = MatchFields::default();
        fields.first_name = Some("Joe".into());
        let request = verify_phone_number::Request::from(PhoneCheck::new("NG", number, fields));
        mock.send(&request).unwrap().code.unwrap().to_string()
    };
    assert_eq!(check("08000000001"), "1023");
    assert_eq!(bill().0, 3);
    assert_ne!(check("08000000000"), "1023");
    assert_eq!(bill().1["phone_number_verification"], 1);
    mock.send(&services::Request::default()).unwrap();
    assert_eq!(bill().0, 4);
    assert_eq!(get(&mock, "/billing?partner_id=212"), json!({"total": 0, "products": {}, "charges": []}));
}

#[test]
fn partners_begin_anew() {
    let mut config = Config::new([42; 32]);
    config.partners.push(Credentials::new("212", "key").unwrap());
    let mut mock = Mock::with(config);
    let first = mock.submit(registration("leo", "job")).unwrap();
    mock.credentials = Credentials::new("212", "key").unwrap();
    mock.submit(registration("leo", "job")).unwrap();
    let links = |mock: &Mock| {
        let mut status = job_status::Request::new("leo", "job");
        status.image_links = true;
        mock.send(&status).unwrap().image_links.unwrap().selfie_image.is_some()
    };

    assert_eq!(post(&mock, "/reset?partner_id=999", "").0, 404);
    assert_eq!(post(&mock, "/reset?partner_id=085", ""), (200, json!({"partners": 1})));
    let has = |partner: &str| {
        let of = |path: &str| get(&mock, &format!("{path}?partner_id={partner}"));
        let length = |list: &Value| list.as_array().unwrap().len();
        (
            length(&of("/jobs")["jobs"]),
            length(&of("/journal")["entries"]),
            of("/billing")["total"].as_u64().unwrap(),
        )
    };
    assert_eq!((has("085"), has("212")), ((0, 0, 0), (1, 2, 1)));
    assert!(links(&mock), "the other's images are there");
    mock.credentials = Credentials::new("085", "mock-api-key-0000").unwrap();
    assert_eq!(mock.submit(registration("leo", "job")).unwrap(), first, "numbers begin anew too");

    assert_eq!(post(&mock, "/reset", ""), (200, json!({"partners": 2})));
    assert_eq!(get(&mock, "/jobs")["jobs"], json!([]));
    assert_eq!(mock.journal(""), [] as [Value; 0]);
    assert_eq!(get(&mock, "/partners")["partners"].as_array().unwrap().len(), 2, "they stay known");
}

#[test]
fn pages_of_others_are_refused() {
    let mock = Mock::new();
    let status =
        |path: &str, headers: &[(&str, &str)]| ask(&mock, &Method::GET, path, headers, "").status().as_u16();
    let host = HOST.as_str();
    let origin = ORIGIN.as_str();
    for path in ["/health", "/ready", "/partners", "/nothing"] {
        let fine = if path == "/nothing" { 404 } else { 200 };
        for headers in [
            &[][..],
            &[(host, HERE)],
            &[(host, "localhost:8085")],
            &[(host, "[::1]:8085")],
            &[(host, HERE), (origin, "http://127.0.0.1:8085")],
            &[(host, HERE), ("sec-fetch-site", "same-origin")],
            &[(host, HERE), ("sec-fetch-site", "none")],
        ] {
            assert_eq!(status(path, headers), fine, "{path} {headers:?}");
        }
        for headers in [
            &[(host, "rebound.example:8085")][..],
            &[(host, "127.0.0.1.rebound.example")],
            &[(host, HERE), (origin, "https://evil.example")],
            &[(host, HERE), (origin, "http://localhost:8085")],
            &[(host, HERE), (origin, "null")],
            &[(host, HERE), (origin, "")],
            &[(host, HERE), ("sec-fetch-site", "cross-site")],
            &[(host, "rebound.example"), (origin, "http://rebound.example")],
            &[(host, "rebound.example"), ("x-forwarded-host", "localhost")],
        ] {
            assert_eq!(status(path, headers), 403, "{path} {headers:?}");
        }
    }
    for response in [
        ask(&mock, &Method::GET, "/partners", &[], ""),
        ask(&mock, &Method::OPTIONS, "/partners", &[(origin, "https://evil.example")], ""),
    ] {
        let names: Vec<_> = response.headers().keys().map(http::HeaderName::as_str).collect();
        assert!(!names.iter().any(|name| name.starts_with("access-control-")), "{names:?}");
    }
    // The API itself is for anybody, as the real one is.
    let mut request = mock.encode(&job_status::Request::new("leo", "job"));
    request.headers_mut().insert(ORIGIN, "https://evil.example".parse().unwrap());
    request.headers_mut().insert(HOST, "rebound.example".parse().unwrap());
    assert_eq!(mock.raw(&request).status(), 400);
}

#[test]
fn a_token_is_asked_for() {
    let mut config = Config::new([42; 32]);
    config.admin_token = Some("correct horse".parse().unwrap());
    assert!(!format!("{config:?}").contains("horse"));
    let mock = Mock::with(config);
    let paths = get_paths(&mock, &[("authorization", "Bearer correct horse")]);
    assert!(paths.len() > 8, "{paths:?}");
    for path in &paths {
        let status = |headers: &[(&str, &str)]| ask(&mock, &Method::GET, path, headers, "").status();
        let is_open = ["/fidelity", "/health", "/ready"].contains(&path.as_str());
        let closed = if is_open { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        for headers in [
            &[][..],
            &[("authorization", "Bearer correct")],
            &[("authorization", "Bearer ")],
            &[("authorization", "Basic correct horse")],
            &[("authorization", "correct horse")],
            &[("host", "mock.internal:8085")],
        ] {
            assert_eq!(status(headers), closed, "{path} {headers:?}");
        }
        for headers in [
            &[("authorization", "Bearer correct horse")][..],
            &[("authorization", "bearer correct horse"), ("host", "mock.internal:8085")],
        ] {
            // Some ask for more than a token: 400 is what they answer then.
            let answered = [StatusCode::OK, StatusCode::BAD_REQUEST];
            assert!(answered.contains(&status(headers)), "{path} {headers:?}");
        }
        let foreign = [("authorization", "Bearer correct horse"), ("origin", "https://evil.example")];
        assert_eq!(status(&foreign), StatusCode::FORBIDDEN, "{path}");
    }
    let refused = ask(&mock, &Method::GET, "/no/such/route", &[], "");
    assert_eq!(
        (refused.status(), &refused.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
    );
    assert!(!String::from_utf8_lossy(refused.body()).contains("horse"));
    assert_eq!(ask(&mock, &Method::POST, "/reset", &[], "").status(), StatusCode::UNAUTHORIZED);
}

/// The paths that can be asked with GET, from the document.
fn get_paths(mock: &Mock, headers: &[(&str, &str)]) -> Vec<String> {
    let document = json_of(&ask(mock, &Method::GET, "/openapi.json", headers, ""));
    let paths = document["paths"].as_object().unwrap().iter().filter(|(_, path)| !path["get"].is_null());
    paths.map(|(path, _)| path.strip_prefix("/_mock").unwrap().to_owned()).collect()
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let mock = Mock::new();
    for (path, field) in [
        ("/health?x=y", "x"),
        ("/jobs?user=leo", "user"),
        ("/journal?since=yesterday", "since"),
        ("/journal?refused=maybe", "refused"),
        ("/journal?limit=-1", "limit"),
        ("/journal?partner_id=1&partner_id=2", "partner_id"),
    ] {
        let (status, refused) = mock.admin(&Method::GET, path);
        assert_eq!((status, &refused["field"]), (400, &field.into()), "{path}: {refused}");
    }
    let unknown = mock.admin(&Method::GET, "/jobs?user=leo").1["error"].to_string();
    assert!(unknown.contains("user_id"), "says what there is: {unknown}");
    assert_eq!(mock.admin(&Method::GET, "/nothing").0, 404);
    assert_eq!(mock.admin(&Method::GET, "").0, 404);
    let wrong = ask(&mock, &Method::PUT, "/journal", &[], "");
    assert_eq!(
        (wrong.status(), &wrong.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"DELETE, GET".parse().unwrap())
    );
    let large = "x".repeat((2 << 20) + 1);
    assert_eq!(ask(&mock, &Method::POST, "/partners", &[], &large).status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(mock.journal(""), [] as [Value; 0], "they are no requests to the API");
}

#[test]
fn the_document_describes_every_answer() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    mock.refusal(&job_status::Request::new("leo", "unknown"));
    mock.raw(&Request::put("/videos/x").body(Bytes::from("x")).unwrap());
    let document = get(&mock, "/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());

    // Every reference leads somewhere, and every schema is one.
    let mut references = Vec::new();
    walk(&document, &mut |value| references.extend(value["$ref"].as_str().map(str::to_owned)));
    assert!(references.len() > 10);
    for reference in &references {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
    }

    let mut operation_ids = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            operation_ids.push(operation["operationId"].to_string());
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(jsonschema::meta::is_valid(&parameter["schema"]), "{parameter}");
                assert!(!parameter["description"].as_str().unwrap().is_empty(), "{parameter}");
            }
            let method = method.to_uppercase().parse().unwrap();
            let of = |query: &str, body: &str| {
                let path = format!("{}{query}", path.strip_prefix("/_mock").unwrap());
                ask(&mock, &method, &path, &[], body)
            };
            if method == Method::GET {
                assert_described(&document, operation, &of("", ""));
            }
            let refused = of("?no_such_parameter=1", "");
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{path}");
            assert_described(&document, operation, &refused);
        }
    }
    operation_ids.sort();
    let count = operation_ids.len();
    operation_ids.dedup();
    assert_eq!(operation_ids.len(), count, "each has a name of its own");

    for (method, path) in
        [(Method::POST, "/partners"), (Method::DELETE, "/journal"), (Method::POST, "/reset")]
    {
        let operation = &document["paths"][format!("/_mock{path}")][method.as_str().to_lowercase()];
        assert_described(&document, operation, &ask(&mock, &method, path, &[], ""));
    }
}

/// Checks an answer against what the document says of it.
#[track_caller]
fn assert_described(document: &Value, operation: &Value, response: &Response<Bytes>) {
    let responses = &operation["responses"];
    let described = responses.get(response.status().as_str()).unwrap_or(&responses["default"]);
    let (content_type, content) = described["content"].as_object().unwrap().iter().next().unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], content_type.as_str());
    let answer = match content_type.as_str() {
        "application/json" => serde_json::from_slice(response.body()).unwrap(),
        _ => Value::from(String::from_utf8_lossy(response.body())),
    };
    // The schema, with the definitions that it refers to where it looks for them.
    let mut schema = content["schema"].clone();
    schema["components"] = document["components"].clone();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = schema.iter_errors(&answer).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}: {errors:?} in {answer}", operation["operationId"]);
}

fn walk(value: &Value, see: &mut impl FnMut(&Value)) {
    see(value);
    match value {
        Value::Object(members) => members.values().for_each(|value| walk(value, see)),
        Value::Array(values) => values.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}

#[test]
fn the_schemas_are_strict_enough_to_fail() {
    let mock = Mock::new();
    let document = get(&mock, "/openapi.json");
    let operation = &document["paths"]["/_mock/journal"]["get"];
    let mut schema = operation["responses"]["200"]["content"]["application/json"]["schema"].clone();
    schema["components"] = document["components"].clone();
    let schema = jsonschema::validator_for(&schema).unwrap();
    assert!(schema.is_valid(&json!({"entries": [], "bytes": 0, "dropped": 0})));
    for wrong in [
        json!({}),
        json!({"entries": [{}], "bytes": 0, "dropped": 0}),
        json!({"entries": [], "bytes": "0", "dropped": 0}),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn prometheus_can_read_the_numbers() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    mock.refusal(&job_status::Request::new("leo", "unknown"));
    mock.raw(&Request::get("/nothing").body(Bytes::new()).unwrap());
    let response = ask(&mock, &Method::GET, "/metrics", &[], "");
    assert_eq!(response.headers()[CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    let text = std::str::from_utf8(response.body()).unwrap();
    let samples = read_exposition(text);
    let expect = |sample: &str, value: f64| {
        let found = samples.get(sample).unwrap_or_else(|| panic!("{sample} in {text}"));
        assert!((found - value).abs() < 0.5, "{sample}: {found}");
    };
    expect(r#"smileid_mock_requests_total{endpoint="upload",status="200"}"#, 1.0);
    expect(r#"smileid_mock_requests_total{endpoint="put_archive",status="200"}"#, 1.0);
    expect(r#"smileid_mock_requests_total{endpoint="job_status",status="400"}"#, 1.0);
    expect(r#"smileid_mock_requests_total{endpoint="none",status="403"}"#, 1.0);
    expect(r#"smileid_mock_refused_total{code="2304"}"#, 1.0);
    expect(r#"smileid_mock_refused_total{code="no-route"}"#, 1.0);
    expect("smileid_mock_journal_entries", 4.0);
    expect("smileid_mock_journal_dropped_total", 0.0);
    expect("smileid_mock_jobs", 1.0);
    expect("smileid_mock_partners", 1.0);
    assert!(samples["smileid_mock_journal_bytes"] > 1000.0);
}

/// Reads version 0.0.4 of the text format, as its page describes it, and panics at what is none: a `TYPE` before its
/// samples, families in one piece, names and labels of the right letters, no sample twice, a line break at the end.
fn read_exposition(text: &str) -> BTreeMap<String, f64> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    assert!(text.ends_with('\n'));
    let (mut samples, mut families, mut family) = (BTreeMap::new(), Vec::new(), "");
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (keyword, name, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            assert!(is_name(name) && !rest.is_empty(), "{line}");
            match keyword {
                "HELP" => {
                    assert!(!families.contains(&name), "{name} in two pieces");
                    families.push(name);
                }
                "TYPE" => {
                    assert!(["counter", "gauge"].contains(&rest), "{line}");
                    assert_eq!(name.ends_with("_total"), rest == "counter", "{line}");
                    family = name;
                }
                _ => panic!("{line}"),
            }
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = sample.split_once('{').unwrap_or((sample, "}"));
        assert_eq!(name, family, "a sample of its family");
        let labels = labels.strip_suffix('}').unwrap();
        for label in labels.split(',').filter(|it| !it.is_empty()) {
            let (label, value) = label.split_once('=').unwrap();
            let value = value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap();
            assert!(is_name(label) && !value.contains(['"', '\\', '\n']), "{line}");
        }
        assert!(samples.insert(sample.to_owned(), value.parse().unwrap()).is_none(), "{sample} twice");
    }
    samples
}

#[test]
fn sixty_four_partners_see_their_own_alone() {
    let mock = Mock::new();
    let partners: Vec<Credentials> = (0..64)
        .map(|_| {
            let made = post(&mock, "/partners", "").1;
            let text = |name: &str| made[name].as_str().unwrap().to_owned();
            Credentials::new(text("partner_id"), text("api_key")).unwrap()
        })
        .collect();
    let service = mock.service;
    let threads: Vec<_> = partners
        .into_iter()
        .map(|credentials| {
            let service = Arc::clone(&service);
            thread::spawn(move || one_of_many(&Mock::sharing(service, credentials)))
        })
        .collect();
    for thread in threads {
        thread.join().expect("a partner who saw nobody else");
    }
}

/// All partners use the same names for everything.
fn one_of_many(mock: &Mock) {
    let partner = mock.credentials.partner_id().as_str().to_owned();
    let mine = |path: &str| get(mock, &format!("{path}?partner_id={partner}"));
    for round in 1..=5 {
        let job = format!("job-{round}");
        mock.submit(registration(&format!("user-{round}"), &job)).unwrap();
        let jobs = mine("/jobs")["jobs"].as_array().unwrap().clone();
        assert_eq!(jobs.len(), round);
        assert!(jobs.iter().all(|job| job["partner_id"] == partner.as_str()));
        let entries = mine("/journal")["entries"].as_array().unwrap().clone();
        assert_eq!(entries.len(), 2 * round);
        assert!(entries.iter().all(|entry| entry["partner_id"] == partner.as_str()));
        assert_eq!(mine("/billing")["total"], round);
    }
    post(mock, &format!("/reset?partner_id={partner}"), "");
    assert_eq!(mine("/jobs")["jobs"], json!([]));
    assert_eq!(mine("/journal")["entries"], json!([]));
}
