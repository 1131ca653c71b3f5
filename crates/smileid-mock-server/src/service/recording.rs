//! Where requests are answered, and what was answered is written down.

use std::sync::{MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::DATE};
use smileid_protocol::{auth::Seal, mock_clock};

use super::{Service, State};
use crate::{
    about::{About, Route},
    admin,
    diagnose::{
        self, Reason,
        proof::{self, Effort, Keys, Puzzle},
    },
    faults::Reaction,
    handlers::{images, put_archive},
    journal::{Entry, Exchange, Journal},
    millis::Millis,
    observer::Witness,
    refusal::Refused,
    routes,
    tenant::Tenant,
};

/// A request that was answered, and is yet to be explained and written down.
pub(crate) struct Handled {
    pub(crate) reaction: Reaction,
    /// Nothing of a request to the mock's own routes, or of one that is written down already.
    pub(super) noted: Option<Noted>,
}

/// What is known of a request beside its reaction.
pub(super) struct Noted {
    pub(super) about: About,
    pub(super) now: Millis,
    /// The world's time.
    pub(super) wall: Millis,
    pub(super) refused: Option<Refused>,
    /// What is odd about it, its archive or its job.
    pub(super) odd: Vec<Reason>,
}

impl Handled {
    /// Of a request whose reply needs no explanation any more.
    pub(super) fn explained(reply: Response<Bytes>) -> Self {
        Self { reaction: Reaction::reply(reply), noted: None }
    }
}

impl State {
    /// The keys that a proof may have been made with.
    fn keys(&self, seal: &Seal, effort: Effort) -> Option<Keys> {
        Keys::of(seal, self.tenants.values().map(Tenant::credentials), effort)
    }
}

impl Service {
    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to note what is known of a request of which there is the head alone.
    pub(super) fn noted_of_head(&self, request: &Request<Bytes>, wall: Millis) -> Noted {
        let about = About::of(request, self);
        let now = self.now(about.subject.partner_id.as_ref(), wall);
        Noted::of(about, now, wall)
    }

    /// The reply of the API to a request.
    pub(super) fn answer(&self, request: &Request<Bytes>, noted: &mut Noted) -> Response<Bytes> {
        let Noted { about, now, .. } = noted;
        let answered = admin::check_page(request, about.route).and_then(|()| match about.route {
            Route::Endpoint(spec) => routes::dispatch(spec, self, request, about, *now),
            Route::PutArchive => put_archive::answer(self, request, *now),
            Route::Image => images::answer(self, request, *now).map(|reply| (reply, Vec::new())),
            Route::Callback | Route::Nowhere => Err(Refused::no_route()),
        });
        match answered {
            Ok((reply, odd)) => noted.take(reply, odd),
            Err(refused) => noted.refuse(refused),
        }
    }

    /// Says in a header of the reply why a request was refused or what is odd about it, and writes in the journal what was asked and what the
    /// client got. No lock is held while reasons are looked for and while anything is masked.
    pub(crate) fn explain(&self, request: &Request<Bytes>, handled: Handled) -> Explained {
        let Handled { mut reaction, noted } = handled;
        let Some(Noted { about, now, wall, refused, odd: mut diagnosis }) = noted else {
            return Explained { reaction, puzzle: None, entry: None };
        };
        let mut puzzle = None;
        if let Some(refused) = &refused {
            let keys = |seal: &Seal| self.state().keys(seal, Effort::FIRST);
            let found = diagnose::refusal(refused, request, keys);
            (diagnosis, puzzle) = (found.reasons, found.puzzle);
        }
        // What a fault put in the reply's place has no room for it.
        let place = reaction.response.headers_mut().get_mut(diagnose::HEADER);
        if let Some((place, line)) = place.zip(diagnose::header(&diagnosis)) {
            *place = line;
        }
        diagnosis.extend(reaction.fault.map(diagnose::fault));
        let partner = about.subject.partner_id.clone();
        let credentials = partner
            .as_ref()
            .and_then(|partner| Some(self.state().tenants.get(partner)?.credentials().clone()));
        let partner = partner.filter(|_| credentials.is_some());
        let (about, reply, refused) = (&about, &reaction.response, refused.is_some());
        let mut entry = Entry::of(Exchange { about, now, request, reply, refused, diagnosis });
        for key in self.keys_in(&mut entry) {
            entry.hide(&key);
        }
        let entry = self.journal().record(partner, entry);
        if let Some(puzzle) = &mut puzzle {
            puzzle.entry = entry;
        }
        reaction.witness = self.observer.clone().map(|observer| {
            Witness::new(observer, request.clone(), reaction.response.clone(), credentials, wall)
        });
        Explained { reaction, puzzle, entry: Some(entry) }
    }

    fn keys_in(&self, entry: &mut Entry) -> Vec<String> {
        let state = self.state();
        entry.keys_in(state.tenants.values().map(|tenant| tenant.credentials().api_key().expose()))
    }

    /// Writes in the journal that a client spoke this protocol to a port of the other one. Returns the reason in words.
    #[cfg(feature = "server")]
    pub(crate) fn misled(&self, spoken: &http::uri::Scheme, wall: Millis) -> String {
        let reason = diagnose::misled(spoken);
        let text = reason.text.clone();
        self.journal().record(None, Entry::of_connection(self.first_clock().now(wall), reason));
        text
    }

    /// The answer in place of a reply for which there is no room. `entry` is the number of its journal entry.
    #[cfg(feature = "server")]
    pub(crate) fn crowded_out(&self, entry: Option<u64>, wall: Millis) -> Response<Bytes> {
        if let Some(entry) = entry {
            self.journal().amend(entry, |reasons| reasons.push(diagnose::crowded_out()));
        }
        admin::crowded_out(self, wall)
    }

    /// Goes on searching for the mistake in a proof, and writes the result in the journal.
    pub(crate) fn solve(&self, puzzle: &Puzzle) {
        let keys = self.state().keys(puzzle.seal(), Effort::ALL);
        let mut found = proof::rest(puzzle, keys);
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

/// A reaction, and what is left to find out about it.
pub(crate) struct Explained {
    pub(crate) reaction: Reaction,
    pub(crate) puzzle: Option<Puzzle>,
    /// The number of its journal entry.
    #[cfg_attr(
        not(feature = "server"),
        expect(dead_code, reason = "only a server has too little room for a reply")
    )]
    pub(crate) entry: Option<u64>,
}

impl Noted {
    pub(super) fn of(about: About, now: Millis, wall: Millis) -> Self {
        Self { about, now, wall, refused: None, odd: Vec::new() }
    }

    /// The reply to a request, with room for what is odd in a header.
    fn take(&mut self, mut reply: Response<Bytes>, odd: Vec<Reason>) -> Response<Bytes> {
        if !odd.is_empty() {
            reply.headers_mut().insert(diagnose::HEADER, HeaderValue::from_static(""));
        }
        self.odd = odd;
        reply
    }

    /// The reply that refuses a request, with room for the reason in a header.
    pub(super) fn refuse(&mut self, refused: Refused) -> Response<Bytes> {
        let mut reply = refused.response();
        reply.headers_mut().insert(diagnose::HEADER, HeaderValue::from_static(""));
        self.refused = Some(refused);
        reply
    }

    /// With what becomes of the request.
    pub(super) fn handled(self, mut reaction: Reaction) -> Handled {
        // A server would write the world's time, and the same requests would not get the same bytes.
        if let Some(date) = self.now.http_date() {
            reaction.response.headers_mut().entry(DATE).or_insert(date);
        }
        if self.now != self.wall {
            let headers = reaction.response.headers_mut();
            headers.insert(mock_clock::HEADER, mock_clock::header(self.now.utc()));
        }
        Handled { reaction, noted: Some(self) }
    }
}
