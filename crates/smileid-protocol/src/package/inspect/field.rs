//! Finds the members of a JSON text because of which it cannot be read as a Rust type.
//!
//! Each member is put alone into a valid sample. If the sample then cannot be read as the type, the member is wrong. To
//! find missing members, members of the sample are removed one after another.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

use crate::codec::{JsonError, duplicate::escaped};

/// A wrong or missing member of a JSON text.
pub(super) struct Fault {
    /// JSON pointer of the member.
    pub(super) pointer: String,
    pub(super) missing: bool,
    pub(super) error: JsonError,
}

/// Returns the members of `value` because of which it cannot be read as a `T`. `sample` is a valid `T` with every member that is
/// an object or an array; its arrays have one item.
///
/// No member is copied, however large: each is moved into the sample and back, and read once for each level above it.
pub(super) fn faults<T: DeserializeOwned>(sample: &Value, value: &mut Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut read = |value: &mut Value| T::deserialize(&*value).map(drop);
    search(&mut read, sample, value, String::new(), &mut faults);
    faults
}

fn search(
    read: &mut dyn FnMut(&mut Value) -> Result<(), Error>,
    sample: &Value,
    value: &mut Value,
    pointer: String,
    faults: &mut Vec<Fault>,
) {
    let Err(error) = read(value) else { return };
    let before = faults.len();
    match (sample, value) {
        (Value::Object(sample), Value::Object(members)) => {
            for (name, member) in members.iter_mut() {
                let mut alone = |member: &mut Value| {
                    let mut whole = sample.clone();
                    whole.insert(name.clone(), member.take());
                    let mut whole = Value::Object(whole);
                    let result = read(&mut whole);
                    *member = whole.get_mut(name).map(Value::take).unwrap_or_default();
                    result
                };
                let inner = sample.get(name).unwrap_or(&Value::Null);
                search(&mut alone, inner, member, format!("{pointer}/{}", escaped(name)), faults);
            }
            for name in sample.keys().filter(|name| !members.contains_key(*name)) {
                let mut without = sample.clone();
                without.remove(name);
                if let Err(error) = read(&mut Value::Object(without)) {
                    let pointer = format!("{pointer}/{}", escaped(name));
                    faults.push(Fault { pointer, missing: true, error: JsonError::new(&error) });
                }
            }
        }
        (Value::Array(sample), Value::Array(rows)) => {
            let mut alone = |row: &mut Value| {
                let mut list = Value::Array(vec![row.take()]);
                let result = read(&mut list);
                *row = list.get_mut(0).map(Value::take).unwrap_or_default();
                result
            };
            for (index, row) in rows.iter_mut().enumerate() {
                let inner = sample.first().unwrap_or(&Value::Null);
                search(&mut alone, inner, row, format!("{pointer}/{index}"), faults);
            }
        }
        _ => {}
    }
    // All members of this value are valid, so the value itself is the reason for the error.
    if faults.len() == before {
        faults.push(Fault { pointer, missing: false, error: JsonError::new(&error) });
    }
}

/// Reads a member name from a JSON pointer.
pub(super) fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde::{Deserialize, Deserializer, de::Error as _};
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "read by serde alone")]
    struct Outer {
        inner: Vec<Inner>,
        #[serde(rename = "a/b~c", default)]
        odd: u8,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "read by serde alone")]
    struct Inner {
        number: u8,
        #[serde(default)]
        text: String,
    }

    fn of(value: &Value) -> Vec<String> {
        let sample = json!({"inner": [{"number": 1}]});
        let mut searched = value.clone();
        let faults = faults::<Outer>(&sample, &mut searched);
        assert_eq!(searched, *value, "everything is back in its place");
        faults
            .iter()
            .map(|it| format!("{} {}", it.pointer, if it.missing { "missing" } else { "wrong" }))
            .collect()
    }

    #[test]
    fn every_member_at_fault_is_named() {
        for (value, expected) in [
            (json!({"inner": []}), vec![]),
            (json!({"inner": [{"number": 1}, {"number": 2, "other": []}], "more": 1}), vec![]),
            (json!([]), vec![" wrong"]),
            (json!({}), vec!["/inner missing"]),
            (json!({"inner": 1, "a/b~c": "x"}), vec!["/a~1b~0c wrong", "/inner wrong"]),
            (
                json!({"inner": [{"number": 1}, {"number": "x", "text": 1}, {}, 7]}),
                vec![
                    "/inner/1/number wrong",
                    "/inner/1/text wrong",
                    "/inner/2/number missing",
                    "/inner/3 wrong",
                ],
            ),
        ] {
            assert_eq!(of(&value), expected, "{value}");
        }
    }

    #[test]
    fn values_are_not_quoted() {
        let mut value = json!({"inner": [{"number": "12345678901", "text": {"Leo": 1}}]});
        for fault in faults::<Outer>(&json!({"inner": [{"number": 1}]}), &mut value) {
            let shown = format!("{} {:?}", fault.error, fault.error);
            assert!(!shown.contains("12345678901") && !shown.contains("Leo"), "{shown}");
        }
    }

    /// Checks that texts are not copied: a copy would have no spare capacity.
    #[test]
    fn no_text_is_copied_and_none_is_read_more_than_once_a_level() {
        thread_local! {
            static READ: Cell<usize> = const { Cell::new(0) };
        }

        struct Wrong;

        impl<'de> Deserialize<'de> for Wrong {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <&str>::deserialize(deserializer)?;
                READ.set(READ.get() + text.len());
                Err(D::Error::custom("wrong"))
            }
        }

        #[derive(Deserialize)]
        #[expect(dead_code, reason = "read by serde alone")]
        struct Row {
            number: Wrong,
        }

        let row = |_| {
            let mut text = "x".repeat(1000);
            text.reserve(4000);
            Value::from_iter([("number", text)])
        };
        let mut value: Value = (0..100).map(row).collect();
        assert_eq!(faults::<Vec<Row>>(&json!([{"number": ""}]), &mut value).len(), 100);
        for row in value.as_array().unwrap() {
            assert!(matches!(&row["number"], Value::String(text) if text.capacity() >= 5000));
        }
        // The list as a whole, up to its first fault; and each text with its row, and alone.
        assert_eq!(READ.get(), 1000 + 100 * 2 * 1000);
    }
}
