//! Decodes paths, queries and bodies of requests to control routes.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::de::DeserializeOwned;
use smileid_protocol::codec::{OtherFormat, json_text};

use super::{Failure, ROOT};

/// Returns true if a path matches a template, whose segments in braces match any text.
pub(super) fn matches(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let alike = template.split('/').all(|expected| {
        segments.next().is_some_and(|segment| match field(expected) {
            Some(_) => !segment.is_empty(),
            None => segment == expected,
        })
    });
    alike && segments.next().is_none()
}

/// Returns the name of the field in a template's segment, if it is one in braces.
pub(super) fn field(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Decodes the parameters of a request from its query and path.
pub(super) fn params<T: DeserializeOwned>(request: &Request<Bytes>, template: &str) -> Result<T, Failure> {
    let mut pairs = request.uri().query().unwrap_or_default().to_owned();
    let path = request.uri().path().strip_prefix(ROOT).unwrap_or_default();
    for (expected, segment) in template.split('/').zip(path.split('/')) {
        if let Some(name) = field(expected) {
            // The form decoder reads a plus sign as a blank, but in a path it is a plus sign.
            pairs = format!("{pairs}&{name}={}", segment.replace('+', "%2B"));
        }
    }
    let read = serde_html_form::Deserializer::from_bytes(pairs.as_bytes());
    serde_path_to_error::deserialize(read).map_err(|error| invalid("the query", &error))
}

/// Decodes the body of a request as JSON, whatever its content type.
pub(super) fn body<T: DeserializeOwned>(request: &Request<Bytes>) -> Result<T, Failure> {
    let body = if request.body().is_empty() { b"{}" } else { &request.body()[..] };
    let text = json_text(body);
    let mut read = serde_json::Deserializer::from_slice(&text);
    let value = serde_path_to_error::deserialize(&mut read).map_err(
        |error: serde_path_to_error::Error<serde_json::Error>| match OtherFormat::detect(body)
            .filter(|_| !error.inner().is_data())
        {
            Some(format) => Failure::new(StatusCode::BAD_REQUEST, format!("the body: {format}")),
            None => invalid("the body", &error),
        },
    )?;
    read.end().map_err(|error| Failure::new(StatusCode::BAD_REQUEST, format!("the body: {error}")))?;
    Ok(value)
}

fn invalid(what: &str, error: &serde_path_to_error::Error<impl std::fmt::Display>) -> Failure {
    let failure = Failure::new(StatusCode::BAD_REQUEST, format!("{what}: {}", error.inner()));
    match error.path().to_string().as_str() {
        "." => failure,
        path => failure.with_field(path),
    }
}
