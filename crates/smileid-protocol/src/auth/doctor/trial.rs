//! Computes signatures with one known mistake each, until one equals the received signature.

use std::cell::Cell;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    Candidate, Received, SignatureIssue, TimestampMistake,
    message::{COMMON_ARRANGEMENTS, COMMON_SID_REQUESTS, arrangements, other_sid_requests},
    spelling::Moment,
};
use crate::auth::Credentials;

const SID_REQUEST: &str = "sid_request";
/// Index of the key among the parts of a hash.
const KEY: usize = 3;

/// Blanks that remain around a text after it was copied or read from a file.
const BLANKS: [&str; 6] = ["\n", "\r\n", " ", "\t", "\r", "\u{a0}"];
const QUOTES: [[&str; 2]; 5] =
    [["\"", "\""], ["'", "'"], ["`", "`"], ["\u{201c}", "\u{201d}"], ["\u{2018}", "\u{2019}"]];
const BYTE_ORDER_MARK: &str = "\u{feff}";

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}')
}

/// Search for the mistake: the 32 received bytes, and the parts that the signature should cover.
pub(super) struct Trial<'a> {
    key: &'a str,
    partner_id: &'a str,
    received: Received<'a>,
    candidates: &'a [Candidate<'a>],
    mac: [u8; 32],
    /// HMAC with the key, before any input.
    keyed: Hmac<Sha256>,
    /// Number of signatures that may still be computed.
    left: Cell<usize>,
    ran_out: Cell<bool>,
}

/// Returns the 32 bytes of the right signature.
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
        signatures: usize,
    ) -> Self {
        let key = credentials.api_key().expose();
        let partner_id = credentials.partner_id().as_str();
        let (left, ran_out) = (Cell::new(signatures), Cell::new(false));
        Self { key, partner_id, received, candidates, mac, keyed: keyed(key.as_bytes()), left, ran_out }
    }

    /// Returns true if the search stopped because the limit of computed signatures was reached.
    pub(super) fn ran_out(&self) -> bool {
        self.ran_out.get()
    }

    /// Returns the mistakes in the signed text, if any is found.
    pub(super) fn suspicions(&self) -> Vec<SignatureIssue> {
        if self.signs(&[self.received.timestamp, self.partner_id, SID_REQUEST]) {
            let names_another = self.received.partner_id.is_some_and(|it| it != self.partner_id);
            return if names_another { vec![SignatureIssue::PartnerIdRewritten] } else { vec![] };
        }
        let one = |found: Option<SignatureIssue>| found.into_iter().collect::<Vec<_>>();
        // Cheap and common mistakes are first, as the signatures may be limited.
        let mistakes: [&dyn Fn() -> Vec<SignatureIssue>; 10] = [
            &|| one(self.other_partner()),
            &|| one(self.other_use_of_the_key()),
            &|| one(self.other_place()),
            &|| self.common_message(),
            &|| one(self.decorated_timestamp()),
            &|| self.common_hash(),
            &|| one(self.other_key()),
            &|| self.rare_message(),
            &|| self.rare_hash(),
            &|| one(self.other_spelling_of_the_time()),
        ];
        let found = mistakes.into_iter().map(|mistake| mistake()).find(|found| !found.is_empty());
        found.unwrap_or_else(|| vec![SignatureIssue::Unexplained])
    }

    fn other_partner(&self) -> Option<SignatureIssue> {
        let signs = |partner_id: &str| self.signs(&[self.received.timestamp, partner_id, SID_REQUEST]);
        let number = self.partner_id.trim_start_matches('0');
        let widths = [number.len(), 2, 3, 4, 5];
        if let Some(signed) = widths.iter().map(|width| format!("{number:0>width$}")).find(|id| signs(id)) {
            let lost = signed.len() < self.partner_id.len();
            return Some(if lost {
                SignatureIssue::PartnerPaddingLost
            } else {
                SignatureIssue::PartnerPaddingAdded
            });
        }
        let same_key = self.candidates.iter().map(|it| it.credentials);
        let mut others =
            same_key.filter(|it| it.api_key().expose() == self.key).map(|it| it.partner_id().as_str());
        if self.received.partner_id.is_some_and(signs) || others.any(signs) {
            return Some(SignatureIssue::OtherPartner);
        }
        // A blank before it may also belong to the timestamp.
        let around = |blank: &&str| signs(&format!("{}{blank}", self.partner_id));
        let in_quotes = |[open, close]: &[&str; 2]| signs(&format!("{open}{}{close}", self.partner_id));
        if BLANKS.iter().any(around) || QUOTES.iter().any(in_quotes) {
            return Some(SignatureIssue::PartnerIdDecorated);
        }
        // Swapped members: the partner's member has the time that was signed.
        let time = self.received.partner_id.filter(|it| *it != self.partner_id);
        let swapped = time.is_some_and(|time| {
            [self.partner_id, self.received.timestamp].iter().any(|id| self.signs(&[time, id, SID_REQUEST]))
        });
        swapped.then_some(SignatureIssue::PartnerAndTimestampSwapped)
    }

    fn other_key(&self) -> Option<SignatureIssue> {
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
            .map(|candidate| SignatureIssue::OtherKey { name: candidate.name.to_owned() })
    }

    fn other_use_of_the_key(&self) -> Option<SignatureIssue> {
        let message = [self.received.timestamp, self.partner_id, SID_REQUEST];
        let signed_with = |key: &[u8]| !key.is_empty() && self.is(&keyed(key), &message);
        let decoded = [decoded(self.key, false), decoded(self.key, true), hexadecimal(self.key)];
        if decoded.iter().any(|key| signed_with(key)) {
            return Some(SignatureIssue::KeyDecoded);
        }
        let around = |[before, after]: [&str; 2]| {
            let key = Zeroizing::new([before, self.key, after].concat());
            signed_with(key.as_bytes())
        };
        if BLANKS.iter().any(|blank| around(["", blank]) || around([blank, ""]))
            || signed_with(self.key.trim().as_bytes())
        {
            return Some(SignatureIssue::KeyWhitespace);
        }
        if QUOTES.iter().any(|[open, close]| around([open, close]) || around([open, &format!("{close}\n")]))
            || signed_with(self.key.trim_matches(is_quote).as_bytes())
        {
            return Some(SignatureIssue::KeyQuoted);
        }
        if ["", "\n", "\r\n"].iter().any(|end| around([BYTE_ORDER_MARK, end]))
            || signed_with(self.key.trim_start_matches(BYTE_ORDER_MARK).trim().as_bytes())
        {
            return Some(SignatureIssue::KeyByteOrderMark);
        }
        let cased = [self.key.to_lowercase(), self.key.to_uppercase()].map(Zeroizing::new);
        if cased.iter().any(|key| signed_with(key.as_bytes())) {
            return Some(SignatureIssue::KeyCase);
        }
        let swapped = self.is(&keyed(message.concat().as_bytes()), &[self.key]);
        swapped.then_some(SignatureIssue::KeyAndMessageSwapped)
    }

    fn other_place(&self) -> Option<SignatureIssue> {
        let elsewhere = self.received.timestamp_elsewhere?;
        self.signs(&[elsewhere, self.partner_id, SID_REQUEST]).then_some(SignatureIssue::OtherPlace)
    }

    fn common_message(&self) -> Vec<SignatureIssue> {
        let arrangements = self.arranged(0, COMMON_ARRANGEMENTS);
        let found = arrangements.or_else(|| self.sid_request(0, COMMON_SID_REQUESTS));
        found.unwrap_or_else(|| {
            let (time, partner) = (self.received.timestamp, self.partner_id);
            let around = |blank: &&str| {
                self.signs(&[time, partner, SID_REQUEST, blank])
                    || self.signs(&[blank, time, partner, SID_REQUEST])
            };
            if BLANKS.iter().any(around) { vec![SignatureIssue::MessageWhitespace] } else { vec![] }
        })
    }

    fn rare_message(&self) -> Vec<SignatureIssue> {
        let arrangements = self.arranged(COMMON_ARRANGEMENTS, usize::MAX);
        arrangements.or_else(|| self.sid_request(COMMON_SID_REQUESTS, usize::MAX)).unwrap_or_default()
    }

    fn arranged(&self, from: usize, most: usize) -> Option<Vec<SignatureIssue>> {
        let all = arrangements([self.received.timestamp, self.partner_id, SID_REQUEST]);
        let found = self.first(all.skip(from).take(most), |it| self.signs(&[&it.text]));
        found.map(|arrangement| arrangement.mistakes())
    }

    fn sid_request(&self, from: usize, most: usize) -> Option<Vec<SignatureIssue>> {
        let (time, partner) = (self.received.timestamp, self.partner_id);
        let sid_requests = other_sid_requests().skip(from).take(most);
        let found = self.first(sid_requests, |sid| self.signs(&[time, partner, sid]));
        found.map(|signed| vec![SignatureIssue::SidRequestSpelling { signed }])
    }

    /// Tries plain hashes of the parts in the right order, without a separator.
    fn common_hash(&self) -> Vec<SignatureIssue> {
        let parts = [self.received.timestamp, self.partner_id, SID_REQUEST, self.key];
        let unseparated = arrangements(parts).take_while(|it| it.between.is_none());
        let is_hash = unseparated.filter(|it| it.is_in_order_but_for(KEY)).any(|it| self.hashes(&it.text));
        if is_hash { vec![SignatureIssue::PlainHash] } else { vec![] }
    }

    /// Tries plain hashes without a key, or with the key as a part of the text.
    fn rare_hash(&self) -> Vec<SignatureIssue> {
        let is_hash = |partner: &str| {
            let all = arrangements([self.received.timestamp, partner, SID_REQUEST, self.key]);
            self.first(all, |it| self.hashes(&it.text)).is_some()
        };
        if is_hash(self.partner_id) {
            vec![SignatureIssue::PlainHash]
        } else if is_hash(self.partner_id.trim_start_matches('0')) {
            vec![SignatureIssue::PlainHash, SignatureIssue::PartnerPaddingLost]
        } else {
            vec![]
        }
    }

    fn hashes(&self, text: &str) -> bool {
        self.spend(&[text]) && Sha256::digest(text.as_bytes()).as_slice() == self.mac
    }

    fn decorated_timestamp(&self) -> Option<SignatureIssue> {
        let sent = self.received.timestamp;
        let signs = |timestamp: &str| self.signs(&[timestamp, self.partner_id, SID_REQUEST]);
        let suspicion = |signed, how| SignatureIssue::Timestamp { signed, how };
        let quoted = QUOTES.map(|[open, close]| format!("{open}{sent}{close}"));
        if let Some(signed) =
            quoted.into_iter().chain([sent.trim_matches(is_quote).to_owned()]).find(|text| signs(text))
        {
            return Some(suspicion(signed, TimestampMistake::Quotes));
        }
        let around = ["\n", "\r\n", " "].map(|blank| format!("{sent}{blank}"));
        let signed = around.into_iter().chain([sent.trim().to_owned()]).find(|text| signs(text))?;
        Some(suspicion(signed, TimestampMistake::Whitespace))
    }

    fn other_spelling_of_the_time(&self) -> Option<SignatureIssue> {
        let sent = self.received.timestamp;
        let signs = |timestamp: &str| self.signs(&[timestamp, self.partner_id, SID_REQUEST]);
        let found = Moment::read(sent.trim())?.find(|timestamp| signs(timestamp) || self.ran_out());
        let (signed, how) = found.filter(|_| !self.ran_out())?;
        Some(SignatureIssue::Timestamp { signed, how })
    }

    /// Returns the first item for which `fits` is true. Stops when the limit of computed signatures is reached, because
    /// generating thousands of texts is as slow as signing them.
    fn first<T>(&self, mut all: impl Iterator<Item = T>, fits: impl Fn(&T) -> bool) -> Option<T> {
        all.find(|it| fits(it) || self.ran_out()).filter(|_| !self.ran_out())
    }

    /// Returns true if the received signature is that of the concatenated parts with the key.
    fn signs(&self, parts: &[&str]) -> bool {
        self.is(&self.keyed, parts)
    }

    fn is(&self, keyed: &Hmac<Sha256>, parts: &[&str]) -> bool {
        self.spend(parts) && mac(keyed, parts) == self.mac
    }

    /// Counts one computed signature of these parts. Returns false if the limit is reached.
    fn spend(&self, parts: &[&str]) -> bool {
        /// Number of bytes that count as one signature. A real signed text has about 40.
        const SHORT: usize = 64;
        let cost = 1 + parts.iter().map(|part| part.len()).sum::<usize>() / SHORT;
        match self.left.get().checked_sub(cost) {
            Some(left) => self.left.set(left),
            None => self.ran_out.set(true),
        }
        !self.ran_out.get()
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

/// Decodes an API key that is not valid base64 as lenient decoders do: they skip unknown characters, need no padding and drop the
/// remaining bits. Node.js also reads the URL-safe alphabet; Python, PHP and Ruby skip its characters.
fn decoded(key: &str, url_safe: bool) -> Zeroizing<Vec<u8>> {
    // The full capacity from the start, so that no copy is left behind by a move.
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

/// Decodes hexadecimal text, without the dashes of a UUID; empty if the key is not hexadecimal.
fn hexadecimal(key: &str) -> Zeroizing<Vec<u8>> {
    let digits: Zeroizing<Vec<u32>> =
        Zeroizing::new(key.chars().filter(|c| *c != '-').map_while(|c| c.to_digit(16)).collect());
    let is_whole =
        digits.len() == key.chars().filter(|c| *c != '-').count() && digits.len().is_multiple_of(2);
    let pairs = digits.chunks_exact(2).filter(|_| is_whole);
    Zeroizing::new(
        pairs.filter_map(|pair| u8::try_from(pair.iter().fold(0, |byte, it| byte << 4 | it)).ok()).collect(),
    )
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn no_text_is_made_once_the_signatures_are_used_up() {
        let key = Credentials::new("085", "key").unwrap();
        let received = Received::new("2023-03-09T21:35:00Z", "signature");
        let trial = Trial::new(&key, received, &[], [0; 32], 5);
        let made = Cell::new(0);
        let texts = std::iter::repeat_with(|| {
            made.set(made.get() + 1);
            "text"
        });
        assert_eq!(trial.first(texts.take(1000), |text| trial.signs(&[text])), None);
        assert_eq!((made.get(), trial.ran_out()), (6, true));
        assert_eq!(trial.first(["text"].into_iter(), |_| true), None);
    }

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
