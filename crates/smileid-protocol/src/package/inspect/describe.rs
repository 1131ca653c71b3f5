//! Reads `info.json` completely, or partly with a finding for each unreadable member.
//!
//! A job needs `images`, `id_info` and `consent_information`, and newer mobile clients write nothing else. So an
//! unreadable member is fatal only among the images; elsewhere it is skipped and reported. Source: wire reference,
//! section 4.4.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize as _, de::DeserializeOwned};
use serde_json::{Value, json};
use smileid_types::{ImageEntry, ImageType};

use super::{
    Limits,
    field::{Fault, faults, unescaped},
    finding::{Finding, FindingCode, Place, beginning},
};
use crate::{
    codec::{JsonError, duplicates, json_text, read_json},
    package::info::{InfoJson, PackageInformation},
};

/// Content of `info.json`, as far as it can be read.
pub(super) struct Description {
    pub(super) info: InfoJson,
    /// Index of each readable image in the `images` list.
    rows: Vec<usize>,
    /// True if all images of the list are readable.
    whole: bool,
}

impl Description {
    /// Reads `info.json`. Mistakes are added to `findings`.
    pub(super) fn read(text: &[u8], limits: Limits, findings: &mut Vec<Finding>) -> Option<Self> {
        if values(text) > limits.values {
            findings.push(Finding::new(FindingCode::InfoJsonTooManyValues, Place::Info(String::new())));
            return None;
        }
        let repeated = duplicates(&json_text(text));
        let value = match read_json(text) {
            Ok(value) => value,
            Err(problem) => {
                findings.push(finding(FindingCode::InfoJsonNotJson, String::new(), &problem));
                return None;
            }
        };
        let description = Self::from_value(value, findings)?;
        for pointer in repeated {
            let code = if is_of_images(&pointer) {
                FindingCode::InfoJsonWrongField
            } else {
                FindingCode::InfoJsonDuplicateField
            };
            findings.push(finding(code, pointer, &"it occurs several times"));
        }
        if description.info.images.len() > limits.images {
            let place = Place::Info("/images".to_owned());
            findings.push(Finding::new(FindingCode::InfoJsonTooManyImages, place));
            return None;
        }
        Some(description)
    }

    /// Iterates over the readable items of `images`, with their index in the list.
    pub(super) fn images(&self) -> impl Iterator<Item = (usize, &ImageEntry)> {
        self.rows.iter().copied().zip(&self.info.images)
    }

    /// Returns true if [`Self::images`] has every item of the list.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    pub(super) fn into_info(self) -> Option<InfoJson> {
        self.whole.then_some(self.info)
    }

    fn from_value(mut value: Value, findings: &mut Vec<Finding>) -> Option<Self> {
        let sample = sample();
        drop_empty(&sample, &mut value);
        let mut outline = outline(&value);
        let mut left = faults::<InfoJson>(&sample, &mut outline);
        let mut unread = BTreeSet::new();
        for fault in &left {
            let needed = fault.pointer.is_empty() || is_of_images(&fault.pointer);
            let code = match (needed, fault.missing) {
                (true, true) => FindingCode::InfoJsonMissingField,
                (true, false) => FindingCode::InfoJsonWrongField,
                (false, _) => FindingCode::InfoJsonIgnoredField,
            };
            let finding = finding(code, fault.pointer.clone(), &fault.error);
            unread.extend(finding.place.image());
            findings.push(finding);
        }

        outline.as_object_mut()?.insert("images".to_owned(), json!([]));
        let listed = match value.as_object_mut()?.insert("images".to_owned(), json!([])) {
            Some(Value::Array(rows)) => Some(rows),
            _ => None,
        };
        // An object without a required member is removed. Its parent may then lack a required member in turn, so this
        // is repeated for each level of nesting.
        for _ in 0..LEVELS {
            for fault in left.iter().filter(|fault| !is_of_images(&fault.pointer)) {
                take_out(&mut value, fault);
                take_out(&mut outline, fault);
            }
            left = faults::<InfoJson>(&sample, &mut outline);
        }
        let mut info: InfoJson = read(value, "", findings)?;
        let whole = listed.is_some() && unread.is_empty();
        let mut rows = Vec::new();
        for (index, row) in
            listed.into_iter().flatten().enumerate().filter(|(index, _)| !unread.contains(index))
        {
            info.images.push(read(row, &format!("/images/{index}"), findings)?);
            rows.push(index);
        }
        Some(Self { info, rows, whole })
    }
}

/// Reads a JSON value in whose outline no mistake was found.
fn read<T: DeserializeOwned>(value: Value, pointer: &str, findings: &mut Vec<Finding>) -> Option<T> {
    let add = |error| {
        let problem = JsonError::new(&error);
        findings.push(finding(FindingCode::InfoJsonWrongField, pointer.to_owned(), &problem));
    };
    serde_json::from_value(value).map_err(add).ok()
}

/// Returns a copy with long texts shortened. The rest of a text does not affect which members are wrong, and errors of serde_json
/// quote texts in up to six times their length.
fn outline(value: &Value) -> Value {
    match value {
        Value::String(text) => beginning(text).into(),
        Value::Array(rows) => rows.iter().map(outline).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), outline(member))).collect()
        }
        other => other.clone(),
    }
}

fn finding(code: FindingCode, pointer: String, problem: &dyn fmt::Display) -> Finding {
    let finding = Finding::new(code, Place::Info(pointer));
    let detail = format!("{}: {problem}", finding.detail);
    finding.saying(detail)
}

/// Returns true if a JSON pointer is that of `images` or of a value in it.
fn is_of_images(pointer: &str) -> bool {
    pointer.strip_prefix("/images").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Removes empty values: `null`, and an empty array in the place of an object, as PHP writes it.
fn drop_empty(sample: &Value, value: &mut Value) {
    match (sample, value) {
        (Value::Object(sample), Value::Object(members)) => {
            for (name, sample) in sample {
                let Some(member) = members.get_mut(name) else { continue };
                if member.is_null() || (sample.is_object() && member.as_array().is_some_and(Vec::is_empty)) {
                    members.remove(name);
                } else {
                    drop_empty(sample, member);
                }
            }
        }
        (Value::Array(sample), Value::Array(rows)) => {
            let Some(sample) = sample.first() else { return };
            for row in rows {
                drop_empty(sample, row);
            }
        }
        _ => {}
    }
}

/// Removes the wrong member, or the object in which a member is missing.
fn take_out(value: &mut Value, fault: &Fault) {
    let mut parts = fault.pointer.rsplitn(if fault.missing { 3 } else { 2 }, '/');
    if fault.missing {
        parts.next();
    }
    let (Some(name), Some(parent)) = (parts.next(), parts.next()) else { return };
    if let Some(members) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
        members.remove(&unescaped(name));
    }
}

/// Maximum depth of members in the sample: `package_information.apiVersion.buildNumber`.
const LEVELS: usize = 3;

/// Returns a sample `info.json` with every member that is an object or an array.
fn sample() -> Value {
    let images = [ImageEntry::file(ImageType::SelfieFile, "")];
    let sparse = json!({
        "package_information": PackageInformation::default(), "misc_information": {}, "images": images,
    });
    // Serialized again, so that the members that the types add are included.
    InfoJson::deserialize(&sparse).and_then(serde_json::to_value).unwrap_or(sparse)
}

/// Returns an upper limit of the number of values in a JSON text, without parsing it: each value follows a comma or an opening
/// bracket.
fn values(text: &[u8]) -> usize {
    let mut values = 1;
    let (mut in_text, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_has_every_part() {
        let sample = sample();
        for pointer in [
            "/package_information/apiVersion/majorVersion",
            "/misc_information/partner_params",
            "/misc_information/userData/firstName",
            "/id_info",
            "/images/0/image_type_id",
        ] {
            assert!(sample.pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn the_outline_is_short() {
        let long = "é".repeat(1 << 20);
        let value = json!({"a": [long, "short", 1, null], "b": {"c": long}});
        let expected = "é".repeat(127);
        assert_eq!(outline(&value), json!({"a": [expected, "short", 1, null], "b": {"c": expected}}));
    }

    #[test]
    fn a_long_text_is_kept_where_a_text_belongs() {
        let long = "/9j/".repeat(1 << 20);
        let text = json!({"images": [{"image_type_id": 2, "image": long}], "id_info": long, "more": long});
        let mut findings = Vec::new();
        let text = text.to_string();
        let read = Description::read(text.as_bytes(), Limits::default(), &mut findings).unwrap();
        let said: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            ["info.json at /id_info: a member of info.json is missing or cannot be read; it is ignored: \
                 invalid type: string, expected struct IdInfo"]
        );
        assert!(read.is_whole());
        assert_eq!(read.info.images[0].image, long);
        assert_eq!(read.info.extra.get("more"), Some(&long.into()));
    }

    #[test]
    fn values_are_counted_outside_of_texts() {
        for (text, count) in
            [("1", 1), (r#""[,\",{""#, 1), (r#"{"a":1,"b":[2,3]}"#, 5), (r#"["\\",1]"#, 3), ("[[[[", 5)]
        {
            assert!(values(text.as_bytes()) == count, "{text}: {}", values(text.as_bytes()));
        }
    }
}
