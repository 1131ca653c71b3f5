//! What is written down of a message: what is known to tell nothing about a person.

use serde_json::{Map, Value};

/// A message of which every value is masked but for those that say what kind of thing happened, and the partner's own
/// names for user and job, without which no answer fits its question.
pub(super) fn message(value: &Value) -> Value {
    masked(value, Place::Member(""))
}

/// The pairs of a query.
pub(super) fn query(query: &str) -> Value {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let masked = pairs.map(|(name, value)| (shown_name(name), masked(&value.into(), Place::Member(name))));
    Value::Object(masked.collect())
}

/// What stands in the place of a value.
pub(super) const MASKED: &str = "<masked>";

/// In the place of an upload link, which is a secret: one that may be put to, and does not exist.
pub(super) const UPLOAD_URL: &str = "https://masked.invalid/archive";

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Member(&'a str),
    /// Among the partner's own members, of which nobody knows what they hold.
    Params(&'a str),
    /// Among the checks and how each of them came out.
    Actions,
}

impl<'a> Place<'a> {
    fn below(self, name: &'a str) -> Self {
        match (self, name) {
            (Self::Actions, _) | (_, "Actions" | "actions") => Self::Actions,
            (Self::Member("partner_params" | "PartnerParams") | Self::Params(_), _) => Self::Params(name),
            _ => Self::Member(name),
        }
    }

    fn is_shown(self) -> bool {
        match self {
            Self::Member(name) => SHOWN.contains(&name),
            Self::Params(name) => PARAMS.contains(&name),
            Self::Actions => true,
        }
    }
}

fn masked(value: &Value, place: Place<'_>) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Object(members) => {
            let masked =
                |(name, value): (&String, &Value)| (shown_name(name), masked(value, place.below(name)));
            Value::Object(members.iter().map(masked).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| masked(item, place)).collect(),
        Value::String(text) if text.is_empty() || (place.is_shown() && text.len() <= LONGEST) => {
            value.clone()
        }
        Value::Number(_) if place.is_shown() => value.clone(),
        Value::Number(_) => 0.into(),
        Value::String(_) if matches!(place, Place::Member("upload_url")) => UPLOAD_URL.into(),
        Value::String(_) => MASKED.into(),
    }
}

/// A name that looks like one, as others may be values.
fn shown_name(name: &str) -> String {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !name.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
    if is_name && name.len() <= LONGEST { name.to_owned() } else { MASKED.to_owned() }
}

/// Longer than any name or code.
const LONGEST: usize = 100;

const PARAMS: [&str; 3] = ["user_id", "job_id", "job_type"];

const SHOWN: [&str; 30] = [
    "partner_id",
    "smile_client_id",
    "user_id",
    "job_id",
    "job_type",
    "smile_job_id",
    "SmileJobID",
    "ref_id",
    "product",
    "product_type",
    "country",
    "country_code",
    "id_type",
    "image_type_id",
    "verification_method",
    "locale",
    "source_sdk",
    "code",
    "status",
    "success",
    "job_success",
    "job_complete",
    "ResultCode",
    "ResultText",
    "ResultType",
    "ConfidenceValue",
    "IsFinalResult",
    "IsMachineResult",
    "Country",
    "IDType",
];
