//! Asynchronous lookups of one partner.

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    callback::Callback,
    types::{JobResult, PartnerParams},
};

use crate::{
    model::bounded::{BoundedFifo, Limits},
    sandbox::outcome::callback_bytes,
};

const LOOKUPS: Limits = Limits { entries: 5_000, bytes: 32 << 20 };

/// Asynchronous lookups of one partner, by number.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lookups(pub(super) BoundedFifo<String, Lookup>);

/// Result of one lookup, and its callback URL.
#[derive(Serialize, Deserialize)]
pub(super) struct Lookup {
    url: String,
    #[serde(with = "stored_callback")]
    callback: Callback,
    polls: u32,
    is_found: bool,
}

impl Lookups {
    pub(super) fn new() -> Self {
        Self(BoundedFifo::new(LOOKUPS))
    }

    /// Stores the callback of a lookup, and its URL.
    pub(super) fn keep(&mut self, number: &str, url: String, callback: Callback) {
        let bytes = url.len() + callback_bytes(&callback);
        self.0.insert(number.to_owned(), Lookup { url, callback, polls: 0, is_found: false }, bytes);
    }

    /// Returns the number of the newest lookup with these ids.
    pub(super) fn named(&self, user_id: &str, job_id: &str) -> Option<String> {
        let named = |params: &PartnerParams| {
            params.user_id.as_deref() == Some(user_id) && params.job_id.as_deref() == Some(job_id)
        };
        let results = self.0.values().rev().filter_map(|lookup| lookup.callback.result());
        results
            .filter(|result| result.partner_params.as_ref().is_some_and(named))
            .find_map(|result| result.smile_job_id.clone())
    }

    /// Counts a status request while the lookup is processed. Returns the number of earlier status requests.
    pub(super) fn count_poll(&mut self, number: &str) -> Option<u32> {
        let lookup = self.0.get_mut(&number.to_owned()).filter(|lookup| !lookup.is_found)?;
        let before = lookup.polls;
        lookup.polls = before.saturating_add(1);
        Some(before)
    }

    /// Marks the lookup as complete. Returns callback and URL, or none if it was complete before.
    pub(super) fn find(&mut self, number: &str) -> Option<(String, Callback)> {
        let lookup = self.0.get_mut(&number.to_owned()).filter(|lookup| !lookup.is_found)?;
        lookup.is_found = true;
        Some((lookup.url.clone(), lookup.callback.clone()))
    }

    /// Returns the result of a lookup that is complete.
    pub(super) fn result(&self, number: &str) -> Option<&JobResult> {
        let lookup = self.0.get(&number.to_owned()).filter(|lookup| lookup.is_found)?;
        lookup.callback.result()
    }
}

/// Form in which a callback is stored.
mod stored_callback {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
    use smileid_protocol::{
        callback::Callback,
        types::{JobResult, PhoneResult, SelfieResult},
    };

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Stored<'a> {
        Result(&'a JobResult),
        Phone(&'a PhoneResult),
        Selfie(&'a SelfieResult),
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Loaded {
        Result(Box<JobResult>),
        Phone(Box<PhoneResult>),
        Selfie(Box<SelfieResult>),
    }

    pub(super) fn serialize<S: Serializer>(callback: &Callback, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = match callback {
            Callback::Result(result) => Stored::Result(result),
            Callback::Phone(result) => Stored::Phone(result),
            Callback::Selfie(result) => Stored::Selfie(result),
            _ => return Err(S::Error::custom("a kind of callback that cannot be stored")),
        };
        stored.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Callback, D::Error> {
        Ok(match Loaded::deserialize(deserializer)? {
            Loaded::Result(result) => Callback::Result(result),
            Loaded::Phone(result) => Callback::Phone(result),
            Loaded::Selfie(result) => Callback::Selfie(result),
        })
    }
}
