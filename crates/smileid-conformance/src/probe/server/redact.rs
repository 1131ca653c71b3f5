//! Redacts messages for reports: removes secrets and long texts.

use bytes::Bytes;
use http::{Uri, header::CONTENT_TYPE};
use serde_json::Value;
use smileid_protocol::{mask, reply::Refusal};

use crate::diff::Difference;

/// Maximum length of a text that is shown completely.
const MAX_TEXT: usize = 160;

/// Returns a redacted request, on at most two lines.
pub(crate) fn request(request: &http::Request<Bytes>) -> String {
    let head = format!("{} {}", request.method(), address(request.uri()));
    with_body(head, request.headers(), request.body())
}

/// Returns a redacted response, on at most two lines.
pub(super) fn response(response: &http::Response<Bytes>) -> String {
    let head = match (Refusal::read(response).code, serde_json::from_slice::<Value>(response.body())) {
        (Some(code), Err(_)) => format!("{}, code {code}", response.status()),
        _ => response.status().to_string(),
    };
    with_body(head, response.headers(), response.body())
}

fn with_body(head: String, headers: &http::HeaderMap, body: &Bytes) -> String {
    if body.is_empty() {
        return head;
    }
    if let Ok(json) = serde_json::from_slice(body) {
        return format!("{head}\n{}", masked(&json));
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    format!("{head}\n{}, {} bytes", content_type.unwrap_or("no content type"), body.len())
}

/// Returns a URL without its query, which may contain a signature.
fn address(uri: &Uri) -> String {
    let signs = if uri.query().is_some() { "?…" } else { "" };
    format!("{}{signs}", uri.path())
}

/// Returns JSON without secrets and long texts.
pub(crate) fn masked(json: &Value) -> Value {
    match json {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = if mask::is_secret(name) && !value.is_null() {
                    Value::from("…")
                } else {
                    masked(value)
                };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::String(text) => Value::String(masked_text(text)),
        other => other.clone(),
    }
}

fn masked_text(text: &str) -> String {
    if let Some((address, _)) = text.split_once('?')
        && address.contains("://")
    {
        return format!("{address}?…");
    }
    match text.chars().count() {
        length if length > MAX_TEXT => format!("({length} characters)"),
        _ => text.to_owned(),
    }
}

/// Returns a difference without secrets.
pub(super) fn difference(mut difference: Difference) -> Difference {
    let name = difference.path.rsplit('.').next().unwrap_or_default();
    let is_secret = mask::is_secret(name);
    difference.got = difference.got.map(|got| if is_secret { Value::from("…") } else { masked(&got) });
    difference.expected = difference.expected.map(|expected| masked(&expected));
    difference
}
