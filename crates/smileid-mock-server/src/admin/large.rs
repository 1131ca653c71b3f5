//! Limits large responses: a server creates only a few at a time, and replaces them by an error if memory is short.

use bytes::Bytes;
use http::{Method, Response, StatusCode, header::RETRY_AFTER};

use super::{Failure, OPERATIONS, ROOT, finished, read};
use crate::{model::utc_millis::UtcMillis, service::Service};

/// Returns true for requests whose response is a report, which may be large and slow to write.
pub(crate) fn is_report(method: &Method, path: &str) -> bool {
    let is_one = |path: &str| {
        let mut rows = OPERATIONS.iter().filter(|row| row.method == Method::GET && !row.is_open);
        rows.any(|row| read::matches(row.path, path))
    };
    matches!(*method, Method::GET | Method::HEAD) && path.strip_prefix(ROOT).is_some_and(is_one)
}

/// Returns the 503 response that replaces a large one if memory is short.
pub(crate) fn crowded_out(service: &Service, wall: UtcMillis) -> Response<Bytes> {
    let error = "responses that other clients have not read yet use all the memory for large responses: read them, or retry in \
                 some seconds with a smaller `limit`";
    let failure = Failure::new(StatusCode::SERVICE_UNAVAILABLE, error).with_header(RETRY_AFTER, "5");
    finished(failure.into_response(), service, wall)
}
