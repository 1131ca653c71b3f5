//! Journal: the record of requests and responses, masked.

mod counts;
mod entry;
mod exchange;
mod journal_entry;
mod target;

pub use journal_entry::JournalEntry;

pub(crate) use counts::Counts;
pub(crate) use entry::{Body, Entry, Header, Message};
pub(crate) use exchange::{Exchange, Remarks};

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use smileid_protocol::auth::PartnerId;

use crate::diagnose::Reason;

/// Marks a response as a list without personal data, so that it need not be parsed for masking.
#[derive(Clone, Copy)]
pub(crate) struct Whole;

/// Journal of requests and responses, with the newest entries that fit its size limit.
///
/// All partners share the limit. If it is reached, the oldest entry of the partner with the most bytes is dropped, so
/// that a busy partner does not remove the entries of others.
pub(crate) struct Journal {
    /// Journal entries by partner. Requests of unknown partners, or without a partner id, are under `None`.
    logs: BTreeMap<Option<PartnerId>, Log>,
    bytes: usize,
    limit: usize,
    dropped: u64,
    last_id: u64,
    counts: Counts,
}

/// Journal entries of one partner, the oldest first.
#[derive(Default)]
struct Log {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

/// Filter for journal entries.
#[derive(Default)]
pub(crate) struct Filter<'a> {
    /// Only entries with this partner id, including requests with a wrong signature.
    pub(crate) partner_id: Option<&'a str>,
    /// Only entries with a number above this one.
    pub(crate) since: Option<u64>,
    pub(crate) refused: Option<bool>,
    /// Only requests to this endpoint.
    pub(crate) endpoint: Option<&'a str>,
}

impl Journal {
    /// Creates an empty journal that holds up to `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { logs: BTreeMap::new(), bytes: 0, limit, dropped: 0, last_id: 0, counts: Counts::default() }
    }

    /// Adds a journal entry for a partner, or for no known partner. Returns the number of the entry.
    pub(crate) fn record(&mut self, partner: Option<PartnerId>, mut entry: Entry) -> u64 {
        self.last_id += 1;
        entry.id = self.last_id;
        self.counts.count(&entry);
        let bytes = entry.bytes();
        if bytes > self.limit {
            self.dropped += 1; // it does not fit, even into an empty journal
            return self.last_id;
        }
        while self.bytes + bytes > self.limit && self.drop_one() {}
        let log = self.logs.entry(partner).or_default();
        log.entries.push_back(Arc::new(entry));
        log.bytes += bytes;
        self.bytes += bytes;
        self.last_id
    }

    /// Changes the diagnosis in a journal entry, if the entry still exists.
    pub(crate) fn amend(&mut self, id: u64, change: impl FnOnce(&mut Vec<Reason>)) {
        let mut logs = self.logs.values_mut();
        let found = logs.find_map(|log| {
            let place = log.entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
            Some((log, place))
        });
        let Some((log, place)) = found else { return };
        let Some(entry) = log.entries.get_mut(place).map(Arc::make_mut) else { return };
        let before = entry.bytes();
        change(&mut entry.diagnosis);
        let after = entry.bytes();
        log.bytes = log.bytes + after - before;
        self.bytes = self.bytes + after - before;
        while self.bytes > self.limit && self.drop_one() {}
    }

    /// Returns the journal entries that match the filter, the oldest first.
    pub(crate) fn entries(&self, filter: &Filter<'_>) -> Vec<Arc<Entry>> {
        let logs = self.logs.iter().filter(|(partner, _)| match (filter.partner_id, partner) {
            (Some(wanted), Some(partner)) => partner.as_str() == wanted,
            _ => true,
        });
        let entries = logs.flat_map(|(_, log)| &log.entries).filter(|entry| filter.takes(entry));
        let mut entries: Vec<_> = entries.cloned().collect();
        entries.sort_by_key(|entry| entry.id);
        entries
    }

    /// Removes the journal entries of one or all partners. Numbers are not used again. Returns the number of removed entries.
    pub(crate) fn clear(&mut self, partner: Option<&PartnerId>) -> usize {
        let before = self.len();
        self.logs.retain(|of, _| partner.is_some_and(|partner| of.as_ref() != Some(partner)));
        self.bytes = self.logs.values().map(|log| log.bytes).sum();
        before - self.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.logs.values().map(|log| log.entries.len()).sum()
    }

    /// Returns the size of the journal, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the number of entries that were removed to stay below the size limit.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Removes the oldest entry of the partner whose entries are largest in total. Returns false if there is none.
    fn drop_one(&mut self) -> bool {
        let Some((partner, log)) = self.logs.iter_mut().max_by_key(|(_, log)| log.bytes) else {
            return false;
        };
        let Some(entry) = log.entries.pop_front() else { return false };
        let bytes = entry.bytes();
        log.bytes -= bytes;
        if log.entries.is_empty() {
            let partner = partner.clone();
            self.logs.remove(&partner);
        }
        self.bytes -= bytes;
        self.dropped += 1;
        true
    }
}

impl Filter<'_> {
    fn takes(&self, entry: &Entry) -> bool {
        self.partner_id.is_none_or(|wanted| entry.partner_id.as_deref() == Some(wanted))
            && self.since.is_none_or(|since| entry.id > since)
            && self.refused.is_none_or(|refused| entry.refused == refused)
            && self.endpoint.is_none_or(|wanted| entry.endpoint == Some(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(partner: &str, path: &str) -> Entry {
        Entry { partner_id: Some(partner.to_owned()), path: path.to_owned(), ..Entry::default() }
    }

    fn partner(id: &str) -> PartnerId {
        PartnerId::new(id).unwrap()
    }

    fn ids(journal: &Journal, of: &str) -> Vec<u64> {
        let filter = Filter { partner_id: Some(of), ..Filter::default() };
        journal.entries(&filter).iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn who_takes_most_loses_the_oldest() {
        let size = entry("001", "/").bytes();
        let mut journal = Journal::new(4 * size);
        journal.record(Some(partner("002")), entry("002", "/"));
        for _ in 0..5 {
            journal.record(Some(partner("001")), entry("001", "/"));
        }
        assert_eq!((ids(&journal, "001"), ids(&journal, "002")), (vec![4, 5, 6], vec![1]));
        assert_eq!((journal.dropped(), journal.bytes(), journal.len()), (2, 4 * size, 4));

        journal.record(None, entry("003", &"x".repeat(4 * size)));
        assert_eq!((journal.dropped(), journal.len()), (3, 4), "what cannot fit pushes nothing out");
        journal.record(None, entry("001", "/"));
        assert_eq!(ids(&journal, "001"), [5, 6, 8], "of nobody, though it says that it is this partner's");

        assert_eq!(journal.clear(Some(&partner("001"))), 2);
        assert_eq!((ids(&journal, "002"), journal.bytes()), (vec![1], 2 * size));
        assert_eq!(journal.clear(None), 2);
        assert_eq!((journal.len(), journal.bytes()), (0, 0));
    }
}
