//! Signs with one mistake at a time, until a signature is the one that came.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::{Candidate, Received, Suspicion, TimestampMistake, spelling::Moment};
use crate::auth::Credentials;

const SID_REQUEST: &str = "sid_request";

/// A signature of 32 bytes, and what it should have been made of.
pub(super) struct Trial<'a> {
    key: &'a str,
    partner_id: &'a str,
    received: Received<'a>,
    mac: [u8; 32],
    /// An HMAC under the key, of nothing yet.
    keyed: Hmac<Sha256>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(credentials: &'a Credentials, received: Received<'a>, mac: [u8; 32]) -> Self {
        let key = credentials.api_key().expose();
        Self {
            key,
            partner_id: credentials.partner_id().as_str(),
            received,
            mac,
            keyed: keyed(key.as_bytes()),
        }
    }

    /// What is wrong with what was signed, if anything is.
    pub(super) fn suspicion(&self, candidates: &[Candidate<'_>]) -> Option<Suspicion> {
        if self.signs(&[self.received.timestamp, self.partner_id, SID_REQUEST]) {
            let names_another = self.received.partner_id.is_some_and(|it| it != self.partner_id);
            return names_another.then_some(Suspicion::PartnerIdRewritten);
        }
        let found = self
            .other_partner()
            .or_else(|| self.other_key(candidates))
            .or_else(|| self.other_use_of_the_key())
            .or_else(|| self.other_message())
            .or_else(|| self.other_timestamp());
        Some(found.unwrap_or(Suspicion::Unexplained))
    }

    fn other_partner(&self) -> Option<Suspicion> {
        let signs = |partner_id: &str| self.signs(&[self.received.timestamp, partner_id, SID_REQUEST]);
        let number = self.partner_id.trim_start_matches('0');
        let widths = [number.len(), 2, 3, 4, 5];
        if let Some(signed) = widths.iter().map(|width| format!("{number:0>width$}")).find(|id| signs(id)) {
            let lost = signed.len() < self.partner_id.len();
            return Some(if lost { Suspicion::PartnerPaddingLost } else { Suspicion::PartnerPaddingAdded });
        }
        if self.received.partner_id.is_some_and(signs) {
            return Some(Suspicion::OtherPartner);
        }
        // The members swapped: what is in the partner's is the time that was signed.
        let time = self.received.partner_id.filter(|it| *it != self.partner_id);
        let swapped = time.is_some_and(|time| {
            [self.partner_id, self.received.timestamp].iter().any(|id| self.signs(&[time, id, SID_REQUEST]))
        });
        swapped.then_some(Suspicion::PartnerAndTimestampSwapped)
    }

    fn other_key(&self, candidates: &[Candidate<'_>]) -> Option<Suspicion> {
        let signed_with = |candidate: &&Candidate<'_>| {
            let keyed = keyed(candidate.credentials.api_key().expose().as_bytes());
            let ids = [candidate.credentials.partner_id().as_str(), self.partner_id];
            ids.into_iter()
                .chain(self.received.partner_id)
                .any(|id| self.is(&keyed, &[self.received.timestamp, id, SID_REQUEST]))
        };
        candidates
            .iter()
            .filter(|candidate| candidate.credentials.api_key().expose() != self.key)
            .find(signed_with)
            .map(|candidate| Suspicion::OtherKey { name: candidate.name.to_owned() })
    }

    fn other_use_of_the_key(&self) -> Option<Suspicion> {
        let message = [self.received.timestamp, self.partner_id, SID_REQUEST];
        let decoded = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
        let decoded = decoded.iter().filter_map(|base64| base64.decode(self.key).ok());
        if decoded.map(|key| keyed(&key)).any(|keyed| self.is(&keyed, &message)) {
            return Some(Suspicion::KeyDecoded);
        }
        let (key, trimmed) = (self.key, self.key.trim());
        let blanks =
            ["\n", "\r\n", " ", "\t"].map(|blank| [format!("{key}{blank}"), format!("{blank}{key}")]);
        let mut blanks = blanks.into_iter().flatten().chain([trimmed.to_owned()]);
        if blanks.any(|key| self.is(&keyed(key.as_bytes()), &message)) {
            return Some(Suspicion::KeyWhitespace);
        }
        let message = message.concat();
        if self.is(&keyed(message.as_bytes()), &[key]) {
            return Some(Suspicion::KeyAndMessageSwapped);
        }
        let hashes = [message.clone(), format!("{key}{message}"), format!("{message}{key}")];
        let is_a_hash = hashes.iter().any(|text| Sha256::digest(text).as_slice() == self.mac);
        is_a_hash.then_some(Suspicion::PlainHash)
    }

    fn other_message(&self) -> Option<Suspicion> {
        let (time, partner, sid) = (self.received.timestamp, self.partner_id, SID_REQUEST);
        if self.signs(&[time, partner]) {
            return Some(Suspicion::NoSidRequest);
        }
        let orders = [
            [time, sid, partner],
            [partner, time, sid],
            [partner, sid, time],
            [sid, time, partner],
            [sid, partner, time],
        ];
        if orders.iter().any(|parts| self.signs(parts)) {
            return Some(Suspicion::PartOrder);
        }
        for between in [':', '\n', '|', ',', ';', ' ', '&', '.', '-', '_', '/'] {
            if self.signs(&[&[time, partner, sid].join(&*between.to_string())]) {
                return Some(Suspicion::Separator { between });
            }
        }
        let blanks = ["\n", "\r\n", " ", "\t"];
        let around = |blank: &&str| {
            self.signs(&[time, partner, sid, blank]) || self.signs(&[blank, time, partner, sid])
        };
        blanks.iter().any(around).then_some(Suspicion::MessageWhitespace)
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
        let mut mac = keyed.clone();
        for part in parts {
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().as_slice() == self.mac
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}
