//! Partner id and API key, and the signatures made with them.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use sha2::Sha256;
use smileid_types::open_struct::Field;

use super::{AuthError, Secret};
use crate::timestamp::Timestamp;

/// Partner id and API key. The partner and the API sign their messages to each other with this key.
#[derive(Clone)]
pub struct Credentials {
    partner_id: PartnerId,
    api_key: ApiKey,
}

impl Credentials {
    /// Creates the credentials of a partner: an id of 1 to 255 bytes and an API key of 1 to 4,096 bytes, with any characters.
    /// Every other way to create credentials uses this function.
    ///
    /// # Errors
    ///
    /// If one of the two is empty or too long.
    pub fn new(partner_id: impl Into<String>, api_key: impl Into<String>) -> Result<Self, InvalidCredential> {
        let (partner_id, api_key) = (PartnerId::new(partner_id)?, ApiKey::new(api_key)?);
        if partner_id.as_str().len() > MOST_PARTNER_ID_BYTES {
            return Err(InvalidCredential::LongPartnerId);
        }
        if api_key.expose().len() > MOST_API_KEY_BYTES {
            return Err(InvalidCredential::LongApiKey);
        }
        Ok(Self { partner_id, api_key })
    }

    /// Returns the partner id.
    pub fn partner_id(&self) -> &PartnerId {
        &self.partner_id
    }

    /// Returns the API key.
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// Returns the signature of a message with this timestamp.
    pub fn sign(&self, timestamp: &Timestamp) -> Signature {
        Signature(STANDARD.encode(self.mac(timestamp).finalize().into_bytes()).into())
    }

    /// Checks the signature of a message in constant time.
    ///
    /// # Errors
    ///
    /// If it is malformed, or was not made with these credentials at `timestamp`.
    pub fn check(&self, timestamp: &Timestamp, signature: &Signature) -> Result<(), AuthError> {
        let bytes = STANDARD.decode(signature.as_str()).map_err(|_| AuthError::Malformed)?;
        if bytes.len() != 32 {
            return Err(AuthError::Malformed);
        }
        self.mac(timestamp).verify_slice(&bytes).map_err(|_| AuthError::Mismatch)
    }

    /// Returns the timestamp, in microseconds, for a request made at `utc_millis`. The last three digits are a mark that can be
    /// computed only with the API key.
    ///
    /// The API signs responses in the same way as clients sign requests, so an attacker can copy the signature of a
    /// request to a response. The mark reveals such a copy. Every process with the same key recognizes the mark.
    ///
    /// ```
    /// use smileid_protocol::{auth::Credentials, timestamp::Timestamp};
    ///
    /// let key = Credentials::new("085", "mock-api-key-0000")?;
    /// let timestamp = key.request_timestamp(1_700_000_000_000);
    /// assert!(timestamp.as_str().starts_with("2023-11-14T22:13:20.000") && timestamp.as_str().len() == 27);
    /// assert!(key.is_request_timestamp(&timestamp));
    /// assert!(!key.is_request_timestamp(&Timestamp::from_utc_millis(1_700_000_000_000))); // as replies have it
    /// # Ok::<(), smileid_protocol::auth::InvalidCredential>(())
    /// ```
    pub fn request_timestamp(&self, utc_millis: i64) -> Timestamp {
        let mut mac = self.api_key.mac();
        // This input differs from every text that the API signs.
        mac.update(&utc_millis.to_be_bytes());
        mac.update(b"request mark");
        let bytes = mac.finalize().into_bytes();
        // The mark is never zero, because a server may write milliseconds with six digits.
        let mark = 1 + i64::from(u16::from_be_bytes([bytes[0], bytes[1]]) % 999);
        Timestamp::from_utc_micros(utc_millis.saturating_mul(1000).saturating_add(mark))
    }

    /// Returns true if a timestamp has the mark of [`request_timestamp`](Self::request_timestamp). The timestamp of another
    /// program has it by chance once in 999 times, if it is in microseconds.
    pub fn is_request_timestamp(&self, timestamp: &Timestamp) -> bool {
        let utc_millis = timestamp.to_utc_millis();
        utc_millis.is_some_and(|utc_millis| self.request_timestamp(utc_millis) == *timestamp)
    }

    /// Returns the credentials with each form of the partner id: as given, without leading zeros, and with zeros up to three
    /// digits. No source says which form the signatures of V3 callbacks use.
    pub fn forms(&self) -> Vec<Self> {
        let plain = self.partner_id.without_zeros();
        let padded = PartnerId(format!("{:0>3}", plain.0));
        let mut ids = vec![self.partner_id.clone()];
        for id in [plain, padded] {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.into_iter().map(|partner_id| Self { partner_id, api_key: self.api_key.clone() }).collect()
    }

    fn mac(&self, timestamp: &Timestamp) -> Hmac<Sha256> {
        let mut mac = self.api_key.mac();
        mac.update(timestamp.as_str().as_bytes());
        mac.update(self.partner_id.as_str().as_bytes());
        mac.update(b"sid_request");
        mac
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("partner_id", &self.partner_id).finish_non_exhaustive()
    }
}

/// A partner id. It is text, because signatures cover its leading zeros: `085` and `85` are two partners.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PartnerId(String);

impl PartnerId {
    /// Creates a partner id from its text.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidCredential> {
        let id = id.into();
        if id.is_empty() { Err(InvalidCredential::PartnerId) } else { Ok(Self(id)) }
    }

    /// Returns the text of the partner id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartnerId {
    /// Returns the partner id without leading zeros, as V3 sends it in headers. An id with other characters than digits stays
    /// unchanged.
    #[must_use]
    pub fn without_zeros(&self) -> Self {
        let is_number = self.0.bytes().all(|byte| byte.is_ascii_digit());
        let plain = self.0.trim_start_matches('0');
        match (is_number, plain) {
            (false, _) => self.clone(),
            (true, "") => Self("0".to_owned()),
            (true, plain) => Self(plain.to_owned()),
        }
    }
}

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field for PartnerId {}

impl<'de> Deserialize<'de> for PartnerId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// An API key. No `Debug` output or message shows the key, and its memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// Creates an API key from the text that Smile ID's portal shows.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidCredential> {
        let key = key.into();
        if key.is_empty() { Err(InvalidCredential::ApiKey) } else { Ok(Self(key.into())) }
    }

    /// Returns the secret text of the API key.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        // The key is the text that the portal shows, even if that text looks like base64.
        Hmac::new_from_slice(self.expose().as_bytes()).expect("HMAC takes a key of any length")
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Signature of a message. `Debug` hides it, because with its timestamp it is valid for any other message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(Secret);

impl Signature {
    /// Returns the text of the signature. A genuine one has 44 characters of base64.
    pub fn as_str(&self) -> &str {
        self.0.expose()
    }
}

impl From<String> for Signature {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[signature]")
    }
}

/// Maximum length of a partner id, in bytes. Known ids have three or four digits.
const MOST_PARTNER_ID_BYTES: usize = 255;
/// Maximum length of an API key, in bytes. Keys from the portal are PEM documents in base64, with about 364 characters.
const MOST_API_KEY_BYTES: usize = 4096;

/// Error: the partner id or the API key is empty or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCredential {
    /// The partner id is empty.
    #[error("the partner id is empty")]
    PartnerId,
    /// The API key is empty.
    #[error("the API key is empty")]
    ApiKey,
    /// The partner id is too long.
    #[error("the partner id is longer than 255 bytes: copy it from the Smile ID portal")]
    LongPartnerId,
    /// The API key is too long.
    #[error("the API key is longer than 4,096 bytes: copy it from the Smile ID portal")]
    LongApiKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_a_length() {
        let new = |id: usize, key: usize| Credentials::new("0".repeat(id), "k".repeat(key)).map(|_| ());
        assert_eq!(new(255, 4096), Ok(()));
        assert_eq!(new(3, 364), Ok(()), "the length of the portal's keys");
        assert_eq!(new(0, 1), Err(InvalidCredential::PartnerId));
        assert_eq!(new(1, 0), Err(InvalidCredential::ApiKey));
        assert_eq!(new(256, 1), Err(InvalidCredential::LongPartnerId));
        assert_eq!(new(1, 4097), Err(InvalidCredential::LongApiKey));
    }
}
