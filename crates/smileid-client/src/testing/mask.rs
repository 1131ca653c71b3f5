//! Masks the values in a recording: values that the protocol's [`mask`] does not show whole are replaced by placeholders.

use serde_json::Value;
use smileid_protocol::mask::{self, Part, Shown};

/// Masks a message. The `user_id` and `job_id` are kept, because without them no response matches its request.
pub(super) fn message(value: &Value, part: Part) -> Value {
    masked(value, "", part)
}

/// Masks the values of a URL query.
pub(super) fn query(query: &str) -> Value {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let masked = pairs.map(|(name, value)| (shown_name(name), masked(&value.into(), name, Part::Request)));
    Value::Object(masked.collect())
}

/// Placeholder for a text.
pub(super) const MASKED: &str = "<masked>";

/// Placeholder for an upload URL, which is a secret: a valid URL that does not exist.
pub(super) const UPLOAD_URL: &str = "https://masked.invalid/archive";

fn masked(value: &Value, name: &str, part: Part) -> Value {
    let shown = Shown::by_name(name, part);
    // A text of the server may contain any value.
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
