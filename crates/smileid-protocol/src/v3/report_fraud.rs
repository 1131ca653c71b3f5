//! `POST /v3/users/{user_id}/report_fraud`: reports a person for fraud, or withdraws a report.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use super::{Accepted, UserId};
use crate::{
    auth::{Anonymous, TokenHeader},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    job::{InvalidInput, Problem},
};

form! {
    /// Request that reports a person for fraud, or withdraws a report.
    pub struct Request {
        /// The partner's id of the person.
        user_id: UserId,
        /// True to report fraud, false to withdraw a report.
        #[debug(shown)]
        is_fraud: bool,
        /// Kind of fraud.
        #[debug(shown)]
        reason: Option<String>,
        /// Notes of up to 500 characters.
        notes: Option<String>,
        /// E-mail address of the employee who reports.
        reported_by: String,
    }
}

/// Kind of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The person lied about themselves.
    FirstPartyFraud,
    /// The person let somebody else use their identity.
    SecondPartyFraud,
    /// The person used another person's identity.
    ThirdPartyFraud,
    /// The identity is made up.
    SyntheticIdentity,
    /// Another person took the account over.
    AccountTakeover,
    /// A document is forged.
    DocumentForgery,
    /// The person collects identities.
    IdentityFarming,
    /// The account is used to transfer money for others.
    MuleAccount,
    /// Another kind of fraud, which the notes describe.
    Other,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::FirstPartyFraud,
        Self::SecondPartyFraud,
        Self::ThirdPartyFraud,
        Self::SyntheticIdentity,
        Self::AccountTakeover,
        Self::DocumentForgery,
        Self::IdentityFarming,
        Self::MuleAccount,
        Self::Other,
    ];

    /// Returns true for a word of the API.
    pub fn is_known(word: &str) -> bool {
        Self::ALL.iter().any(|reason| reason.as_str() == word)
    }

    /// Returns the API's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstPartyFraud => "FIRST_PARTY_FRAUD",
            Self::SecondPartyFraud => "SECOND_PARTY_FRAUD",
            Self::ThirdPartyFraud => "THIRD_PARTY_FRAUD",
            Self::SyntheticIdentity => "SYNTHETIC_IDENTITY",
            Self::AccountTakeover => "ACCOUNT_TAKEOVER",
            Self::DocumentForgery => "DOCUMENT_FORGERY",
            Self::IdentityFarming => "IDENTITY_FARMING",
            Self::MuleAccount => "MULE_ACCOUNT",
            Self::Other => "OTHER",
        }
    }
}

const MOST_NOTES: usize = 500;

impl Request {
    /// Creates a fraud report. `reported_by` is the e-mail address of the employee who reports.
    ///
    /// # Errors
    ///
    /// If `reported_by` is empty, the notes are too long, or the reason is [`Reason::Other`] without notes.
    pub fn fraud(
        user_id: UserId,
        reason: Reason,
        reported_by: impl Into<String>,
        notes: Option<&str>,
    ) -> Result<Self, InvalidInput> {
        if reason == Reason::Other && notes.is_none() {
            return Err(InvalidInput::new("notes", Problem::Missing));
        }
        Self::build(user_id, Some(reason), notes, reported_by.into())
    }

    /// Withdraws a fraud report. `notes` must contain the reason.
    ///
    /// # Errors
    ///
    /// If `reported_by` or the notes are empty, or the notes are too long.
    pub fn no_fraud(
        user_id: UserId,
        reported_by: impl Into<String>,
        notes: &str,
    ) -> Result<Self, InvalidInput> {
        Self::build(user_id, None, Some(notes), reported_by.into())
    }

    fn build(
        user_id: UserId,
        reason: Option<Reason>,
        notes: Option<&str>,
        reported_by: String,
    ) -> Result<Self, InvalidInput> {
        let problem = match (notes, reported_by.as_str()) {
            (Some(notes), _) if notes.trim().is_empty() => Some(("notes", Problem::Empty)),
            (Some(notes), _) if notes.chars().count() > MOST_NOTES => {
                Some(("notes", Problem::TooLong { limit: MOST_NOTES }))
            }
            (_, reporter) if reporter.trim().is_empty() => Some(("reported_by", Problem::Empty)),
            (_, reporter) if !reporter.contains('@') => Some(("reported_by", Problem::NotAnEmail)),
            _ => None,
        };
        if let Some((field, problem)) = problem {
            return Err(InvalidInput::new(field, problem));
        }
        Ok(Self {
            user_id,
            is_fraud: reason.is_some(),
            reason: reason.map(|reason| reason.as_str().to_owned()),
            notes: notes.map(str::to_owned),
            reported_by,
            other: Vec::new(),
        })
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::report_fraud", "/v3/users/{user_id}/report_fraud").accepted();
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
