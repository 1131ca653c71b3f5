//! Bodies and headers of the messages of a case.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use crate::failure::{Doing as _, Failure};

/// The body that a case gives as JSON or as text.
pub(crate) fn either(json: Option<&Value>, text: Option<&str>) -> Result<Bytes, Failure> {
    match (json, text) {
        (Some(json), None) => Ok(Bytes::from(json.to_string())),
        (None, Some(text)) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        _ => Err(Failure::contradiction("give the body as `json` or as `body`, and not as both")),
    }
}

/// The JSON of a body that was written; null when there is none.
pub(crate) fn json(body: &Bytes) -> Result<Value, Failure> {
    if body.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_slice(body).doing("reading what was written")
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    headers: &BTreeMap<String, String>,
    body: Bytes,
) -> Result<http::Request<Bytes>, Failure> {
    let mut request = http::Request::builder().method(method).uri(format!("{ORIGIN}{path}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(body).doing("making the request of the case")
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
    response.body(body).doing("making the reply of the case")
}

/// Where the requests of cases go.
pub(crate) const ORIGIN: &str = "https://api.example";
