//! The trait `Endpoint`, which the request type of each API endpoint implements, for clients and servers.

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
    /// Fixed properties of the endpoint, such as method and path.
    const SPEC: Spec;
    /// Authentication scheme of the endpoint's requests.
    type Auth: AuthScheme;
    /// Codec of the endpoint's requests: JSON, multipart form or query.
    type Codec: Codec<Self>;
    /// Type of the endpoint's response.
    type Response: Serialize + DeserializeOwned;
    /// Authentication scheme of the endpoint's responses.
    type ReplyAuth: AuthScheme<Key = Credentials>;

    /// Encodes the request in a client. Images in memory are copied into the body.
    ///
    /// # Errors
    ///
    /// If the message cannot be written, or one of its images is in a file: see [`encode_pieces`](Self::encode_pieces).
    fn encode(&self, origin: &Origin, proof: &ProofOf<Self>) -> Result<http::Request<Bytes>, EncodeError> {
        let (head, pieces) = self.encode_pieces(origin, proof)?.into_parts();
        Ok(http::Request::from_parts(head, Piece::join(&pieces).ok_or(EncodeError::InFile)?))
    }

    /// Encodes the request in a client, with a body in pieces: images are not copied, and files are not read.
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

    /// Decodes the request in a server.
    ///
    /// # Errors
    ///
    /// If the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<Self, Self::Auth>, DecodeError> {
        Self::Codec::decode(request)
    }

    /// Encodes the response in a server.
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

    /// Decodes the response in a client.
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

/// An endpoint whose requests are signed with the partner's key: every endpoint of versions 1 and 2.
pub trait SignedEndpoint: Endpoint<Auth: AuthScheme<Key = Credentials>> {
    /// Returns the name of an extra member that the message would contain twice, because a field or the authentication data has
    /// the same name.
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

/// Authentication data of requests to the endpoint `E`.
pub type ProofOf<E> = <<E as Endpoint>::Auth as AuthScheme>::Proof;

/// Authentication data of responses from the endpoint `E`.
pub type ReplyProofOf<E> = <<E as Endpoint>::ReplyAuth as AuthScheme>::Proof;

/// Codec: writes and reads the requests of the endpoint `E`.
pub trait Codec<E: Endpoint> {
    /// Encodes a request in a client.
    ///
    /// # Errors
    ///
    /// If the message cannot be written.
    fn encode(
        request: &E,
        origin: &Origin,
        proof: &ProofOf<E>,
    ) -> Result<http::Request<Vec<Piece>>, EncodeError>;

    /// Decodes a request in a server.
    ///
    /// # Errors
    ///
    /// If the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError>;
}

/// Fixed properties of an endpoint, such as method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// Name of the endpoint, after its Rust module: `v1::job_status`.
    pub name: &'static str,
    /// HTTP method of the endpoint.
    pub method: Method,
    /// URL path of the endpoint: `/v1/job_status`. A segment in braces is a field of the request: `/v1/smile_links/{ref_id}`.
    pub path: &'static str,
    /// Other URL paths that servers handle as the same endpoint.
    pub aliases: &'static [&'static str],
    /// Other HTTP methods that servers handle as the same endpoint.
    pub other_methods: &'static [Method],
    /// HTTP status of a successful response: 200, or 202 if the work is done later.
    pub success: StatusCode,
    /// True if sending the request twice has the same effect as sending it once.
    pub retry_safe: bool,
}

impl Spec {
    /// Creates the properties of a `POST` endpoint.
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

    /// Creates the properties of a `GET` endpoint. Its requests may be repeated, because they change nothing.
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

    /// Creates the properties of a `PUT` endpoint. Its requests may be repeated, because the second changes nothing.
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

    /// Adds URL paths that servers handle as the same endpoint.
    #[must_use]
    pub const fn also_at(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Declares that successful responses of the endpoint have the HTTP status 202.
    #[must_use]
    pub const fn accepted(mut self) -> Self {
        self.success = StatusCode::ACCEPTED;
        self
    }

    /// Declares that sending the request twice has the same effect as sending it once.
    #[must_use]
    pub const fn retry_safe(mut self) -> Self {
        self.retry_safe = true;
        self
    }

    /// Adds HTTP methods that servers handle as the same endpoint.
    #[must_use]
    pub const fn also_by(mut self, methods: &'static [Method]) -> Self {
        self.other_methods = methods;
        self
    }

    /// Returns true if a request with this method and path belongs to the endpoint.
    pub fn matches(&self, method: &Method, path: &str) -> bool {
        let paths = std::iter::once(&self.path).chain(self.aliases);
        let is_method = self.method == *method || self.other_methods.contains(method);
        is_method && paths.into_iter().any(|template| path::matches(template, path))
    }
}
