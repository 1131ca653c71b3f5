//! Which members of a JSON text keep it from being read as a type.
//!
//! The type itself is asked, so that nothing here repeats it: each member is put alone into a sample that reads, and
//! is at fault when the sample then does not; members of the sample are left out one by one to see which are needed.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

use crate::codec::JsonError;

/// A member at fault.
pub(super) struct Fault {
    /// The JSON pointer of the member.
    pub(super) pointer: String,
    pub(super) missing: bool,
    pub(super) error: JsonError,
}

/// The members of `value` that keep it from being read as a `T`. `sample` reads as one, and has every member that is
/// an object or a list, the lists with one row.
pub(super) fn faults<T: DeserializeOwned>(sample: &Value, value: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    search(&|value| T::deserialize(value).map(drop), sample, value, String::new(), &mut faults);
    faults
}

fn search(
    read: &dyn Fn(&Value) -> Result<(), Error>,
    sample: &Value,
    value: &Value,
    pointer: String,
    faults: &mut Vec<Fault>,
) {
    let Err(error) = read(value) else { return };
    let before = faults.len();
    match (sample, value) {
        (Value::Object(sample), Value::Object(members)) => {
            for (name, member) in members {
                let alone = |member: &Value| {
                    let mut whole = sample.clone();
                    whole.insert(name.clone(), member.clone());
                    read(&Value::Object(whole))
                };
                let inner = sample.get(name).unwrap_or(&Value::Null);
                search(&alone, inner, member, format!("{pointer}/{}", escaped(name)), faults);
            }
            for name in sample.keys().filter(|name| !members.contains_key(*name)) {
                let mut without = sample.clone();
                without.remove(name);
                if let Err(error) = read(&Value::Object(without)) {
                    let pointer = format!("{pointer}/{}", escaped(name));
                    faults.push(Fault { pointer, missing: true, error: JsonError::new(&error) });
                }
            }
        }
        (Value::Array(sample), Value::Array(rows)) => {
            let alone = |row: &Value| read(&Value::Array(vec![row.clone()]));
            for (index, row) in rows.iter().enumerate() {
                let inner = sample.first().unwrap_or(&Value::Null);
                search(&alone, inner, row, format!("{pointer}/{index}"), faults);
            }
        }
        _ => {}
    }
    // None of its members is at fault, so it is itself.
    if faults.len() == before {
        faults.push(Fault { pointer, missing: false, error: JsonError::new(&error) });
    }
}

/// A member's name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
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
        let faults = faults::<Outer>(&sample, value);
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
        let value = json!({"inner": [{"number": "12345678901", "text": {"Leo": 1}}]});
        for fault in faults::<Outer>(&json!({"inner": [{"number": 1}]}), &value) {
            let shown = format!("{} {:?}", fault.error, fault.error);
            assert!(!shown.contains("12345678901") && !shown.contains("Leo"), "{shown}");
        }
    }
}
