//! The search for the same face under other names (Smile Secure).

use crate::result_code::ResultCode;

open_struct! {
    /// What the search found: in its own callback the suspects alone, inside a biometric result under two headings.
    #[debug(all)]
    pub struct Antifraud {
        /// The suspects, in the search's own callback.
        suspect_users: Vec<SuspectUser> = "SuspectUsers",
        /// Whether fraud was found and by what, inside a biometric result.
        summary: FraudSummary = "summary",
        /// The search, inside a biometric result.
        smile_secure: SmileSecure = "smile_secure",
    }
}

impl Antifraud {
    /// Every suspect, wherever the message has them.
    pub fn suspects(&self) -> impl Iterator<Item = &SuspectUser> {
        let inside = self.smile_secure.iter().flat_map(|search| &search.suspect_users);
        self.suspect_users.iter().chain(inside).flatten()
    }

    /// How the search inside a result ended.
    pub(crate) fn search(&self) -> Search {
        let secure = self.smile_secure.as_ref();
        let summary = self.summary.as_ref();
        let code = secure.and_then(|it| it.result_code.as_ref()).map_or(Search::Clear, Search::of);
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

/// How the search ended, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Search {
    /// Nobody was found, or there was no search.
    Clear,
    /// The search could not be made, or says what nobody can read.
    Unclear,
    /// Somebody was found.
    Found,
}

impl Search {
    pub(crate) fn of(code: &ResultCode) -> Self {
        match code.as_str() {
            "5210" => Self::Clear,
            "5211" => Self::Found,
            _ => Self::Unclear,
        }
    }
}

open_struct! {
    /// Whether fraud was found and by what.
    #[debug(rest)]
    pub struct FraudSummary {
        /// What found it.
        #[debug(count)]
        fraud_sources: Vec<String> = "fraud_sources",
        /// Whether it was found.
        #[debug(shown)]
        fraud_detected: bool = "fraud_detected",
    }
}

open_struct! {
    /// The search inside a biometric result.
    #[debug(rest)]
    pub struct SmileSecure {
        /// What the search came to.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// The same in words.
        #[debug(text)]
        result_text: String = "ResultText",
        /// The suspects.
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
        /// Why, in the search's own callback: `same-person`.
        #[debug(text)]
        reason: String = "reason",
        /// Why, inside a biometric result.
        #[debug(count)]
        reasons: Vec<String> = "reasons",
    }
}
