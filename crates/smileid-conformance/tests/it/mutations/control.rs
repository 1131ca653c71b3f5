//! Control test: mutations without an effect, which no scenario may detect.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use smileid_conformance::Outcome;

use super::{MUTATIONS, Mutation, each};
use crate::{scenarios::suite, stage::play_alone};

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
        {"do": {"ask": {"/a_member_that_nothing_reads": 1}}},
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

/// Returns the kind of a mutation.
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

    let mutation = |place: &str, template: &Value| -> Mutation {
        let mut mutation = template.clone();
        mutation["name"] = template.to_string().into();
        mutation["at"] = place.into();
        serde_json::from_value(mutation).unwrap()
    };
    // All changes and all endpoints together: if one of them has an effect, a scenario that uses it fails.
    let places = ["*", "callback"];
    let all = places.map(|place| nothing.as_array().unwrap().iter().map(move |it| mutation(place, it)));
    let all: Vec<_> = all.into_iter().flatten().collect();
    let suite = suite();
    let scenarios: Vec<_> = suite.scenarios().collect();
    let noticed = each(&scenarios, |case| match play_alone(case, &all).outcome {
        Outcome::Failed { step, why } => Some(format!("{}: step {step}, {why}", case.id())),
        _ => None,
    });
    let noticed: Vec<_> = noticed.into_iter().flatten().collect();
    assert!(noticed.is_empty(), "{noticed:#?}");
}
