//! Callbacks: messages that the API sends to a partner's callback URL.
//!
//! A callback is a POST with a JSON object, one for each result of a job. A biometric KYC sends two, of the face and of
//! the ID lookup. A job that a person reviews sends a provisional result and later the final one. The search for
//! suspect users sends a separate callback. The body is signed like a response. Older versions of the API do not sign
//! callbacks.

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use smileid_types::{JobResult, PartnerParams, PhoneResult, SelfieResult, Verdict};

use crate::{
    auth::{MaybeSignedReply, ReplyProof, Unverified, trust::OriginProven},
    codec::{DecodeError, EncodeError, read_object, write_object},
};

/// Content of a callback from version 1 or 2 of the API.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Callback {
    /// Result of a job: face check, ID lookup, document, business, Basic KYC, or the search for users with the same face.
    Result(Box<JobResult>),
    /// Result of a phone number check.
    Phone(Box<PhoneResult>),
    /// Result of a selfie that was sent to the synchronous endpoints of version 2.
    Selfie(Box<SelfieResult>),
}

impl Callback {
    /// Reads the body of a callback.
    ///
    /// # Errors
    ///
    /// If the body is not a JSON object, has only one of timestamp and signature, or has a member of an impossible
    /// type.
    pub fn read(body: &[u8]) -> Result<Unverified<Self, MaybeSignedReply>, DecodeError> {
        let (members, proof) = read_object::<MaybeSignedReply, Map<String, Value>>(body)?;
        Self::from_members(members).map(|callback| Unverified::new(callback, proof))
    }

    /// Writes the body of a callback.
    ///
    /// # Errors
    ///
    /// If the callback has an extra member named `timestamp` or `signature`.
    pub fn write(&self, proof: Option<&ReplyProof>) -> Result<Bytes, EncodeError> {
        write_object::<MaybeSignedReply, _>(self, &proof.cloned())
    }

    /// Returns the result of a job, if the callback contains one.
    pub fn result(&self) -> Option<&JobResult> {
        match self {
            Self::Result(result) => Some(result),
            _ => None,
        }
    }

    /// Returns the partner's parameters in the callback, with `user_id` and `job_id`.
    pub fn partner_params(&self) -> Option<&PartnerParams> {
        match self {
            Self::Result(result) => result.partner_params.as_ref(),
            Self::Phone(result) => result.partner_params.as_ref(),
            Self::Selfie(result) => result.partner_params.as_ref(),
        }
    }

    /// Returns `SmileJobID`, the number that the API gave the job.
    pub fn smile_job_id(&self) -> Option<&str> {
        match self {
            Self::Result(result) => result.smile_job_id.as_deref(),
            Self::Phone(result) => result.job_id.as_deref(),
            Self::Selfie(result) => result.job_id.as_deref(),
        }
    }

    /// Returns the verdict on this callback alone. If the job has several results, use [`Verdict::for_job`].
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Result(result) => Verdict::for_job([&**result]),
            Self::Phone(result) => result.verdict(),
            Self::Selfie(result) => result.verdict(),
        }
    }

    pub(crate) fn from_members(members: Map<String, Value>) -> Result<Self, DecodeError> {
        // Results have capitalised member names; the newer products do not.
        let is = |name: &str| members.contains_key(name);
        Ok(if is("matched_fields") || (is("partner_params") && is("message") && !is("status")) {
            Self::Phone(Box::new(crate::codec::read_value(members)?))
        } else if is("status") && is("job_type") && is("partner_params") {
            Self::Selfie(Box::new(crate::codec::read_value(members)?))
        } else {
            Self::Result(Box::new(crate::codec::read_value(members)?))
        })
    }
}

impl OriginProven<Callback> {
    /// Returns the result of a job, if the callback contains one, in the form that [`confirm`](crate::v1::job_status::confirm)
    /// takes.
    pub fn into_result(self) -> Option<OriginProven<JobResult>> {
        self.narrow(|callback| match callback {
            Callback::Result(result) => Some(*result),
            _ => None,
        })
    }
}

impl Serialize for Callback {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Result(result) => result.serialize(serializer),
            Self::Phone(result) => result.serialize(serializer),
            Self::Selfie(result) => result.serialize(serializer),
        }
    }
}
