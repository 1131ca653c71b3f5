//! Tracing of requests: a span for each, named as in OpenTelemetry's conventions for HTTP clients.
//!
//! A span never has more of an address than its host, as the rest may be a secret; nor a header or a body.

use bytes::Bytes;
use http::Response;
use tracing::{
    Span,
    field::{Empty, display},
    info_span,
};

use crate::transport::{Outgoing, TransportError, TransportErrorKind};

/// Creates the span of one attempt at a request.
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

/// Records the outcome of the request.
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
            TransportErrorKind::Other => failed(&"_OTHER"), // the conventions' own word
            kind => failed(&display(kind)),
        },
    }
}
