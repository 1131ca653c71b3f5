//! Diagnosis of wrong signatures: finds known mistakes in their computation.
//!
//! [`diagnose`] computes the signature with one known mistake after another, and compares each with the received
//! signature.
//!
//! Use it only in servers and tools whose operator owns the key. A diagnosis also helps an attacker, its duration
//! depends on the mistake, and it computes about fifty thousand signatures. Show it in logs, never in responses, and
//! limit how often others can start it.
//!
//! ```
//! use smileid_protocol::auth::{Credentials, doctor::{diagnose, Received}};
//!
//! let key = Credentials::new("085", "test-api-key-0001")?;
//! let signed_for_85 = "9Qwc5g9ufpyUoyD0PMzSighzWnbbLTTOcHvxftCXM70=";
//! let received = Received::new("2023-03-09T21:35:00.279Z", signed_for_85).from_partner("085");
//! let codes: Vec<_> = diagnose(&key, received, &[]).iter().map(|it| it.code()).collect();
//! assert_eq!(codes, ["partner-padding-lost"]);
//! # Ok::<(), smileid_protocol::auth::InvalidCredential>(())
//! ```
//!
//! The known mistakes are those of the official SDKs and of their users, from changelogs and issues.

mod message;
mod shape;
mod signature_issue;
mod spelling;
mod trial;

pub use signature_issue::{SignatureIssue, TimestampMistake};

use std::fmt;

use self::{shape::Shape, spelling::Moment, trial::Trial};
use super::{Credentials, ReplyProof, RequestProof};

/// Partner id, timestamp and signature of a received message, to be diagnosed.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Received<'a> {
    /// Partner id of the message. Responses have none.
    pub partner_id: Option<&'a str>,
    /// Text of the timestamp, exactly as received.
    pub timestamp: &'a str,
    /// Text of the signature, exactly as received.
    pub signature: &'a str,
    /// A second timestamp of the message: the timestamp in the headers if the signature is in the body, or the reverse.
    pub timestamp_elsewhere: Option<&'a str>,
}

impl<'a> Received<'a> {
    /// Creates the data of a message that has no partner id.
    pub const fn new(timestamp: &'a str, signature: &'a str) -> Self {
        Self { partner_id: None, timestamp, signature, timestamp_elsewhere: None }
    }

    /// Sets the partner id of the message.
    #[must_use]
    pub const fn from_partner(mut self, partner_id: &'a str) -> Self {
        self.partner_id = Some(partner_id);
        self
    }

    /// Sets the second timestamp of the message.
    #[must_use]
    pub const fn beside_timestamp(mut self, timestamp: &'a str) -> Self {
        self.timestamp_elsewhere = Some(timestamp);
        self
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> {
        let always = [self.timestamp, self.signature];
        always.into_iter().chain(self.partner_id).chain(self.timestamp_elsewhere)
    }
}

impl<'a> From<&'a RequestProof> for Received<'a> {
    fn from(seal: &'a RequestProof) -> Self {
        Self::new(seal.timestamp.as_str(), seal.signature.as_str()).from_partner(seal.partner_id.as_str())
    }
}

impl<'a> From<&'a ReplyProof> for Received<'a> {
    fn from(seal: &'a ReplyProof) -> Self {
        Self::new(seal.timestamp.as_str(), seal.signature.as_str())
    }
}

/// Shows the received data without the signature.
impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("partner_id", &self.partner_id)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

/// Other credentials with which the sender may have signed by mistake, with a name for messages.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Candidate<'a> {
    /// Name of these credentials in messages, such as `production`.
    pub name: &'a str,
    /// Partner id and API key that the sender may have used.
    pub credentials: &'a Credentials,
}

impl<'a> Candidate<'a> {
    /// Creates a candidate from a name and credentials.
    pub const fn new(name: &'a str, credentials: &'a Credentials) -> Self {
        Self { name, credentials }
    }
}

/// Returns the probable mistakes in a signature that should have been made with `key`. Empty if the signature is right.
///
/// The format of the signature and the signed text are examined separately, so there can be one finding about each.
/// About fifty thousand texts with one mistake each are tried, and four more for each of the `candidates`. Two mistakes
/// at once are found only for a few pairs.
pub fn diagnose(
    key: &Credentials,
    received: Received<'_>,
    candidates: &[Candidate<'_>],
) -> Vec<SignatureIssue> {
    diagnose_within(key, received, candidates, usize::MAX).suspicions
}

/// Does the same as [`diagnose`], but computes at most `signatures` signatures. The common mistakes are tried first: 200
/// signatures are enough for them, without `candidates`. Rare separators, spellings and orders are tried later.
///
/// The number counts signatures of short messages; a signature of a longer message counts as several.
///
/// ```
/// use smileid_protocol::auth::{Credentials, doctor::{Received, diagnose_within}};
///
/// let key = Credentials::new("085", "test-api-key-0001")?;
/// let other = "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=";
/// let received = Received::new("2023-03-09T21:35:00.279Z", other);
/// assert!(!diagnose_within(&key, received, &[], 1000).is_complete);
/// assert!(diagnose_within(&key, received, &[], usize::MAX).is_complete);
/// # Ok::<(), smileid_protocol::auth::InvalidCredential>(())
/// ```
pub fn diagnose_within(
    key: &Credentials,
    received: Received<'_>,
    candidates: &[Candidate<'_>],
    signatures: usize,
) -> Diagnosis {
    let complete = |suspicions| Diagnosis { suspicions, is_complete: true };
    if let Some(swapped) = swapped(key, received) {
        return complete(vec![swapped]);
    }
    if received.texts().any(|text| text.len() > LONGEST_TEXT) {
        return Diagnosis { suspicions: vec![SignatureIssue::Unexplained], is_complete: false };
    }
    let Shape { mac, mut suspicions } = Shape::new(key, received);
    let Some(mac) = mac else { return complete(suspicions) };
    let trial = Trial::new(key, received, candidates, mac, signatures);
    suspicions.extend(trial.suspicions());
    // If a mistake was found, no more signatures are needed.
    let is_complete = !trial.ran_out() || !suspicions.contains(&SignatureIssue::Unexplained);
    Diagnosis { suspicions, is_complete }
}

/// Maximum length of a partner id, timestamp or signature that is diagnosed, in bytes. Real ones are shorter.
pub const LONGEST_TEXT: usize = 1024;

/// Result of [`diagnose_within`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Probable mistakes in the signature, as [`diagnose`] returns them.
    pub suspicions: Vec<SignatureIssue>,
    /// True if every known mistake was tried, or one was found. False if the limit of computed signatures was reached, or a
    /// received text is longer than [`LONGEST_TEXT`].
    pub is_complete: bool,
}

/// Finds two message members with swapped values, if one of the two is the signature.
fn swapped(key: &Credentials, received: Received<'_>) -> Option<SignatureIssue> {
    /// Minimum number of digits of a time in seconds. Partner ids have fewer.
    const SHORTEST_TIME: usize = 10;

    let Received { partner_id, timestamp, signature, .. } = received;
    if shape::is_plain(signature) {
        return None;
    }
    if shape::is_plain(timestamp) && signature.len() >= SHORTEST_TIME && Moment::read(signature).is_some() {
        return Some(SignatureIssue::SignatureAndTimestampSwapped);
    }
    let by_partner = partner_id.is_some_and(shape::is_plain) && signature == key.partner_id().as_str();
    by_partner.then_some(SignatureIssue::PartnerAndSignatureSwapped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn nothing_is_suspected_of_a_right_signature() {
        let others = ["000", "085", "85"].map(|partner| Credentials::new(partner, "another key").unwrap());
        let candidates = others.each_ref().map(|key| Candidate::new("another", key));
        for partner in ["001", "85", "085", "0085", "partner", "2023-03-09T21:35:00.279Z"] {
            for api_key in ["k", "dGVzdA==", " key ", "sid_request", "clé-ünï✓"] {
                for time in ["2023-03-09T21:35:00.279Z", "1678397700", "2023-03-09 21:35:00 +0300", "x", " "]
                {
                    let key = Credentials::new(partner, api_key).unwrap();
                    let signature = key.sign(&Timestamp::new(time).unwrap());
                    let received = Received::new(time, signature.as_str());
                    assert_eq!(diagnose(&key, received, &candidates), []);
                    assert_eq!(diagnose(&key, received.from_partner(partner), &candidates), []);
                }
            }
        }
    }

    #[test]
    fn odd_texts_are_no_reason_to_panic() {
        let key = Credentials::new("085", "k").unwrap();
        let odd = [
            "",
            " ",
            "é",
            "|",
            "0",
            "2023-03-09",
            "2023-03-09T21:35:00é",
            "9999-12-31T23:59:59Z",
            "99999999999",
        ];
        let mac = "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=";
        // Each partner id is combined with only one text, because most candidates are compared with everything anyway.
        let mut partners = odd.into_iter().cycle();
        for timestamp in odd.into_iter().chain(["-9999-01-01T00:00:00Z", "0000-01-01T00:00:00-14:00", mac]) {
            for signature in odd.into_iter().chain([mac, "é".repeat(22).as_str()]) {
                let partner = partners.next().unwrap_or_default();
                let received = Received::new(timestamp, signature).from_partner(partner);
                assert_ne!(diagnose(&key, received, &[]), [], "{timestamp} {signature} {partner}");
            }
        }
    }
}
