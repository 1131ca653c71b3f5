//! Tests the control routes of the mock server (`/_mock`).

use std::{sync::Arc, thread};

use bytes::Bytes;
use http::{
    Method, Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde_json::{Value, json};
use smileid_mock_server::Config;
use smileid_protocol::{
    auth::{Credentials, PartnerId},
    job::{CallbackUrl, IdNumber, LookupJob},
    v1::{
        async_id_verification, id_verification, job_status,
        phone::{MatchFields, PhoneCheck},
        services, verify_phone_number,
    },
};

use crate::support::{Mock, ids, ready, registration};

pub(crate) fn ask(
    mock: &Mock,
    method: &Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response<Bytes> {
    let mut request = Request::builder().method(method).uri(format!("/_mock{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    mock.raw(&request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap())
}

pub(crate) fn json_of(response: &Response<Bytes>) -> Value {
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    serde_json::from_slice(response.body()).unwrap()
}

pub(crate) fn post(mock: &Mock, path: &str, body: &str) -> (u16, Value) {
    let response = ask(mock, &Method::POST, path, &[], body);
    (response.status().as_u16(), json_of(&response))
}

pub(crate) fn get(mock: &Mock, path: &str) -> Value {
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
        (r#"{"partner_id":85}"#, 400, "partner_id"),
        (r#"{"api_key":""}"#, 400, "api_key"),
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

/// A control request accepts the same credentials as the command line and the scenario file.
#[test]
fn partners_have_the_credentials_that_others_have() {
    let mut mock = Mock::new();
    let (id, key) = ("0".repeat(256), "k".repeat(4097));
    for (wanted, field) in [(json!({"partner_id": id}), "partner_id"), (json!({"api_key": key}), "api_key")] {
        let (status, refused) = post(&mock, "/partners", &wanted.to_string());
        assert_eq!((status, &refused["field"]), (400, &field.into()), "{refused}");
    }
    // Keys of the portal have 364 characters, and ids of one's own may have any.
    for (id, key) in [("0001", "k".repeat(364)), ("0002", "k".repeat(4096)), ("a/b c-ü", "clé\n".to_owned())]
    {
        let wanted = json!({"partner_id": id, "api_key": key});
        assert_eq!(post(&mock, "/partners", &wanted.to_string()), (201, wanted));
        mock.credentials = Credentials::new(id, key).unwrap();
        assert_eq!(mock.result(registration("leo", "job")).result_code.unwrap().as_str(), "0840", "{id}");
    }
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
    let [told] = mock.service.billing(mock.credentials.partner_id()).try_into().unwrap();
    assert_eq!((told.product.as_str(), told.user_id.as_deref()), ("smartselfie_registration", Some("leo")));
    assert_eq!((Some(told.smile_job_id.as_str()), told.time), (charge["smile_job_id"].as_str(), mock.now()));
    assert_eq!(mock.service.billing(&PartnerId::new("999").unwrap()), []);

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
fn head_is_answered_as_get_without_a_body() {
    let mock = Mock::new();
    for path in ["/health", "/ready", "/partners", "/journal", "/openapi.json", "/ui/"] {
        let [get, head] = [Method::GET, Method::HEAD].map(|method| ask(&mock, &method, path, &[], ""));
        assert_eq!(head.status(), 200, "{path}");
        assert!(head.body().is_empty(), "{path}");
        assert_eq!(head.headers()[CONTENT_LENGTH], get.body().len().to_string(), "{path}");
        assert_eq!(head.headers()[CONTENT_TYPE], get.headers()[CONTENT_TYPE], "{path}");
    }
    let refused = ask(&mock, &Method::HEAD, "/reset", &[], "");
    assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().unwrap()), (405, "POST"));
    let refused = ask(&mock, &Method::PUT, "/health", &[], "");
    assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}

#[test]
fn a_partner_is_removed_with_all_that_is_known_of_it() {
    let mock = Mock::new();
    assert_eq!(post(&mock, "/partners", r#"{"partner_id":"212","api_key":"key"}"#).0, 201);
    let other = Mock::sharing(Arc::clone(&mock.service), Credentials::new("212", "key").unwrap());
    for mock in [&mock, &other] {
        mock.submit(registration("leo", "job")).unwrap();
    }
    for path in ["/scenarios", "/faults"] {
        let rule = r#"{"when":{"partner_id":"212"},"then":{"code":"2221"}}"#;
        let rule = if path == "/faults" {
            rule.replace(r#""code":"2221""#, r#""latency":"1ms""#)
        } else {
            rule.into()
        };
        assert_eq!(post(&mock, path, &rule).0, 201);
    }
    let removed = ask(&mock, &Method::DELETE, "/partners/212", &[], "");
    assert_eq!((removed.status().as_u16(), json_of(&removed)), (200, json!({"partner_id": "212"})));
    assert_eq!(ask(&mock, &Method::DELETE, "/partners/212", &[], "").status(), 404);
    assert_eq!(get(&mock, "/partners")["partners"].as_array().unwrap().len(), 1);
    assert_eq!(get(&mock, "/scenarios")["rules"], json!([]));
    assert_eq!(get(&mock, "/faults")["rules"], json!([]));
    assert!(mock.journal("").iter().all(|entry| entry["partner_id"] == "085"));
    assert_eq!(post(&mock, "/partners", r#"{"partner_id":"212","api_key":"key"}"#).0, 201);
    assert_eq!(get(&mock, "/jobs?partner_id=212")["jobs"], json!([]), "one of the same id begins anew");
}

#[test]
fn one_partner_too_many_takes_the_place_of_the_one_idle_longest() {
    let mock = Mock::new();
    let made = |id: usize| {
        let (status, made) =
            post(&mock, "/partners", &format!(r#"{{"partner_id":"p{id}","api_key":"key"}}"#));
        assert_eq!(status, 201, "{made}");
    };
    (0..4_999).for_each(made);
    let first = Mock::sharing(Arc::clone(&mock.service), Credentials::new("p0", "key").unwrap());
    first.submit(registration("leo", "job")).unwrap();
    made(4_999);
    let known: Vec<_> = get(&mock, "/partners")["partners"].as_array().unwrap().clone();
    let has = |id: &str| known.iter().any(|it| it["partner_id"] == id);
    assert_eq!(known.len(), 5_000);
    assert!(has("p0") && has("p4999") && !has("p1"), "the second was idle longest");
    assert!(has("085"), "the mock was started with it");
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

/// All partners use the same ids for users and jobs.
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
