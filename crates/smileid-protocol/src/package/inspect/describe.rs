//! `info.json`: read whole, or as much of it as can be read and every member that cannot.

use serde::Deserialize as _;
use serde_json::{Value, json};
use smileid_types::{IdInfo, ImageEntry, ImageType};

use super::{
    Limits,
    field::faults,
    finding::{Finding, FindingCode, Place},
};
use crate::{
    codec::JsonError,
    package::info::{InfoJson, MiscInformation, PackageInformation},
};

/// What `info.json` says, as far as it can be read.
pub(super) enum Description {
    Whole(Box<InfoJson>),
    Parts {
        misc: Option<Box<MiscInformation>>,
        id_info: Option<Box<IdInfo>>,
        /// `None` when `images` is no list, and for rows that cannot be read.
        images: Option<Vec<Option<ImageEntry>>>,
    },
}

impl Description {
    /// Reads `info.json`. What is wrong with it is added to `findings`.
    pub(super) fn read(text: &[u8], limits: Limits, findings: &mut Vec<Finding>) -> Option<Self> {
        let mut wrong = |code, pointer: String, error: &JsonError| {
            let finding = Finding::new(code, Place::Info(pointer));
            let detail = format!("{}: {error}", finding.detail);
            findings.push(finding.saying(detail));
        };
        if values(text) > limits.values {
            findings.push(Finding::new(FindingCode::InfoJsonTooManyValues, Place::Info(String::new())));
            return None;
        }
        let error = match serde_json::from_slice::<InfoJson>(text) {
            Ok(info) => return Some(Self::Whole(Box::new(info))),
            Err(error) => JsonError::new(&error),
        };
        let value: Value = match serde_json::from_slice(text) {
            Ok(value) => value,
            Err(error) => {
                wrong(FindingCode::InfoJsonNotJson, String::new(), &JsonError::new(&error));
                return None;
            }
        };
        let faults = faults::<InfoJson>(&sample(), &value);
        for fault in &faults {
            let code = if fault.missing {
                FindingCode::InfoJsonMissingField
            } else {
                FindingCode::InfoJsonWrongField
            };
            wrong(code, fault.pointer.clone(), &fault.error);
        }
        // What a JSON value does not show: a member that is there twice.
        if faults.is_empty() {
            wrong(FindingCode::InfoJsonWrongField, String::new(), &error);
        }
        Some(Self::Parts {
            misc: value
                .get("misc_information")
                .and_then(|it| MiscInformation::deserialize(it).ok())
                .map(Box::new),
            id_info: value.get("id_info").and_then(|it| IdInfo::deserialize(it).ok()).map(Box::new),
            images: value
                .get("images")
                .and_then(Value::as_array)
                .map(|rows| rows.iter().map(|row| ImageEntry::deserialize(row).ok()).collect()),
        })
    }

    pub(super) fn misc(&self) -> Option<&MiscInformation> {
        match self {
            Self::Whole(info) => info.misc_information.as_ref(),
            Self::Parts { misc, .. } => misc.as_deref(),
        }
    }

    pub(super) fn id_info(&self) -> Option<&IdInfo> {
        match self {
            Self::Whole(info) => Some(&info.id_info),
            Self::Parts { id_info, .. } => id_info.as_deref(),
        }
    }

    /// The rows of `images` by their index, those left out that cannot be read.
    pub(super) fn images(&self) -> Vec<(usize, &ImageEntry)> {
        match self {
            Self::Whole(info) => info.images.iter().enumerate().collect(),
            Self::Parts { images, .. } => {
                let rows = images.iter().flatten().enumerate();
                rows.filter_map(|(index, row)| Some((index, row.as_ref()?))).collect()
            }
        }
    }

    /// Whether [`Self::images`] leaves none out.
    pub(super) fn has_all_images(&self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Parts { images, .. } => {
                images.as_ref().is_some_and(|rows| rows.iter().all(Option::is_some))
            }
        }
    }

    pub(super) fn into_info(self) -> Option<InfoJson> {
        match self {
            Self::Whole(info) => Some(*info),
            Self::Parts { .. } => None,
        }
    }
}

/// An `info.json` with every member that is an object or a list.
fn sample() -> Value {
    let images = [ImageEntry::file(ImageType::SelfieFile, "")];
    let sparse = json!({
        "package_information": PackageInformation::default(), "misc_information": {}, "images": images,
    });
    // Written again, so that it has what the types write of themselves.
    InfoJson::deserialize(&sparse).and_then(serde_json::to_value).unwrap_or(sparse)
}

/// How many values a JSON text holds at most, told without parsing it: each follows a comma or opens something.
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
    fn values_are_counted_outside_of_texts() {
        for (text, count) in
            [("1", 1), (r#""[,\",{""#, 1), (r#"{"a":1,"b":[2,3]}"#, 5), (r#"["\\",1]"#, 3), ("[[[[", 5)]
        {
            assert!(values(text.as_bytes()) == count, "{text}: {}", values(text.as_bytes()));
        }
    }
}
