//! Case format for the messages of an endpoint.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Content, Keys};

/// Messages of an endpoint. All members are optional. Request and response are both written and read by the checks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WireCase {
    /// The endpoint, from the name of the folder: `v1::upload`.
    #[serde(skip)]
    pub endpoint: String,
    /// Credentials of the partner.
    pub credentials: Keys,
    /// Token of the request. Only in version 3, where it replaces the signature.
    #[serde(default)]
    pub token: Option<String>,
    /// Timestamp and signature of the request. Absent for endpoints without authentication.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Request of the endpoint, as a value and as an HTTP message.
    #[serde(default)]
    pub request: Option<Request>,
    /// Response of the endpoint, as a value and as an HTTP message.
    #[serde(default)]
    pub response: Option<Response>,
    /// A request that servers must refuse.
    #[serde(default)]
    pub malformed: Option<Malformed>,
    /// A request that clients must not send.
    #[serde(default)]
    pub unwritable: Option<Unwritable>,
    /// A response that clients must refuse.
    #[serde(default)]
    pub refused: Option<RefusedReply>,
}

/// Timestamp and signature of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Proof {
    /// The timestamp, exactly as sent.
    pub timestamp: String,
    /// Signature as sent: base64 text.
    pub signature: String,
}

/// A request as a value and as an HTTP message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path after the address of the API, with its fields filled in: `/v1/smile_links/abc-1`.
    pub path: String,
    /// The query parameters, unescaped.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Headers that a client must send, and that a server receives.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The message in its JSON format, without timestamp and signature. For the forms of version 3, it has a member for
    /// each part: a text, `{"base64": "…"}` for a file, a list for several files, and any other value for JSON.
    pub value: Value,
    /// The body. Absent for none.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as a multipart form, instead of `json`. Order matters only among parts with the same name.
    #[serde(default)]
    pub parts: Option<Vec<FormPart>>,
    /// Other forms of the request with the same value.
    #[serde(default)]
    pub variants: Vec<RequestVariant>,
}

/// A part of a multipart form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum FormPart {
    /// Part with a text value.
    Text {
        /// The name of the field.
        name: String,
        /// Value of the part.
        value: String,
    },
    /// A JSON text, with the `Content-Type` of JSON.
    Json {
        /// The name of the field.
        name: String,
        /// The JSON.
        value: Value,
    },
    /// Part with a file.
    File {
        /// The name of the field.
        name: String,
        /// The file name that the reader receives. A writer chooses its own.
        file_name: String,
        /// Its media type.
        content_type: String,
        /// Bytes of the file, in base64.
        base64: Content,
    },
}

/// A response as a value and as an HTTP message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The message in its JSON format, without timestamp and signature.
    pub value: Value,
    /// Timestamp and signature of the response. Absent for an unsigned response.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Headers with a part of the value or of the proof, as in synchronous responses of version 3.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Response body, as JSON.
    pub json: Value,
    /// Other forms of the response with the same value.
    #[serde(default)]
    pub variants: Vec<ResponseVariant>,
}

/// Another form of a request. Absent members are the same as in the request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestVariant {
    /// Program that writes this variant, or its difference from the normal form.
    pub why: String,
    /// The HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// Path of the request, if it differs.
    #[serde(default)]
    pub path: Option<String>,
    /// The query, exactly as in the URL.
    #[serde(default)]
    pub query: Option<String>,
    /// All headers.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// The body, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body, as text instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// The body, as bytes instead of `json`.
    #[serde(default)]
    pub base64: Option<Content>,
}

impl RequestVariant {
    /// Returns `true` if the variant is the same as the request, so that it tests nothing.
    pub(crate) fn is_idle(&self) -> bool {
        let Self { why: _, method, path, query, headers, json, body, base64 } = self;
        let address = method.is_none() && path.is_none() && query.is_none();
        address && headers.is_none() && json.is_none() && body.is_none() && base64.is_none()
    }
}

/// Another form of a response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseVariant {
    /// Program that writes this variant, or its difference from the normal form.
    pub why: String,
    /// The HTTP status, if it differs.
    #[serde(default)]
    pub status: Option<u16>,
    /// Response headers that differ: name and value.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body, as text instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
}

/// A request that servers must refuse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Malformed {
    /// The HTTP method, if it is not the endpoint's.
    #[serde(default)]
    pub method: Option<String>,
    /// The path, if it is not the endpoint's or has fields.
    #[serde(default)]
    pub path: Option<String>,
    /// The query, exactly as in the URL.
    #[serde(default)]
    pub query: Option<String>,
    /// All headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, as JSON. A `GET` request has none.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body, as text instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// The expected refusal.
    pub expect: RequestExpected,
}

/// Expected refusal of a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestExpected {
    /// The method and path do not belong to the endpoint.
    NotFound,
    /// A member of the authentication is missing: partner id, timestamp or signature.
    NoProof {
        /// The missing member.
        member: String,
    },
    /// The body is not a valid message.
    Json {
        /// The member that the error must name, if a single one is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The body is not a valid form.
    Form {
        /// The part that the error must name, if a single one is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The request can be read, but its signature is `malformed` or a `mismatch`.
    Signature(String),
}

/// A request that clients must not send.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Unwritable {
    /// The value in its own JSON format.
    pub value: Value,
    /// Expected reason of the refusal.
    pub expect: UnwritableExpected,
}

/// Reason why a request must not be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnwritableExpected {
    /// The message has a member with this name, which is reserved for the authentication.
    Reserved(String),
    /// This field is part of the path, but its value cannot be a path segment.
    NotASegment(String),
    /// This member must be text.
    NotText(String),
}

/// A response that clients must refuse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RefusedReply {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body, as text instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// The expected refusal.
    pub expect: ReplyExpected,
}

/// Expected refusal of a response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReplyExpected {
    /// The API refused the request.
    Refused {
        /// The error code, if any.
        code: Option<String>,
        /// The error message, if any.
        message: Option<String>,
    },
    /// The response is not a valid message.
    Malformed {
        /// The member that the error must name, if a single one is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The response must be signed, but is not.
    Unproven {
        /// The missing member, if a single one is missing.
        #[serde(default)]
        member: Option<String>,
    },
    /// The response can be read, but its signature is `malformed` or a `mismatch`.
    Forged(String),
}
