//! Tracing: a span for each call, a span for each of its requests, and events for decisions of the client.
//!
//! No span or event has more of an address than its host, as the rest may be a secret; nor a header, a body, or the
//! partner's name for a person.

use std::{fmt::Display, time::Duration};

use bytes::Bytes;
use http::Response;
use smileid_protocol::{job::JobRef, v3::JobId};
use tracing::{
    Span,
    field::{Empty, display},
    info, info_span, warn,
};

use crate::transport::{Outgoing, TransportError, TransportErrorKind};

/// Creates the span of a call about a job. `operation` is the name of the call, such as `submit`.
pub(crate) fn call(operation: &'static str, ids: Option<&JobRef>) -> Span {
    let job_id = ids.map(JobRef::job_id);
    info_span!(target: "smileid", "smileid.call", operation, job_id)
}

/// Creates the span of a V3 call, with the id of the job if it is known.
pub(crate) fn v3_call(operation: &'static str, job_id: Option<&JobId>) -> Span {
    let job_id = job_id.map(JobId::as_str);
    info_span!(target: "smileid", "smileid.call", operation, job_id)
}

/// Logs that an attempt failed and another one follows.
pub(crate) fn again(attempt: u32, pause: Duration, error: &dyn Display) {
    let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    info!(target: "smileid", attempt, pause_ms, %error, "sending again");
}

/// Logs that the last attempt failed.
pub(crate) fn giving_up(attempts: u32, error: &dyn Display) {
    warn!(target: "smileid", attempts, %error, "giving up");
}

/// Logs that a callback does not come from the API.
pub(crate) fn refused_callback(error: &dyn Display) {
    warn!(target: "smileid", %error, "a callback was refused");
}

/// Logs that the status request about a callback failed.
pub(crate) fn unconfirmed_callback(error: &dyn Display) {
    warn!(target: "smileid", %error, "a callback could not be confirmed");
}

/// Logs a warning about images of a V3 job that the API may refuse as too large: its documentation gives 4.5 MB as the limit of a
/// request, its gateway 10 MB.
pub(crate) fn image_size(bytes: u64) {
    if bytes > 4_500_000 {
        warn!(target: "smileid", bytes, "the images are larger than 4.5 MB together: the API may refuse them");
    }
}

/// Logs that a store in memory removed the record of a job that is not settled.
pub(crate) fn forgotten_job(ids: &JobRef, left: &'static str) {
    let job_id = ids.job_id();
    warn!(target: "smileid", job_id, left, "the store `InMemory` is full and forgot a job that is not settled");
}

/// Creates the span of one attempt to send a request. The names follow OpenTelemetry's conventions for HTTP clients.
pub(crate) fn span(outgoing: &Outgoing) -> Span {
    let uri = outgoing.request.uri();
    let port = uri.port_u16().or(match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    });
    let resend_count = (outgoing.resend_count > 0).then_some(outgoing.resend_count);
    info_span!(
        target: "smileid",
        "http.client.request",
        otel.kind = "client",
        otel.name = format_args!("{} {}", outgoing.request.method(), outgoing.endpoint.template),
        http.request.method = outgoing.request.method().as_str(),
        http.request.resend_count = resend_count,
        http.request.body.size = outgoing.request.body().length(),
        url.scheme = uri.scheme_str(),
        url.template = outgoing.endpoint.template,
        server.address = uri.host(),
        server.port = port,
        http.response.status_code = Empty,
        http.response.body.size = Empty,
        error.type = Empty,
        otel.status_code = Empty,
    )
}

/// Records the outcome of the request in its span.
pub(crate) fn record(span: &Span, outcome: &Result<Response<Bytes>, TransportError>) {
    let failed = |kind: &dyn tracing::Value| {
        span.record("error.type", kind);
        span.record("otel.status_code", "ERROR");
    };
    match outcome {
        Ok(response) => {
            let status = response.status();
            span.record("http.response.status_code", status.as_u16());
            span.record("http.response.body.size", response.body().len());
            if status.is_client_error() || status.is_server_error() {
                failed(&status.as_str());
            }
        }
        Err(error) => match error.kind() {
            TransportErrorKind::Other => failed(&"_OTHER"), // the fallback value of the OpenTelemetry conventions
            kind => failed(&display(kind)),
        },
    }
}
