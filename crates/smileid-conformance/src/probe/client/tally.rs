//! Counts how often a client breaks each rule, and stores the first places.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Level, Rule};

/// Maximum number of places to store for each rule, because a client may send a million requests.
const MAX_PLACES: usize = 5;

#[derive(Clone, Default)]
pub(super) struct Tally(BTreeMap<&'static str, Count>);

#[derive(Clone, Default)]
pub(super) struct Count {
    /// Number of requests that broke the rule.
    pub(super) count: u64,
    /// The first places where the rule was broken, without duplicates.
    pub(super) places: Vec<String>,
}

impl Tally {
    /// Counts a request that breaks a rule, with the place.
    pub(super) fn add(&mut self, code: &'static str, place: String) {
        let count = self.0.entry(code).or_default();
        count.count = count.count.saturating_add(1);
        self.add_place(code, place);
    }

    /// Adds a place of a request that was already counted for the rule.
    fn add_place(&mut self, code: &'static str, place: String) {
        let count = self.0.entry(code).or_default();
        if count.places.len() < MAX_PLACES && !count.places.contains(&place) {
            count.places.push(place);
        }
    }

    /// Returns the broken rules, ordered by code.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'static Rule, &Count)> {
        self.0.iter().filter_map(|(code, count)| Some((Rule::from_code(code)?, count)))
    }
}

/// Collects the rules that a request breaks.
pub(super) struct Notes<'a> {
    tally: &'a mut Tally,
    /// Name of the request, as the place of its mistakes.
    at: String,
    noted: BTreeSet<&'static str>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(tally: &'a mut Tally, at: String) -> Self {
        Self { tally, at, noted: BTreeSet::new() }
    }

    /// Adds a mistake of the whole request.
    pub(super) fn add(&mut self, code: &'static str) {
        self.note(code, self.at.clone());
    }

    /// Adds a mistake in a part of the request.
    pub(super) fn add_at(&mut self, code: &'static str, part: &str) {
        self.note(code, format!("{}, {part}", self.at));
    }

    /// Returns true if a violation was added.
    pub(super) fn has_violation(&self) -> bool {
        let is_violation =
            |code: &&str| Rule::from_code(code).is_some_and(|rule| rule.level == Level::Violation);
        self.noted.iter().any(is_violation)
    }

    fn note(&mut self, code: &'static str, place: String) {
        if self.noted.insert(code) {
            self.tally.add(code, place);
        } else {
            self.tally.add_place(code, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_first_places() {
        let mut tally = Tally::default();
        for request in 0..100 {
            Notes::new(&mut tally, format!("request {request}")).add("no-route");
        }
        let counted: Vec<_> =
            tally.rules().map(|(_, count)| (count.count, count.places.as_slice())).collect();
        let first = [0, 1, 2, 3, 4].map(|request| format!("request {request}"));
        assert_eq!(counted, [(100, first.as_slice())]);
    }
}
