//! `POST /v3/token`: exchanges the API key for a token.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::{Extra, open_struct, v3::Product};

use super::{UserId, form::FormField};
use crate::{
    auth::{Anonymous, ApiKeyHeader, Secret, claims},
    codec::{DecodeError, EncodeError, Multipart, Part},
    endpoint::{Endpoint, Spec},
    piece::Piece,
};

form! {
    /// Requests a token. A token that is not bound to anything can be used for every request except those of Smile
    /// Links.
    pub struct Request {
        /// Product that the token is bound to.
        #[debug(shown)]
        product: Option<Product>,
        /// Person that the token is bound to.
        user_id: Option<UserId>,
        /// The partner's own members.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Values that the token is bound to. They replace the values of a job. The sandbox does not recognize its test
        /// identities in bound values.
        payload: Option<Extra>,
    }
    const BODY_IS_OPTIONAL = true;
}

impl Request {
    /// Requests a token that is not bound to anything, for example for status requests.
    pub const fn unbound() -> Self {
        Self { product: None, user_id: None, partner_params: None, payload: None, other: Vec::new() }
    }

    /// Requests a token for jobs of a product. If tokens cannot be bound to the product, the token is unbound.
    pub fn for_product(product: Product) -> Self {
        let has_token = product.row().is_none_or(|row| row.has_token);
        Self { product: has_token.then_some(product), ..Self::unbound() }
    }

    /// Binds the token to a person.
    #[must_use]
    pub fn with_user_id(self, user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..self }
    }

    /// Binds the token to values of a job, by field name. A client that holds the token cannot read bound identity
    /// data: the token contains only references to it.
    #[must_use]
    pub fn with_payload(self, payload: Extra) -> Self {
        Self { payload: Some(payload), ..self }
    }
}

impl FormField for Product {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        parts.push(Part::text(name, self.as_str()));
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        String::read(name, parts).map(|word| Self::from(word.as_str()))
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::token", "/v3/token").retry_safe();
    type Auth = ApiKeyHeader;
    type Codec = Multipart;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with an access token.
    pub strict struct Response {
        /// The token, a JWT. It is a secret: whoever has it can act for the partner for 15 minutes.
        #[debug(shown)]
        token: Secret,
    }
}

impl Response {
    /// Creates a response with this token.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), extra: Extra::default() }
    }

    /// Returns the expiry of the token from its claim `exp`, in seconds since 1970. Does not verify the token's
    /// signature, which only the API can do.
    ///
    /// ```
    /// use smileid_protocol::v3::token;
    ///
    /// let reply = token::Response::new("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE4MDAwMDAwMDB9.c2ln");
    /// assert_eq!(reply.expires_at(), Some(1_800_000_000));
    /// assert_eq!(token::Response::new("opaque").expires_at(), None);
    /// ```
    pub fn expires_at(&self) -> Option<i64> {
        #[derive(serde::Deserialize)]
        struct Claims {
            exp: i64,
        }

        claims(self.token.expose()).map(|Claims { exp }| exp)
    }
}
