//! Where requests are answered, and what was answered is written down.

use std::sync::{MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::DATE};

use super::Service;
use crate::{
    about::{About, Route},
    admin,
    diagnose::{self, Reason, proof::Keys},
    faults::Reaction,
    handlers::{images, put_archive},
    journal::{Entry, Exchange, Journal},
    millis::Millis,
    observer::Witness,
    refusal::Refused,
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
    /// What is odd about its archive.
    pub(super) odd: Vec<Reason>,
}

impl Handled {
    /// Of a request whose reply needs no explanation any more.
    pub(super) fn explained(reply: Response<Bytes>) -> Self {
        Self { reaction: Reaction::reply(reply), noted: None }
    }

    /// Whether it takes long to find out why the request was refused.
    #[cfg(feature = "server")]
    pub(crate) fn is_puzzling(&self) -> bool {
        let refused = self.noted.as_ref().and_then(|noted| noted.refused.as_ref());
        refused.is_some_and(|refused| matches!(refused.cause(), crate::refusal::Cause::Proof(_)))
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
            Route::Endpoint(_, answer) => answer(self, request, about, *now),
            Route::PutArchive => put_archive::answer(self, request, *now).map(|(reply, odd)| {
                noted.odd = odd;
                reply
            }),
            Route::Image => images::answer(self, request, *now),
            Route::Callback | Route::Nowhere => Err(Refused::no_route()),
        });
        answered.unwrap_or_else(|refused| noted.refuse(refused))
    }

    /// Says why a request was refused, in a header of its reply, and writes in the journal what was asked and what the
    /// client got. No lock is held while reasons are looked for and while anything is masked.
    pub(crate) fn explain(&self, request: &Request<Bytes>, handled: Handled) -> Reaction {
        let Handled { mut reaction, noted } = handled;
        let Some(Noted { about, now, wall, refused, odd: mut diagnosis }) = noted else { return reaction };
        if let Some(refused) = &refused {
            diagnosis = diagnose::refusal(refused, request, |seal| Keys::of(seal, &self.state().tenants));
            let place = reaction.response.headers_mut().get_mut(diagnose::HEADER);
            if let Some((place, line)) = place.zip(diagnose::header(&diagnosis)) {
                *place = line;
            }
        }
        diagnosis.extend(reaction.fault.map(diagnose::fault));
        let partner = about.subject.partner_id.clone();
        let credentials = partner
            .as_ref()
            .and_then(|partner| Some(self.state().tenants.get(partner)?.credentials().clone()));
        let partner = partner.filter(|_| credentials.is_some());
        let (about, reply, refused) = (&about, &reaction.response, refused.is_some());
        let entry = Entry::of(Exchange { about, now, request, reply, refused, diagnosis });
        self.journal().record(partner, entry);
        reaction.witness = self.observer.clone().map(|observer| {
            Witness::new(observer, request.clone(), reaction.response.clone(), credentials, wall)
        });
        reaction
    }
}

impl Noted {
    pub(super) fn of(about: About, now: Millis, wall: Millis) -> Self {
        Self { about, now, wall, refused: None, odd: Vec::new() }
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
        Handled { reaction, noted: Some(self) }
    }
}
