//! Cases of an endpoint's messages.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Content, Keys};

/// How the messages of one endpoint travel. Each part is there or not, and each that is there is checked in both
/// directions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WireCase {
    /// The endpoint, by its folder: `v1::upload`.
    #[serde(skip)]
    pub endpoint: String,
    /// Who speaks.
    pub credentials: Keys,
    /// The proof of the request. Absent for endpoints that ask for none.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// A request.
    #[serde(default)]
    pub request: Option<Request>,
    /// The reply.
    #[serde(default)]
    pub response: Option<Response>,
    /// A request that the server's half must refuse.
    #[serde(default)]
    pub malformed: Option<Malformed>,
    /// A request that the client's half must not write.
    #[serde(default)]
    pub unwritable: Option<Unwritable>,
    /// A reply that the client's half must refuse.
    #[serde(default)]
    pub refused: Option<RefusedReply>,
}

/// What proves who sent a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Proof {
    /// When it was signed, exactly as it travels.
    pub timestamp: String,
    /// The signature.
    pub signature: String,
}

/// A request: as a value, and on the wire.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path after the address of the API, its fields filled in: `/v1/smile_links/abc-1`.
    pub path: String,
    /// What the query holds, unescaped.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Headers that the writer must send, and that the reader is given.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The value, in its own JSON form: the message without its proof.
    pub value: Value,
    /// The body. Absent for none.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as a form of several parts, in place of `json`. Only parts of one name have an order.
    #[serde(default)]
    pub parts: Option<Vec<FormPart>>,
    /// Other forms that read as the same value.
    #[serde(default)]
    pub variants: Vec<RequestVariant>,
}

/// A part of a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum FormPart {
    /// A text.
    Text {
        /// The name of the field.
        name: String,
        /// The text.
        value: String,
    },
    /// A file.
    File {
        /// The name of the field.
        name: String,
        /// The name of the file that the reader is given. A writer chooses its own.
        file_name: String,
        /// Its media type.
        content_type: String,
        /// What it holds.
        base64: Content,
    },
}

/// A reply: as a value, and on the wire.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The value, in its own JSON form: the message without its proof.
    pub value: Value,
    /// What proves that the API sent it. Absent for none.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// The body.
    pub json: Value,
    /// Other forms that read as the same value.
    #[serde(default)]
    pub variants: Vec<ResponseVariant>,
}

/// Another form of a request on the wire. What it leaves out is as in the request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestVariant {
    /// Who writes it so, or what is different.
    pub why: String,
    /// The HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// The path.
    #[serde(default)]
    pub path: Option<String>,
    /// The query as it stands in the address.
    #[serde(default)]
    pub query: Option<String>,
    /// All headers.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// The body as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as text, in place of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// The body as it is, in place of `json`.
    #[serde(default)]
    pub base64: Option<Content>,
}

impl RequestVariant {
    /// Whether it is the request itself.
    pub(crate) fn is_idle(&self) -> bool {
        let Self { why: _, method, path, query, headers, json, body, base64 } = self;
        let address = method.is_none() && path.is_none() && query.is_none();
        address && headers.is_none() && json.is_none() && body.is_none() && base64.is_none()
    }
}

/// Another form of a reply on the wire.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseVariant {
    /// Who writes it so, or what is different.
    pub why: String,
    /// The HTTP status, where it is another.
    #[serde(default)]
    pub status: Option<u16>,
    /// Its headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as text, in place of `json`.
    #[serde(default)]
    pub body: Option<String>,
}

/// A request that the server's half must refuse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Malformed {
    /// The HTTP method, where it is not the endpoint's.
    #[serde(default)]
    pub method: Option<String>,
    /// The path, where it is not the endpoint's or has fields.
    #[serde(default)]
    pub path: Option<String>,
    /// The query as it stands in the address.
    #[serde(default)]
    pub query: Option<String>,
    /// All headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body as JSON. A `GET` has none.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as text, in place of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// How it must be refused.
    pub expect: RequestExpected,
}

/// How a request must be refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestExpected {
    /// The method and path are none of the endpoint's.
    NotFound,
    /// A member of the proof is not there.
    NoProof {
        /// Which.
        member: String,
    },
    /// The body is not the message.
    Json {
        /// The member that the error must name, when one alone is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The body is not the form.
    Form {
        /// The part that the error must name, when one alone is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// It reads, and its signature is `malformed` or a `mismatch`.
    Signature(String),
}

/// A request that the client's half must not write.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Unwritable {
    /// The value, in its own JSON form.
    pub value: Value,
    /// Why it must not be written.
    pub expect: UnwritableExpected,
}

/// Why a request must not be written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnwritableExpected {
    /// It has a member that is the proof's.
    Reserved(String),
    /// This field is a part of the path and cannot be one.
    NotASegment(String),
    /// This member is no text, and stands where texts alone can travel.
    NotText(String),
}

/// A reply that the client's half must refuse.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RefusedReply {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as text, in place of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// How it must be refused.
    pub expect: ReplyExpected,
}

/// How a reply must be refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReplyExpected {
    /// The API refused.
    Refused {
        /// Its code, when it gave one.
        code: Option<String>,
        /// Its words, when it had some.
        message: Option<String>,
    },
    /// The answer is not the message.
    Malformed {
        /// The member that the error must name, when one alone is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// The answer must be signed and is not.
    Unproven {
        /// The member that is missing, when one alone is.
        #[serde(default)]
        member: Option<String>,
    },
    /// It reads, and its signature is `malformed` or a `mismatch`.
    Forged(String),
}
