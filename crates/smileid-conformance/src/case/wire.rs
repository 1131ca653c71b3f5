//! Format of cases with the messages of an endpoint.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Content, Keys};

/// Messages of an endpoint. All members are optional. The checks both write and read request and response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WireCase {
    /// Endpoint, from the name of the folder, such as `v1::upload`.
    #[serde(skip)]
    pub endpoint: String,
    /// Credentials of the partner.
    pub credentials: Keys,
    /// Access token of the request, only in version 3, where it replaces the signature.
    #[serde(default)]
    pub token: Option<String>,
    /// Timestamp and signature of the request. Absent for endpoints without authentication.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Request to the endpoint, as a value and as an HTTP message.
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
    /// Timestamp of the message, exactly as sent.
    pub timestamp: String,
    /// Signature of the message, as base64 text.
    pub signature: String,
}

/// A request, as a value and as an HTTP message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Request {
    /// HTTP method of the request.
    pub method: String,
    /// Path of the request with its fields filled in, such as `/v1/smile_links/abc-1`.
    pub path: String,
    /// Query parameters of the request, unescaped.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Headers that a client must send, and that a server receives.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Message in its JSON format, without timestamp and signature. For V3 forms, it has a member for each part: a text,
    /// `{"base64": "…"}` for a file, a list for several files, and any other value for JSON.
    pub value: Value,
    /// Body of the request as JSON. Absent if it has none.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the request as a multipart form, instead of `json`. Order matters only among parts with the same name.
    #[serde(default)]
    pub parts: Option<Vec<FormPart>>,
    /// Other forms of the request with the same meaning.
    #[serde(default)]
    pub variants: Vec<RequestVariant>,
}

/// A part of a multipart form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum FormPart {
    /// A part with a text.
    Text {
        /// Name of the form field.
        name: String,
        /// Value of the part.
        value: String,
    },
    /// A part with a JSON text, and with the `Content-Type` of JSON.
    Json {
        /// Name of the form field.
        name: String,
        /// Content of the part, as JSON.
        value: Value,
    },
    /// A part with a file.
    File {
        /// Name of the form field.
        name: String,
        /// File name in a received request. A program that writes requests may choose another.
        file_name: String,
        /// Content type of the file.
        content_type: String,
        /// Bytes of the file, in base64.
        base64: Content,
    },
}

/// A response, as a value and as an HTTP message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Response {
    /// HTTP status of the response.
    pub status: u16,
    /// Message in its JSON format, without timestamp and signature.
    pub value: Value,
    /// Timestamp and signature of the response. Absent for an unsigned response.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// Headers with a part of the value or of the proof, as in synchronous responses of version 3.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body of the response, as JSON.
    pub json: Value,
    /// Other forms of the response with the same meaning.
    #[serde(default)]
    pub variants: Vec<ResponseVariant>,
}

/// Another form of a request with the same meaning. Absent members are the same as in the request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestVariant {
    /// Program that writes this form, or the difference from the normal form.
    pub why: String,
    /// HTTP method of this form, if it differs.
    #[serde(default)]
    pub method: Option<String>,
    /// Path of the request, if it differs.
    #[serde(default)]
    pub path: Option<String>,
    /// Query of the request, exactly as in the URL.
    #[serde(default)]
    pub query: Option<String>,
    /// All headers of this form, if they differ.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// Body of the message, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the message as text, instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// Body of the message as bytes, instead of `json`.
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

/// Another form of a response with the same meaning.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseVariant {
    /// Program that writes this form, or the difference from the normal form.
    pub why: String,
    /// HTTP status of the response, if it differs.
    #[serde(default)]
    pub status: Option<u16>,
    /// Response headers that differ: name and value.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body of the message, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the message as text, instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
}

/// A request that servers must refuse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Malformed {
    /// HTTP method, if it is not that of the endpoint.
    #[serde(default)]
    pub method: Option<String>,
    /// Path of the request, if it is not that of the endpoint, or has fields.
    #[serde(default)]
    pub path: Option<String>,
    /// Query of the request, exactly as in the URL.
    #[serde(default)]
    pub query: Option<String>,
    /// All headers of the message.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body of the request, as JSON. A `GET` request has none.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the message as text, instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// Error that the case expects.
    pub expect: RequestExpected,
}

/// Expected refusal of a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestExpected {
    /// Method and path do not belong to the endpoint.
    NotFound,
    /// A member of the authentication is missing: partner id, timestamp or signature.
    NoProof {
        /// Name of the missing member.
        member: String,
    },
    /// The body of the request is not a valid message.
    Json {
        /// Member that the error must name, if only one member is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The body of the request is not a valid multipart form.
    Form {
        /// Form part that the error must name, if only one part is wrong.
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
    /// Request in its own JSON format.
    pub value: Value,
    /// Reason that the client must give for not sending the request.
    pub expect: UnwritableExpected,
}

/// Reason why a request cannot be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnwritableExpected {
    /// The request has a member with this name, which is reserved for the authentication data.
    Reserved(String),
    /// The value of this field cannot be sent in the URL path.
    NotASegment(String),
    /// The value of this member must be a text.
    NotText(String),
}

/// A response that clients must refuse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RefusedReply {
    /// HTTP status of the response.
    pub status: u16,
    /// All headers of the message.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body of the message, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the message as text, instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// Error that the case expects.
    pub expect: ReplyExpected,
}

/// Expected refusal of a response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReplyExpected {
    /// The API sent an error response.
    Refused {
        /// Error code of the response, if it has one.
        code: Option<String>,
        /// Error text of the response, if it has one.
        message: Option<String>,
    },
    /// The response is not a valid message.
    Malformed {
        /// Member that the error must name, if only one member is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The response must be signed, but is not.
    Unproven {
        /// Name of the missing member, if only one is missing.
        #[serde(default)]
        member: Option<String>,
    },
    /// The response can be read, but its signature is `malformed` or a `mismatch`.
    Forged(String),
}
