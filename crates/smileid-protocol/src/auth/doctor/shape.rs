//! Recognizes signatures in another format than the base64 of 32 bytes, such as hexadecimal, and decodes them.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use sha2::{Digest as _, Sha256};

use super::{Received, SignatureIssue, trial::right};
use crate::auth::Credentials;

/// Format of a received signature, and its decoded bytes.
pub(super) struct Shape {
    /// The 32 bytes that the signature represents.
    pub(super) mac: Option<[u8; 32]>,
    pub(super) suspicions: Vec<SignatureIssue>,
}

/// Returns true if a text is the base64 of 32 bytes, as a signature must be.
pub(super) fn is_plain(text: &str) -> bool {
    // The length is checked first, because the text may be of any length.
    text.len() == 44 && STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

impl Shape {
    pub(super) fn new(key: &Credentials, received: Received<'_>) -> Self {
        let text: String = received.signature.split_whitespace().collect();
        let mut suspicions = Vec::new();
        if is_sec_key(&text, key, received) {
            return Self { mac: None, suspicions: vec![SignatureIssue::SecKey] };
        }
        if let Some(found) = with_lost_plus(received.signature) {
            return found;
        }
        if text != received.signature {
            suspicions.push(SignatureIssue::Whitespace);
        }
        let bytes = if let Some(bytes) = from_hexadecimal(text.as_bytes()) {
            suspicions.push(SignatureIssue::Hexadecimal {
                upper_case: text.contains(|c: char| c.is_ascii_uppercase()),
            });
            Some(bytes)
        } else {
            from_base64(&text, &mut suspicions)
        };
        let bytes = bytes.map(|bytes| match from_hexadecimal(&bytes) {
            Some(inner) => {
                suspicions.push(SignatureIssue::Base64OfHexadecimal);
                inner
            }
            None => bytes,
        });
        let mac = bytes.as_ref().and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        if mac.is_none() {
            let right = right(key, received.timestamp);
            suspicions.push(match bytes {
                Some(bytes) if bytes.len() >= LEAST && right.starts_with(&bytes) => SignatureIssue::Truncated,
                None if text.len() > LEAST && STANDARD.encode(right).starts_with(&text) => {
                    SignatureIssue::Truncated
                }
                // As many bytes as an RSA key has: the first half of a `sec_key`.
                Some(bytes) if matches!(bytes.len(), 128 | 256 | 512) => SignatureIssue::SecKey,
                // Lengths of MD5, SHA-1, SHA-224, SHA-384, SHA-512.
                Some(bytes) if matches!(bytes.len(), 16 | 20 | 28 | 48 | 64) => {
                    SignatureIssue::OtherHash { bytes: bytes.len() }
                }
                _ => SignatureIssue::NotASignature,
            });
        }
        Self { mac, suspicions }
    }
}

/// Minimum number of bytes with which the beginning of a signature cannot match by coincidence.
const LEAST: usize = 8;

/// Reads a signature in whose base64 every `+` became a blank. Its length distinguishes it from texts with other blanks.
fn with_lost_plus(text: &str) -> Option<Shape> {
    if !text.contains(' ') {
        return None;
    }
    let mut suspicions = vec![SignatureIssue::PlusLost];
    let bytes = from_base64(&text.replace(' ', "+"), &mut suspicions)?;
    Some(Shape { mac: Some(bytes.try_into().ok()?), suspicions })
}

/// Returns true for a `sec_key`, the signature of old messages: `base64|hexadecimal`, or its second half. That half is the
/// SHA-256 of the partner id as a number, a colon and the timestamp. Source: the last SDKs that wrote it, Python 1.0.9 and
/// JavaScript 1.3.0, run.
fn is_sec_key(text: &str, key: &Credentials, received: Received<'_>) -> bool {
    if let Some((_, hash)) = text.split_once('|') {
        return hash.len() == 64 && from_hexadecimal(hash.as_bytes()).is_some();
    }
    let number = key.partner_id().as_str().trim_start_matches('0');
    let hash = Sha256::digest(format!("{number}:{}", received.timestamp));
    from_hexadecimal(text.as_bytes()).is_some_and(|bytes| bytes == hash.as_slice())
}

/// Decodes 32 or more hexadecimal digits, all in one letter case. The shortest hash has 32.
fn from_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let one_case = !text.iter().any(u8::is_ascii_lowercase) || !text.iter().any(u8::is_ascii_uppercase);
    if text.len() < 32 || !text.len().is_multiple_of(2) || !one_case {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

fn from_base64(text: &str, suspicions: &mut Vec<SignatureIssue>) -> Option<Vec<u8>> {
    if let Ok(bytes) = STANDARD.decode(text) {
        return Some(bytes);
    }
    let standard = text.replace('-', "+").replace('_', "/");
    let bytes = ANY_PADDING.decode(&standard).ok()?;
    if standard != text {
        suspicions.push(SignatureIssue::UrlSafe);
    }
    if !text.ends_with('=') && !bytes.len().is_multiple_of(3) {
        suspicions.push(SignatureIssue::Unpadded);
    }
    Some(bytes)
}

const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
