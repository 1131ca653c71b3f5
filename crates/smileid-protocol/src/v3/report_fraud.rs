//! `POST /v3/users/{user_id}/report_fraud`: reports fraud by a person, or withdraws the report.
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
    /// Request that reports fraud by a person, or withdraws the report.
    pub struct Request {
        /// The id that the partner gave the person.
        user_id: UserId,
        /// True to report fraud, false to withdraw the report.
        #[debug(shown)]
        is_fraud: bool,
        /// Kind of fraud, as the API writes it.
        #[debug(shown)]
        reason: Option<String>,
        /// Notes about the report, up to 500 characters.
        notes: Option<String>,
        /// Email address of the employee who reports the fraud.
        reported_by: String,
    }
}

/// Kind of fraud that is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The person gave false information about themselves.
    FirstPartyFraud,
    /// The person let another person use their identity.
    SecondPartyFraud,
    /// The person used another person's identity.
    ThirdPartyFraud,
    /// The identity does not belong to a real person.
    SyntheticIdentity,
    /// Another person took over the account.
    AccountTakeover,
    /// A document is forged.
    DocumentForgery,
    /// The person collects the identities of others.
    IdentityFarming,
    /// The account is used to transfer money for others.
    MuleAccount,
    /// The fraud is of another kind, which the notes describe.
    Other,
}

impl Reason {
    /// All kinds of fraud.
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

    /// Returns true if `word` is the word of the API for a kind of fraud.
    pub fn is_known(word: &str) -> bool {
        Self::ALL.iter().any(|reason| reason.as_str() == word)
    }

    /// Returns the API's word for the kind of fraud.
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
    /// Creates a fraud report. `reported_by` is the email address of the employee who reports the fraud.
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

    /// Creates a request that withdraws a fraud report. `notes` must contain the reason.
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
