//! Credentials, the signature, and the schemes that prove the sender of a message.
//!
//! The signature is the base64 of the HMAC-SHA256, under the API key's text, of the concatenation of timestamp, partner
//! id and `sid_request`. It proves that the sender has the key. It does not cover the message: an attacker who has seen
//! one signed message can put its proof on another.

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
pub use token::{ApiKeyHeader, ApiKeyProof, SignedResponse, Token, TokenAndPartner, TokenHeader, TokenProof};

pub(crate) use token::{SIGNATURE_HEADER, TIMESTAMP_HEADER, claimed_in_headers, claims};

use std::fmt;

/// A received message whose proof has not been checked.
pub struct Unverified<T, S: AuthScheme> {
    value: T,
    proof: S::Proof,
}

impl<T, S: AuthScheme> Unverified<T, S> {
    pub(crate) fn new(value: T, proof: S::Proof) -> Self {
        Self { value, proof }
    }

    /// Returns the proof that came with it.
    pub fn proof(&self) -> &S::Proof {
        &self.proof
    }

    /// Returns the partner that the message claims to come from. A server uses it to find the key.
    pub fn partner(&self) -> Option<&PartnerId> {
        S::partner(&self.proof)
    }

    /// Checks the proof against `key`, and returns the message.
    ///
    /// # Errors
    ///
    /// If there is no proof, or it was not made with `key`.
    pub fn verify(self, key: &S::Key) -> Result<T, AuthError> {
        S::check(&self.proof, key)?;
        Ok(self.value)
    }

    /// Checks the proof against `key`, if there is one, and returns the message.
    ///
    /// For replies that the API signs only sometimes. They arrive over TLS as the response to one's own request. A
    /// callback can be sent by anyone, so without a signature it proves nothing.
    ///
    /// # Errors
    ///
    /// If there is a proof that was not made with `key`.
    pub fn verify_if_signed(self, key: &S::Key) -> Result<T, AuthError> {
        match S::check(&self.proof, key) {
            Ok(()) | Err(AuthError::Missing) => Ok(self.value),
            Err(error) => Err(error),
        }
    }

    /// Returns the message without checking its proof. For tests, and for tools that inspect messages without the key.
    pub fn trust_without_checking(self) -> (T, S::Proof) {
        (self.value, self.proof)
    }
}

impl<T: fmt::Debug, S: AuthScheme> fmt::Debug for Unverified<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unverified").field(&self.value).finish()
    }
}

/// A proof was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// There is no proof, but one is required.
    #[error("the message has no signature")]
    Missing,
    /// The signature is not the base64 of 32 bytes.
    #[error("the signature is malformed")]
    Malformed,
    /// The signature is one that a client made for a request: the sender need not have the key.
    #[error("the signature was made for a request: the sender has only copied it")]
    Reflected,
    /// The signature was made with another key, for another partner or at another time.
    #[error("the signature does not match")]
    Mismatch,
}
