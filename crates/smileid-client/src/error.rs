//! What can go wrong between a job and its result.

use smileid_protocol::{
    auth::{AuthError, trust::TrustError},
    codec::EncodeError,
    job::{ArchiveBuildError, ReadError},
    origin::OriginError,
    reply::{MalformedReply, Refusal, ReplyError},
    types::ErrorCode,
};

use crate::transport::{TransportError, TransportErrorKind};

/// A conversation with the API failed.
///
/// `Display` says what failed and `source()` why; neither shows secrets, personal data or what the server wrote. The
/// program finds the server's answer in [`Refusal::body`] and [`MalformedReply::body`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or an image of the job cannot be used. Nothing was sent.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The request cannot be written. It was not sent.
    #[error("the request cannot be written")]
    Encode(#[from] EncodeError),
    /// The archive cannot be built. It was not sent.
    #[error("the archive cannot be built")]
    Archive(#[from] ArchiveBuildError),
    /// No answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The API refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The API's answer cannot be read.
    #[error(transparent)]
    Malformed(MalformedReply),
    /// The answer is not signed by the API.
    #[error("the answer does not prove that it comes from the API")]
    Forged(#[from] AuthError),
    /// The answer was signed too long ago, or ahead of the time here: it may be one that was given before.
    #[error("the answer's time cannot be right")]
    Stale(#[from] TrustError),
    /// The answer is about another job than the question.
    #[error("the answer is about another job than the question")]
    AnotherJob,
    /// The API named an address to put the archive at that may not be used. Nothing was sent there.
    #[error("the API answered with an upload address that may not be used")]
    UploadUrl(#[from] OriginError),
}

impl Error {
    /// Whether the same call may succeed later, though not whether making it again is safe.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => {
                !matches!(error.kind(), TransportErrorKind::ReplyTooLarge | TransportErrorKind::Body)
            }
            Self::Refused(refusal) => {
                refusal.status.is_server_error() || matches!(refusal.status.as_u16(), 408 | 425 | 429)
            }
            Self::Malformed(_) => true,
            _ => false,
        }
    }

    /// Whether the request certainly did not arrive, so that nothing has come of it.
    pub fn never_left(&self) -> bool {
        match self {
            Self::Read(_) | Self::Encode(_) => true,
            Self::Transport(error) => {
                matches!(error.kind(), TransportErrorKind::Connect | TransportErrorKind::Busy)
            }
            _ => false,
        }
    }

    /// Whether the API may have done what was asked although it did not say so: a job may have been made, a lookup may be
    /// billed. Ask for the job's status before asking for the same again.
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Transport(error) => !self.never_left() && error.kind() != TransportErrorKind::Body,
            Self::Refused(refusal) => refusal.status.is_server_error(),
            Self::Malformed(_) | Self::Forged(_) | Self::Stale(_) | Self::AnotherJob => true,
            _ => false,
        }
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        self.is_busy()
            || matches!(self, Self::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    }

    /// Whether the client had too much to do, which is nothing that the API could be blamed for.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Transport(error) if error.kind() == TransportErrorKind::Busy)
    }

    /// The HTTP status of the answer, when one came.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::Malformed(reply) => Some(reply.status),
            _ => None,
        }
    }

    /// The code of the refusal, when it had one.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused(refusal) => refusal.code.as_ref(),
            _ => None,
        }
    }
}

impl From<ReplyError> for Error {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Refused(refusal) => Self::Refused(refusal),
            ReplyError::Malformed(reply) => Self::Malformed(reply),
            // Without a signature nobody knows who answered, and a forger would leave it out.
            _ => Self::Forged(AuthError::Missing),
        }
    }
}

/// A job was not submitted, or its result could not be asked for.
///
/// The [`Submission`](crate::Submission) knows how far it came. Give it to `submit` again, here or in another process,
/// and it goes on from there.
#[derive(Debug, thiserror::Error)]
#[error("{}", step.failure())]
#[non_exhaustive]
pub struct SubmitError {
    /// What could not be done.
    pub step: Step,
    /// The API's number for the job, once it has one.
    pub smile_job_id: Option<String>,
    /// What went wrong.
    pub source: Box<Error>,
}

/// A step of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The files are read. Nothing has been sent.
    Read,
    /// The job is announced.
    Announce,
    /// The archive is put where the API said.
    Upload,
    /// The API has the job; its status is asked for.
    Await,
}

impl Step {
    fn failure(self) -> &'static str {
        match self {
            Self::Read => "the job cannot be sent",
            Self::Announce => "the job could not be announced",
            Self::Upload => "the job was announced, but its archive could not be uploaded",
            Self::Await => "the job was submitted, but its status could not be asked for",
        }
    }
}
