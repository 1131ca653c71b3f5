//! Where requests are answered, and what was answered is written down.

use std::sync::{MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};

use super::Service;
use crate::{
    about::{About, Route},
    diagnose::{self, Reason, proof::Keys},
    faults::{Reaction, Strike},
    handlers::{images, put_archive},
    journal::{Entry, Exchange, Journal},
    millis::Millis,
    refusal::Refused,
};

/// A reply with what is odd about its request, or a refusal.
type Answered = Result<(Response<Bytes>, Vec<Reason>), Refused>;

impl Service {
    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn answer(&self, about: &About, request: &Request<Bytes>, now: Millis) -> Answered {
        let plain = |response| (response, Vec::new());
        match about.route {
            Route::Endpoint(_, answer) => answer(self, request, about, now).map(plain),
            Route::PutArchive => put_archive::answer(self, request, now),
            Route::Image => images::answer(self, request, now).map(plain),
            Route::Callback | Route::Nowhere => Err(Refused::no_route()),
        }
    }

    /// Answers a request that a fault strikes, if that lets it be handled, and writes down that it struck.
    pub(super) fn struck(
        &self,
        strike: Strike,
        about: &About,
        request: &Request<Bytes>,
        now: Millis,
    ) -> Reaction {
        let fault = Reason::fault(strike.id());
        let mut is_recorded = false;
        let reaction = strike.react(now, || {
            is_recorded = true;
            let answered = self.answer(about, request, now).map(|(response, mut reasons)| {
                reasons.push(fault.clone());
                (response, reasons)
            });
            self.record(about, request, now, answered)
        });
        if !is_recorded {
            self.record(about, request, now, Ok((reaction.response.clone(), vec![fault])));
        }
        reaction
    }

    /// Writes in the journal what was asked and answered, and tells in a header why a request was refused. No lock is
    /// held while reasons are looked for, or while anything is masked.
    pub(super) fn record(
        &self,
        about: &About,
        request: &Request<Bytes>,
        now: Millis,
        answered: Answered,
    ) -> Response<Bytes> {
        let refused = answered.is_err();
        let (reply, diagnosis) = answered.unwrap_or_else(|refused| {
            let diagnosis =
                diagnose::refusal(&refused, request, |seal| Keys::of(seal, &self.state().tenants));
            let mut reply = refused.into_response();
            reply.headers_mut().extend(diagnose::header(&diagnosis).map(|line| (diagnose::HEADER, line)));
            (reply, diagnosis)
        });
        let partner = about.subject.partner_id.clone();
        let partner = partner.filter(|partner| self.state().tenants.contains_key(partner));
        let entry = Entry::of(Exchange { about, now, request, reply: &reply, refused, diagnosis });
        self.journal().record(partner, entry);
        reply
    }
}
