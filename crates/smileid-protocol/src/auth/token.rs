//! Authentication schemes of V3: API key in requests for a token, the token in all other requests, signed headers in responses.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    AuthError, AuthScheme, Credentials, Envelope, PartnerId, ReplyProof, Secret, SignedReply,
    trust::TimedProof,
};
use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    codec::{DecodeError, EncodeError},
    timestamp::Timestamp,
};

use super::scheme::{PARTNER_HEADER, SOURCE_SDK_HEADER, SOURCE_SDK_VERSION_HEADER};

const API_KEY_HEADER: &str = "smileid-api-key";
const TOKEN_HEADER: &str = "smileid-token";
pub(crate) const SIGNATURE_HEADER: &str = "response-signature";
pub(crate) const TIMESTAMP_HEADER: &str = "response-timestamp";

/// Scheme of requests for a V3 token: partner id and API key in headers.
///
/// The partner id has no leading zeros here: see [`PartnerId::without_zeros`].
#[derive(Debug)]
#[non_exhaustive]
pub struct ApiKeyHeader;

/// Partner id and API key of a request for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiKeyProof {
    /// Partner id, exactly as sent.
    pub partner_id: PartnerId,
    /// API key of the partner.
    pub api_key: Secret,
}

impl AuthScheme for ApiKeyHeader {
    type Key = Credentials;
    type Proof = ApiKeyProof;

    fn prove(key: &Credentials, _: &Timestamp) -> ApiKeyProof {
        ApiKeyProof { partner_id: key.partner_id().without_zeros(), api_key: key.api_key().expose().into() }
    }

    fn check(proof: &ApiKeyProof, key: &Credentials) -> Result<(), AuthError> {
        let is_partner = proof.partner_id.without_zeros() == key.partner_id().without_zeros();
        let is_key = proof.api_key == Secret::from(key.api_key().expose());
        if is_partner && is_key { Ok(()) } else { Err(AuthError::Mismatch) }
    }

    fn partner(proof: &ApiKeyProof) -> Option<&PartnerId> {
        Some(&proof.partner_id)
    }

    fn timestamp(_: &ApiKeyProof) -> Option<&Timestamp> {
        None
    }

    fn write(proof: &ApiKeyProof, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put_header(PARTNER_HEADER, proof.partner_id.as_str())?;
        envelope.put_secret_header(API_KEY_HEADER, proof.api_key.expose())?;
        write_source(envelope)
    }

    fn read(envelope: &mut Envelope) -> Result<ApiKeyProof, DecodeError> {
        let missing = |member| move |_| DecodeError::NoProof { member };
        Ok(ApiKeyProof {
            partner_id: PartnerId::new(envelope.header(PARTNER_HEADER)?).map_err(missing(PARTNER_HEADER))?,
            api_key: envelope.header(API_KEY_HEADER)?.into(),
        })
    }
}

/// Returns the partner id in the headers of a request or in its token, without verifying it.
pub(crate) fn claimed_in_headers(headers: &HeaderMap) -> Option<PartnerId> {
    let named = headers.get(PARTNER_HEADER).and_then(|value| PartnerId::new(value.to_str().ok()?).ok());
    named.or_else(|| claimed_partner(headers))
}

/// Returns the partner id in the token of a request, without verifying it.
fn claimed_partner(headers: &HeaderMap) -> Option<PartnerId> {
    #[derive(Deserialize)]
    struct Claims {
        partner_id: PartnerId,
    }

    let token = headers.get(TOKEN_HEADER)?.to_str().ok()?;
    claims::<Claims>(token).map(|claims| claims.partner_id)
}

/// Reads the claims (the content) of a JSON Web Token, without verifying its signature.
pub(crate) fn claims<T: DeserializeOwned>(token: &str) -> Option<T> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?).ok()
}

/// Scheme of most V3 requests: an access token in a header.
#[derive(Debug)]
#[non_exhaustive]
pub struct TokenHeaders<const PARTNER: bool>;

/// A token in a header: most requests.
pub type TokenHeader = TokenHeaders<false>;

/// [`TokenHeader`] scheme with the partner id in another header, for the requests in which the official SDKs send it.
pub type TokenAndPartner = TokenHeaders<true>;

/// A V3 access token, and the partner to which it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// The access token: a JWT that is valid for 15 minutes. Its holder can act for the partner.
    pub token: Secret,
    /// Id of the partner, without leading zeros.
    pub partner_id: PartnerId,
}

impl Token {
    /// Creates the access token of a partner.
    pub fn new(token: impl Into<Secret>, partner_id: &PartnerId) -> Self {
        Self { token: token.into(), partner_id: partner_id.without_zeros() }
    }
}

/// Access token and optional partner id of a V3 request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenProof {
    /// Access token from the V3 token endpoint. It is a secret.
    pub token: Secret,
    /// Partner id, if a header of the request contains one.
    pub partner_id: Option<PartnerId>,
}

impl<const PARTNER: bool> AuthScheme for TokenHeaders<PARTNER> {
    type Key = Token;
    type Proof = TokenProof;

    fn prove(key: &Token, _: &Timestamp) -> TokenProof {
        TokenProof { token: key.token.clone(), partner_id: PARTNER.then(|| key.partner_id.clone()) }
    }

    fn check(proof: &TokenProof, key: &Token) -> Result<(), AuthError> {
        let is_partner = proof.partner_id.as_ref().is_none_or(|id| id.without_zeros() == key.partner_id);
        if is_partner && proof.token == key.token { Ok(()) } else { Err(AuthError::Mismatch) }
    }

    fn partner(proof: &TokenProof) -> Option<&PartnerId> {
        proof.partner_id.as_ref()
    }

    fn timestamp(_: &TokenProof) -> Option<&Timestamp> {
        None
    }

    fn write(proof: &TokenProof, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put_secret_header(TOKEN_HEADER, proof.token.expose())?;
        if let Some(partner_id) = &proof.partner_id {
            envelope.put_header(PARTNER_HEADER, partner_id.as_str())?;
        }
        write_source(envelope)
    }

    fn read(envelope: &mut Envelope) -> Result<TokenProof, DecodeError> {
        Ok(TokenProof {
            token: envelope.header(TOKEN_HEADER)?.into(),
            partner_id: envelope.header(PARTNER_HEADER).ok().and_then(|id| PartnerId::new(id).ok()),
        })
    }
}

fn write_source(envelope: &mut Envelope) -> Result<(), EncodeError> {
    envelope.put_header(SOURCE_SDK_HEADER, SOURCE_SDK)?;
    envelope.put_header(SOURCE_SDK_VERSION_HEADER, SOURCE_SDK_VERSION)
}

/// Scheme of V3 callbacks and synchronous responses: timestamp and signature in headers.
///
/// The signature is that of version 1. It does not cover the body, and no source says if the partner id in it has its
/// leading zeros: both [`Credentials::forms`] are accepted.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedResponse;

impl AuthScheme for SignedResponse {
    type Key = Credentials;
    type Proof = ReplyProof;

    fn prove(key: &Credentials, now: &Timestamp) -> ReplyProof {
        SignedReply::prove(key, now)
    }

    fn check(proof: &ReplyProof, key: &Credentials) -> Result<(), AuthError> {
        let check = |key: Credentials| SignedReply::check(proof, &key);
        // All forms are tried, so that the time does not tell which one is right.
        key.forms().into_iter().map(check).fold(Err(AuthError::Mismatch), Result::or)
    }

    fn partner(_: &ReplyProof) -> Option<&PartnerId> {
        None
    }

    fn timestamp(proof: &ReplyProof) -> Option<&Timestamp> {
        Some(&proof.timestamp)
    }

    fn write(proof: &ReplyProof, envelope: &mut Envelope) -> Result<(), EncodeError> {
        envelope.put_header(SIGNATURE_HEADER, proof.signature.as_str())?;
        envelope.put_header(TIMESTAMP_HEADER, proof.timestamp.as_str())
    }

    fn read(envelope: &mut Envelope) -> Result<ReplyProof, DecodeError> {
        let timestamp = Timestamp::new(envelope.header(TIMESTAMP_HEADER)?);
        Ok(ReplyProof {
            timestamp: timestamp.map_err(|_| DecodeError::NoProof { member: TIMESTAMP_HEADER })?,
            signature: envelope.header(SIGNATURE_HEADER)?.to_owned().into(),
        })
    }
}

impl TimedProof for SignedResponse {
    fn seal(proof: &ReplyProof) -> Option<&ReplyProof> {
        Some(proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_is_the_same_with_and_without_zeros() {
        let key = Credentials::new("0085", "key").unwrap();
        let proof = ApiKeyHeader::prove(&key, &Timestamp::from_utc_millis(0));
        assert_eq!(proof.partner_id.as_str(), "85");
        assert_eq!(ApiKeyHeader::check(&proof, &key), Ok(()));
        for other in [Credentials::new("0086", "key").unwrap(), Credentials::new("0085", "other").unwrap()] {
            assert_eq!(ApiKeyHeader::check(&proof, &other), Err(AuthError::Mismatch));
        }
        for (id, plain) in [("085", "85"), ("85", "85"), ("000", "0"), ("0x", "0x"), ("1200", "1200")] {
            assert_eq!(PartnerId::new(id).unwrap().without_zeros().as_str(), plain);
        }
        let forms: Vec<_> = key.forms().iter().map(|it| it.partner_id().as_str().to_owned()).collect();
        assert_eq!(forms, ["0085", "85", "085"]);
    }

    #[test]
    fn a_token_is_checked_with_its_partner() {
        let partner = PartnerId::new("085").unwrap();
        let token = Token::new("t", &partner);
        let now = Timestamp::from_utc_millis(0);
        let proof = TokenAndPartner::prove(&token, &now);
        assert_eq!(proof.partner_id.as_ref().map(PartnerId::as_str), Some("85"));
        assert_eq!(TokenHeader::prove(&token, &now).partner_id, None);
        assert_eq!(TokenAndPartner::check(&proof, &token), Ok(()));
        let other = Token::new("t", &PartnerId::new("086").unwrap());
        assert_eq!(TokenAndPartner::check(&proof, &other), Err(AuthError::Mismatch));
        assert_eq!(TokenHeader::check(&proof, &Token::new("u", &partner)), Err(AuthError::Mismatch));
        assert_eq!(format!("{proof:?} {token:?}").matches("[secret]").count(), 2);
    }
}
