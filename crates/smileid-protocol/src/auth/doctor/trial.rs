//! Signs with one mistake at a time, until a signature is the one that came.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Candidate, Received, Suspicion, TimestampMistake, spelling::Moment};
use crate::auth::Credentials;

const SID_REQUEST: &str = "sid_request";

/// The 32 bytes of a signature, and what it should have been made of.
pub(super) struct Trial<'a> {
    key: &'a str,
    partner_id: &'a str,
    received: Received<'a>,
    candidates: &'a [Candidate<'a>],
    mac: [u8; 32],
    /// An HMAC under the key, of nothing yet.
    keyed: Hmac<Sha256>,
}

/// The 32 bytes of the right signature.
pub(super) fn right(credentials: &Credentials, timestamp: &str) -> [u8; 32] {
    let keyed = keyed(credentials.api_key().expose().as_bytes());
    mac(&keyed, &[timestamp, credentials.partner_id().as_str(), SID_REQUEST])
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        credentials: &'a Credentials,
        received: Received<'a>,
        candidates: &'a [Candidate<'a>],
        mac: [u8; 32],
    ) -> Self {
        let key = credentials.api_key().expose();
        let partner_id = credentials.partner_id().as_str();
        Self { key, partner_id, received, candidates, mac, keyed: keyed(key.as_bytes()) }
    }

    /// What is wrong with what was signed, if anything is.
    pub(super) fn suspicions(&self) -> Vec<Suspicion> {
        if self.signs(&[self.received.timestamp, self.partner_id, SID_REQUEST]) {
            let names_another = self.received.partner_id.is_some_and(|it| it != self.partner_id);
            return if names_another { vec![Suspicion::PartnerIdRewritten] } else { vec![] };
        }
        let one = |found: Option<Suspicion>| found.into_iter().collect::<Vec<_>>();
        let mistakes: [&dyn Fn() -> Vec<Suspicion>; 7] = [
            &|| one(self.other_partner()),
            &|| one(self.other_key()),
            &|| one(self.other_use_of_the_key()),
            &|| one(self.other_place()),
            &|| self.other_message(),
            &|| self.plain_hash(),
            &|| one(self.other_timestamp()),
        ];
        let found = mistakes.into_iter().map(|mistake| mistake()).find(|found| !found.is_empty());
        found.unwrap_or_else(|| vec![Suspicion::Unexplained])
    }

    fn other_partner(&self) -> Option<Suspicion> {
        let signs = |partner_id: &str| self.signs(&[self.received.timestamp, partner_id, SID_REQUEST]);
        let number = self.partner_id.trim_start_matches('0');
        let widths = [number.len(), 2, 3, 4, 5];
        if let Some(signed) = widths.iter().map(|width| format!("{number:0>width$}")).find(|id| signs(id)) {
            let lost = signed.len() < self.partner_id.len();
            return Some(if lost { Suspicion::PartnerPaddingLost } else { Suspicion::PartnerPaddingAdded });
        }
        let same_key = self.candidates.iter().map(|it| it.credentials);
        let mut others =
            same_key.filter(|it| it.api_key().expose() == self.key).map(|it| it.partner_id().as_str());
        if self.received.partner_id.is_some_and(signs) || others.any(signs) {
            return Some(Suspicion::OtherPartner);
        }
        // The members swapped: what is in the partner's is the time that was signed.
        let time = self.received.partner_id.filter(|it| *it != self.partner_id);
        let swapped = time.is_some_and(|time| {
            [self.partner_id, self.received.timestamp].iter().any(|id| self.signs(&[time, id, SID_REQUEST]))
        });
        swapped.then_some(Suspicion::PartnerAndTimestampSwapped)
    }

    fn other_key(&self) -> Option<Suspicion> {
        let signed_with = |candidate: &&Candidate<'_>| {
            let keyed = keyed(candidate.credentials.api_key().expose().as_bytes());
            let ids = [candidate.credentials.partner_id().as_str(), self.partner_id];
            ids.into_iter()
                .chain(self.received.partner_id)
                .any(|id| self.is(&keyed, &[self.received.timestamp, id, SID_REQUEST]))
        };
        self.candidates
            .iter()
            .filter(|candidate| candidate.credentials.api_key().expose() != self.key)
            .find(signed_with)
            .map(|candidate| Suspicion::OtherKey { name: candidate.name.to_owned() })
    }

    fn other_use_of_the_key(&self) -> Option<Suspicion> {
        let message = [self.received.timestamp, self.partner_id, SID_REQUEST];
        let mut decoded = [false, true].map(|url_safe| decoded(self.key, url_safe)).into_iter();
        if decoded.any(|key| !key.is_empty() && self.is(&keyed(&key), &message)) {
            return Some(Suspicion::KeyDecoded);
        }
        let (key, trimmed) = (self.key, self.key.trim());
        let around = |blank: &str| {
            [[key, blank], [blank, key]].into_iter().any(|parts| {
                let key = Zeroizing::new(parts.concat());
                self.is(&keyed(key.as_bytes()), &message)
            })
        };
        if ["\n", "\r\n", " ", "\t"].into_iter().any(around) || self.is(&keyed(trimmed.as_bytes()), &message)
        {
            return Some(Suspicion::KeyWhitespace);
        }
        let swapped = self.is(&keyed(message.concat().as_bytes()), &[key]);
        swapped.then_some(Suspicion::KeyAndMessageSwapped)
    }

    fn other_place(&self) -> Option<Suspicion> {
        let elsewhere = self.received.timestamp_elsewhere?;
        self.signs(&[elsewhere, self.partner_id, SID_REQUEST]).then_some(Suspicion::OtherPlace)
    }

    fn other_message(&self) -> Vec<Suspicion> {
        let (time, partner, sid) = (self.received.timestamp, self.partner_id, SID_REQUEST);
        if self.signs(&[time, partner]) {
            return vec![Suspicion::NoSidRequest];
        }
        if self.signs(&[partner, time]) {
            return vec![Suspicion::NoSidRequest, Suspicion::PartOrder];
        }
        let orders = [
            [time, sid, partner],
            [partner, time, sid],
            [partner, sid, time],
            [sid, time, partner],
            [sid, partner, time],
        ];
        if orders.iter().any(|parts| self.signs(parts)) {
            return vec![Suspicion::PartOrder];
        }
        for between in [':', '\n', '|', ',', ';', ' ', '&', '.', '-', '_', '/'] {
            if self.signs(&[&[time, partner, sid].join(&*between.to_string())]) {
                return vec![Suspicion::Separator { between }];
            }
        }
        let around = |blank: &str| {
            self.signs(&[time, partner, sid, blank]) || self.signs(&[blank, time, partner, sid])
        };
        let signed = ["\n", "\r\n", " ", "\t"].into_iter().any(around);
        if signed { vec![Suspicion::MessageWhitespace] } else { vec![] }
    }

    /// A hash without a key, or with the key before or after the message.
    fn plain_hash(&self) -> Vec<Suspicion> {
        let is_hash = |partner: &str| {
            let message = [self.received.timestamp, partner, SID_REQUEST];
            [["", ""], [self.key, ""], ["", self.key]].into_iter().any(|[before, after]| {
                let hash = message.iter().fold(Sha256::new_with_prefix(before), Sha256::chain_update);
                hash.chain_update(after).finalize().as_slice() == self.mac
            })
        };
        if is_hash(self.partner_id) {
            vec![Suspicion::PlainHash]
        } else if is_hash(self.partner_id.trim_start_matches('0')) {
            vec![Suspicion::PlainHash, Suspicion::PartnerPaddingLost]
        } else {
            vec![]
        }
    }

    fn other_timestamp(&self) -> Option<Suspicion> {
        let sent = self.received.timestamp;
        let signs = |timestamp: &str| self.signs(&[timestamp, self.partner_id, SID_REQUEST]);
        let suspicion = |signed, how| Suspicion::Timestamp { signed, how };
        let around = ["\n", "\r\n", " "].map(|blank| format!("{sent}{blank}"));
        if let Some(signed) = around.into_iter().chain([sent.trim().to_owned()]).find(|text| signs(text)) {
            return Some(suspicion(signed, TimestampMistake::Whitespace));
        }
        let (signed, how) = Moment::read(sent.trim())?.find(signs)?;
        Some(suspicion(signed, how))
    }

    /// Whether the signature is that of these parts, one after the other, under the key.
    fn signs(&self, parts: &[&str]) -> bool {
        self.is(&self.keyed, parts)
    }

    fn is(&self, keyed: &Hmac<Sha256>, parts: &[&str]) -> bool {
        mac(keyed, parts) == self.mac
    }
}

fn mac(keyed: &Hmac<Sha256>, parts: &[&str]) -> [u8; 32] {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// What lenient decoders of base64 make of a key that is none: they pass over what they do not know, want no padding and
/// drop the bits that are left. Node.js reads the alphabet for addresses too; Python, PHP and Ruby pass over its letters.
fn decoded(key: &str, url_safe: bool) -> Zeroizing<Vec<u8>> {
    // All the room that it takes, so that no copy is left behind by a move.
    let mut bytes = Zeroizing::new(Vec::with_capacity(key.len()));
    let (mut held, mut bits) = (0_u16, 0);
    for letter in key.bytes().take_while(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'-' if url_safe => 62,
            b'_' if url_safe => 63,
            _ => continue,
        };
        held = held << 6 | u16::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [byte, _] = (held >> bits).to_le_bytes();
            bytes.push(byte);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn lenient_decoders_read_what_strict_ones_do_and_more() {
        for length in 0..64_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            let text = STANDARD.encode(&bytes);
            for text in [&text, text.trim_end_matches('='), &text.replace('+', "-").replace('/', "_")] {
                assert_eq!(*decoded(text, true), bytes, "{text}");
            }
        }
        // By Python's base64.b64decode and Node.js's Buffer.from.
        assert_eq!(*decoded("YW-Jj", false), b"abc");
        assert_eq!(*decoded("YW-Jj", true), [0x61, 0x6f, 0x89]);
        assert_eq!(*decoded("YWJjZ", true), b"abc");
        assert_eq!(*decoded("abcdefghij", true), [0x69, 0xb7, 0x1d, 0x79, 0xf8, 0x21, 0x8a]);
    }
}
