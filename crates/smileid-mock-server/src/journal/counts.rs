//! Counters of requests and refusals since the mock server started.

use std::{borrow::Cow, collections::BTreeMap};

use super::Entry;

/// Maximum number of different keys of a counter: more than there are known codes, so that only invented codes are not counted.
const MOST: usize = 1000;

/// Counters of requests and refusals since the mock server started.
#[derive(Default)]
pub(crate) struct Counts {
    /// Number of requests by endpoint and HTTP status.
    requests: BTreeMap<(&'static str, u16), u64>,
    /// Number of refused requests by code of the diagnosis.
    refused: BTreeMap<Cow<'static, str>, u64>,
}

impl Counts {
    pub(super) fn count(&mut self, entry: &Entry) {
        add(&mut self.requests, (entry.endpoint.unwrap_or("none"), entry.status));
        for reason in entry.diagnosis.iter().filter(|_| entry.refused) {
            add(&mut self.refused, reason.code.clone());
        }
    }

    /// Returns the number of requests by endpoint and HTTP status. The endpoint of unknown paths is `none`.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (&'static str, u16, u64)> {
        self.requests.iter().map(|((endpoint, status), count)| (*endpoint, *status, *count))
    }

    /// Returns the number of refused requests by code of the diagnosis.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        self.refused.iter().map(|(code, count)| (&**code, *count))
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    if counts.len() < MOST || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}
