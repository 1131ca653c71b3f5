//! Tests the control routes that change the mock server: clocks, callbacks, rules, users.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use smileid_mock_server::{CallbackFault, EndpointPattern, Fault, Outgoing, Scenario};
use smileid_protocol::{
    job::{CallbackUrl, ImageJob},
    v1::services,
};

use crate::support::{INVALID, Mock, authentication, code, refused, registration};

fn call(mock: &Mock, method: &Method, path: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(format!("/_mock{path}")).body(body).unwrap();
    let response = mock.raw(&request);
    let answer = serde_json::from_slice(response.body()).expect("an answer in JSON");
    (response.status().as_u16(), answer)
}

fn get(mock: &Mock, path: &str) -> Value {
    let (status, answer) = call(mock, &Method::GET, path, &Value::Null);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn post(mock: &Mock, path: &str, body: &Value) -> (u16, Value) {
    call(mock, &Method::POST, path, body)
}

fn submit(mock: &Mock, job: ImageJob) {
    let url = CallbackUrl::parse("http://127.0.0.1:9/hook?partner=canary").unwrap();
    mock.submit_with(job, Some(&url)).unwrap();
}

fn due(mock: &Mock) -> Vec<Outgoing> {
    mock.service.take_callbacks(mock.now())
}

#[test]
fn rules_of_every_kind_come_and_go() {
    for (path, then) in [
        ("/scenarios", json!({"code": "0811"})),
        ("/faults", json!({"reset": {"at": "after_handling"}})),
        ("/callbacks/rules", json!({"drop": true})),
    ] {
        let mock = Mock::new();
        assert_eq!(get(&mock, path), json!({"rules": []}));
        let rule = json!({"when": {"partner_id": "085", "job_type": 1}, "times": 2, "then": then});
        assert_eq!(post(&mock, path, &rule), (201, json!({"id": 1})));
        assert_eq!(
            post(&mock, path, &json!({"when": {"job_type": 1}, "then": then})),
            (201, json!({"id": 2}))
        );
        let rules = get(&mock, path)["rules"].clone();
        let expected = json!({"id": 1, "origin": "call", "seen": 0, "used": 0});
        for (name, value) in expected.as_object().unwrap().iter().chain(rule.as_object().unwrap()) {
            assert_eq!(&rules[0][name], value, "{path} {name}");
        }

        let (status, removed) = call(&mock, &Method::DELETE, &format!("{path}/1"), &Value::Null);
        assert_eq!((status, &removed["then"]), (200, &then));
        let gone = call(&mock, &Method::DELETE, &format!("{path}/1"), &Value::Null);
        assert_eq!((gone.0, &gone.1["field"]), (404, &json!("id")));
        assert_eq!(post(&mock, path, &rule).1["id"], 3, "no number comes twice");

        // Removing the rules of a partner removes only rules with its partner id.
        let (_, left) = call(&mock, &Method::DELETE, &format!("{path}?partner_id=085"), &Value::Null);
        let ids = |rules: &Value| -> Vec<_> {
            rules["rules"].as_array().unwrap().iter().map(|rule| rule["id"].clone()).collect()
        };
        assert_eq!(ids(&left), [json!(2)]);
        assert_eq!(call(&mock, &Method::DELETE, path, &Value::Null), (200, json!({"rules": []})));

        for wrong in [
            json!({}),
            json!({"then": {"no such": 1}}),
            json!({"when": {"job": "x"}, "then": then}),
            json!({"probability": 2, "then": then}),
        ] {
            let (status, answer) = post(&mock, path, &wrong);
            assert!(status == 400 && answer["error"].is_string(), "{path} {wrong}: {answer}");
        }
    }
}

#[test]
fn a_rule_that_nothing_can_meet_is_refused() {
    // Expected values: the list in the documentation of `When::endpoint`. Links of jobs can have faults but no scenarios;
    // callbacks can have only callback faults.
    let known = ["upload", "put_archive", "callback"];
    for (path, then, meets) in [
        ("/scenarios", json!({"code": "0811"}), [true, false, false]),
        ("/faults", json!({"reset": {"at": "after_handling"}}), [true, true, false]),
        ("/callbacks/rules", json!({"drop": true}), [false, false, true]),
    ] {
        let mock = Mock::new();
        let add = |endpoint: &str| post(&mock, path, &json!({"when": {"endpoint": endpoint}, "then": then}));
        for (endpoint, meets) in known.into_iter().zip(meets) {
            let (status, answer) = add(endpoint);
            assert_eq!(status, if meets { 201 } else { 400 }, "{path} {endpoint}: {answer}");
        }
        for nothing in ["uplaod", "", "no*", "UPLOAD"] {
            let (status, answer) = add(nothing);
            assert_eq!((status, &answer["field"]), (400, &json!("when.endpoint")), "{path}: {answer}");
            let error = answer["error"].as_str().unwrap();
            assert!(error.contains(&format!("invalid `endpoint` `{nothing}` of a ")), "{error}");
            let names = known.into_iter().zip(meets).filter(|(_, meets)| *meets);
            assert!(names.map(|(name, _)| name).all(|name| error.contains(name)), "{error}");
        }
        assert_eq!(add("*").0, 201);

        let (status, answer) = post(&mock, path, &json!({"times": 0, "then": then}));
        assert_eq!((status, &answer["field"]), (400, &json!("times")), "{path}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains("from 1"), "{answer}");
    }
}

#[test]
fn a_program_cannot_write_an_endpoint_that_nothing_meets() {
    let error = "uplaod".parse::<EndpointPattern<Fault>>().unwrap_err().to_string();
    assert!(
        error.starts_with("invalid `endpoint` `uplaod` of a fault rule: expected one of aml, ")
            && error.contains(" put_archive, ")
    );
    let error = "upload".parse::<EndpointPattern<CallbackFault>>().unwrap_err().to_string();
    assert_eq!(
        error,
        "invalid `endpoint` `upload` of a callback rule: expected one of callback, or a pattern with `*` for any text"
    );
    assert!("put_archive".parse::<EndpointPattern<Scenario>>().is_err());
}

#[test]
fn a_scenario_that_cannot_come_true_says_so() {
    let (status, answer) = post(&Mock::new(), "/scenarios", &json!({"then": {"code": "0899"}}));
    assert_eq!((status, &answer["field"]), (400, &json!("then.code")));
}

#[test]
fn rules_do_what_they_say() {
    let mock = Mock::new();
    post(&mock, "/scenarios", &json!({"when": {"user_id": "leo"}, "then": {"code": "0841"}}));
    post(&mock, "/callbacks/rules", &json!({"then": {"drop": true}}));
    submit(&mock, registration("leo", "job"));
    assert_eq!(code(mock.status("leo", "job").result().unwrap()), "0841");
    assert_eq!(due(&mock), []);

    post(&mock, "/faults", &json!({"times": 1, "then": {"reply": {"status": 503}}}));
    assert_eq!(mock.raw(&mock.encode(&services::Request::default())).status(), 503);
    assert_eq!(mock.raw(&mock.encode(&services::Request::default())).status(), 200);
    assert_eq!(get(&mock, "/faults")["rules"][0]["used"], 1);

    // To begin anew is to be without them.
    let (status, _) = post(&mock, "/reset", &Value::Null);
    assert_eq!(status, 200);
    for path in ["/scenarios", "/callbacks/rules", "/faults"] {
        assert_eq!(get(&mock, path), json!({"rules": []}), "{path}");
    }
}

#[test]
fn callbacks_are_shown_masked_and_sent_again() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let [sent] = due(&mock).try_into().unwrap();
    mock.service.callback_sent(&sent, smileid_mock_server::Received::Status(200), mock.now());

    let shown = get(&mock, "/callbacks?partner_id=085")["callbacks"][0].clone();
    assert_eq!(shown["state"], "delivered");
    assert_eq!((&shown["job_id"], &shown["result_code"]), (&json!("job"), &json!("0840")));
    assert_eq!(shown["attempts"][0]["received"], json!({"status": 200}));
    assert_eq!(shown["body"]["ResultCode"], "0840");
    assert!(!shown.to_string().contains("canary"), "{shown}");

    assert_eq!(post(&mock, "/callbacks/1/resend?partner_id=085", &Value::Null), (200, json!({"id": 1})));
    assert_eq!(due(&mock).len(), 1);
    assert_eq!(post(&mock, "/callbacks/9/resend?partner_id=085", &Value::Null).0, 404);
    assert_eq!(post(&mock, "/callbacks/1/resend?partner_id=999", &Value::Null).0, 404);
    assert_eq!(call(&mock, &Method::GET, "/callbacks?partner_id=999", &Value::Null).0, 404);
}

#[test]
fn a_clock_stands_and_runs_on() {
    let mock = Mock::new();
    let clock = || get(&mock, "/clock?partner_id=085");
    assert_eq!((&clock()["is_frozen"], &clock()["now"]), (&json!(false), &json!(mock.timestamp().as_str())));
    let frozen = post(&mock, "/clock", &json!({"partner_id": "085", "frozen": true}));
    assert_eq!((frozen.0, &frozen.1["is_frozen"]), (200, &json!(true)));
    let before = clock();
    mock.pass(std::time::Duration::from_secs(5));
    assert_eq!(clock(), before);
    post(&mock, "/clock", &json!({"partner_id": "085", "frozen": false}));
    mock.pass(std::time::Duration::from_secs(1));
    assert_eq!(clock()["now_millis"].as_i64().unwrap(), before["now_millis"].as_i64().unwrap() + 1000);
    for (body, status) in [
        (json!({"partner_id": "999", "frozen": true}), 404),
        (json!({"frozen": true}), 400),
        (json!({"partner_id": "085", "advance": 5}), 400),
        (json!({"partner_id": "085", "advance": "5 parsecs"}), 400),
    ] {
        let (got, answer) = post(&mock, "/clock", &body);
        assert!(got == status && answer["error"].is_string(), "{body}: {answer}");
    }
}

#[test]
fn users_stand_as_they_are_told() {
    let mock = Mock::new();
    let path = "/users/leo?partner_id=085";
    assert_eq!(get(&mock, path), json!({"user_id": "leo", "state": null}));
    let (status, set) = call(&mock, &Method::PUT, path, &json!({"active": false}));
    assert_eq!((status, &set["state"]["active"]), (200, &json!(false)));
    let refusal = mock.submit(authentication("leo", "job")).unwrap_err();
    assert_eq!(refusal.code, "2207");
    let (status, answer) = call(&mock, &Method::PUT, path, &json!({"activ": false}));
    assert_eq!(status, 400, "{answer}");
    assert_ne!(answer, refused("2413", INVALID).1);
}

#[test]
fn web_pages_of_others_have_nothing_signed() {
    let mock = Mock::new();
    let asked = mock.encode(&services::Request::default());
    let with = |headers: &[(&'static str, &'static str)]| {
        let mut request = asked.clone();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        mock.raw(&request)
    };
    for headers in [
        &[("origin", "http://evil.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "http://evil.example"), ("host", "evil.example")], // a name that was made to lead here
    ] {
        let response = with(headers);
        assert_eq!(
            (response.status().as_u16(), &response.body()[..]),
            (403, &br#"{"message":"Forbidden"}"#[..])
        );
        assert!(response.headers()["smileid-mock-diagnosis"].to_str().unwrap().contains("web page"));
    }
    for headers in [&[][..], &[("host", "mock.internal:8085")], &[("sec-fetch-site", "none")]] {
        assert_eq!(with(headers).status(), 200, "{headers:?}");
    }
}
