//! Endpoint trait. The request type of an endpoint implements it, for both the client and the server.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use smileid_types::EnvironmentRow;

use crate::{
    auth::{AuthScheme, Credentials, Unverified},
    codec::{DecodeError, EncodeError, path},
    origin::Origin,
    piece::Piece,
    reply::{self, ReplyError},
    timestamp::Timestamp,
};

/// An endpoint of the API, implemented by its request type. Encodes and decodes requests and responses, for clients and
/// servers.
pub trait Endpoint: Sized {
    /// The fixed properties.
    const SPEC: Spec;
    /// Authentication scheme of requests.
    type Auth: AuthScheme;
    /// Codec of requests: JSON, multipart form or query.
    type Codec: Codec<Self>;
    /// Type of the reply.
    type Response: Serialize + DeserializeOwned;
    /// Authentication scheme of responses.
    type ReplyAuth: AuthScheme<Key = Credentials>;

    /// Encodes the request, for the client. Images in memory are copied into the body.
    ///
    /// # Errors
    ///
    /// If the message cannot be written, or one of its images is in a file: see [`encode_pieces`](Self::encode_pieces).
    fn encode(&self, origin: &Origin, proof: &ProofOf<Self>) -> Result<http::Request<Bytes>, EncodeError> {
        let (head, pieces) = self.encode_pieces(origin, proof)?.into_parts();
        Ok(http::Request::from_parts(head, Piece::join(&pieces).ok_or(EncodeError::InFile)?))
    }

    /// Encodes the request, for the client, with a body in pieces: images are not copied, and files are not read.
    ///
    /// # Errors
    ///
    /// If the message cannot be written.
    fn encode_pieces(
        &self,
        origin: &Origin,
        proof: &ProofOf<Self>,
    ) -> Result<http::Request<Vec<Piece>>, EncodeError> {
        Self::Codec::encode(self, origin, proof)
    }

    /// Decodes the request, for the server.
    ///
    /// # Errors
    ///
    /// If the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<Self, Self::Auth>, DecodeError> {
        Self::Codec::decode(request)
    }

    /// Encodes the reply, for the server.
    ///
    /// # Errors
    ///
    /// If the message cannot be written.
    fn encode_reply(
        response: &Self::Response,
        proof: &ReplyProofOf<Self>,
    ) -> Result<http::Response<Bytes>, EncodeError> {
        let mut encoded = reply::encode::<Self::ReplyAuth, _>(response, proof)?;
        *encoded.status_mut() = Self::SPEC.success;
        Ok(encoded)
    }

    /// Decodes the reply, for the client.
    ///
    /// # Errors
    ///
    /// If the API refused, or its response cannot be read.
    fn decode_reply(
        response: &http::Response<Bytes>,
    ) -> Result<Unverified<Self::Response, Self::ReplyAuth>, ReplyError> {
        reply::decode(response)
    }
}

/// An endpoint whose requests are signed with the partner's key: all of versions 1 and 2.
pub trait SignedEndpoint: Endpoint<Auth: AuthScheme<Key = Credentials>> {
    /// Returns the name of an extra member that is also the name of a field or of the authentication data, so that the
    /// message would contain it twice.
    fn clash(&self) -> Option<String> {
        let key = Credentials::new("0", "0").ok()?;
        let proof = Self::Auth::prove(&key, &Timestamp::from_utc_millis(0));
        match self.encode_pieces(&Origin::from(&EnvironmentRow::SANDBOX), &proof) {
            Err(EncodeError::Reserved { name }) => Some(name),
            _ => None,
        }
    }
}

impl<E: Endpoint<Auth: AuthScheme<Key = Credentials>>> SignedEndpoint for E {}

/// Authentication data of requests to `E`.
pub type ProofOf<E> = <<E as Endpoint>::Auth as AuthScheme>::Proof;

/// Authentication data of responses of `E`.
pub type ReplyProofOf<E> = <<E as Endpoint>::ReplyAuth as AuthScheme>::Proof;

/// Writes and reads the requests of endpoint `E`.
pub trait Codec<E: Endpoint> {
    /// Encodes a request, for the client.
    ///
    /// # Errors
    ///
    /// If the message cannot be written.
    fn encode(
        request: &E,
        origin: &Origin,
        proof: &ProofOf<E>,
    ) -> Result<http::Request<Vec<Piece>>, EncodeError>;

    /// Decodes a request, for the server.
    ///
    /// # Errors
    ///
    /// If the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError>;
}

/// The fixed properties of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// Its module: `v1::job_status`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path after the origin: `/v1/job_status`. A segment in braces is a field: `/v1/smile_links/{ref_id}`.
    pub path: &'static str,
    /// Other paths that servers handle in the same way.
    pub aliases: &'static [&'static str],
    /// Other methods that servers handle in the same way.
    pub other_methods: &'static [Method],
    /// HTTP status of a reply: 200, or 202 where the work is done later.
    pub success: StatusCode,
    /// True if sending it twice has the same effect as sending it once.
    pub retry_safe: bool,
}

impl Spec {
    /// Creates a `POST` endpoint.
    pub const fn post(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method: Method::POST,
            path,
            aliases: &[],
            other_methods: &[],
            success: StatusCode::OK,
            retry_safe: false,
        }
    }

    /// Creates a `GET` endpoint. A query changes nothing, so it may be sent again.
    pub const fn get(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method: Method::GET,
            path,
            aliases: &[],
            other_methods: &[],
            success: StatusCode::OK,
            retry_safe: true,
        }
    }

    /// Creates a `PUT` endpoint. Putting the same twice changes nothing.
    pub const fn put(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method: Method::PUT,
            path,
            aliases: &[],
            other_methods: &[],
            success: StatusCode::OK,
            retry_safe: true,
        }
    }

    /// Adds paths that servers handle in the same way.
    #[must_use]
    pub const fn also_at(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Declares that its replies have the HTTP status 202.
    #[must_use]
    pub const fn accepted(mut self) -> Self {
        self.success = StatusCode::ACCEPTED;
        self
    }

    /// Declares that sending it twice has the same effect as sending it once.
    #[must_use]
    pub const fn retry_safe(mut self) -> Self {
        self.retry_safe = true;
        self
    }

    /// Adds methods that servers handle in the same way.
    #[must_use]
    pub const fn also_by(mut self, methods: &'static [Method]) -> Self {
        self.other_methods = methods;
        self
    }

    /// Returns true if a request of this method and path belongs to the endpoint.
    pub fn matches(&self, method: &Method, path: &str) -> bool {
        let paths = std::iter::once(&self.path).chain(self.aliases);
        let is_method = self.method == *method || self.other_methods.contains(method);
        is_method && paths.into_iter().any(|template| path::matches(template, path))
    }
}
