//! Compares submitted identity data with the authority's data.

use smileid_protocol::types::{Action, ActionValue, IdInfo, PersonalInfo, available};

/// Identity data of a person that is compared.
#[derive(Default)]
pub(crate) struct Person<'a> {
    first_name: Option<&'a str>,
    middle_name: Option<&'a str>,
    last_name: Option<&'a str>,
    dob: Option<&'a str>,
    gender: Option<&'a str>,
    phone_number: Option<&'a str>,
}

impl<'a> Person<'a> {
    /// Returns the identity data in a request.
    pub(crate) fn claimed(id: &'a IdInfo) -> Self {
        Self {
            first_name: said(id.first_name.as_deref()),
            middle_name: said(id.middle_name.as_deref()),
            last_name: said(id.last_name.as_deref()),
            dob: said(id.dob.as_deref()),
            gender: said(id.gender.as_deref()),
            phone_number: said(id.phone_number.as_deref()),
        }
    }

    /// Returns the identity data in a result.
    pub(crate) fn known(person: &'a PersonalInfo) -> Self {
        Self {
            first_name: available(&person.first_name),
            middle_name: available(&person.middle_name),
            last_name: available(&person.last_name),
            dob: available(&person.dob),
            gender: available(&person.gender),
            phone_number: available(&person.phone_number),
        }
    }

    fn names(&self) -> [Option<&'a str>; 3] {
        [self.first_name, self.middle_name, self.last_name]
    }

    /// Returns true if no field has data.
    pub(crate) fn is_nobody(&self) -> bool {
        let rest = [self.dob, self.gender, self.phone_number];
        self.names().iter().chain(&rest).all(Option::is_none)
    }

    /// Returns the `Actions` of a comparison that was not made, because no person was found.
    pub(crate) fn not_compared(&self) -> [(Action, ActionValue); 4] {
        self.each(&ActionValue::NotDone)
    }

    /// Returns the `Actions` of a comparison whose outcome a scenario chose: each submitted field has this outcome.
    pub(crate) fn compared_as(&self, outcome: Match) -> [(Action, ActionValue); 4] {
        self.each(&outcome.action())
    }

    /// Returns the `Actions`: `said` for submitted fields, `Not Provided` for the others.
    fn each(&self, said: &ActionValue) -> [(Action, ActionValue); 4] {
        self.compared_with(&Person::default()).actions().map(|(action, value)| match value {
            ActionValue::NotProvided => (action, value),
            _ => (action, said.clone()),
        })
    }

    /// Compares the submitted data with the authority's data, field by field.
    pub(crate) fn compared_with(&self, known: &Person<'_>) -> Comparison {
        Comparison {
            names: names(self.names(), known.names()),
            dob: field(self.dob, known.dob, str::eq_ignore_ascii_case),
            gender: field(self.gender, known.gender, |one, other| initial(one) == initial(other)),
            phone_number: field(self.phone_number, known.phone_number, |one, other| {
                digits(one) == digits(other)
            }),
        }
    }
}

/// Outcome of a comparison, field by field.
pub(crate) struct Comparison {
    names: Match,
    dob: Match,
    gender: Match,
    phone_number: Match,
}

impl Comparison {
    /// Combines the outcomes of all fields into one.
    pub(crate) fn overall(&self) -> Match {
        overall(&[self.names, self.dob, self.gender, self.phone_number])
    }

    /// Returns the `Actions` with the outcome of each field.
    pub(crate) fn actions(&self) -> [(Action, ActionValue); 4] {
        [
            (Action::Names, self.names.action()),
            (Action::Dob, self.dob.action()),
            (Action::Gender, self.gender.action()),
            (Action::PhoneNumber, self.phone_number.action()),
        ]
    }
}

/// Outcome of the comparison of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    Exact,
    /// The names are the same, in another order.
    Transposed,
    Partial,
    None,
    /// The field was not submitted.
    NotProvided,
}

impl Match {
    /// Returns the API's word for the outcome.
    pub(crate) fn action(self) -> ActionValue {
        match self {
            Self::Exact => ActionValue::ExactMatch,
            Self::Transposed => ActionValue::Transposed,
            Self::Partial => ActionValue::PartialMatch,
            Self::None => ActionValue::NoMatch,
            Self::NotProvided => ActionValue::NotProvided,
        }
    }

    /// Returns the result code for this overall outcome.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Exact => EXACT,
            Self::Transposed | Self::Partial => PARTIAL,
            Self::None | Self::NotProvided => NONE,
        }
    }

    /// Returns the overall outcome for a result code.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        [Self::Exact, Self::Partial, Self::None].into_iter().find(|it| it.code() == code)
    }
}

/// Result codes of comparisons; a test compares them with the table.
const EXACT: &str = "1020";
const PARTIAL: &str = "1021";
const NONE: &str = "1022";

/// Combines several outcomes. Fields that were not submitted do not count. Exact if all match, none if none matches, otherwise
/// partial.
pub(crate) fn overall(matches: &[Match]) -> Match {
    let said = || matches.iter().filter(|it| **it != Match::NotProvided);
    if said().next().is_none() {
        Match::NotProvided
    } else if said().all(|it| *it == Match::Exact) {
        Match::Exact
    } else if said().all(|it| *it == Match::None) {
        Match::None
    } else {
        Match::Partial
    }
}

/// Compares one field with `is_same`: an exact match or no match.
pub(crate) fn field(said: Option<&str>, known: Option<&str>, is_same: impl Fn(&str, &str) -> bool) -> Match {
    match (said, known) {
        (None, _) => Match::NotProvided,
        (Some(said), Some(known)) if is_same(said.trim(), known.trim()) => Match::Exact,
        _ => Match::None,
    }
}

/// Compares two full names as sets of words. The order of the words is ignored, because the sample person is published
/// with both orders.
pub(crate) fn full_names(said: &str, known: &str) -> Match {
    let (said, known) = (words(said), words(known));
    let shared = said.iter().filter(|word| known.contains(word)).count();
    if said.is_empty() {
        Match::NotProvided
    } else if said == known {
        Match::Exact
    } else if shared > 0 {
        Match::Partial
    } else {
        Match::None
    }
}

fn names(said: [Option<&str>; 3], known: [Option<&str>; 3]) -> Match {
    let is_known = |name: &str| known.into_iter().flatten().any(|it| same_name(it, name));
    let given = || said.into_iter().flatten();
    if given().next().is_none() {
        Match::NotProvided
    } else if said
        .iter()
        .zip(known)
        .all(|(said, known)| said.is_none_or(|said| known.is_some_and(|known| same_name(said, known))))
    {
        Match::Exact
    } else if given().all(is_known) {
        Match::Transposed
    } else if given().any(is_known) {
        Match::Partial
    } else {
        Match::None
    }
}

/// Returns the text, unless it is blank.
fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Returns the words of a name in lower case, sorted.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<_> = name.split_whitespace().map(str::to_lowercase).collect();
    words.sort_unstable();
    words
}

/// Returns the first letter in lower case, so that `M` equals `male`.
fn initial(text: &str) -> Option<char> {
    text.chars().next().map(|letter| letter.to_ascii_lowercase())
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use smileid_protocol::types::{JobType, ResultCode};

    use super::*;

    #[test]
    fn the_codes_are_those_of_the_table() {
        for (it, text) in
            [(Match::Exact, "Exact Match"), (Match::Partial, "Partial Match"), (Match::None, "No Match")]
        {
            let code = ResultCode::from(it.code());
            assert_eq!(code.row(JobType::EnhancedKyc).unwrap().texts, [text]);
        }
    }

    #[test]
    fn names_match_by_their_places() {
        let known = [Some("Joe"), Some("Doe"), Some("Leo")];
        for (said, expected) in [
            ([Some("Joe"), Some("Doe"), Some("Leo")], Match::Exact),
            ([Some(" joe "), None, Some("LEO")], Match::Exact),
            ([Some("Leo"), None, Some("Joe")], Match::Transposed),
            ([Some("Joe"), None, Some("Mandela")], Match::Partial),
            ([Some("Nelson"), None, Some("Mandela")], Match::None),
            ([None, None, None], Match::NotProvided),
        ] {
            assert_eq!(names(said, known), expected, "{said:?}");
        }
        assert_eq!(names([Some("Joe"), None, None], [None, None, None]), Match::None);
    }

    #[test]
    fn full_names_match_by_their_words() {
        for (said, expected) in [
            ("Joe Doe Leo", Match::Exact),
            ("leo  doe JOE", Match::Exact),
            ("Joe Leo", Match::Partial),
            ("Joe Doe Leo Junior", Match::Partial),
            ("Nelson", Match::None),
            (" ", Match::NotProvided),
        ] {
            assert_eq!(full_names(said, "Joe Doe Leo"), expected, "{said}");
        }
    }

    #[test]
    fn several_in_one() {
        use Match::{Exact, None, NotProvided, Partial, Transposed};
        for (matches, expected) in [
            (&[Exact, NotProvided, Exact][..], Exact),
            (&[Exact, None], Partial),
            (&[Transposed], Partial),
            (&[Transposed, None], Partial),
            (&[None, NotProvided], None),
            (&[NotProvided], NotProvided),
            (&[], NotProvided),
        ] {
            assert_eq!(overall(matches), expected, "{matches:?}");
        }
    }
}
