//! Authentication: credentials, signatures, and the schemes that prove the sender of a message.
//!
//! The signature is the base64 of the HMAC-SHA256, under the API key's text, of the concatenation of timestamp, partner
//! id and `sid_request`. It proves that the sender has the key. It does not cover the message: an attacker who has seen
//! one signed message can copy its timestamp and signature to another.

mod credentials;
#[cfg(feature = "diagnostics")]
pub mod doctor;
mod scheme;
pub(crate) mod secret;
mod token;
pub mod trust;

pub use credentials::{ApiKey, Credentials, InvalidCredential, PartnerId, Signature};
pub use scheme::{
    Anonymous, AuthScheme, Envelope, MaybeSignedReply, PartnerIdMember, PartnerMember, ReplyProof,
    RequestProof, Signed, SignedBody, SignedHeaders, SignedReply, SignedUpload, SmileClientIdMember,
};

pub use secret::Secret;
pub use token::{
    ApiKeyHeader, ApiKeyProof, SignedResponse, Token, TokenAndPartner, TokenHeader, TokenHeaders, TokenProof,
};

pub(crate) use token::{SIGNATURE_HEADER, TIMESTAMP_HEADER, claimed_in_headers, claims};

use std::fmt;

/// A received message whose signature has not been verified.
pub struct Unverified<T, S: AuthScheme> {
    value: T,
    proof: S::Proof,
}

impl<T, S: AuthScheme> Unverified<T, S> {
    pub(crate) fn new(value: T, proof: S::Proof) -> Self {
        Self { value, proof }
    }

    /// Returns the received authentication data of the message: partner id, timestamp and signature, or a token.
    pub fn proof(&self) -> &S::Proof {
        &self.proof
    }

    /// Returns the id of the partner that the message names as its sender. A server uses the id to find the partner's API key.
    pub fn partner(&self) -> Option<&PartnerId> {
        S::partner(&self.proof)
    }

    /// Verifies the signature of the message with `key`, and returns the message.
    ///
    /// # Errors
    ///
    /// If the message is not signed, or was not signed with `key`.
    pub fn verify(self, key: &S::Key) -> Result<T, AuthError> {
        S::check(&self.proof, key)?;
        Ok(self.value)
    }

    /// Verifies the message with `key` if it has a signature, and returns the message. A message without a signature is accepted.
    ///
    /// For responses that the API signs only sometimes. A response arrives over TLS, so an unsigned one can be
    /// accepted. A callback can be sent by anyone, so use [`verify`](Self::verify) for callbacks.
    ///
    /// # Errors
    ///
    /// If the message is signed, but not with `key`.
    pub fn verify_if_signed(self, key: &S::Key) -> Result<T, AuthError> {
        match S::check(&self.proof, key) {
            Ok(()) | Err(AuthError::Missing) => Ok(self.value),
            Err(error) => Err(error),
        }
    }

    /// Returns the message and its authentication data without verification. For tests, and for tools that inspect
    /// messages without the key.
    pub fn trust_without_checking(self) -> (T, S::Proof) {
        (self.value, self.proof)
    }
}

impl<T: fmt::Debug, S: AuthScheme> fmt::Debug for Unverified<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unverified").field(&self.value).finish()
    }
}

/// Error from the verification of a message's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The message must be signed, but has no signature.
    #[error("the message has no signature")]
    Missing,
    /// The signature is not the base64 text of 32 bytes.
    #[error("the signature is malformed: expected the base64 text of 32 bytes")]
    Malformed,
    /// The signature is a copy of the signature of a client's request. The sender of this message need not have the API key.
    #[error("the signature is copied from a request: the sender may not have the API key")]
    Reflected,
    /// The signature was made with another API key, for another partner or with another timestamp.
    #[error("the signature does not match: check the API key and the signed timestamp")]
    Mismatch,
}
