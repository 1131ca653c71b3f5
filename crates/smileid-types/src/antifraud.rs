//! Result of Smile Secure, the platform's search for the same face under other user ids.

use crate::result_code::ResultCode;

open_struct! {
    /// Result of Smile Secure, the search for the same face under other user ids. The callback of the search contains only
    /// `SuspectUsers`; a biometric result contains `summary` and `smile_secure`.
    #[debug(all)]
    pub struct Antifraud {
        /// Users with the same face, in the callback of the Smile Secure search.
        suspect_users: Vec<SuspectUser> = "SuspectUsers",
        /// Summary of the fraud checks, in a biometric result.
        summary: FraudSummary = "summary",
        /// Result of the Smile Secure search, in a biometric result.
        smile_secure: SmileSecure = "smile_secure",
    }
}

impl Antifraud {
    /// Returns every user with the same face. Reads both formats: the callback of the search, and a biometric result.
    pub fn suspects(&self) -> impl Iterator<Item = &SuspectUser> {
        let inside = self.smile_secure.iter().flat_map(|search| &search.suspect_users);
        self.suspect_users.iter().chain(inside).flatten()
    }

    /// Returns the outcome of the Smile Secure search that a biometric result contains.
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

/// Outcome of a Smile Secure search, ordered from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Search {
    /// The search found no match, or there was no search.
    Clear,
    /// The search could not be made, or its outcome cannot be read.
    Unclear,
    /// The search found the same face under another user id.
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
    /// Summary of the fraud checks in a biometric result.
    #[debug(rest)]
    pub struct FraudSummary {
        /// Names of the checks that found fraud.
        #[debug(count)]
        fraud_sources: Vec<String> = "fraud_sources",
        /// True if any check found fraud.
        #[debug(shown)]
        fraud_detected: bool = "fraud_detected",
    }
}

open_struct! {
    /// Result of the Smile Secure search, in a biometric result.
    #[debug(rest)]
    pub struct SmileSecure {
        /// Result code of the Smile Secure search.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// Result of the Smile Secure search as a text for people.
        #[debug(text)]
        result_text: String = "ResultText",
        /// Other users who may have the same face.
        #[debug(shown)]
        suspect_users: Vec<SuspectUser> = "SuspectUsers",
    }
}

open_struct! {
    /// A user who may be the same person as the verified user.
    #[debug(rest)]
    pub struct SuspectUser {
        /// The `user_id` that the partner gave the suspected user.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Reason for the suspicion, in the callback of the Smile Secure search: `same-person`.
        #[debug(text)]
        reason: String = "reason",
        /// Reasons for the suspicion, in a biometric result.
        #[debug(count)]
        reasons: Vec<String> = "reasons",
    }
}
