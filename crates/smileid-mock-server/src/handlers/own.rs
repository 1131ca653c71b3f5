//! The mock's own routes, which the API does not have: everything below `/_mock`.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::json;

use crate::refusal::json;

/// Where the mock's own routes are.
pub(crate) const ROOT: &str = "/_mock";

pub(crate) fn is_own(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn answer(request: &Request<Bytes>) -> Response<Bytes> {
    match (request.method(), request.uri().path().strip_prefix(ROOT)) {
        // Whoever gets an answer has a mock that is ready: it listens only then.
        (&Method::GET, Some("/health" | "/ready")) => json(StatusCode::OK, &json!({"status": "ok"})),
        _ => json(StatusCode::NOT_FOUND, &json!({"error": "the mock has no such route of its own"})),
    }
}
