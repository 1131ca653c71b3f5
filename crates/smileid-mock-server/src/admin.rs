//! Routes of the mock server below `/_mock`, with which tests control it. The API has no such routes.
//!
//! Each route implements [`Operation`] in its own file and is listed in [`OPERATIONS`]. Requests are dispatched, and
//! the OpenAPI document is generated, from this list.

mod billing;
mod callbacks;
mod clock;
mod failure;
mod fidelity;
mod guard;
mod har;
mod health;
mod jobs;
mod journal;
#[cfg(feature = "server")]
mod large;
mod metrics;
mod openapi;
mod partners;
mod read;
mod reset;
mod rules;
mod snapshot;
mod ui;
mod users;

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, DATE},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[cfg(feature = "server")]
pub(crate) use self::large::{crowded_out, is_report};

pub(crate) use self::snapshot::{MOST_BYTES as SNAPSHOT_BYTES, is_snapshot};

use self::failure::Failure;
use crate::{
    control::{callback_fault::CallbackFault, faults::Fault, scenario::Scenario},
    engine::ClockAdvance,
    model::utc_millis::UtcMillis,
    refusal::{Unread, response},
    service::Service,
};
use smileid_protocol::auth::PartnerId;

/// Path prefix of the routes that control the mock server.
const ROOT: &str = "/_mock";

/// All routes that control the mock server.
static OPERATIONS: &[Row] = &[
    row::<billing::Billing>(),
    row::<callbacks::List>(),
    row::<callbacks::Emit>(),
    row::<callbacks::Resend>(),
    row::<rules::List<CallbackFault>>(),
    row::<rules::Add<CallbackFault>>(),
    row::<rules::Clear<CallbackFault>>(),
    row::<rules::Remove<CallbackFault>>(),
    row::<clock::Show>(),
    row::<clock::Set>(),
    row::<rules::List<Fault>>(),
    row::<rules::Add<Fault>>(),
    row::<rules::Clear<Fault>>(),
    row::<rules::Remove<Fault>>(),
    row::<fidelity::Fidelity>(),
    row::<har::Export>(),
    row::<health::Health>(),
    row::<health::Ready>(),
    row::<jobs::Jobs>(),
    row::<journal::Clear>(),
    row::<journal::Journal>(),
    row::<metrics::Metrics>(),
    row::<openapi::Document>(),
    row::<partners::List>(),
    row::<partners::Make>(),
    row::<partners::Remove>(),
    row::<reset::Reset>(),
    row::<rules::List<Scenario>>(),
    row::<rules::Add<Scenario>>(),
    row::<rules::Clear<Scenario>>(),
    row::<rules::Remove<Scenario>>(),
    row::<snapshot::Save>(),
    row::<snapshot::Load>(),
    row::<ui::Door>(),
    row::<ui::File<ui::Page>>(),
    row::<ui::File<ui::Style>>(),
    row::<ui::File<ui::Script>>(),
    row::<users::Show>(),
    row::<users::Set>(),
];

/// A route that controls the mock server.
trait Operation {
    const METHOD: Method;
    /// Path of the route after [`ROOT`]. A segment in braces is a field of `Params`.
    const PATH: &'static str;
    /// Summary of the route in one line.
    const SUMMARY: &'static str;
    /// True if the route requires no token: it reveals nothing and changes nothing.
    const IS_OPEN: bool = false;
    /// Parameters in the query and the path. Unknown ones are an error.
    type Params: DeserializeOwned + JsonSchema;
    /// Request body in JSON. An absent body counts as an empty object.
    type Body: DeserializeOwned + JsonSchema;
    type Reply: Reply;

    fn answer(call: Call<'_>, params: Self::Params, body: Self::Body) -> Result<Self::Reply, Failure>;
}

/// Context of a request to a control route: everything except parameters and body.
#[derive(Clone, Copy)]
struct Call<'a> {
    service: &'a Service,
    /// Real time at which the request came.
    wall: UtcMillis,
}

/// Response of a control route.
trait Reply {
    const STATUS: StatusCode = StatusCode::OK;
    const CONTENT_TYPE: &'static str = "application/json";
    /// Headers of the response, in addition to the common headers.
    const HEADERS: &'static [(&'static str, &'static str)] = &[];

    /// Returns the JSON schema of the response body, for the OpenAPI document.
    fn schema(generator: &mut SchemaGenerator) -> Schema;

    fn into_body(self) -> Bytes;

    /// Returns the clock change that must be made before the response is sent, if any. The caller makes the change, because it
    /// requires I/O.
    fn clock_advance(&self) -> Option<ClockAdvance> {
        None
    }
}

/// Response with a JSON body.
struct Json<T>(T);

impl<T: Serialize + JsonSchema> Reply for Json<T> {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }

    fn into_body(self) -> Bytes {
        serde_json::to_vec(&self.0).unwrap_or_default().into()
    }
}

/// Response with HTTP status 201 and the created item as JSON.
struct Created<T>(T);

impl<T: Serialize + JsonSchema> Reply for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        Json::<T>::schema(generator)
    }

    fn into_body(self) -> Bytes {
        Json(self.0).into_body()
    }
}

/// Marks a route that has no parameters, or no body.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Returns the response to a request that changed a clock, after the change is made.
pub(crate) fn after(service: &Service, clock_advance: &ClockAdvance, wall: UtcMillis) -> Response<Bytes> {
    let answered = clock::after(service, clock_advance, wall);
    let answered = answered.map(|reply| response(StatusCode::OK, "application/json", reply.into_body()));
    finished(answered.unwrap_or_else(Failure::into_response), service, wall)
}

/// Query parameter that limits a request to one partner. Without it, the request applies to all partners.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OfPartner {
    /// Only data of this partner.
    partner_id: Option<String>,
}

impl OfPartner {
    /// Returns the selected partner. Fails if the mock server does not know the partner.
    fn partner(self, call: Call<'_>) -> Result<Option<PartnerId>, Failure> {
        let partner =
            self.partner_id.map(PartnerId::new).transpose().map_err(|_| Failure::unknown_partner())?;
        if partner.as_ref().is_some_and(|partner| !call.service.engine().state.tenants.contains(partner)) {
            return Err(Failure::unknown_partner());
        }
        Ok(partner)
    }
}

/// Entry of the list of control routes.
struct Row {
    method: Method,
    path: &'static str,
    summary: &'static str,
    is_open: bool,
    /// Function that creates the JSON schemas: of the input with the first generator, of the output with the second.
    describe: fn(&mut SchemaGenerator, &mut SchemaGenerator) -> Described,
    answer: fn(Call<'_>, &Request<Bytes>) -> Result<Response<Bytes>, Failure>,
}

/// JSON schemas of a route for the OpenAPI document.
struct Described {
    params: Schema,
    body: Schema,
    reply: Schema,
    status: StatusCode,
    content_type: &'static str,
}

const fn row<O: Operation>() -> Row {
    Row {
        method: O::METHOD,
        path: O::PATH,
        summary: O::SUMMARY,
        is_open: O::IS_OPEN,
        describe: |asked, answered| Described {
            params: O::Params::json_schema(asked),
            body: O::Body::json_schema(asked),
            reply: O::Reply::schema(answered),
            status: O::Reply::STATUS,
            content_type: O::Reply::CONTENT_TYPE,
        },
        answer: |call, request| {
            let params = read::params(request, O::PATH)?;
            let body = read::body(request)?;
            let reply = O::answer(call, params, body)?;
            let clock_advance = reply.clock_advance();
            let mut response = response(O::Reply::STATUS, O::Reply::CONTENT_TYPE, reply.into_body());
            let more = O::Reply::HEADERS.iter();
            response.headers_mut().extend(
                more.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
            );
            if let Some(clock_advance) = clock_advance {
                response.extensions_mut().insert(clock_advance);
            }
            Ok(response)
        },
    }
}

/// Returns true for the path of a control route.
pub(crate) fn is_admin(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Handles a request to a control route.
pub(crate) fn answer(service: &Service, request: &Request<Bytes>, wall: UtcMillis) -> Response<Bytes> {
    let reply = dispatch(Call { service, wall }, request).unwrap_or_else(Failure::into_response);
    let reply = finished(reply, service, wall);
    if request.method() == Method::HEAD { head(reply) } else { reply }
}

/// Returns the error response to a request whose body could not be read completely.
pub(crate) fn refuse_unread(service: &Service, why: Unread, wall: UtcMillis) -> Response<Bytes> {
    let (status, error) = match why {
        Unread::TooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than the `/_mock` routes accept")
        }
        Unread::TooSlow => {
            (StatusCode::REQUEST_TIMEOUT, "the client paused for too long while it sent the body")
        }
        Unread::NoRoom => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the mock server has no memory left for the body of this request: send fewer requests at the same time",
        ),
        Unread::Broken => (StatusCode::BAD_REQUEST, "the body ended early"),
        Unread::TooManyPieces => {
            (StatusCode::BAD_REQUEST, "the body came in too many small pieces: send chunks of 1 KiB or more")
        }
    };
    finished(Failure::new(status, error).into_response(), service, wall)
}

/// Removes the body of a response to a HEAD request, and keeps its length.
fn head(reply: Response<Bytes>) -> Response<Bytes> {
    let (mut head, body) = reply.into_parts();
    head.headers.insert(CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Bytes::new())
}

/// Adds the common headers to a response.
fn finished(mut reply: Response<Bytes>, service: &Service, wall: UtcMillis) -> Response<Bytes> {
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply.headers_mut().extend(service.settings().clock.now(wall).http_date().map(|date| (DATE, date)));
    reply
}

fn dispatch(call: Call<'_>, request: &Request<Bytes>) -> Result<Response<Bytes>, Failure> {
    let path = request.uri().path().strip_prefix(ROOT).unwrap_or_default();
    let at_path = || OPERATIONS.iter().filter(|row| read::matches(row.path, path));
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let found = at_path().find(|row| row.method == *method);

    guard::check(call.service, request, found.is_some_and(|row| row.is_open))?;
    if let Some(row) = found {
        if row.method != Method::GET {
            call.service.engine().state.turn(); // so that the file of the state is written
        }
        return (row.answer)(call, request);
    }
    let mut allowed: Vec<_> = at_path().map(|row| row.method.as_str()).collect();
    if allowed.contains(&Method::GET.as_str()) {
        allowed.push(Method::HEAD.as_str());
    }
    let allowed = allowed.join(", ");
    if allowed.is_empty() {
        let error = "unknown route: `GET /_mock/openapi.json` lists the `/_mock` routes";
        return Err(Failure::new(StatusCode::NOT_FOUND, error));
    }
    let error = format!("method not allowed: this route accepts {allowed}");
    Err(Failure::new(StatusCode::METHOD_NOT_ALLOWED, error).with_header(ALLOW, &allowed))
}
