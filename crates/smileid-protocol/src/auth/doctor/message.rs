//! Generates texts that are signed by mistake: with missing parts, in another order or with separators.

use super::SignatureIssue;

/// Separators that programs put between the parts of the signed text by mistake.
const BETWEEN: [char; 11] = [':', '\n', '|', ',', ';', ' ', '&', '.', '-', '_', '/'];

/// An order of some parts of the signed text.
pub(super) struct Arrangement {
    pub(super) text: String,
    /// Index of each part in the signed text: timestamp, partner id, `sid_request`, and the key if it is a part.
    places: Vec<usize>,
    pub(super) between: Option<char>,
}

impl Arrangement {
    /// Returns true if the parts other than `key` are in the right order for a signature.
    pub(super) fn is_in_order_but_for(&self, key: usize) -> bool {
        self.places.iter().filter(|place| **place != key).is_sorted()
    }

    /// Returns the differences of this order from the text that should be signed.
    pub(super) fn mistakes(&self) -> Vec<SignatureIssue> {
        let all = [SignatureIssue::NoTimestamp, SignatureIssue::NoPartnerId, SignatureIssue::NoSidRequest];
        let left_out = all.into_iter().enumerate().filter(|(place, _)| !self.places.contains(place));
        let mut mistakes: Vec<_> = left_out.map(|(_, mistake)| mistake).collect();
        if !self.places.is_sorted() {
            mistakes.push(SignatureIssue::PartOrder);
        }
        mistakes.extend(self.between.map(|between| SignatureIssue::Separator { between }));
        mistakes
    }
}

/// Iterates over every selection of the parts in every order, with each separator and with none: 147 of three parts, 724 of four.
/// Selections without a separator come first.
pub(super) fn arrangements<const N: usize>(parts: [&str; N]) -> impl Iterator<Item = Arrangement> {
    let separators = [None].into_iter().chain(BETWEEN.map(Some));
    let orders = orders(N);
    let all = separators.flat_map(move |between| {
        let places = orders.clone().into_iter().filter(move |places| places.len() > 1 || between.is_none());
        places.map(move |places| (places, between))
    });
    all.map(move |(places, between)| {
        let chosen: Vec<_> = places.iter().filter_map(|place| parts.get(*place).copied()).collect();
        let between_text = between.map(String::from).unwrap_or_default();
        Arrangement { text: chosen.join(&between_text), places, between }
    })
}

/// Number of the [`arrangements`] of three parts that are common mistakes: without a separator, or with a colon.
pub(super) const COMMON_ARRANGEMENTS: usize = 15 + 12;

/// Number of the [`other_sid_requests`] that are common mistakes.
pub(super) const COMMON_SID_REQUESTS: usize = 15;

/// Returns the selections of the first `parts` numbers, in every order.
fn orders(parts: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![vec![]];
    let mut done = 0;
    while let Some(begun) = all.get(done).cloned() {
        let longer = (0..parts).filter(|part| !begun.contains(part)).map(|part| [&*begun, &[part]].concat());
        all.extend(longer.collect::<Vec<_>>());
        done += 1;
    }
    all.split_off(1)
}

/// Iterates over texts that are signed by mistake instead of `sid_request`: other words, other letter cases and typing errors.
pub(super) fn other_sid_requests() -> impl Iterator<Item = String> {
    const RIGHT: &str = "sid_request";
    const WORDS: [&str; COMMON_SID_REQUESTS] = [
        "sid_request1",
        "sid-request",
        "sid request",
        "sid.request",
        "sidRequest",
        "Sid_Request",
        "SidRequest",
        "SID_REQUEST",
        "sid_response",
        "smile_request",
        "sign_request",
        "id_request",
        "sid_req",
        "request",
        "sid",
    ];
    let cut = |at: usize| RIGHT.split_at_checked(at).unwrap_or((RIGHT, ""));
    let left_out = (0..RIGHT.len()).map(move |at| {
        let (before, rest) = cut(at);
        format!("{before}{}", rest.get(1..).unwrap_or_default())
    });
    let doubled = (0..RIGHT.len()).map(move |at| {
        let (before, rest) = cut(at);
        format!("{before}{}{rest}", rest.get(..1).unwrap_or_default())
    });
    let exchanged = (1..RIGHT.len()).filter_map(move |at| {
        let (before, rest) = cut(at);
        let (before, first) = before.split_at_checked(at - 1)?;
        let (second, rest) = rest.split_at_checked(1)?;
        Some(format!("{before}{second}{first}{rest}"))
    });
    let longer = ('a'..='z')
        .chain('0'..='9')
        .chain(['_', '-', ':'])
        .flat_map(|more| [format!("{RIGHT}{more}"), format!("{RIGHT}_{more}")])
        .filter(|text| !WORDS.contains(&text.as_str()));
    WORDS.map(str::to_owned).into_iter().chain(left_out).chain(doubled).chain(exchanged).chain(longer)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_selection_comes_once() {
        let of_three: Vec<_> = arrangements(["a", "b", "c"]).map(|it| it.text).collect();
        assert_eq!(of_three.len(), 3 + (6 + 6) * 12);
        assert_eq!(of_three.iter().collect::<BTreeSet<_>>().len(), of_three.len());
        assert_eq!(arrangements(["a", "b", "c", "d"]).count(), 4 + (12 + 24 + 24) * 12);
        assert!(other_sid_requests().all(|it| it != "sid_request"));
        assert!(other_sid_requests().count() < 150);
    }
}
