//! Tests that every accepted rule has an effect: each member of a scenario is tried at each endpoint.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use smileid_protocol::{
    ENDPOINTS,
    endpoint::SignedEndpoint,
    job::{IdNumber, ImageJob, LookupJob},
    v1::{self, lookup::Lookup, phone::PhoneCheck, selfie_form::SelfieForm},
};

use crate::support::{Mock, SELFIE, authentication, callback, code, id_card, ids, registration, selfie};

/// Returns the visible effects of one request: the response, the callbacks at once and within a day, and if the user is enrolled
/// afterwards.
fn seen(mock: &Mock, endpoint: &str) -> Value {
    let lookup = |job: LookupJob| -> Lookup {
        let mut lookup = job.into_lookup();
        lookup.id_info.first_name = Some("Joe".to_owned());
        lookup
    };
    let id = || {
        lookup(LookupJob::enhanced_kyc(ids("leo", "job"), IdNumber::new("NG", "BVN", "00000000000").unwrap()))
    };
    let business = || {
        let id = IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000").unwrap();
        lookup(LookupJob::business_verification(ids("leo", "job"), id))
    };
    let phone = || {
        let mut fields = v1::phone::MatchFields::default();
        fields.first_name = Some("Joe".to_owned());
        PhoneCheck::new("NG", "00000000000", fields)
    };
    let form = || SelfieForm::new("leo", SELFIE);
    let url = callback();
    let reply = match endpoint {
        "upload" => {
            let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
            let job = ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id);
            mock.submit_with(job, Some(&url)).unwrap();
            json!(null)
        }
        "aml" => answered(mock, &v1::aml::Request::new(&ids("leo", "job"), "Joe", vec!["NG".to_owned()])),
        "async_business_verification" => {
            answered(mock, &v1::async_business_verification::Request::new(business(), &url))
        }
        "async_id_verification" => answered(mock, &v1::async_id_verification::Request::new(id(), &url)),
        "async_verify_address" => {
            let mut request = v1::async_verify_address::Request::nigeria("a", "0", "b", url.as_str());
            request.full_name = Some("Joe Doe Leo".to_owned());
            answered(mock, &request)
        }
        "async_verify_phone" => answered(mock, &v1::async_verify_phone::Request::new(phone(), &url)),
        "backfill_users" => {
            use base64::{Engine as _, engine::general_purpose::STANDARD};
            let photo = STANDARD.encode(SELFIE);
            answered(mock, &v1::backfill_users::Request::new("leo", "2020-01-01", photo))
        }
        "business_verification" => answered(mock, &v1::business_verification::Request::from(business())),
        "compare_user_info" => {
            answered(mock, &v1::id_verification::Request::from(id()));
            let document = ImageJob::document_verification(ids("leo", "document"), selfie(), id_card(), "NG");
            mock.submit(document.unwrap()).unwrap();
            answered(mock, &v1::compare_user_info::Request::new("leo", "NG", "BVN"))
        }
        "id_verification" => answered(mock, &v1::id_verification::Request::from(id())),
        "smart_selfie_authentication" => {
            mock.submit(registration("leo", "before")).unwrap();
            answered(mock, &v1::smart_selfie_authentication::Request::from(form()))
        }
        "smart_selfie_enroll" => answered(mock, &v1::smart_selfie_enroll::Request::from(form())),
        "verify" => answered(mock, &v1::verify::Request::from(id())),
        "verify_async" => answered(mock, &v1::verify_async::Request::new(id(), &url)),
        "verify_phone_number" => answered(mock, &v1::verify_phone_number::Request::from(phone())),
        _ => return Value::Null,
    };
    let soon = called(mock);
    mock.pass(Duration::from_secs(60 * 60));
    let later = called(mock);
    let is_enrolled = mock.service.user(mock.credentials.partner_id(), "leo").is_some();
    json!({"reply": reply, "soon": soon, "later": later, "is_enrolled": is_enrolled})
}

fn answered<E: SignedEndpoint>(mock: &Mock, message: &E) -> Value {
    let response = mock.raw(&mock.encode(message));
    assert_eq!(response.status(), StatusCode::OK, "{} {:?}", E::SPEC.name, response.body());
    serde_json::from_slice(response.body()).unwrap()
}

/// Returns the callbacks that are due, and marks them as taken.
fn called(mock: &Mock) -> Vec<Value> {
    let mut bodies = Vec::new();
    loop {
        let due = mock.service.take_callbacks(mock.now());
        if due.is_empty() {
            return bodies;
        }
        for callback in due {
            mock.service.callback_sent(&callback, smileid_mock_server::Received::Status(200), mock.now());
            bodies.push(serde_json::from_slice(&callback.body).unwrap());
        }
    }
}

#[test]
fn an_accepted_scenario_is_carried_out() {
    let members = [
        json!({"set": {"timestamp": "2020-01-01T00:00:00.000Z"}}),
        json!({"set": {"signature": null}}),
        json!({"set": {"ResultText": "odd", "message": "odd"}}),
        json!({"set": {"new_member": [1]}}),
        json!({"actions": {"Verify_ID_Number": "Odd", "Names": "Odd"}}),
        json!({"after": "30m"}),
        json!({"enrols": true}),
        json!({"enrols": false}),
        json!({"code": "0814", "review": {"code": "1210", "after": "10m"}}),
        json!({"code": "0844", "review": {"code": "1240"}}),
        json!({"smile_secure": "5211"}),
        json!({"code": "1015"}),
        json!({"code": "0811", "text": "Odd"}),
        json!({"code": "9999", "unknown": true, "text": "Odd"}),
        json!({"code": "2204", "status": 418}),
    ];
    let mut accepted = 0;
    for endpoint in ENDPOINTS.iter().map(|spec| spec.name.strip_prefix("v1::").unwrap()) {
        let plain = seen(&Mock::new(), endpoint);
        for then in &members {
            let rule = json!({"when": {"endpoint": endpoint}, "then": then});
            let mock = Mock::new();
            let Ok(rule) = serde_json::from_value(rule) else { continue };
            if mock.service.add_scenario(rule).is_err() {
                continue;
            }
            assert!(
                then["set"].get("timestamp").is_none() && then["set"].get("signature").is_none(),
                "{then}"
            );
            accepted += 1;
            if then.get("status").is_some() || plain.is_null() {
                continue; // refusals and endpoints without results: see `errors.rs`
            }
            // `enrols` is visible only if it differs from what happens without the scenario.
            if then.get("enrols") == Some(&plain["is_enrolled"]) {
                continue;
            }
            // Of upload the codes are those of its job types: here of type 1.
            if endpoint == "upload" && then["code"] == "0844" {
                continue;
            }
            let seen = seen(&mock, endpoint);
            assert_ne!(without_proof(seen), without_proof(plain.clone()), "{endpoint}: {then} does nothing");
            let used = mock.service.scenarios()[0].used;
            assert!(used > 0, "{endpoint}: {then} is never used");
        }
    }
    assert!(accepted > 60, "{accepted} accepted");
}

/// Removes times and signatures, which always differ.
fn without_proof(mut seen: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for name in ["signature", "timestamp", "created_at", "updated_at"] {
                    members.remove(name);
                }
                members.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut seen);
    seen
}

#[test]
fn what_cannot_be_carried_out_says_which_member() {
    for (rule, member) in [
        (json!({"then": {"set": {"timestamp": "x"}}}), "set"),
        (json!({"then": {"set": {"signature": null}}}), "set"),
        (json!({"when": {"endpoint": "id_verification"}, "then": {"after": "1s"}}), "after"),
        (json!({"when": {"endpoint": "id_verification"}, "then": {"enrols": true}}), "enrols"),
        (
            json!({"when": {"endpoint": "verify_phone_number"}, "then": {"actions": {"Names": "x"}}}),
            "actions",
        ),
        (
            json!({"when": {"endpoint": "smart_selfie_authentication"}, "then": {"smile_secure": "5211"}}),
            "smile_secure",
        ),
        (
            json!({"when": {"endpoint": "smart_selfie_enroll"}, "then": {"code": "0844", "review": {"code": "1240"}}}),
            "review",
        ),
        // Each of the two has an endpoint, and no endpoint has both.
        (json!({"when": {"endpoint": "a*"}, "then": {"after": "1s", "code": "1030"}}), "after"),
    ] {
        let error = Mock::new().service.add_scenario(serde_json::from_value(rule.clone()).unwrap());
        assert_eq!(error.map_err(|it| it.member), Err(member), "{rule}");
    }
}

#[test]
fn a_header_is_checked_as_a_rule_is() {
    let mock = Mock::new();
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let lookup = LookupJob::enhanced_kyc(ids("leo", "job"), id).into_lookup();
    let message = v1::id_verification::Request::from(lookup);
    let asked = crate::support::asking(&mock, &message, r#"{"set":{"timestamp":"x"}}"#);
    let response = mock.raw(&asked);
    assert_eq!(response.status(), 400);
    assert!(String::from_utf8_lossy(response.body()).contains("`set`"), "{:?}", response.body());
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(code(&mock.result(authentication("leo", "other"))), "0820");
}

#[test]
fn the_guide_lists_every_endpoint() {
    let guide = include_str!("../../../../docs/guides/scenarios.md");
    let (_, section) = guide.split_once("\n## Endpoints\n").expect("a section");
    let (section, _) = section.split_once("\n## ").expect("another section");
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let of_v3 = smileid_protocol::V3_ENDPOINTS;
    for spec in smileid_protocol::ENDPOINTS.iter().chain(of_v3) {
        let name = spec.name.replace("v1::", "").replace("v3::", "v3_");
        let row = format!("| `{name}` | `{} {}` |", spec.method, spec.path);
        assert!(rows.contains(&row.as_str()), "no row {row}");
    }
    assert_eq!(
        rows.len(),
        smileid_protocol::ENDPOINTS.len() + of_v3.len() + 3,
        "`put_archive`, `image` and `callback` too"
    );
}
