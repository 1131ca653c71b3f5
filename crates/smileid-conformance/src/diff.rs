//! Compares JSON values.

use std::fmt;

use serde_json::Value;

/// A difference between an expected and an actual JSON value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Path of the difference, such as `images[0].file_name`. Empty for the whole value.
    pub path: String,
    /// Expected value. `None` if it must be absent.
    pub expected: Option<Value>,
    /// Actual value. `None` if it is absent.
    pub got: Option<Value>,
}

impl Difference {
    /// Finds the first difference between two JSON values, in the order of the member names.
    pub fn first(expected: &Value, got: &Value) -> Option<Self> {
        Self::all(expected, got).into_iter().next()
    }

    /// Finds all differences between two JSON values.
    pub(crate) fn all(expected: &Value, got: &Value) -> Vec<Self> {
        let mut all = Vec::new();
        find(String::new(), Some(expected), Some(got), &mut all);
        all
    }
}

fn find(path: String, expected: Option<&Value>, got: Option<&Value>, all: &mut Vec<Difference>) {
    match (expected, got) {
        (Some(Value::Object(wanted)), Some(Value::Object(there))) => {
            let mut names: Vec<_> = wanted.keys().chain(there.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                find(member(&path, name), wanted.get(name), there.get(name), all);
            }
        }
        (Some(Value::Array(wanted)), Some(Value::Array(there))) => {
            for index in 0..wanted.len().max(there.len()) {
                find(format!("{path}[{index}]"), wanted.get(index), there.get(index), all);
            }
        }
        _ if expected == got => {}
        _ => all.push(Difference { path, expected: expected.cloned(), got: got.cloned() }),
    }
}

fn member(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match (path, plain) {
        ("", true) => name.to_owned(),
        (_, true) => format!("{path}.{name}"),
        (_, false) => format!("{path}[{name:?}]"),
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        match (&self.expected, &self.got) {
            (Some(expected), Some(got)) => write!(f, "expected {}, got {}", shown(expected), shown(got)),
            (Some(expected), None) => write!(f, "expected {}, got nothing", shown(expected)),
            (None, got) => write!(f, "expected nothing, got {}", got.as_ref().map_or(String::new(), shown)),
        }
    }
}

/// Returns the value as JSON, shortened for error messages.
fn shown(value: &Value) -> String {
    const MOST: usize = 240;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_path_points_at_the_first_difference() {
        for (expected, got, shown) in [
            (json!({"a": {"b": [1, 2]}}), json!({"a": {"b": [1, 3]}}), "`a.b[1]`: expected 2, got 3"),
            (json!({"a": 1}), json!({"a": "1"}), "`a`: expected 1, got \"1\""),
            (json!({"a": 1}), json!({}), "`a`: expected 1, got nothing"),
            (json!({}), json!({"a b": null}), "`[\"a b\"]`: expected nothing, got null"),
            (json!([1]), json!([1, 2]), "`[1]`: expected nothing, got 2"),
            (json!(1), json!(1.0), "expected 1, got 1.0"),
        ] {
            let difference = Difference::first(&expected, &got);
            assert_eq!(difference.map(|it| it.to_string()).as_deref(), Some(shown));
        }
    }

    #[test]
    fn equal_values_have_no_difference() {
        let value = json!({"a": [1, 2.5, null, "é", {"b": true}]});
        assert_eq!(Difference::first(&value, &value), None);
    }

    #[test]
    fn long_values_are_shortened() {
        let difference = Difference::first(&json!("é".repeat(1000)), &json!("")).map(|it| it.to_string());
        assert!(difference.is_some_and(|text| text.contains("… (2002 bytes)") && text.len() < 700));
    }
}
