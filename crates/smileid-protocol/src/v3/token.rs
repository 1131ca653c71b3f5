//! `POST /v3/token`: exchanges the API key for an access token.
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
    /// Request for a V3 access token. A token without a product, a person or values is valid for every request except those of
    /// Smile Links.
    pub struct Request {
        /// Product for which the token is valid.
        #[debug(shown)]
        product: Option<Product>,
        /// Person for whom the token is valid.
        user_id: Option<UserId>,
        /// Parameters that the partner adds.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Values that the API uses instead of the values in a job. The sandbox does not recognize its test identities in them.
        payload: Option<Extra>,
    }
    const BODY_IS_OPTIONAL = true;
}

impl Request {
    /// Creates a request for a token that is valid for all products and persons, for example for status requests.
    pub const fn unbound() -> Self {
        Self { product: None, user_id: None, partner_params: None, payload: None, other: Vec::new() }
    }

    /// Creates a request for a token that is valid for jobs of one product. If the API has no tokens for the product, the token
    /// is valid for all products.
    pub fn for_product(product: Product) -> Self {
        let has_token = product.row().is_none_or(|row| row.has_token);
        Self { product: has_token.then_some(product), ..Self::unbound() }
    }

    /// Limits the token to one person.
    #[must_use]
    pub fn with_user_id(self, user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..self }
    }

    /// Adds values that the API uses instead of the values in a job, by field name. A client that holds the token cannot read
    /// them: the token contains only references to them.
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
    /// Response with a V3 access token.
    pub strict struct Response {
        /// The access token, a JWT. It is a secret: for 15 minutes, its holder can act for the partner.
        #[debug(shown)]
        token: Secret,
    }
}

impl Response {
    /// Creates a response with this access token.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), extra: Extra::default() }
    }

    /// Returns the time at which the token expires, from its claim `exp`, in seconds since 1970. Does not verify the token's
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
