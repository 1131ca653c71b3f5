//! Errors of flows: requests to the API that failed.

use smileid_protocol::{
    auth::{AuthError, trust::TrustError},
    codec::EncodeError,
    job::{ArchiveBuildError, ReadError},
    origin::OriginError,
    reply::{MalformedReply, Refusal, ReplyError},
    types::ErrorCode,
};

use crate::{
    submission::{OtherContent, Stage},
    transport::{TransportError, TransportErrorKind},
};

/// Error of a flow. The clients convert it into an [`Error`](crate::Error), whose [kind](crate::ErrorKind) determines what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The lookup is billed once only if it has a callback URL, and it has none.
    #[error(
        "the lookup has no callback URL: add it with `Submission::callback`, or to all calls of the client with \
         `Config::callback`"
    )]
    NoCallback,
    /// A file or an image of the job cannot be used. Nothing was sent: correct the file and submit again.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The request cannot be encoded. Nothing was sent.
    #[error("the request cannot be encoded")]
    Encode(#[from] EncodeError),
    /// The archive cannot be built. It was not sent.
    #[error("the archive cannot be built")]
    Archive(#[from] ArchiveBuildError),
    /// No response came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The API sent an error response.
    #[error(transparent)]
    Refused(Refusal),
    /// The response of the API cannot be read.
    #[error(transparent)]
    Malformed(MalformedReply),
    /// The response is not signed by the API.
    #[error("the response of the API could not be verified: its signature or timestamp is wrong")]
    Forged(#[from] AuthError),
    /// The response was signed too long ago, or its time is ahead of the local clock: it may be a replay.
    #[error(
        "the timestamp of the response is too old or in the future: check the clock, or raise the limit (`reply_window`)"
    )]
    Stale(#[from] TrustError),
    /// The API does not know the job, or does not know it yet (V3 status `not_found`).
    #[error("the API does not know this job, or does not know it yet: check its ids, or try again later")]
    UnknownJob(Refusal),
    /// The response is about another job than the request.
    #[error("the response is about another job than the request: its result was not used")]
    AnotherJob,
    /// A job with the same ids exists and was submitted with other content, or by another program. Its result was not used. Use
    /// another `job_id`, or submit the same content as before.
    #[error("a job with this user_id and job_id exists already with other content: use another job_id")]
    OtherContent,
    /// A job with the same ids is being processed, and only its result will show if it has the same content. Submit the same job
    /// again later.
    #[error(
        "a job with this user_id and job_id is being processed, and only its result will show if it is the same job: submit it again later"
    )]
    Unsettled,
    /// The API has not received the archive of the job, so there will be no result.
    #[error("the API has not received the archive of the job: submit the job again")]
    NoArchive,
    /// The API returned an upload URL that must not be used. The archive was not sent.
    #[error(
        "the API returned an upload URL that must not be used: only https is allowed, or http on a loopback host"
    )]
    UploadUrl(#[from] OriginError),
}

impl Failure {
    /// Returns true if the same call may succeed later. Repeating it may not be safe.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => {
                !matches!(error.kind(), TransportErrorKind::ReplyTooLarge | TransportErrorKind::Body)
            }
            Self::Refused(refusal) => {
                refusal.status.is_server_error() || is_for_later(refusal.status.as_u16())
            }
            Self::Malformed(_) | Self::Unsettled | Self::NoArchive => true,
            _ => false,
        }
    }

    /// Returns true if the request certainly did not arrive, so it had no effect.
    pub fn not_sent(&self) -> bool {
        match self {
            Self::Read(_) | Self::Encode(_) | Self::NoCallback => true,
            Self::Transport(error) => {
                matches!(error.kind(), TransportErrorKind::Connect | TransportErrorKind::Busy)
            }
            _ => false,
        }
    }

    /// Returns true if the request may have taken effect although no response said so: a job may have been created, or a lookup
    /// billed. [Submit](crate::Client::submit) the same [`Submission`](crate::Submission) again, which requests the status of the
    /// job first. The outcome of a synchronous lookup cannot be requested.
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Transport(error) => !self.not_sent() && error.kind() != TransportErrorKind::Body,
            Self::Refused(refusal) => refusal.status.is_server_error() || is_of_proxy(refusal),
            Self::Malformed(_) | Self::Forged(_) | Self::Stale(_) | Self::AnotherJob | Self::Unsettled => {
                true
            }
            _ => false,
        }
    }

    /// Returns true if the API says that it does not know the requested job.
    ///
    /// Code 2304 says so with a status of 400 to 499, as every refusal that was observed. With any other status, or
    /// with one that means "try again later", a proxy before the API may have responded.
    pub fn is_unknown_job(&self) -> bool {
        if matches!(self, Self::UnknownJob(_)) {
            return true;
        }
        self.code() == Some(&ErrorCode::JOB_NOT_FOUND)
            && self.status().is_some_and(|status| status.is_client_error())
            && !self.is_retryable()
    }

    /// Returns true if the call exceeded a time limit.
    pub fn is_timeout(&self) -> bool {
        self.is_busy()
            || matches!(self, Self::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    }

    /// Returns true if the client itself had too many requests in progress.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Transport(error) if error.kind() == TransportErrorKind::Busy)
    }

    /// Returns the HTTP status of the response, if a response came.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Self::Refused(refusal) | Self::UnknownJob(refusal) => Some(refusal.status),
            Self::Malformed(reply) => Some(reply.status),
            _ => None,
        }
    }

    /// Returns the code of the error response, if it had one.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused(refusal) => refusal.code.as_ref(),
            _ => None,
        }
    }
}

impl Failure {
    /// Returns true if the API may have accepted a V3 job although no readable response said so. Such a job is never sent again,
    /// because V3 has no id by which the API would recognize it.
    pub(crate) fn is_job_unknown(&self) -> bool {
        match self {
            Self::Transport(error) => !self.not_sent() && error.kind() != TransportErrorKind::Body,
            Self::Refused(refusal) => {
                refusal.status.is_server_error() || matches!(refusal.status.as_u16(), 408 | 424 | 425)
            }
            Self::Malformed(_) | Self::Forged(_) | Self::Stale(_) => true,
            _ => false,
        }
    }

    /// Returns a copy of the failure for another call that waited for the same request, if it can be copied.
    pub(crate) fn shared(&self) -> Option<Self> {
        match self {
            Self::Transport(error) => Some(TransportError::new(error.kind()).into()),
            Self::Refused(refusal) => Some(Self::Refused(refusal.clone())),
            Self::Malformed(reply) => Some(Self::Malformed(reply.clone())),
            _ => None,
        }
    }

    /// Returns the stage of a submission that the API refused for its content, and would refuse again. None for refusals because
    /// of the API key, the account, a rate limit or an outage: the same submission may succeed later.
    pub(crate) fn refusal_of_content(&self) -> Option<Stage> {
        let code = self.code().filter(|_| !self.is_retryable() && !self.is_outcome_unknown())?;
        let is_forbidden = self.status() == Some(http::StatusCode::FORBIDDEN);
        (OF_CONTENT.contains(code) && !is_forbidden).then(|| Stage::Refused { code: code.clone() })
    }
}

/// Error codes for wrong content of a job or a lookup.
const OF_CONTENT: [ErrorCode; 10] = [
    ErrorCode::INVALID_JSON,
    ErrorCode::USER_DISABLED,
    ErrorCode::USER_DELETED,
    ErrorCode::ALREADY_ENROLLED,
    ErrorCode::NOT_ENROLLED,
    ErrorCode::MUST_RE_ENROLL,
    ErrorCode::INVALID_JOB_TYPE,
    ErrorCode::PARAMETER_MISSING,
    ErrorCode::NO_PHOTO_ON_FILE,
    ErrorCode::INVALID_REQUEST,
];

/// Returns true if an error response may come from a proxy that gave up, while the API may have processed the request. Such a
/// response has a status for "try again later", and no code that the API sends with it.
fn is_of_proxy(refusal: &Refusal) -> bool {
    let status = refusal.status.as_u16();
    let row = refusal.code.as_ref().and_then(ErrorCode::row);
    is_for_later(status) && row.and_then(|row| row.http_status) != Some(status)
}

/// Returns true if an HTTP status means that the same request may succeed later.
fn is_for_later(status: u16) -> bool {
    matches!(status, 408 | 425 | 429)
}

impl From<OtherContent> for Failure {
    fn from(OtherContent: OtherContent) -> Self {
        Self::OtherContent
    }
}

impl From<ReplyError> for Failure {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Refused(refusal) => Self::Refused(refusal),
            ReplyError::Malformed(reply) => Self::Malformed(reply),
            // The sender of an unsigned reply is unknown, and a forger would leave the signature out.
            _ => Self::Forged(AuthError::Missing),
        }
    }
}

/// Error of a submission: the job was not submitted, or its result could not be requested. The clients convert it into an
/// [`Error`](crate::Error).
#[derive(Debug, thiserror::Error)]
#[error("{}; {}", step.failure(), if *may_be_billed { "it may be billed" } else { "nothing is billed" })]
#[non_exhaustive]
pub struct SubmitFailure {
    /// Step of the submission that failed.
    pub step: Step,
    /// Number that the API gave the job, if there is one.
    pub smile_job_id: Option<String>,
    /// True if the API may have everything to process the job or lookup, and may bill it.
    pub may_be_billed: bool,
    /// Cause of the failure.
    pub source: Box<Failure>,
}

/// Step of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The client reads the files of the job. Nothing was sent.
    Read,
    /// The client sends the first request of the job, `/v1/upload`.
    Announce,
    /// The client sends the lookup.
    LookUp,
    /// The client sends the V3 job.
    Submit,
    /// The client uploads the archive to the URL in the API's response.
    Upload,
    /// The client requests the result. The API has the job.
    Await,
}

impl Step {
    pub(crate) fn failure(self) -> &'static str {
        match self {
            Self::Read => "the job cannot be sent",
            Self::Announce => "the first request of the job (/v1/upload) failed",
            Self::LookUp => "the lookup could not be sent",
            Self::Submit => "the job could not be submitted",
            Self::Upload => "the first request of the job succeeded, but its archive could not be uploaded",
            Self::Await => "the job was submitted, but requesting its result failed",
        }
    }
}
