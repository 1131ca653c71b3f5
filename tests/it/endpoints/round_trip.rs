//! `decode(encode(x)) == x`, both halves of both messages, for every endpoint.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, json};
use smileid::Credentials;
use smileid_protocol::{
    auth::AuthScheme, codec::EncodeError, endpoint::Endpoint, for_each_endpoint, timestamp::Timestamp, v1,
};

use super::*;

/// How a value is changed: the leaf that is replaced, counted from the first and around, and what by.
#[derive(Clone, Debug)]
enum Change {
    Replace(usize, Value),
    Remove(usize),
    Add(String, Value),
}

fn change() -> impl Strategy<Value = Change> {
    let leaf = prop_oneof![
        4 => ".*".prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<u32>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    let value = leaf.clone().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop_oneof![
        4 => (any::<usize>(), leaf).prop_map(|(at, value)| Change::Replace(at, value)),
        2 => any::<usize>().prop_map(Change::Remove),
        2 => ("[a-zA-Z_]{1,12}", value).prop_map(|(name, value)| Change::Add(name, value)),
    ]
}

fn changed(mut value: Value, changes: &[Change]) -> Value {
    for change in changes {
        match change {
            Change::Replace(at, by) => {
                let mut left = at % leaves(&value).max(1);
                visit(&mut value, &mut |leaf| {
                    if left == 0 {
                        *leaf = by.clone();
                    }
                    left = left.wrapping_sub(1);
                });
            }
            Change::Remove(at) => {
                if let Some(members) = value.as_object_mut().filter(|members| !members.is_empty()) {
                    let name = members.keys().nth(at % members.len()).cloned().unwrap_or_default();
                    members.remove(&name);
                }
            }
            Change::Add(name, by) => {
                if let Some(members) = value.as_object_mut() {
                    members.insert(name.clone(), by.clone());
                }
            }
        }
    }
    value
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn visit(value: &mut Value, leaf: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|value| visit(value, leaf)),
        Value::Array(items) => items.iter_mut().for_each(|value| visit(value, leaf)),
        _ => leaf(value),
    }
}

fn credentials() -> Credentials {
    Credentials::new("0085", "clé-ünï✓").unwrap()
}

/// What a request is before it is sent and after it has arrived; `None` when it is no request, or none that can be
/// sent.
fn sent_and_received<E: Shown>(value: Value) -> Option<(Value, Value)> {
    let request: E = serde_json::from_value(value).ok()?;
    let before = serde_json::to_value(&request).unwrap();
    let proof = E::Auth::prove(&credentials(), &Timestamp::from_utc_millis(1_678_397_700_279));
    let origin = "https://api.example".parse().unwrap();
    let http = match request.encode(&origin, &proof) {
        Ok(http) => http,
        // A name of the proof's among the extra ones, a path that would lead elsewhere, a form that is none: refused
        // unsent.
        Err(
            EncodeError::Reserved { .. }
            | EncodeError::NotASegment { .. }
            | EncodeError::Missing { .. }
            | EncodeError::PartName,
        ) => return None,
        Err(other) => panic!("{other:?} for {before}"),
    };
    let received = E::decode(&http).unwrap_or_else(|error| panic!("{error:?} for {before}"));
    let received = received.verify(&credentials()).unwrap();
    Some((before, serde_json::to_value(&received).unwrap()))
}

fn answered_and_read<E: Shown>(value: Value) -> Option<(Value, Value)> {
    let response: E::Response = serde_json::from_value(value).ok()?;
    let before = serde_json::to_value(&response).unwrap();
    let proof = E::ReplyAuth::prove(&credentials(), &Timestamp::from_utc_millis(0));
    let http = match E::encode_reply(&response, &proof) {
        Ok(http) => http,
        Err(EncodeError::Reserved { .. }) => return None,
        Err(other) => panic!("{other:?} for {before}"),
    };
    let read = E::decode_reply(&http).unwrap_or_else(|error| panic!("{error:?} for {before}"));
    Some((before, serde_json::to_value(read.verify(&credentials()).unwrap()).unwrap()))
}

/// A query has texts alone, so that is what a value from there is.
fn as_texts(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let text = |value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            Value::Object(members.into_iter().map(|(name, value)| (name, text(value).into())).collect())
        }
        other => other,
    }
}

fn check<E: Shown>() {
    let in_query = E::SPEC.method == http::Method::GET;
    for sample in samples(E::SPEC.name) {
        let compared = std::cell::Cell::new(0);
        let mut runner =
            TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
        let ran = runner.run(&prop::collection::vec(change(), 0..4), |changes| {
            let pair = match &sample {
                Sample::Request(value) => sent_and_received::<E>(changed(value.clone(), &changes)),
                Sample::Reply(value) => answered_and_read::<E>(changed(value.clone(), &changes)),
            };
            if let Some((before, after)) = pair {
                compared.set(compared.get() + 1);
                let by_query = in_query && matches!(sample, Sample::Request(_));
                prop_assert_eq!(if by_query { as_texts(before) } else { before }, after);
            }
            Ok(())
        });
        ran.unwrap_or_else(|error| panic!("{}: {error}", E::SPEC.name));
        assert!(compared.get() > 8, "{}: only {} of 48 were messages at all", E::SPEC.name, compared.get());
    }
}

macro_rules! tests {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        $(
            #[test]
            fn $endpoint() {
                check::<$version::$endpoint::Request>();
            }
        )+
    };
}

for_each_endpoint!(tests);

#[test]
fn what_would_be_written_twice_is_refused() {
    let value = json!({"user_id": "u", "job_id": "j", "partner_id": "999"});
    let request: v1::job_status::Request = serde_json::from_value(value).unwrap();
    let proof =
        <v1::job_status::Request as Endpoint>::Auth::prove(&credentials(), &Timestamp::from_utc_millis(0));
    let error = request.encode(&"https://api.example".parse().unwrap(), &proof).unwrap_err();
    assert!(matches!(&error, EncodeError::Reserved { name } if name == "partner_id"), "{error:?}");
    let none = Map::new();
    assert!(serde_json::from_value::<v1::job_status::Request>(none.into()).is_err());
}
