//! Exchanges, explained and written down. The engine's lock is not held meanwhile.

use bytes::Bytes;
use http::{Request, Response};
use smileid_protocol::auth::Seal;

use super::Service;
use crate::{
    control::faults::FaultedResponse,
    diagnose::{
        self,
        proof::{self, Effort, Keys, Puzzle},
    },
    journal::{Entry, Exchange},
    model::{keyring::Keyring, millis::UtcMillis, observer::Witness},
};

/// A reaction, and what is left to find out about it.
pub(crate) struct Explained {
    pub(crate) reaction: FaultedResponse,
    pub(crate) puzzle: Option<Puzzle>,
    /// The number of its journal entry.
    #[cfg_attr(
        not(feature = "server"),
        expect(dead_code, reason = "only a server has too little room for a reply")
    )]
    pub(crate) entry: Option<u64>,
}

impl Explained {
    /// A reply that needs no explanation, and no entry in the journal.
    pub(crate) fn reply(response: Response<Bytes>) -> Self {
        Self { reaction: FaultedResponse::reply(response), puzzle: None, entry: None }
    }
}

impl Service {
    /// Says in a header of the reply why a request was refused or what is odd about it, and writes in the journal what
    /// was asked and what the client got.
    pub(crate) fn explain(&self, request: &Request<Bytes>, mut exchange: Exchange) -> Explained {
        let mut puzzle = None;
        let mut diagnosis = diagnose::warnings(&exchange.remarks.warnings);
        diagnosis.append(&mut exchange.remarks.odd);
        if let Some(refused) = &exchange.remarks.refused {
            let keys = |seal: &Seal| keys(&exchange.keyring, seal, Effort::FIRST);
            let found = diagnose::refusal(refused, request, keys);
            (diagnosis, puzzle) = (found.reasons, found.puzzle);
        }
        // What a fault put in the reply's place has no room for it.
        let place = exchange.reaction.response.headers_mut().get_mut(diagnose::HEADER);
        if let Some((place, line)) = place.zip(diagnose::header(&diagnosis)) {
            *place = line;
        }
        diagnosis.extend(exchange.reaction.fault.map(diagnose::fault));
        let mut entry = Entry::of(&exchange, request, diagnosis);
        for key in entry.keys_in(exchange.keyring.values().map(|it| it.api_key().expose())) {
            entry.hide(&key);
        }
        let credentials = exchange.credentials().cloned();
        let partner = credentials.as_ref().map(|credentials| credentials.partner_id().clone());
        let entry = self.journal().record(partner, entry);
        if let Some(puzzle) = &mut puzzle {
            puzzle.entry = entry;
        }
        let Exchange { mut reaction, wall, .. } = exchange;
        reaction.witness = self.observer.clone().map(|observer| {
            Witness::new(observer, request.clone(), reaction.response.clone(), credentials, wall)
        });
        Explained { reaction, puzzle, entry: Some(entry) }
    }

    /// Writes in the journal that a client spoke this protocol to a port of the other one. Returns the reason in words.
    #[cfg(feature = "server")]
    pub(crate) fn misled(&self, spoken: &http::uri::Scheme, wall: UtcMillis) -> String {
        let reason = diagnose::misled(spoken);
        let text = reason.text.clone();
        self.journal().record(None, Entry::of_connection(self.settings.clock.now(wall), reason));
        text
    }

    /// Writes in the journal that a client got another reply, as there was no room for this one.
    #[cfg(feature = "server")]
    pub(crate) fn note_crowded_out(&self, entry: u64) {
        self.journal().amend(entry, |reasons| reasons.push(diagnose::crowded_out()));
    }

    /// Goes on searching for the mistake in a proof, and writes the result in the journal.
    pub(crate) fn solve(&self, puzzle: &Puzzle) {
        let keyring = self.engine().state.tenants.keyring();
        let mut found = proof::rest(puzzle, keys(&keyring, puzzle.seal(), Effort::ALL));
        self.journal().amend(puzzle.entry, |reasons| {
            // What follows is of other searches.
            let end = reasons.iter().position(|it| it.code == proof::CONTINUES).map_or(0, |place| place + 1);
            found.extend(reasons.drain(..).skip(end));
            *reasons = found;
        });
    }

    /// Writes in the journal that a search was not made.
    #[cfg(feature = "server")]
    pub(crate) fn skip(&self, puzzle: &Puzzle) {
        self.journal().amend(puzzle.entry, |reasons| {
            for reason in reasons.iter_mut().filter(|it| it.code == proof::CONTINUES) {
                *reason = proof::skipped();
            }
        });
    }
}

/// The keys that a proof may have been made with.
fn keys(keyring: &Keyring, seal: &Seal, effort: Effort) -> Option<Keys> {
    Keys::of(seal, keyring.values(), effort)
}
