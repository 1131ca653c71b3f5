//! Cases of an endpoint's messages.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Keys;

/// How the messages of one endpoint travel. Each part is there or not, and each that is there is checked in both
/// directions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WireCase {
    /// The path of the file.
    pub id: String,
    /// What the case shows, in one line.
    pub description: String,
    /// Where the expected values come from.
    pub source: String,
    /// The endpoint, by its folder: `v1::upload`.
    #[serde(skip)]
    pub endpoint: String,
    /// Who speaks.
    pub credentials: Keys,
    /// The proof of the request.
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
    /// The path, query included, after the address of the API: `/v1/upload`.
    pub path: String,
    /// Headers that the writer must send, and that the reader is given.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The value, in its own JSON form: the message without its proof.
    pub value: Value,
    /// The body. Absent for none.
    #[serde(default)]
    pub json: Option<Value>,
    /// Other forms that read as the same value.
    #[serde(default)]
    pub variants: Vec<RequestVariant>,
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

/// Another form of a request on the wire.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestVariant {
    /// Who writes it so, or what is different.
    pub why: String,
    /// All headers, where they are others.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// The body as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as text, in place of `json`.
    #[serde(default)]
    pub body: Option<String>,
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
    pub expect: RequestExpected,
}

/// How a request must be refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestExpected {
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
    /// It reads, and its signature is `malformed` or a `mismatch`.
    Signature(String),
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
