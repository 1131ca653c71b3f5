//! Random changes to the messages of the conformance suite, at any depth.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A change of a message. Places are counted through the whole message and wrap around.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Replaces a value that is not an object or array.
    Replace(usize, Value),
    /// Removes a member of an object.
    Remove(usize),
    /// Adds a member to an object.
    Add(usize, String, Value),
}

pub(super) fn change() -> impl Strategy<Value = Change> {
    let leaf = prop_oneof![
        4 => ".*".prop_map(Value::from),
        // Spellings that the API uses.
        2 => prop::sample::select(vec![
            json!("true"), json!("False"), json!(""), json!("7"), json!("0810"), json!(true), json!(false),
        ]),
        1 => any::<u32>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => (0..70_000_u32).prop_map(Value::from),
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
        2 => (any::<usize>(), "[a-zA-Z_]{1,12}", value).prop_map(|(at, name, value)| Change::Add(at, name, value)),
    ]
}

pub(super) fn changed(mut message: Value, changes: &[Change]) -> Value {
    for change in changes {
        let (mut leaves, mut objects, mut members) = (Vec::new(), Vec::new(), Vec::new());
        walk(&message, "", &mut |at, value| match value {
            Value::Object(object) => {
                objects.push(at.to_owned());
                members.extend(object.keys().map(|name| (at.to_owned(), name.clone())));
            }
            Value::Array(_) => {}
            _ => leaves.push(at.to_owned()),
        });
        match change {
            Change::Replace(at, by) => {
                if let Some(leaf) = around(&leaves, *at) {
                    *message.pointer_mut(leaf).unwrap() = fitting(leaf, by);
                }
            }
            Change::Remove(at) => {
                if let Some((object, name)) = around(&members, *at) {
                    message.pointer_mut(object).unwrap().as_object_mut().unwrap().remove(name);
                }
            }
            Change::Add(at, name, by) => {
                if let Some(object) = around(&objects, *at) {
                    message.pointer_mut(object).unwrap()[name] = by.clone();
                }
            }
        }
    }
    message
}

/// Visits every value, including the root, with its JSON pointer.
fn walk(value: &Value, at: &str, see: &mut impl FnMut(&str, &Value)) {
    see(at, value);
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(value, &format!("{at}/{name}"), see);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                walk(value, &format!("{at}/{index}"), see);
            }
        }
        _ => {}
    }
}

fn around<T>(places: &[T], at: usize) -> Option<&T> {
    places.get(at.checked_rem(places.len())?)
}

/// Returns the replacement of a value. For an image in a form it is a valid image, because other text cannot be read.
fn fitting(leaf: &str, by: &Value) -> Value {
    let is_image = leaf.ends_with("selfie_image") || leaf.contains("liveness_images/");
    match by {
        Value::String(text) if is_image => STANDARD.encode(text).into(),
        other => other.clone(),
    }
}
