//! Reads an API message of unknown kind, for example from a file. The kind is recognized from its members.

use serde_json::{Map, Value};
use smileid_types::{AmlResult, JobResult, PartnerParams, StatusResult, Verdict};

use crate::{
    auth::{MaybeSignedReply, Unverified, trust::OriginProven},
    callback::Callback,
    codec::{DecodeError, read_object, read_value},
    reply::RefusalBody,
    v1::job_status,
};

/// A callback or response of the API whose kind was recognized.
///
/// ```
/// use smileid_protocol::{message::Message, types::Decision};
///
/// // A status reply has its result one level deeper than a callback.
/// let saved = br#"{"job_complete": true, "job_success": true, "code": "2302",
///     "result": {"ResultCode": "0840", "PartnerParams": {"user_id": "leo", "job_id": "job-1", "job_type": 4}}}"#;
/// let (message, _) = Message::read(saved)?.trust_without_checking();
/// assert!(matches!(message, Message::Status(_)));
/// assert_eq!(message.verdict().map(|verdict| verdict.decision), Some(Decision::Approved));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Message {
    /// A callback, or the response of a lookup, which has the same members.
    Callback(Callback),
    /// A response of [`job_status`].
    Status(Box<job_status::Response>),
    /// A response of [`aml`](crate::v1::aml).
    Aml(Box<AmlResult>),
    /// An error response: HTTP status outside 2xx.
    Refusal(Box<RefusalBody>),
}

impl Message {
    /// Reads a callback or response of any kind.
    ///
    /// # Errors
    ///
    /// If it is not a JSON object, half of its proof is missing, or a member is of an impossible type.
    pub fn read(body: &[u8]) -> Result<Unverified<Self, MaybeSignedReply>, DecodeError> {
        let (members, proof) = read_object::<MaybeSignedReply, Map<String, Value>>(body)?;
        Self::from_members(members).map(|message| Unverified::new(message, proof))
    }

    /// Returns the verdict on the message. An error response has none.
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Callback(callback) => Some(callback.verdict()),
            Self::Status(reply) => Some(reply.verdict()),
            Self::Aml(result) => Some(result.verdict()),
            Self::Refusal(_) => None,
        }
    }

    /// Returns the result of a job, if the message contains one.
    pub fn result(&self) -> Option<&JobResult> {
        match self {
            Self::Callback(callback) => callback.result(),
            Self::Status(reply) => reply.result(),
            Self::Aml(_) | Self::Refusal(_) => None,
        }
    }

    /// Returns the partner's parameters in the message, with `user_id` and `job_id`.
    pub fn partner_params(&self) -> Option<&PartnerParams> {
        match self {
            Self::Callback(callback) => callback.partner_params(),
            Self::Status(reply) => reply.result()?.partner_params.as_ref(),
            Self::Aml(result) => result.partner_params.as_ref(),
            Self::Refusal(_) => None,
        }
    }

    /// Returns `SmileJobID`, the number that the API gave the job.
    pub fn smile_job_id(&self) -> Option<&str> {
        match self {
            Self::Callback(callback) => callback.smile_job_id(),
            Self::Status(reply) => reply.result()?.smile_job_id.as_deref(),
            Self::Aml(result) => result.smile_job_id.as_deref(),
            Self::Refusal(_) => None,
        }
    }

    fn from_members(members: Map<String, Value>) -> Result<Self, DecodeError> {
        let is = |name: &str| members.contains_key(name);
        Ok(if is("job_complete") {
            Self::Status(Box::new(read_value(members)?))
        } else if is("no_of_persons_found") || is("people") {
            Self::Aml(Box::new(read_value(members)?))
        } else if is("error") && !is("ResultCode") {
            Self::Refusal(Box::new(read_value(members)?))
        } else {
            Self::Callback(Callback::from_members(members)?)
        })
    }
}

impl OriginProven<Message> {
    /// Returns the result of a job, if the message contains one, in the form that [`confirm`](crate::v1::job_status::confirm)
    /// takes.
    pub fn into_result(self) -> Option<OriginProven<JobResult>> {
        self.narrow(|message| match message {
            Message::Callback(Callback::Result(result)) => Some(*result),
            Message::Status(reply) => reply.result.and_then(StatusResult::into_result),
            _ => None,
        })
    }
}
