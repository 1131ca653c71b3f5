//! What the asynchronous calls have found out, until somebody is told.

use std::{fmt, slice};

use smileid_protocol::{
    callback::Callback,
    types::{JobResult, PartnerParams, redact},
};

use crate::{
    bounded::{Limits, Newest},
    millis::Millis,
    processing::Processing,
};

const PENDING: Limits = Limits { entries: 10_000, bytes: 32 << 20 };

/// What an asynchronous call has found out, and where it is to be sent. The mock does not send it yet.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct PendingCallback {
    /// Where it is to be sent.
    pub url: String,
    /// What it says.
    pub callback: Callback,
}

impl fmt::Debug for PendingCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCallback")
            .field("url", &redact::link(&Some(())))
            .field("callback", &self.callback)
            .finish()
    }
}

/// What the asynchronous calls of a partner have found out, by the API's numbers.
pub(crate) struct Pending(Newest<String, Entry>);

struct Entry {
    callback: PendingCallback,
    received: Millis,
    polls: u32,
    is_complete: bool,
}

impl Pending {
    pub(crate) fn new() -> Self {
        Self(Newest::new(PENDING))
    }

    /// Keeps what is to be sent to `url` about the job of the API's number `number`.
    pub(crate) fn keep(&mut self, number: &str, url: String, callback: Callback, now: Millis) {
        let bytes = url.len() + serde_json::to_vec(&callback).map_or(0, |json| json.len());
        let callback = PendingCallback { url, callback };
        let entry = Entry { callback, received: now, polls: 0, is_complete: false };
        self.0.insert(number.to_owned(), entry, bytes);
    }

    /// All that is to be sent, the oldest first.
    pub(crate) fn callbacks(&self) -> impl Iterator<Item = &PendingCallback> {
        self.0.values().map(|entry| &entry.callback)
    }

    /// The results of the newest job of these names, as one who asks for its status finds it: none as long as it is
    /// processed.
    pub(crate) fn ask(
        &mut self,
        user_id: &str,
        job_id: &str,
        processing: Processing,
        now: Millis,
    ) -> Option<&[JobResult]> {
        let named = |params: &PartnerParams| {
            params.user_id.as_deref() == Some(user_id) && params.job_id.as_deref() == Some(job_id)
        };
        let results = self.0.values().rev().filter_map(|entry| entry.callback.callback.result());
        let number = results
            .filter(|result| result.partner_params.as_ref().is_some_and(named))
            .find_map(|result| result.smile_job_id.clone())?;
        let entry = self.0.get_mut(&number)?;
        if processing.is_due(entry.received, now) || processing.is_due_when_asked(entry.polls) {
            entry.is_complete = true;
        } else {
            entry.polls = entry.polls.saturating_add(1);
        }
        let result = entry.callback.callback.result().filter(|_| entry.is_complete);
        Some(result.map(slice::from_ref).unwrap_or_default())
    }
}
