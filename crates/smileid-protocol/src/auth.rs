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

    /// Returns the received authentication data: partner id, timestamp and signature, or a token.
    pub fn proof(&self) -> &S::Proof {
        &self.proof
    }

    /// Returns the partner that the message claims to come from. A server uses it to find the key.
    pub fn partner(&self) -> Option<&PartnerId> {
        S::partner(&self.proof)
    }

    /// Verifies the message with `key`, and returns it.
    ///
    /// # Errors
    ///
    /// If the message is not signed, or was not signed with `key`.
    pub fn verify(self, key: &S::Key) -> Result<T, AuthError> {
        S::check(&self.proof, key)?;
        Ok(self.value)
    }

    /// Verifies the message with `key` if it is signed, and returns it.
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

/// Error of verifying a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The message is not signed, but must be.
    #[error("the message has no signature")]
    Missing,
    /// The signature is not the base64 of 32 bytes.
    #[error("the signature is malformed")]
    Malformed,
    /// The signature was made by a client for a request. The sender has only copied it and need not have the key.
    #[error("the signature was made for a request: the sender has only copied it")]
    Reflected,
    /// The signature was made with another key, for another partner or at another time.
    #[error("the signature does not match")]
    Mismatch,
}
