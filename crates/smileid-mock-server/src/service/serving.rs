//! Methods that are needed only if the mock server listens on sockets.

use http::uri::Scheme;
use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    diagnose::{
        Reason,
        proof::{self, Puzzle},
        serving,
    },
    journal::Entry,
    model::utc_millis::UtcMillis,
    state::callbacks::Outgoing,
};

impl Service {
    /// Returns true while the clock of a partner is being moved.
    pub(crate) fn is_moved(&self, partner_id: &PartnerId) -> bool {
        self.engine().state.tenants.get(partner_id).is_some_and(|tenant| tenant.moves.any())
    }

    /// Returns true if the partner of a callback was reset or removed after the callback was taken.
    pub(crate) fn is_outrun(&self, callback: &Outgoing) -> bool {
        let engine = self.engine();
        let tenant = engine.state.tenants.get(&callback.partner_id);
        tenant.is_none_or(|tenant| tenant.generation != callback.generation)
    }

    /// Records that a client used HTTP on an HTTPS port, or the reverse. Returns a text that says so.
    pub(crate) fn misled(&self, spoken: &Scheme, wall: UtcMillis) -> String {
        let reason = serving::misled(spoken);
        let text = reason.text.clone();
        self.lock_journal().record(None, refused_connection(self.settings.clock.now(wall), reason));
        text
    }

    /// Records that the response of this journal entry was replaced by an error because memory was short.
    pub(crate) fn note_crowded_out(&self, entry: u64) {
        self.lock_journal().amend(entry, |reasons| reasons.push(serving::crowded_out()));
    }

    /// Records that the longer search for a signature mistake was skipped.
    pub(crate) fn skip(&self, puzzle: &Puzzle) {
        self.lock_journal().amend(puzzle.entry, |reasons| {
            for reason in reasons.iter_mut().filter(|it| it.code == proof::CONTINUES) {
                *reason = serving::search_skipped();
            }
        });
    }
}

/// Creates the journal entry of a connection that was refused before a request could be read.
fn refused_connection(now: UtcMillis, reason: Reason) -> Entry {
    Entry {
        time: now.timestamp().to_string(),
        method: "-".to_owned(),
        path: "-".to_owned(),
        status: 400,
        refused: true,
        diagnosis: vec![reason],
        ..Entry::default()
    }
}
