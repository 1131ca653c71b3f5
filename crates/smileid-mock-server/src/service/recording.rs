//! Where requests are answered, and what was answered is written down.

use std::sync::{MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};

use super::Service;
use crate::{
    about::{About, Route},
    admin,
    diagnose::{self, Reason, proof::Keys},
    faults::Reaction,
    handlers::{images, put_archive},
    journal::{Entry, Exchange, Journal},
    millis::Millis,
    refusal::Refused,
};

/// What handling a request came to, beside its reply.
#[derive(Default)]
pub(super) struct Noted {
    refused: bool,
    /// Why it was refused, or what is odd about its archive.
    diagnosis: Vec<Reason>,
}

impl Service {
    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reply of the API to a request.
    pub(super) fn answer(
        &self,
        about: &About,
        request: &Request<Bytes>,
        now: Millis,
        noted: &mut Noted,
    ) -> Response<Bytes> {
        let answered = match about.route {
            _ if admin::is_of_a_page(request) => Err(Refused::of_a_page()),
            Route::Endpoint(_, answer) => answer(self, request, about, now),
            Route::PutArchive => put_archive::answer(self, request, now).map(|(reply, odd)| {
                noted.diagnosis = odd;
                reply
            }),
            Route::Image => images::answer(self, request, now),
            Route::Callback | Route::Nowhere => Err(Refused::no_route()),
        };
        answered.unwrap_or_else(|refused| self.refuse(request, refused, noted))
    }

    /// The reply that refuses a request, with the reason in a header. No lock is held while reasons are looked for.
    pub(super) fn refuse(
        &self,
        request: &Request<Bytes>,
        refused: Refused,
        noted: &mut Noted,
    ) -> Response<Bytes> {
        let diagnosis = diagnose::refusal(&refused, request, |seal| Keys::of(seal, &self.state().tenants));
        let mut reply = refused.into_response();
        reply.headers_mut().extend(diagnose::header(&diagnosis).map(|line| (diagnose::HEADER, line)));
        *noted = Noted { refused: true, diagnosis };
        reply
    }

    /// Writes in the journal what was asked, and what the client got. No lock is held while anything is masked.
    pub(super) fn record(
        &self,
        about: &About,
        request: &Request<Bytes>,
        now: Millis,
        reaction: &Reaction,
        noted: Noted,
    ) {
        let Noted { refused, mut diagnosis } = noted;
        diagnosis.extend(reaction.fault.map(diagnose::fault));
        let partner = about.subject.partner_id.clone();
        let partner = partner.filter(|partner| self.state().tenants.contains_key(partner));
        let reply = &reaction.response;
        let entry = Entry::of(Exchange { about, now, request, reply, refused, diagnosis });
        self.journal().record(partner, entry);
    }
}
