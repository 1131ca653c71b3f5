//! Random correlation value of a V3 job: a callback with this value is recognized as a callback of the job.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use smileid_types::v3::JobResult;

use super::UserId;
use crate::auth::Credentials;

/// Correlation value: 128 random bits that the client adds to the `partner_params` of each job, and that the result repeats.
///
/// It is a part of an HMAC under the API key, so that nobody without the key can guess it. It proves nothing: callbacks
/// are not signed as a whole, so a callback with the value only proposes a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Correlation(String);

impl Correlation {
    /// Name of the member of `partner_params` with the correlation value.
    pub const MEMBER: &str = "correlation_id";

    /// Creates the correlation value of a job. `nonce` must be different for each job.
    ///
    /// ```
    /// use smileid_protocol::{auth::Credentials, v3::Correlation};
    ///
    /// let key = Credentials::new("085", "any key")?;
    /// let correlation = Correlation::new(&key, b"1");
    /// assert_eq!(correlation.as_str().len(), 32);
    /// assert_ne!(correlation, Correlation::new(&key, b"2"));
    /// # Ok::<(), smileid_protocol::auth::InvalidCredential>(())
    /// ```
    pub fn new(key: &Credentials, nonce: &[u8]) -> Self {
        Self(bits(key, b"smileid correlation 1\n", nonce))
    }

    /// Returns the correlation value in a result, if there is one.
    pub fn of_result(result: &JobResult) -> Option<Self> {
        let text = result.partner_params.as_ref()?.get(Self::MEMBER)?.as_str()?;
        Self::parsed(text)
    }

    /// Returns the 32 hexadecimal digits of the correlation value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parsed(text: &str) -> Option<Self> {
        let is_value = text.len() == 32 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        is_value.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Correlation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parsed(&text).ok_or_else(|| D::Error::custom("a correlation value has 32 hexadecimal digits"))
    }
}

impl UserId {
    /// Creates a user id for a person who has none yet: `user-` and 32 hexadecimal digits. `nonce` must be different for each
    /// person.
    ///
    /// # Panics
    ///
    /// Never: these characters are an id.
    pub fn generated(key: &Credentials, nonce: &[u8]) -> Self {
        let id = format!("user-{}", bits(key, b"smileid user 1\n", nonce));
        Self::new(id).expect("letters, digits and a hyphen")
    }
}

/// Returns 128 bits of an HMAC with the API key. The API signs no text that begins with `what`.
fn bits(key: &Credentials, what: &[u8], nonce: &[u8]) -> String {
    use hmac::Mac as _;

    let mut mac = key.api_key().mac();
    mac.update(what);
    mac.update(nonce);
    let bytes = mac.finalize().into_bytes();
    let half = bytes.iter().take(16).fold(0_u128, |half, byte| half << 8 | u128::from(*byte));
    format!("{half:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hmacs_under_the_key() {
        let key = Credentials::new("085", "test-api-key").unwrap();
        // By Python: hmac.new(b"test-api-key", b"smileid correlation 1\n" + b"7", "sha256").hexdigest()[:32]
        assert_eq!(Correlation::new(&key, b"7").as_str(), "3415072b6e238d70e92a9a0296d41487");
        assert_eq!(UserId::generated(&key, b"7").as_str(), "user-055660e31a6a0df66dda84275bfee1ec");
        let other = Credentials::new("085", "another-key").unwrap();
        assert_ne!(Correlation::new(&key, b"7"), Correlation::new(&other, b"7"));
    }

    #[test]
    fn a_result_repeats_it() {
        let of = |text: &str| {
            let result = serde_json::json!({"partner_params": {"correlation_id": text}});
            Correlation::of_result(&serde_json::from_value(result).unwrap())
        };
        let value = "0123456789abcdef0123456789abcdef";
        assert_eq!(of(value).unwrap().as_str(), value);
        for other in ["", "0123", "0123456789ABCDEF0123456789ABCDEF", &"x".repeat(32), &"0".repeat(33)] {
            assert_eq!(of(other), None, "{other}");
            assert!(serde_json::from_value::<Correlation>(other.into()).is_err());
        }
    }
}
