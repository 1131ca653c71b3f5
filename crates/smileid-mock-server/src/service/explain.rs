//! Diagnoses requests and records them in the journal, without holding the engine's lock.

use bytes::Bytes;
use http::{Request, Response};
use smileid_protocol::auth::RequestProof;

use super::Service;
use crate::{
    control::faults::FaultedResponse,
    diagnose::{
        self,
        proof::{self, Effort, Keys, Puzzle},
    },
    journal::{Entry, Exchange},
    model::{keyring::Keyring, observer::Witness},
};

/// Response with its diagnosis header, and the input of a longer search for the mistake in a signature, if one is needed.
pub(crate) struct Explained {
    pub(crate) faulted: FaultedResponse,
    pub(crate) puzzle: Option<Puzzle>,
    /// Number of the journal entry for the request.
    #[cfg_attr(
        not(feature = "server"),
        expect(dead_code, reason = "only a server has too little room for a reply")
    )]
    pub(crate) entry: Option<u64>,
}

impl Explained {
    /// Creates a response without a diagnosis and without a journal entry.
    pub(crate) fn reply(response: Response<Bytes>) -> Self {
        Self { faulted: FaultedResponse::reply(response), puzzle: None, entry: None }
    }
}

impl Service {
    /// Adds the diagnosis header to a response, and records request and response in the journal.
    pub(crate) fn explain(&self, request: &Request<Bytes>, mut exchange: Exchange) -> Explained {
        let mut puzzle = None;
        let mut diagnosis = diagnose::warnings(&exchange.remarks.warnings);
        diagnosis.append(&mut exchange.remarks.odd);
        if let Some(refused) = &exchange.remarks.refused {
            let keys = |seal: &RequestProof| keys(&exchange.keyring, seal, Effort::FIRST);
            let found = diagnose::refusal(refused, request, keys);
            (diagnosis, puzzle) = (found.reasons, found.puzzle);
        }
        // A canned reply of a fault has no such header.
        let place = exchange.faulted.response.headers_mut().get_mut(diagnose::HEADER);
        if let Some((place, line)) = place.zip(diagnose::header(&diagnosis)) {
            *place = line;
        }
        diagnosis.extend(exchange.faulted.fault.map(diagnose::fault));
        let mut entry = Entry::new(&exchange, request, diagnosis);
        for key in entry.keys_in(exchange.keyring.values().map(|it| it.api_key().expose())) {
            entry.hide(&key);
        }
        let credentials = exchange.credentials().cloned();
        let partner = credentials.as_ref().map(|credentials| credentials.partner_id().clone());
        let entry = self.lock_journal().record(partner, entry);
        if let Some(puzzle) = &mut puzzle {
            puzzle.entry = entry;
        }
        let Exchange { mut faulted, wall, .. } = exchange;
        faulted.witness = self.observer.clone().map(|observer| {
            Witness::new(observer, request.clone(), faulted.response.clone(), credentials, wall)
        });
        Explained { faulted, puzzle, entry: Some(entry) }
    }

    /// Continues the search for the mistake in a signature, and records the result in the journal.
    pub(crate) fn solve(&self, puzzle: &Puzzle) {
        let keyring = self.engine().state.tenants.keyring();
        let mut found = proof::rest(puzzle, keys(&keyring, puzzle.seal(), Effort::ALL));
        self.lock_journal().amend(puzzle.entry, |reasons| {
            // Reasons after this one belong to other searches.
            let end = reasons.iter().position(|it| it.code == proof::CONTINUES).map_or(0, |place| place + 1);
            found.extend(reasons.drain(..).skip(end));
            *reasons = found;
        });
    }
}

/// Returns the API keys with which the signature may have been made.
fn keys(keyring: &Keyring, seal: &RequestProof, effort: Effort) -> Option<Keys> {
    Keys::for_proof(seal, keyring.values(), effort)
}
