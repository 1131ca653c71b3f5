//! Counters of requests and refusals since the start.

use std::{borrow::Cow, collections::BTreeMap};

use super::Entry;

/// Maximum number of different keys of a counter: more than all known codes, so that only invented codes are not
/// counted.
const MOST: usize = 1000;

/// Counters of requests and refusals since the start.
#[derive(Default)]
pub(crate) struct Counts {
    /// Requests, by endpoint and HTTP status.
    requests: BTreeMap<(&'static str, u16), u64>,
    /// Refusals, by the code of the diagnosis.
    refused: BTreeMap<Cow<'static, str>, u64>,
}

impl Counts {
    pub(super) fn count(&mut self, entry: &Entry) {
        add(&mut self.requests, (entry.endpoint.unwrap_or("none"), entry.status));
        for reason in entry.diagnosis.iter().filter(|_| entry.refused) {
            add(&mut self.refused, reason.code.clone());
        }
    }

    /// Returns the requests, by endpoint and HTTP status. The endpoint is `none` for unknown routes.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (&'static str, u16, u64)> {
        self.requests.iter().map(|((endpoint, status), count)| (*endpoint, *status, *count))
    }

    /// Returns the refusals, by each code of their diagnosis.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        self.refused.iter().map(|(code, count)| (&**code, *count))
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    if counts.len() < MOST || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}
