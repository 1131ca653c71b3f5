//! Tests the OpenAPI document of the control routes, and the metrics for Prometheus.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use smileid_mock_server::Received;
use smileid_protocol::{job::CallbackUrl, v1::job_status};

use crate::{
    admin::{ask, get, post},
    support::{Mock, registration},
};

#[test]
fn the_document_describes_every_answer() {
    let mock = Mock::new();
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
            let path = path.strip_prefix("/_mock").unwrap();
            let done = done(&method, path);
            let expected = &operation["responses"][done.status().as_str()];
            assert_eq!(expected["description"], "Done", "{method} {path}: {done:?}");
            assert_described(&document, operation, &done);
            let refused = ask(&mock, &method, &format!("{path}?no_such_parameter=1"), &[], "");
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{path}");
            assert_described(&document, operation, &refused);
        }
    }
    operation_ids.sort();
    let count = operation_ids.len();
    operation_ids.dedup();
    assert_eq!(operation_ids.len(), count, "each has a name of its own");
}

#[test]
fn what_rules_do_on_the_wire_is_described() {
    let document = get(&Mock::new(), "/openapi.json");
    let schemas = &document["components"]["schemas"];
    let described = |name: &str| {
        let members = schemas[name]["properties"].as_object().unwrap();
        for (member, schema) in members {
            let description = schema["description"].as_str().unwrap_or_default();
            assert!(description.len() > 4, "{name}.{member}");
        }
        members.len()
    };
    // As many as the type's own table has rows.
    assert_eq!(["Fault", "CallbackFault", "CannedReply"].map(described), [9, 10, 5]);
    assert_eq!(["AtPoint", "AtReplyPoint", "Rate", "Stall"].map(described), [1, 1, 1, 2]);
    for schema in [&schemas["Fault"]["properties"]["stall"], &schemas["Stall"]["properties"]["for"]] {
        assert!(schema["description"].as_str().unwrap().contains("close"), "{schema}");
    }
    // The schema of a point allows exactly the accepted values: points within a response.
    assert!(schemas["ReplyPoint"].to_string().contains("half_reply"));
    assert!(!schemas["ReplyPoint"].to_string().contains("upload_bytes"));
    walk(&document, &mut |value| {
        let description = value["description"].as_str().unwrap_or_default();
        assert!(
            !description.contains("[`") && !description.contains("::"),
            "of the code alone: {description}"
        );
    });
}

/// Returns the response of a control route, on a mock server with one item of each kind.
fn done(method: &Method, path: &str) -> Response<Bytes> {
    let mock = Mock::new();
    let url = CallbackUrl::parse("http://127.0.0.1:9/hook").unwrap();
    mock.submit_with(registration("leo", "job"), Some(&url)).unwrap();
    let [sent] = mock.service.take_callbacks(mock.now()).try_into().unwrap();
    mock.service.callback_sent(&sent, Received::Status(503), mock.now());
    mock.refusal(&job_status::Request::new("leo", "unknown"));
    mock.raw(&Request::put("/videos/x").body(Bytes::from("x")).unwrap());
    let rules = [
        ("/scenarios", r#"{"when":{"endpoint":"upload","job_type":4},"times":1,"then":{"code":"0841"}}"#),
        ("/faults", r#"{"skip":1,"probability":0.5,"then":{"latency":"1s","reset":{"at":"half_reply"}}}"#),
        ("/callbacks/rules", r#"{"then":{"delay":"1s","receiver":{"answers":{"status":503}}}}"#),
    ];
    for (path, rule) in rules {
        assert_eq!(post(&mock, path, rule).0, 201);
    }
    let body = match (method.as_str(), path) {
        ("POST", "/clock") => r#"{"partner_id":"085","frozen":true}"#,
        ("POST", "/callbacks") => r#"{"partner_id":"085","url":"http://127.0.0.1:9/","result":{}}"#,
        ("PUT", "/users/{user_id}") => r#"{"active":false}"#,
        ("PUT", "/snapshot") => r#"{"version":1,"partners":[]}"#,
        ("POST", path) => rules.iter().find(|(of, _)| *of == path).map_or("", |(_, rule)| rule),
        _ => "",
    };
    let is_of_partner =
        path == "/clock" && method == Method::GET || path.contains("/users/") || path.ends_with("/resend");
    let query = if is_of_partner { "?partner_id=085" } else { "" };
    let path = path.replace("{user_id}", "leo").replace("{id}", "1").replace("{partner_id}", "085");
    ask(&mock, method, &format!("{path}{query}"), &[], body)
}

/// Checks that a response complies with the OpenAPI document.
#[track_caller]
pub(crate) fn assert_described(document: &Value, operation: &Value, response: &Response<Bytes>) {
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

/// Request bodies with every member, by route.
fn bodies() -> Vec<(&'static str, Value)> {
    let when = |endpoint: &str| json!({"endpoint": endpoint, "partner_id": "085", "user_id": "leo", "job_id": "job", "job_type": 1});
    let rule = |when: Value, then: Value| json!({"when": when, "skip": 1, "times": 2, "probability": 0.5, "then": then});
    let result = json!({
        "code": "0814", "unknown": false, "text": "odd", "actions": {"Verify_ID_Number": "Odd"}, "after": "1s",
        "review": {"code": "1210", "after": "1s", "text": "odd"}, "smile_secure": "5211", "enrols": true,
        "set": {"Odd": 1},
    });
    let reply = json!({
        "status": 503, "body": {"json": {}}, "retry_after": {"date": "1s"}, "headers": {"x": "y"},
        "after_handling": true,
    });
    vec![
        ("PUT /snapshot", json!({"version": 1, "partners": []})),
        ("POST /partners", json!({"partner_id": "1", "api_key": "k"})),
        ("POST /scenarios", rule(when("upload"), result)),
        ("POST /scenarios", rule(when("upload"), json!({"code": "2205", "status": 400, "text": "odd"}))),
        ("POST /faults", rule(when("upload"), json!({"latency": "1s", "reply": reply}))),
        ("POST /faults", rule(json!({}), json!({"stall": {"at": {"upload_bytes": 1}, "for": "1s"}}))),
        ("POST /faults", rule(json!({}), json!({"slow_reply": {"bytes_per_second": 1}}))),
        ("POST /faults", rule(json!({}), json!({"malformed_chunk": {"at": {"reply_bytes": 1}}}))),
        (
            "POST /callbacks/rules",
            rule(
                when("callback"),
                json!({
                    "delay": "1s", "drop": false, "duplicates": 1, "reorder": true, "wrong_signature": true,
                    "stale": "1s", "alter": {"x": 1}, "slow": "1s",
                    "receiver": {"answers": {"status": 503, "times": 1}},
                }),
            ),
        ),
        ("POST /callbacks/rules", rule(json!({}), json!({"receiver": {"keeps_silent": {"times": 1}}}))),
        ("POST /clock", json!({"partner_id": "085", "frozen": true})),
        (
            "POST /callbacks",
            json!({"partner_id": "085", "url": "http://127.0.0.1:9/", "version": "v3", "result": {}}),
        ),
        (
            "PUT /users/{user_id}",
            json!({
                "photo": true, "active": true, "deleted": false, "allow_new_enroll": false,
                "must_reenroll": false, "is_fraudulent": false,
            }),
        ),
    ]
}

/// Returns the body without one of its members, for each member at any depth.
fn without_one(body: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                let mut rest = members.clone();
                rest.remove(name);
                all.push((name.clone(), rest.into()));
                for (inner, value) in without_one(value) {
                    let mut changed = members.clone();
                    changed.insert(name.clone(), value);
                    all.push((format!("{name}/{inner}"), changed.into()));
                }
            }
        }
        _ => return all,
    }
    all
}

#[test]
fn a_request_needs_what_the_document_says() {
    let mock = Mock::new();
    let document = get(&mock, "/openapi.json");
    let bodies = bodies();
    let mut required = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Some(mut schema) =
                operation["requestBody"]["content"]["application/json"].get("schema").cloned()
            else {
                continue;
            };
            let name = format!("{} {}", method.to_uppercase(), path.strip_prefix("/_mock").unwrap());
            schema["components"] = document["components"].clone();
            let schema = jsonschema::validator_for(&schema).unwrap();
            let examples: Vec<_> =
                bodies.iter().filter(|(of, _)| *of == name).map(|(_, body)| body).collect();
            assert!(!examples.is_empty(), "{name}: give it a body in `bodies`");
            for body in examples {
                assert!(
                    schema.is_valid(body),
                    "{name}: {:?}",
                    schema.iter_errors(body).map(|it| it.to_string()).collect::<Vec<_>>()
                );
                let path = path.replace("{user_id}", "leo");
                let query = if path.contains("/users/") { "?partner_id=085" } else { "" };
                for (left_out, body) in without_one(body) {
                    let path = format!("{}{query}", path.strip_prefix("/_mock").unwrap());
                    let method: Method = method.to_uppercase().parse().unwrap();
                    let answer = ask(&Mock::new(), &method, &path, &[], &body.to_string());
                    let text = String::from_utf8_lossy(answer.body()).into_owned();
                    if schema.is_valid(&body) {
                        assert!(!text.contains("missing field"), "{name} needs {left_out}: {text}");
                    } else {
                        required += 1;
                        assert_eq!(
                            answer.status(),
                            StatusCode::BAD_REQUEST,
                            "{name} does not need {left_out}"
                        );
                    }
                }
            }
            // A generated client sends no body where none is needed.
            let answer_to_nothing = ask(
                &Mock::new(),
                &method.to_uppercase().parse().unwrap(),
                path.strip_prefix("/_mock").unwrap(),
                &[],
                "",
            );
            let text = String::from_utf8_lossy(answer_to_nothing.body()).into_owned();
            let is_needed = text.contains("missing field");
            if !path.contains('{') {
                assert_eq!(operation["requestBody"]["required"], is_needed, "{name}: {text}");
            }
        }
    }
    assert!(required > 8, "{required} members are required");
}

#[test]
fn a_query_needs_what_the_document_says() {
    let document = get(&Mock::new(), "/openapi.json");
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let needs = parameters.iter().any(|it| it["in"] == "query" && it["required"] == true);
            for parameter in &parameters {
                assert!(parameter["in"] != "path" || parameter["required"] == true, "{path}: {parameter}");
            }
            let plain = path.strip_prefix("/_mock").unwrap().replace("{user_id}", "leo").replace("{id}", "1");
            let answer = ask(&Mock::new(), &method.to_uppercase().parse().unwrap(), &plain, &[], "");
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            if operation.get("requestBody").is_none() {
                assert_eq!(text.contains("missing field"), needs, "{method} {path}: {text}");
            }
        }
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

/// Parses metrics in version 0.0.4 of Prometheus' text format, and panics if they are malformed: a `TYPE` before its samples,
/// metrics not mixed, valid characters in names and labels, no duplicates, a line break at the end.
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
