//! Forms of a JSON value that count as equal after reading and writing.

use serde_json::{Map, Value, json};

/// Flags for which an empty text means that they are absent.
const FLAGS: &[&str] = &[
    "IDNumberPreviouslyRegistered",
    "IsFinalResult",
    "IsMachineResult",
    "StrictMatch",
    "allow_new_enroll",
    "enrollment",
    "entered",
    "fraud_detected",
    "has_back",
    "history",
    "image_links",
    "is_disabled",
    "is_single_use",
    "job_success",
    "production",
    "retry",
    "search_existing_user",
    "strict_match",
    "success",
    "use_enrolled_image",
];

/// Returns the value that is written for an absent member that is always written.
fn default_of(name: &str) -> Value {
    match name {
        "history" | "image_links" | "job_success" => json!(false),
        "bank_codes" => json!([]),
        "consentRequired" | "hosted_web" | "idSelection" | "id_types" | "match_fields"
        | "model_parameters" => {
            json!({})
        }
        _ => Value::Null,
    }
}

/// Compares `written` with `read`, except for allowed forms. Returns the JSON pointer of a difference.
pub(super) fn same(read: &Value, written: &Value) -> Result<(), String> {
    compare("", read, written)
}

fn compare(name: &str, read: &Value, written: &Value) -> Result<(), String> {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => members(read, written),
        (Value::Array(read), Value::Array(written)) if read.len() == written.len() => {
            for (index, (read, written)) in read.iter().zip(written).enumerate() {
                compare(name, read, written).map_err(|at| format!("/{index}{at}"))?;
            }
            Ok(())
        }
        _ if is_spelling(name, read, written) => Ok(()),
        _ => Err(String::new()),
    }
}

fn members(read: &Map<String, Value>, written: &Map<String, Value>) -> Result<(), String> {
    for name in read.keys().chain(written.keys()) {
        // A null member equals a missing one.
        let of = |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
        compare(name, &of(read), &of(written)).map_err(|at| format!("/{name}{at}"))?;
    }
    Ok(())
}

fn is_spelling(name: &str, read: &Value, written: &Value) -> bool {
    match (read, written) {
        _ if read == written => true,
        (Value::Null, default) => *default == default_of(name),
        (Value::String(empty), default) if empty.trim().is_empty() && FLAGS.contains(&name) => {
            *default == default_of(name)
        }
        (Value::String(one), Value::String(other)) => {
            FLAGS.contains(&name) && one.trim().eq_ignore_ascii_case(other)
        }
        // Any other value means that the job did not succeed: an unusual member must not lose the rest of a response.
        (odd, Value::Bool(false)) if name == "job_success" && !odd.is_boolean() => !is_true(odd),
        (Value::Bool(flag), Value::String(text)) => *text == flag.to_string(),
        (Value::String(text), Value::Bool(flag)) => text.trim().eq_ignore_ascii_case(&flag.to_string()),
        // Codes have four digits.
        (Value::Number(number), Value::String(text)) => {
            *text == number.to_string() || number.as_u64().is_some_and(|it| *text == format!("{it:04}"))
        }
        (Value::String(text), Value::Number(number)) => {
            text.trim().trim_start_matches('+').parse().is_ok_and(|it: u64| Some(it) == number.as_u64())
        }
        _ => false,
    }
}

fn is_true(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
}

#[test]
fn spellings_are_told_from_losses() {
    for (read, written) in [
        (json!({"a": null}), json!({})),
        (json!({"a": [1, {"b": "x"}]}), json!({"a": ["1", {"b": "x"}]})),
        (json!({"entered": true, "retry": "True", "success": ""}), json!({"entered": "true", "retry": true})),
        (json!({"entered": "False"}), json!({"entered": "false"})),
        (json!({}), json!({"history": false, "model_parameters": {}})),
        (json!({"job_success": "maybe"}), json!({"job_success": false})),
        (json!({"code": 810, "job_type": " 6"}), json!({"code": "0810", "job_type": 6})),
    ] {
        assert_eq!(same(&read, &written), Ok(()), "{read} {written}");
    }
    for (read, written, at) in [
        (json!({"a": {"b": "x"}}), json!({"a": {}}), "/a/b"),
        (json!({"a": ""}), json!({}), "/a"),
        (json!({}), json!({"a": false}), "/a"),
        (json!({"history": true}), json!({"history": false}), "/history"),
        (json!({"a": [1, 2]}), json!({"a": [1]}), "/a"),
        (json!({"a": "0810"}), json!({"a": "810"}), "/a"),
        (json!({"a": "true"}), json!({"a": false}), "/a"),
        (json!({"job_success": "True"}), json!({"job_success": false}), "/job_success"),
        (json!({"name": "Leo"}), json!({"name": "LEO"}), "/name"),
    ] {
        assert_eq!(same(&read, &written), Err(at.to_owned()), "{read} {written}");
    }
}
