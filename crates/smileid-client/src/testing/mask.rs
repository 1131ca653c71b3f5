//! The values of a recording: those that the protocol's [`mask`] shows whole, and placeholders that can be read again.

use serde_json::Value;
use smileid_protocol::mask::{self, Part, Shown};

/// A message without what is nobody's business. The partner's own names for user and job stay: without them no answer
/// fits its question.
pub(super) fn message(value: &Value, part: Part) -> Value {
    masked(value, "", part)
}

/// The pairs of a query.
pub(super) fn query(query: &str) -> Value {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let masked = pairs.map(|(name, value)| (shown_name(name), masked(&value.into(), name, Part::Request)));
    Value::Object(masked.collect())
}

/// The placeholder of a text.
pub(super) const MASKED: &str = "<masked>";

/// In the place of an upload link, which is a secret: one that may be put to, and does not exist.
pub(super) const UPLOAD_URL: &str = "https://masked.invalid/archive";

fn masked(value: &Value, name: &str, part: Part) -> Value {
    let shown = Shown::by_name(name, part);
    // A text of the server may repeat anything.
    let is_shown = |text: &str| matches!(shown, Shown::Whole | Shown::Word) && shown.text(text) == text;
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(member, value)| (shown_name(member), masked(value, member, part.below(member))));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|item| masked(item, name, part)).collect(),
        Value::String(text) if text.is_empty() || mask::is_action_value(text) || is_shown(text) => {
            value.clone()
        }
        Value::Number(number) if is_shown(&number.to_string()) => value.clone(),
        Value::Number(_) => 0.into(),
        Value::String(_) if name == "upload_url" => UPLOAD_URL.into(),
        Value::String(_) => MASKED.into(),
    }
}

fn shown_name(name: &str) -> String {
    let shown = mask::name(name);
    if shown == name { shown } else { MASKED.to_owned() }
}
