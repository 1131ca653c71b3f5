//! Placeholders in the texts of cases, such as `{run}`, and their values during a run.

use std::{collections::BTreeMap, sync::LazyLock};

use regex_lite::{Captures, Regex};
use serde_json::Value;

/// Values of the placeholders during a run.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, Value>);

impl Names {
    /// Placeholders that have a value before the first step.
    pub const GIVEN: &[&str] = &["run", "partner_id", "callback_url"];

    /// Sets the value of a placeholder.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// Replaces the placeholders in a text with their values. Unknown placeholders stay.
    pub fn fill(&self, text: &str) -> String {
        let value = |found: &Captures<'_>| match self.0.get(&found[1]) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => found[0].to_owned(),
        };
        NAME.replace_all(text, value).into_owned()
    }

    /// Replaces the placeholders in all texts of a value. A text that is only a placeholder becomes its value, of any type.
    pub fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let whole = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                let known = whole.and_then(|name| self.0.get(name));
                known.cloned().unwrap_or_else(|| Value::String(self.fill(text)))
            }
            Value::Array(items) => items.iter().map(|item| self.fill_value(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.fill_value(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// Returns the placeholders that a text contains.
    pub(in crate::case) fn of_text(text: &str) -> impl Iterator<Item = String> {
        NAME.captures_iter(text).map(|found| found[1].to_owned())
    }

    /// Calls `text` with every text in a value.
    pub(in crate::case) fn of_value(value: &Value, text: &mut impl FnMut(&str)) {
        match value {
            Value::String(it) => text(it),
            Value::Array(items) => items.iter().for_each(|item| Self::of_value(item, text)),
            Value::Object(members) => members.values().for_each(|value| Self::of_value(value, text)),
            _ => {}
        }
    }
}

/// A placeholder: a name in braces. Names are in lower case and do not begin with a digit, so that JSON and regular expressions
/// such as `{10}` are not placeholders.
#[expect(clippy::expect_used, reason = "the pattern is a constant, and every test of this module uses it")]
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{([a-z][a-z0-9_]*)\}").expect("a pattern that is well formed"));

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_replaced_by_values() {
        let mut names = Names::default();
        names.insert("run", "r1");
        names.insert("count", 3);
        let value = json!({"a": "user-{run}", "b": ["{count}", "{count} of {run}"], "c": "{1} {other} {}"});
        assert_eq!(
            names.fill_value(&value),
            json!({"a": "user-r1", "b": [3, "3 of r1"], "c": "{1} {other} {}"})
        );
    }
}
