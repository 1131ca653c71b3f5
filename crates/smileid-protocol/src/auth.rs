//! Who sent a message: credentials, the signature, and the schemes that carry it.
//!
//! The signature is the base64 of the HMAC-SHA256, under the API key's text, of timestamp, partner id and
//! `sid_request`, one after the other. It proves that the sender has the key. It does not cover the message: whoever
//! has seen one signed message can put its proof on another.

mod credentials;
#[cfg(feature = "diagnostics")]
pub mod doctor;
mod scheme;
pub(crate) mod secret;
pub mod trust;

pub use credentials::{ApiKey, Credentials, InvalidCredential, PartnerId, Signature};
pub use scheme::{
    Anonymous, AuthScheme, Envelope, MaybeSignedReply, PartnerIdMember, PartnerMember, ReplySeal, Seal,
    Signed, SignedBody, SignedHeaders, SignedReply, SignedUpload, SmileClientIdMember,
};

pub use secret::Secret;

pub(crate) use scheme::claimed_in_headers;

use std::fmt;

/// A message that arrived and whose proof has not been checked.
pub struct Unverified<T, S: AuthScheme> {
    value: T,
    proof: S::Proof,
}

impl<T, S: AuthScheme> Unverified<T, S> {
    pub(crate) fn new(value: T, proof: S::Proof) -> Self {
        Self { value, proof }
    }

    /// The proof that came with it.
    pub fn proof(&self) -> &S::Proof {
        &self.proof
    }

    /// The partner it claims to come from, by which a server finds the key to check it with.
    pub fn partner(&self) -> Option<&PartnerId> {
        S::partner(&self.proof)
    }

    /// The message, once its proof has been checked against `key`.
    ///
    /// # Errors
    ///
    /// When there is no proof, or it is not one made with `key`.
    pub fn verify(self, key: &S::Key) -> Result<T, AuthError> {
        S::check(&self.proof, key)?;
        Ok(self.value)
    }

    /// The message, once its proof has been checked against `key`, or when it came without one.
    ///
    /// For the replies of which the API signs some: what arrives over TLS as the answer to one's own question. Anybody
    /// can send a callback, so for those it proves nothing.
    ///
    /// # Errors
    ///
    /// When there is a proof that is not one made with `key`.
    pub fn verify_if_signed(self, key: &S::Key) -> Result<T, AuthError> {
        match S::check(&self.proof, key) {
            Ok(()) | Err(AuthError::Missing) => Ok(self.value),
            Err(error) => Err(error),
        }
    }

    /// The message, whoever sent it. For tests and for tools that look at messages without having the key.
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
    /// There is no proof where there must be one.
    #[error("the message carries no signature")]
    Missing,
    /// The signature is not the base64 of 32 bytes.
    #[error("the signature is malformed")]
    Malformed,
    /// The signature is one that a client made for a request: whoever sent it back need not have the key.
    #[error("the signature is that of a request, sent back")]
    Reflected,
    /// The signature was made with another key, for another partner or at another time.
    #[error("the signature does not match")]
    Mismatch,
}
