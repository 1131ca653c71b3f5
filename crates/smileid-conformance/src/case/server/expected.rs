//! Expected JSON with patterns and types.

use std::{collections::BTreeMap, fmt};

use regex_lite::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Names;
use crate::diff::Difference;

/// Expected JSON. Objects may have more members than expected. All other values must be equal, except for objects with
/// a single member whose name begins with `$`:
///
/// | matcher | matches |
/// |---|---|
/// | `{"$type": "text"}` | any value of the type: `text`, `number`, `boolean`, `object`, `list` or `null` |
/// | `{"$pattern": "^[0-9]{10}$"}` | a text with a match of the regular expression |
/// | `{"$one_of": […]}` | a value that matches any item |
/// | `{"$has": […]}` | a list that contains a match for each item, in any order and among others |
/// | `{"$absent": true}` | an absent member |
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Value")]
#[non_exhaustive]
pub enum Expected {
    /// The value must equal this value.
    Is(Value),
    /// The value must be an object with at least these members.
    Members(BTreeMap<String, Self>),
    /// The value must be a list of exactly these items.
    Items(Vec<Self>),
    /// The value must be of this JSON type.
    Type(JsonKind),
    /// The value must be a text that matches this regular expression.
    Pattern(Pattern),
    /// The value must match at least one of these.
    OneOf(Vec<Self>),
    /// The value must be a list with a match for each of these.
    Has(Vec<Self>),
    /// The member must be absent.
    Absent,
}

/// JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JsonKind {
    /// The value is a JSON string.
    Text,
    /// The value is a JSON number.
    Number,
    /// The value is `true` or `false`.
    Boolean,
    /// The value is a JSON object.
    Object,
    /// The value is a JSON array.
    List,
    /// The value is `null`.
    Null,
}

impl JsonKind {
    /// Returns the JSON type of a value.
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }
}

/// Regular expression that a text must match.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl TryFrom<Value> for Expected {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let all = |items: Vec<Value>| items.into_iter().map(Self::try_from).collect::<Result<Vec<_>, _>>();
        match value {
            Value::Array(items) => all(items).map(Self::Items),
            Value::Object(members) => {
                if let Some((name, value)) = members.iter().find(|(name, _)| name.starts_with('$')) {
                    if members.len() > 1 {
                        return Err(format!("`{name}` must be the only member of its object"));
                    }
                    return match (name.as_str(), value.clone()) {
                        ("$type", kind) => serde_json::from_value(kind)
                            .map(Self::Type)
                            .map_err(|error| format!("`$type`: {error}")),
                        ("$pattern", Value::String(pattern)) => Regex::new(&pattern)
                            .map(|pattern| Self::Pattern(Pattern(pattern)))
                            .map_err(|error| format!("`$pattern`: {error}")),
                        ("$one_of", Value::Array(items)) => all(items).map(Self::OneOf),
                        ("$has", Value::Array(items)) => all(items).map(Self::Has),
                        ("$absent", Value::Bool(true)) => Ok(Self::Absent),
                        _ => Err(format!(
                            "unknown matcher or invalid value of `{name}`: expected $type, $pattern, $one_of, $has or $absent"
                        )),
                    };
                }
                let members = members.into_iter().map(|(name, value)| Ok((name, Self::try_from(value)?)));
                members.collect::<Result<_, String>>().map(Self::Members)
            }
            scalar => Ok(Self::Is(scalar)),
        }
    }
}

impl Expected {
    /// Finds the first difference to an actual value, in the order of the member names.
    pub fn difference(&self, got: Option<&Value>, names: &Names) -> Option<Difference> {
        self.at(String::new(), got, names)
    }

    fn at(&self, path: String, got: Option<&Value>, names: &Names) -> Option<Difference> {
        let differs = |path| {
            let expected = if matches!(self, Self::Absent) { None } else { Some(self.shown(names)) };
            Some(Difference { path, expected, got: got.cloned() })
        };
        let holds = match (self, got) {
            (Self::Absent, None) => true,
            (Self::Is(expected), Some(got)) => names.fill_value(expected) == *got,
            (Self::Type(kind), Some(got)) => *kind == JsonKind::from_value(got),
            (Self::Pattern(pattern), Some(Value::String(got))) => pattern.0.is_match(got),
            (Self::OneOf(any), got) => any.iter().any(|it| it.difference(got, names).is_none()),
            (Self::Has(each), Some(Value::Array(got))) => {
                each.iter().all(|it| got.iter().any(|got| it.difference(Some(got), names).is_none()))
            }
            (Self::Members(expected), Some(Value::Object(got))) => {
                let dot = if path.is_empty() { "" } else { "." };
                return expected
                    .iter()
                    .find_map(|(name, it)| it.at(format!("{path}{dot}{name}"), got.get(name), names));
            }
            (Self::Items(expected), Some(Value::Array(got))) if expected.len() == got.len() => {
                let mut pairs = expected.iter().zip(got).enumerate();
                return pairs
                    .find_map(|(index, (it, got))| it.at(format!("{path}[{index}]"), Some(got), names));
            }
            _ => false,
        };
        if holds { None } else { differs(path) }
    }

    /// Returns the expected value as in the case file, with placeholders replaced.
    fn shown(&self, names: &Names) -> Value {
        let all = |items: &[Self]| items.iter().map(|it| it.shown(names)).collect::<Value>();
        match self {
            Self::Is(value) => names.fill_value(value),
            Self::Members(members) => {
                members.iter().map(|(name, it)| (name.clone(), it.shown(names))).collect()
            }
            Self::Items(items) => all(items),
            Self::Type(kind) => json!({"$type": kind}),
            Self::Pattern(pattern) => json!({"$pattern": pattern.0.as_str()}),
            Self::OneOf(items) => json!({"$one_of": all(items)}),
            Self::Has(items) => json!({"$has": all(items)}),
            Self::Absent => json!({"$absent": true}),
        }
    }

    /// Calls `text` with every text that may contain placeholders.
    pub(in crate::case) fn texts(&self, text: &mut impl FnMut(&str)) {
        match self {
            Self::Is(value) => Names::of_value(value, text),
            Self::Members(members) => members.values().for_each(|it| it.texts(text)),
            Self::Items(items) | Self::OneOf(items) | Self::Has(items) => {
                for item in items {
                    item.texts(text);
                }
            }
            Self::Type(_) | Self::Pattern(_) | Self::Absent => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(expected: Value, got: &Value) -> Option<String> {
        let mut names = Names::default();
        names.insert("job", "7");
        match Expected::try_from(expected) {
            Ok(expected) => expected.difference(Some(got), &names).map(|it| it.to_string()),
            Err(problem) => Some(problem),
        }
    }

    #[test]
    fn additional_members_are_allowed() {
        let got = json!({"code": "2302", "list": [{"a": 1}, {"b": 2}], "job": "7", "more": null});
        for expected in [
            json!({}),
            json!({"code": "2302", "job": "{job}"}),
            json!({"code": {"$type": "text"}, "more": {"$type": "null"}, "less": {"$absent": true}}),
            json!({"code": {"$pattern": "^[0-9]{4}$"}, "list": [{"a": 1}, {"b": {"$one_of": [1, 2]}}]}),
            json!({"list": {"$has": [{"b": 2}]}, "less": {"$one_of": [1, {"$absent": true}]}}),
        ] {
            assert_eq!(difference(expected, &got), None);
        }
    }

    #[test]
    fn the_first_difference_is_reported() {
        let got = json!({"code": "2302", "list": [{"a": 1}, {"b": 2}]});
        for (expected, shown) in [
            (json!({"code": 2302}), "`code`: expected 2302, got \"2302\""),
            (json!({"code": {"$type": "number"}}), "`code`: expected {\"$type\":\"number\"}, got \"2302\""),
            (json!({"code": {"$absent": true}}), "`code`: expected nothing, got \"2302\""),
            (json!({"list": [{"a": 1}]}), "`list`: expected [{\"a\":1}], got [{\"a\":1},{\"b\":2}]"),
            (json!({"list": [{"b": 2}, {"a": 1}]}), "`list[0].b`: expected 2, got nothing"),
            (
                json!({"list": {"$has": [{"b": 3}]}}),
                "`list`: expected {\"$has\":[{\"b\":3}]}, got [{\"a\":1},{\"b\":2}]",
            ),
            (json!({"less": {"$type": "text"}}), "`less`: expected {\"$type\":\"text\"}, got nothing"),
            (json!({"code": {"$pattern": "^1"}}), "`code`: expected {\"$pattern\":\"^1\"}, got \"2302\""),
        ] {
            assert_eq!(difference(expected, &got).as_deref(), Some(shown));
        }
    }

    #[test]
    fn unknown_matchers_are_refused() {
        for wrong in [
            json!({"$typ": "text"}),
            json!({"$type": "string"}),
            json!({"$pattern": "("}),
            json!({"$absent": false}),
            json!({"$type": "text", "more": 1}),
        ] {
            assert!(Expected::try_from(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
