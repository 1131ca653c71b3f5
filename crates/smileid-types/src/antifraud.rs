//! Result of Smile Secure: the search for the same face under other user ids.

use crate::result_code::ResultCode;

open_struct! {
    /// Outcome of the search. The search's own callback contains only `SuspectUsers`; a biometric result contains
    /// `summary` and `smile_secure`.
    #[debug(all)]
    pub struct Antifraud {
        /// The suspects, in the search's own callback.
        suspect_users: Vec<SuspectUser> = "SuspectUsers",
        /// Fraud findings and their sources, inside a biometric result.
        summary: FraudSummary = "summary",
        /// The search, inside a biometric result.
        smile_secure: SmileSecure = "smile_secure",
    }
}

impl Antifraud {
    /// Returns every suspect, from either form of the message.
    pub fn suspects(&self) -> impl Iterator<Item = &SuspectUser> {
        let inside = self.smile_secure.iter().flat_map(|search| &search.suspect_users);
        self.suspect_users.iter().chain(inside).flatten()
    }

    /// Returns the outcome of the search inside a result.
    pub(crate) fn search(&self) -> Search {
        let secure = self.smile_secure.as_ref();
        let summary = self.summary.as_ref();
        let code = secure.and_then(|it| it.result_code.as_ref()).map_or(Search::Clear, Search::from_code);
        let is_flagged = summary.is_some_and(|it| it.fraud_detected == Some(true));
        let is_unread = self.extra.says_something()
            || secure.is_some_and(|it| it.extra.says_something())
            || summary.is_some_and(|it| it.extra.says_something());
        match code {
            _ if is_flagged || self.suspects().next().is_some() => Search::Found,
            Search::Clear if is_unread => Search::Unclear,
            code => code,
        }
    }
}

/// Outcome of the search, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Search {
    /// No match, or no search.
    Clear,
    /// The search could not be made, or its outcome cannot be read.
    Unclear,
    /// A match was found.
    Found,
}

impl Search {
    pub(crate) fn from_code(code: &ResultCode) -> Self {
        match code.as_str() {
            "5210" => Self::Clear,
            "5211" => Self::Found,
            _ => Self::Unclear,
        }
    }
}

open_struct! {
    /// Fraud findings and their sources.
    #[debug(rest)]
    pub struct FraudSummary {
        /// Checks that found fraud.
        #[debug(count)]
        fraud_sources: Vec<String> = "fraud_sources",
        /// True if fraud was found.
        #[debug(shown)]
        fraud_detected: bool = "fraud_detected",
    }
}

open_struct! {
    /// The search inside a biometric result.
    #[debug(rest)]
    pub struct SmileSecure {
        /// The result code of the search.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// The result as a text for people.
        #[debug(text)]
        result_text: String = "ResultText",
        /// Other users whose face may be the same.
        #[debug(shown)]
        suspect_users: Vec<SuspectUser> = "SuspectUsers",
    }
}

open_struct! {
    /// Another user who may be the same person.
    #[debug(rest)]
    pub struct SuspectUser {
        /// The partner's name for that user.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Reason, in the search's own callback: `same-person`.
        #[debug(text)]
        reason: String = "reason",
        /// Reasons, inside a biometric result.
        #[debug(count)]
        reasons: Vec<String> = "reasons",
    }
}
