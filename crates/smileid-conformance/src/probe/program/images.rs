//! Checks the images in a program's archive. It must contain each image of the job once, with its type and bytes, in any order
//! and under any file name.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use smileid_protocol::package::inspect::Inspection;

use crate::{case::Build, digest::sha256};

/// An image in `info.json`.
#[derive(PartialEq)]
struct Image {
    type_id: Value,
    /// The SHA-256 of the image, or `None` if its file is missing.
    content: Option<String>,
}

pub(super) fn deviations(build: &Build, info: &Value, inspection: &Inspection) -> Vec<String> {
    let files: BTreeMap<&str, &str> = build
        .expect
        .entries
        .iter()
        .filter_map(|entry| Some((entry.name.as_str(), entry.file.as_deref()?)))
        .collect();
    let given = |name: &str| build.files.get(*files.get(name)?).map(|file| sha256(&file.0));
    let sent = |name: &str| inspection.files.get(name).map(|file| sha256(file));
    let mut missing: Vec<_> = list(&build.expect.info).iter().map(|it| Image::new(it, given)).collect();
    let mut odd = Vec::new();
    for (index, image) in list(info).iter().map(|it| Image::new(it, sent)).enumerate() {
        if take(&mut missing, |it| *it == image).is_none() {
            odd.push((index, image));
        }
    }
    let mut deviations = Vec::new();
    for (index, image) in odd {
        let same_content = |it: &Image| it.content.is_some() && it.content == image.content;
        deviations.push(if let Some(Image { type_id, .. }) = take(&mut missing, same_content) {
            format!("info.json: `images[{index}].image_type_id`: expected {type_id}, got {}", image.type_id)
        } else if take(&mut missing, |it| it.type_id == image.type_id).is_some() {
            format!("info.json: `images[{index}]` is not the job's image, or its file is missing")
        } else {
            format!("info.json: `images[{index}]` is not an image of the job, or is a duplicate")
        });
    }
    let lacks = |it: &Image| format!("info.json: `images` lacks the job's image of type {}", it.type_id);
    deviations.extend(missing.iter().map(lacks));
    deviations
}

/// Returns a JSON pointer without the index of the image.
pub(super) fn without_index(pointer: &str) -> &str {
    let rest = pointer.strip_prefix("/images/").unwrap_or(pointer);
    rest.trim_start_matches(|c: char| c.is_ascii_digit())
}

fn take(from: &mut Vec<Image>, is_it: impl Fn(&Image) -> bool) -> Option<Image> {
    from.iter().position(is_it).map(|index| from.remove(index))
}

fn list(info: &Value) -> &[Value] {
    info.get("images").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

impl Image {
    fn new(image: &Value, file_of: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| image.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let inline = text("image").and_then(|base64| {
            let base64 = base64.split_once("base64,").map_or(base64, |(_, rest)| rest);
            let base64: String = base64.split_whitespace().collect();
            STANDARD.decode(base64).ok().map(|bytes| sha256(&bytes))
        });
        let type_id = image.get("image_type_id").cloned().unwrap_or_default();
        Self { type_id, content: text("file_name").and_then(file_of).or(inline) }
    }
}
