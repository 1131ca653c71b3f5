//! Judges requests of version 3.

mod form;
mod history;

pub(super) use history::History;

use std::ops::Range;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;
use smileid_protocol::{
    auth::{AuthScheme, Credentials},
    codec::DecodeError,
    endpoint::{Endpoint, Spec},
    v3::JobId,
};

use super::{api_key, mask, response::ResponseInfo, rule::Breach, tally::Notes};
use crate::value::CaseKey;

/// An endpoint of version 3 and its request reader.
pub(super) struct Route {
    pub(super) spec: Spec,
    needs_token: bool,
    read: fn(&Request<Bytes>) -> Result<(), DecodeError>,
}

macro_rules! routes {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(route::<smileid_protocol::$version::$endpoint::Request>()),+]
    };
}

static ROUTES: &[Route] = smileid_protocol::for_each_v3_endpoint!(routes);

const fn route<E: Endpoint>() -> Route
where
    E::Auth: AuthScheme<Key: CaseKey>,
{
    let needs_token = <E::Auth as AuthScheme>::Key::IS_TOKEN;
    Route { spec: E::SPEC, needs_token, read: |request| E::decode(request).map(drop) }
}

/// Returns the path without a doubled first slash, if it is one of version 3.
pub(super) fn path(path: &str) -> Option<&str> {
    let single = if path.starts_with("//") { path.get(1..)? } else { path };
    single.starts_with("/v3/").then_some(single)
}

impl Route {
    pub(super) fn find(method: &Method, path: &str) -> Option<&'static Self> {
        ROUTES.iter().find(|route| route.spec.matches(method, path))
    }

    /// The name of the endpoint's module: `status`.
    fn name(&self) -> &'static str {
        self.spec.name.rsplit("::").next().unwrap_or_default()
    }

    /// Returns `true` if a request creates a job, which may be billed.
    fn is_job(&self) -> bool {
        self.spec.method == Method::POST && !matches!(self.name(), "token" | "replay" | "report_fraud")
    }
}

/// Judges a request to a path of version 3.
pub(super) fn judge(
    history: &mut History,
    request: &Request<Bytes>,
    response: &ResponseInfo<'_>,
    key: &Credentials,
    during: &Range<i64>,
    notes: &mut Notes<'_>,
) {
    let path = path(request.uri().path()).unwrap_or_default();
    if path != request.uri().path() {
        notes.add(Breach::V3DoubleSlash.code());
    }
    judge_head(request, key, notes);
    let Some(route) = Route::find(request.method(), path) else {
        let is_path = |route: &Route| route.spec.matches(&route.spec.method, path);
        let breach = if ROUTES.iter().any(is_path) { Breach::WrongMethod } else { Breach::NoRoute };
        notes.add(breach.code());
        return;
    };
    if response.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
        notes.add_at(Breach::RequestRefused.code(), "HTTP 413");
        return;
    }
    judge_ids(route, path, notes);
    let parts = form::judge(request, during.start, notes);
    if route.needs_token && !request.headers().contains_key(TOKEN) {
        notes.add(Breach::V3TokenMissing.code());
    } else if let Err(error) = (route.read)(request)
        && !notes.has_violation()
    {
        unreadable(&error, notes);
    }
    let is_of_the_content =
        |status: &StatusCode| matches!(*status, StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE);
    if !notes.has_violation()
        && let Some(status) = response.status().filter(is_of_the_content)
    {
        notes.add_at(Breach::RequestRefused.code(), &format!("HTTP {}", status.as_u16()));
    }
    let breach = match route.name() {
        "token" => history.token(parts.as_deref().unwrap_or_default(), during.start),
        "status" => history.asked(key, path, response, during.start),
        _ if route.is_job() => history.submitted(key, request, parts.as_deref(), response),
        _ => None,
    };
    if let Some(breach) = breach {
        notes.add(breach.code());
    }
}

const TOKEN: &str = "smileid-token";
const API_KEY: &str = "smileid-api-key";
const PARTNER: &str = "smileid-partner-id";

fn judge_head(request: &Request<Bytes>, key: &Credentials, notes: &mut Notes<'_>) {
    let is_for_token = path(request.uri().path()) == Some("/v3/token");
    for place in api_key::in_head(request, key) {
        if !(is_for_token && place == format!("header {API_KEY}")) {
            notes.add_at(Breach::KeySent.code(), &place);
        }
    }
    for place in api_key::in_body(request.body(), None, key) {
        notes.add_at(Breach::KeySent.code(), &place);
    }
    let partner = request.headers().get(PARTNER).and_then(|id| id.to_str().ok());
    if partner.is_some_and(|id| id.starts_with('0')) {
        notes.add(Breach::V3PartnerId.code());
    }
    // The beginning of every token: the base64 of `{"`, followed by its parts.
    let is_token = |text: &str| text.contains("eyJ") && text.matches('.').count() >= 2;
    let uri = request.uri();
    for (place, text) in [("its path", uri.path()), ("its query", uri.query().unwrap_or_default())] {
        if is_token(text) {
            notes.add_at(Breach::V3TokenPlace.code(), place);
        }
    }
    for (name, value) in request.headers() {
        if name != TOKEN && value.to_str().is_ok_and(is_token) {
            notes.add_at(Breach::V3TokenPlace.code(), &format!("header {}", mask::name(name.as_str())));
        }
    }
}

/// Judges the id in a path.
fn judge_ids(route: &Route, path: &str, notes: &mut Notes<'_>) {
    let id = percent_decode_str(path.rsplit('/').next().unwrap_or_default()).decode_utf8_lossy();
    if matches!(route.name(), "status" | "replay") && id.parse::<JobId>().is_err() {
        notes.add(Breach::V3JobIdForm.code());
    }
}

fn unreadable(error: &DecodeError, notes: &mut Notes<'_>) {
    let named = match error {
        DecodeError::Invalid { member, .. } => Some(member.as_str()),
        DecodeError::Json(error) => error.member().or(error.missing_field()),
        error => error.missing_field(),
    };
    // The names come from the protocol, and the error contains no values.
    let place = named.map(|member| format!("/{}", member.replace('.', "/")));
    let breach = match named.and_then(|member| member.split('.').next()) {
        Some("consent") => Breach::V3Consent,
        Some("user_details") => Breach::V3Person,
        _ if matches!(error, DecodeError::Missing { .. }) => Breach::MemberMissing,
        _ => Breach::UnreadableBody,
    };
    notes.add_at(breach.code(), place.as_deref().unwrap_or(&error.to_string()));
}
