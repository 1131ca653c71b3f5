//! Endpoints: each is declared on its request type, from which both halves of both messages follow.

use bytes::Bytes;
use http::Method;
use serde::{Serialize, de::DeserializeOwned};
use smileid_types::EnvironmentRow;

use crate::{
    auth::{AuthScheme, Credentials, Unverified},
    codec::{DecodeError, EncodeError, path},
    origin::Origin,
    reply::{self, ReplyError},
    timestamp::Timestamp,
};

/// An endpoint, declared once on its request type: both halves of both messages follow.
pub trait Endpoint: Sized {
    /// The fixed facts.
    const SPEC: Spec;
    /// How a request proves who sent it.
    type Auth: AuthScheme<Key = Credentials>;
    /// How a request looks on the wire.
    type Codec: Codec<Self>;
    /// The reply.
    type Response: Serialize + DeserializeOwned;
    /// How a reply proves that the API sent it.
    type ReplyAuth: AuthScheme<Key = Credentials>;

    /// The client's half of the request.
    ///
    /// # Errors
    ///
    /// When the message cannot be written.
    fn encode(&self, origin: &Origin, proof: &ProofOf<Self>) -> Result<http::Request<Bytes>, EncodeError> {
        Self::Codec::encode(self, origin, proof)
    }

    /// The name of a member that would be written twice, were the message sent: a field of it and an extra member, or
    /// a member of its proof.
    fn clash(&self) -> Option<String> {
        let key = Credentials::new("0", "0").ok()?;
        let proof = Self::Auth::prove(&key, &Timestamp::from_utc_millis(0));
        match self.encode(&Origin::from(&EnvironmentRow::SANDBOX), &proof) {
            Err(EncodeError::Reserved { name }) => Some(name),
            _ => None,
        }
    }

    /// The server's half of the request.
    ///
    /// # Errors
    ///
    /// When the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<Self, Self::Auth>, DecodeError> {
        Self::Codec::decode(request)
    }

    /// The server's half of the reply.
    ///
    /// # Errors
    ///
    /// When the message cannot be written.
    fn encode_reply(
        response: &Self::Response,
        proof: &ReplyProofOf<Self>,
    ) -> Result<http::Response<Bytes>, EncodeError> {
        reply::encode::<Self::ReplyAuth, _>(response, proof)
    }

    /// The client's half of the reply.
    ///
    /// # Errors
    ///
    /// When the API refused, or answered in a way that cannot be read.
    fn decode_reply(
        response: &http::Response<Bytes>,
    ) -> Result<Unverified<Self::Response, Self::ReplyAuth>, ReplyError> {
        reply::decode(response)
    }
}

/// The proof that a request of `E` carries.
pub type ProofOf<E> = <<E as Endpoint>::Auth as AuthScheme>::Proof;

/// The proof that a reply of `E` carries.
pub type ReplyProofOf<E> = <<E as Endpoint>::ReplyAuth as AuthScheme>::Proof;

/// Writes and reads the requests of endpoint `E`.
pub trait Codec<E: Endpoint> {
    /// The client's half.
    ///
    /// # Errors
    ///
    /// When the message cannot be written.
    fn encode(request: &E, origin: &Origin, proof: &ProofOf<E>) -> Result<http::Request<Bytes>, EncodeError>;

    /// The server's half.
    ///
    /// # Errors
    ///
    /// When the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError>;
}

/// The fixed facts of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// Its module: `v1::job_status`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path after the origin: `/v1/job_status`. A segment in braces is a field: `/v1/smile_links/{ref_id}`.
    pub path: &'static str,
    /// Other paths that servers answer alike.
    pub aliases: &'static [&'static str],
    /// Other methods that servers answer alike.
    pub other_methods: &'static [Method],
    /// Whether sending it twice does no more than sending it once.
    pub retry_safe: bool,
}

impl Spec {
    /// A `POST` endpoint.
    pub const fn post(name: &'static str, path: &'static str) -> Self {
        Self { name, method: Method::POST, path, aliases: &[], other_methods: &[], retry_safe: false }
    }

    /// A `GET` endpoint. Asking changes nothing, so it may be asked again.
    pub const fn get(name: &'static str, path: &'static str) -> Self {
        Self { name, method: Method::GET, path, aliases: &[], other_methods: &[], retry_safe: true }
    }

    /// A `PUT` endpoint. Putting the same twice changes nothing.
    pub const fn put(name: &'static str, path: &'static str) -> Self {
        Self { name, method: Method::PUT, path, aliases: &[], other_methods: &[], retry_safe: true }
    }

    /// Servers answer these paths alike.
    #[must_use]
    pub const fn also_at(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Sending it twice does no more than sending it once.
    #[must_use]
    pub const fn retry_safe(mut self) -> Self {
        self.retry_safe = true;
        self
    }

    /// Servers answer these methods alike.
    #[must_use]
    pub const fn also_by(mut self, methods: &'static [Method]) -> Self {
        self.other_methods = methods;
        self
    }

    /// Whether a request of this method and path is one of the endpoint's.
    pub fn matches(&self, method: &Method, path: &str) -> bool {
        let paths = std::iter::once(&self.path).chain(self.aliases);
        let is_method = self.method == *method || self.other_methods.contains(method);
        is_method && paths.into_iter().any(|template| path::matches(template, path))
    }
}
