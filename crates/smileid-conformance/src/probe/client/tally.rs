//! Counts of broken rules, with a few places each.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Level, Rule};

/// How many places are kept of each rule. A client may send a million requests.
const PLACES: usize = 5;

#[derive(Clone, Default)]
pub(super) struct Tally(BTreeMap<&'static str, Count>);

#[derive(Clone, Default)]
pub(super) struct Count {
    /// Requests.
    pub(super) count: u64,
    /// The first ones, each once.
    pub(super) places: Vec<String>,
}

impl Tally {
    /// Notes that a rule was broken in a place, by a request that has not broken it yet.
    pub(super) fn add(&mut self, code: &'static str, place: String) {
        let count = self.0.entry(code).or_default();
        count.count = count.count.saturating_add(1);
        self.add_place(code, place);
    }

    /// Notes that the same request breaks it in another place, too.
    fn add_place(&mut self, code: &'static str, place: String) {
        let count = self.0.entry(code).or_default();
        if count.places.len() < PLACES && !count.places.contains(&place) {
            count.places.push(place);
        }
    }

    /// The rules that were broken, by their codes.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'static Rule, &Count)> {
        self.0.iter().filter_map(|(code, count)| Some((Rule::of(code)?, count)))
    }
}

/// What is found in one request.
pub(super) struct Notes<'a> {
    tally: &'a mut Tally,
    /// The request.
    at: String,
    noted: BTreeSet<&'static str>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(tally: &'a mut Tally, at: String) -> Self {
        Self { tally, at, noted: BTreeSet::new() }
    }

    /// Notes something about the request as a whole.
    pub(super) fn add(&mut self, code: &'static str) {
        self.note(code, self.at.clone());
    }

    /// Notes something about a part of the request.
    pub(super) fn add_at(&mut self, code: &'static str, part: &str) {
        self.note(code, format!("{}, {part}", self.at));
    }

    /// Whether anything was noted that is a violation.
    pub(super) fn has_violation(&self) -> bool {
        let is_violation = |code: &&str| Rule::of(code).is_some_and(|rule| rule.level == Level::Violation);
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
    fn of_many_places_the_first_are_kept() {
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
