//! Control: mutations without an effect, which no scenario may detect.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{MUTATIONS, Mutation};
use crate::scenarios::suite;

/// Every kind of change without an effect: with empty values, or restricted to requests that do not occur.
fn nothing() -> Value {
    let never = json!({"no_such_member": 1});
    json!([
        {"do": {"set": {}}},
        {"do": {"remove": ["/no_such_member"]}},
        {"do": {"reverse": "/no_such_member"}},
        {"do": {"number": "/no_such_member"}},
        {"do": {"status": 200}, "status": 200},
        {"do": {"status": 400}, "status": 400},
        {"do": {"headers": {}}},
        {"do": {"ask": {}}},
        {"do": {"ask": {"/no_such_member": 1}}},
        {"do": {"ask_with": {"header": "x-no-such-header", "value": "1"}}},
        {"do": {"instead": {"status": 500, "body": ""}}, "request": never, "reply": never},
        {"do": {"body": ""}, "reply": never},
        {"do": {"sign_at": "2019-10-10T12:32:04.622Z"}, "reply": never},
        {"do": "sign_request", "reply": never},
        {"do": "sign_with_another_key", "reply": never},
        {"do": "flip_byte", "reply": never},
        {"do": "drop", "reply": never},
        {"do": "twice", "reply": never},
    ])
}

/// The kind of a mutation.
fn kind(mutation: &Value) -> &str {
    let deed = &mutation["do"];
    deed.as_str().or_else(|| deed.as_object()?.keys().next().map(String::as_str)).unwrap()
}

#[test]
fn no_scenario_detects_a_mutation_without_effect() {
    let (nothing, file): (_, Value) = (nothing(), serde_json::from_str(MUTATIONS).unwrap());
    let kinds = |of: &Value| of.as_array().unwrap().iter().map(kind).map(str::to_owned).collect();
    let (tried, used): (BTreeSet<_>, BTreeSet<_>) = (kinds(&nothing), kinds(&file["mutations"]));
    assert_eq!(tried, used, "left: kinds in this test; right: kinds of the mutations");

    let suite = suite();
    let mut noticed = Vec::new();
    // All endpoints together, since a scenario that uses one of them could detect the change.
    for place in ["*", "callback"] {
        for template in nothing.as_array().unwrap() {
            let mut mutation = template.clone();
            mutation["name"] = template.to_string().into();
            mutation["at"] = place.into();
            let mutation: Mutation = serde_json::from_value(mutation).unwrap();
            let cases = suite.scenarios().filter_map(|case| Some((case.id(), mutation.noticed_by(case)?)));
            noticed.extend(cases.map(|(id, why)| format!("{place}: {}: {id}: {why}", mutation.name)));
        }
    }
    assert!(noticed.is_empty(), "{noticed:#?}");
}
