//! Judges the parts of a form.

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header::CONTENT_TYPE};
use serde_json::Value;
use smileid_protocol::{
    codec::{Part, form_parts},
    job::ImageFormat,
    origin::is_loopback,
    timestamp::Timestamp,
};

use super::{Breach, Notes, mask};
use crate::body::form;

/// Time by which a consent may be ahead, because clocks differ, in milliseconds. Source: spec-v3, for tokens.
const MOST_AHEAD: i64 = 60_000;

/// Parts that are JSON.
const JSON: [&str; 4] = ["consent", "user_details", "partner_params", "metadata"];

/// Judges the form of a request that arrived at `now`, and returns its parts. None if the request has no readable form.
pub(super) fn judge(request: &Request<Bytes>, now: i64, notes: &mut Notes<'_>) -> Option<Vec<Part>> {
    if request.body().is_empty() {
        return None;
    }
    let Some(parts) = form_parts(request) else {
        notes.add(Breach::V3NoForm.code());
        return None;
    };
    for part in &parts {
        if let Some((name, _)) = part.name.split_once('[') {
            notes.add_at(Breach::V3Brackets.code(), &format!("/{}", mask::name(name)));
        }
        if JSON.contains(&part.name.as_str()) && (!part.is_json || part.file_name.is_some()) {
            notes.add_at(Breach::V3JsonPart.code(), &format!("/{}", part.name));
        }
        if let Some(breach) = of_value(part) {
            notes.add_at(breach.code(), &format!("/{}", part.name));
        }
    }
    let consent = parts.iter().find(|part| part.name == "consent").and_then(json);
    let granted = consent.as_ref().and_then(|it| Timestamp::new(it.get("granted_at")?.as_str()?).ok());
    if granted.and_then(|it| it.to_utc_millis()).is_some_and(|at| at > now + MOST_AHEAD) {
        notes.add_at(Breach::V3Consent.code(), "/consent/granted_at");
    }
    let frames = parts.iter().filter(|part| part.name == "liveness_images").count();
    if frames > 0 && !(6..=8).contains(&frames) {
        notes.add(Breach::V3Frames.code());
    }
    judge_users(request, &parts, notes);
    judge_content_types(request, notes);
    Some(parts)
}

/// Returns the rule that the value of a part breaks.
fn of_value(part: &Part) -> Option<Breach> {
    let text = || std::str::from_utf8(&part.body).unwrap_or_default();
    let format = || ImageFormat::detect(&part.body);
    let is_wrong = match part.name.as_str() {
        "country" => text().len() != 2 || !text().bytes().all(|byte| byte.is_ascii_uppercase()),
        "callback_url" => !is_callback(text()),
        "sandbox_result" => text().bytes().any(|byte| !byte.is_ascii_digit()),
        "selfie_image" | "liveness_images" | "comparison_image" => format() != Some(ImageFormat::Jpeg),
        "document" | "document_back" | "visa" => format().is_none(),
        _ => false,
    };
    is_wrong.then_some(match part.name.as_str() {
        "country" => Breach::CountryForm,
        "callback_url" => Breach::V3CallbackForm,
        "sandbox_result" => Breach::V3NumberForm,
        _ => Breach::V3ImageForm,
    })
}

/// Returns `true` for https, and for http on this machine.
fn is_callback(text: &str) -> bool {
    let url: Option<Uri> = text.parse().ok();
    let Some((scheme, host)) = url.as_ref().and_then(|url| Some((url.scheme_str()?, url.host()?))) else {
        return false;
    };
    scheme == "https" || scheme == "http" && is_loopback(host)
}

fn json(part: &Part) -> Option<Value> {
    serde_json::from_slice(&part.body).ok()
}

/// Judges the ids of the person in header, form and `partner_params`.
fn judge_users(request: &Request<Bytes>, parts: &[Part], notes: &mut Notes<'_>) {
    let in_header = request.headers().get("user-id").map(HeaderValue::as_bytes);
    let in_form = parts.iter().find(|part| part.name == "user_id").map(|part| part.body.as_ref());
    if in_header.zip(in_form).is_some_and(|(one, other)| one != other) {
        notes.add(Breach::V3PersonsDiffer.code());
    }
    let params = parts.iter().find(|part| part.name == "partner_params").and_then(json);
    let is_in_params = params.is_some_and(|params| params.get("user_id").is_some());
    if is_in_params && in_header.or(in_form).is_none() {
        notes.add(Breach::V3PersonInParams.code());
    }
}

/// Judges the content types of images. A form in an unusual style is not judged.
fn judge_content_types(request: &Request<Bytes>, notes: &mut Notes<'_>) {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    for file in form::files(content_type, request.body()).unwrap_or_default() {
        let Some(format) = ImageFormat::detect(file.content) else { continue };
        if file.content_type != Some(format.mime()) {
            notes.add_at(Breach::V3ImageContentType.code(), &format!("/{}", mask::name(&file.name)));
        }
    }
}
