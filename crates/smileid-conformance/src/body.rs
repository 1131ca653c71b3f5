//! Builds HTTP requests and responses from case files.

pub(crate) mod form;
pub(crate) mod query;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use smileid_protocol::origin::Origin;

use crate::{
    case::{Content, Request, RequestVariant},
    failure::{Doing as _, Failure},
};

/// Base URL of requests in cases.
pub(crate) const ORIGIN: &str = "https://api.example";

/// Returns [`ORIGIN`] in the type of the protocol crate.
pub(crate) fn origin() -> Result<Origin, Failure> {
    ORIGIN.parse().doing("reading the origin")
}

/// Returns the body of a message in a case, which is given as JSON or as text.
pub(crate) fn either(json: Option<&Value>, text: Option<&str>) -> Result<Bytes, Failure> {
    one_of(json, text, None)?
        .ok_or_else(|| Failure::contradiction("exactly one of `json` and `body` is required"))
}

/// Returns the body of a message in a case, which is given in at most one of three forms.
pub(crate) fn one_of(
    json: Option<&Value>,
    text: Option<&str>,
    bytes: Option<&Content>,
) -> Result<Option<Bytes>, Failure> {
    match (json, text, bytes) {
        (None, None, None) => Ok(None),
        (Some(json), None, None) => Ok(Some(Bytes::from(json.to_string()))),
        (None, Some(text), None) => Ok(Some(Bytes::copy_from_slice(text.as_bytes()))),
        (None, None, Some(content)) => Ok(Some(content.0.clone())),
        _ => Err(Failure::contradiction("only one of `json`, `body` and `base64` is allowed")),
    }
}

/// Parses a body that the code under test wrote. An empty body becomes null.
pub(crate) fn json(body: &Bytes) -> Result<Value, Failure> {
    if body.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_slice(body).doing("reading the written body")
    }
}

/// Builds the HTTP request of a case, or one of its variants.
pub(crate) fn case_request(
    case: &Request,
    variant: Option<&RequestVariant>,
) -> Result<http::Request<Bytes>, Failure> {
    let method = variant.and_then(|it| it.method.as_ref()).unwrap_or(&case.method);
    let path = variant.and_then(|it| it.path.as_ref()).unwrap_or(&case.path);
    let query = variant.and_then(|it| it.query.clone()).unwrap_or_else(|| query::write(&case.query));
    let headers = variant.and_then(|it| it.headers.as_ref()).unwrap_or(&case.headers);
    let own_body = match variant {
        Some(it) => one_of(it.json.as_ref(), it.body.as_deref(), it.base64.as_ref())?,
        None => None,
    };
    match (own_body, &case.json, &case.parts) {
        (Some(body), ..) => request(method, path, &query, headers, body),
        (None, None, None) => request(method, path, &query, headers, Bytes::new()),
        (None, Some(json), None) => request(method, path, &query, headers, Bytes::from(json.to_string())),
        (None, None, Some(parts)) => {
            let mut request = request(method, path, &query, headers, form::write(parts))?;
            let content_type = form::content_type().parse().doing("creating the request of the case")?;
            request.headers_mut().insert(CONTENT_TYPE, content_type);
            Ok(request)
        }
        (None, Some(_), Some(_)) => Err(Failure::contradiction("only one of `json` and `parts` is allowed")),
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    query: &str,
    headers: &BTreeMap<String, String>,
    body: Bytes,
) -> Result<http::Request<Bytes>, Failure> {
    let mark = if query.is_empty() { "" } else { "?" };
    let mut request = http::Request::builder().method(method).uri(format!("{ORIGIN}{path}{mark}{query}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(body).doing("creating the request of the case")
}

pub(crate) fn response(
    status: u16,
    headers: &BTreeMap<String, String>,
    body: Bytes,
) -> Result<http::Response<Bytes>, Failure> {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body).doing("creating the response of the case")
}
