//! How often what was asked and refused, since the start.

use std::{borrow::Cow, collections::BTreeMap};

use super::Entry;

/// How many different things are counted of a kind: more than there are, and an end for codes of somebody's own.
const MOST: usize = 1000;

/// How often what was asked and refused, since the start.
#[derive(Default)]
pub(crate) struct Counts {
    /// By endpoint and HTTP status.
    requests: BTreeMap<(&'static str, u16), u64>,
    /// By the code of the diagnosis.
    refused: BTreeMap<Cow<'static, str>, u64>,
}

impl Counts {
    pub(super) fn count(&mut self, entry: &Entry) {
        add(&mut self.requests, (entry.endpoint.unwrap_or("none"), entry.status));
        for reason in entry.diagnosis.iter().filter(|_| entry.refused) {
            add(&mut self.refused, reason.code.clone());
        }
    }

    /// Requests, by endpoint and HTTP status; endpoint `none` where there is no route.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (&'static str, u16, u64)> {
        self.requests.iter().map(|((endpoint, status), count)| (*endpoint, *status, *count))
    }

    /// Refusals, by each code of their diagnosis.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        self.refused.iter().map(|(code, count)| (&**code, *count))
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    if counts.len() < MOST || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}
