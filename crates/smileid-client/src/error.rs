//! Errors of conversations with the API.

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
/// `Display` says what failed and `source()` why; neither shows secrets, personal data or text of the server. The
/// server's response is in [`Refusal::body`] and [`MalformedReply::body`].
///
/// Safe retries [have been made](crate::Retry) before an error is returned. In the table, "done" means that the request
/// took effect: a job created, a user enrolled, a lookup billed. The last column is the exit code of the `smileid`
/// command.
///
/// | kind | when | done? | what to do | exit |
/// |---|---|---|---|---|
/// | [`Read`](Self::Read) of a file | a file of the job cannot be read | no | correct the path or the permissions | 3 |
/// | [`Read`](Self::Read) of an image | an image is neither JPEG nor PNG, or not base64 | no | send another image | 2 |
/// | [`Encode`](Self::Encode) | a member cannot be written, or is given twice | no | correct the input it names | 1 |
/// | [`Archive`](Self::Archive) | the archive would be too large | no job is billed; the name is announced | send smaller images | 1 |
/// | [`Transport`](Self::Transport), [`Connect`](TransportErrorKind::Connect) | no connection was made | no | try again later | 5 |
/// | [`Transport`](Self::Transport), [`Busy`](TransportErrorKind::Busy) | the client had too many requests in progress | no | try again later, or send fewer at once | 5 |
/// | [`Transport`](Self::Transport), [`Body`](TransportErrorKind::Body) | a file changed while it was sent | no: it did not arrive whole | leave the file unchanged, submit again | 3 |
/// | [`Transport`](Self::Transport), any other | no complete response came, or not in time | **perhaps** | ask first, see below | 5 |
/// | [`Refused`](Self::Refused), 4xx | the API refuses; its [code](Self::code) has the reason | no | by the code: input, key, user, product; for 429 with the code 2222, try again later | 4 |
/// | [`Refused`](Self::Refused), 408, 425, other 429, 5xx | the API or a proxy before it has a problem | **perhaps** | ask first, see below | 4 |
/// | [`Refused`](Self::Refused), 2xx | the response to a lookup has a code and no result | no | as for 4xx | 4 |
/// | [`Malformed`](Self::Malformed) | a 2xx response is not the expected message | **perhaps** | ask first; if it persists, tell the maintainers | 5 |
/// | [`Forged`](Self::Forged) | the response is not signed by the partner's key | **perhaps** | trust nothing in it; find out which server responds | 6 |
/// | [`Stale`](Self::Stale) | the response was signed more than [`reply_window`](crate::Config::reply_window) ago, or ahead | **perhaps** | set the clock; else as for `Forged` | 6 |
/// | [`AnotherJob`](Self::AnotherJob) | the response is about another user or job than the request | **perhaps** | as for `Forged` | 6 |
/// | [`OtherContent`](Self::OtherContent) | a job of the same ids exists, with other content | no | use another `job_id`, or the same content as before | 4 |
/// | [`Unsettled`](Self::Unsettled) | a job of the same ids is being processed, and may be this one | **perhaps** | submit the same again later | 5 |
/// | [`UploadUrl`](Self::UploadUrl) | the upload URL for the archive is not https | no: nothing was sent there | as for `Forged` | 5 |
///
/// Ask first: [submit](crate::Client::submit) the same [`Submission`](crate::Submission) again, which asks for the
/// status of the job before it sends anything. **The outcome of a synchronous lookup cannot be asked for, and repeating
/// it is billed again**, found or not. A lookup that is submitted with
/// [`Submission::lookup`](crate::Submission::lookup) is recovered by its status and billed once. It needs a callback
/// URL, and the time of one more request. [`Error::is_outcome_unknown`] is "perhaps" in this table, and
/// [`Error::is_retryable`] tells if the same call may succeed later.
///
/// Invalid input to a job is reported by its constructors, as an [`InvalidInput`](smileid_protocol::job::InvalidInput)
/// (exit code 2). A wait that times out is not an error but [`JobState::Pending`](crate::JobState::Pending) (exit code
/// 7), and a job whose archive never came is [`JobState::NoArchive`](crate::JobState::NoArchive) (exit code 4).
///
/// ```
/// use bytes::Bytes;
/// use smileid_client::{Config, Environment, Error, Outgoing, Retry, TransportError, TransportErrorKind, blocking::Client};
/// use smileid_client::protocol::{auth::Credentials, job::{IdNumber, JobRef, LookupJob}};
///
/// let mut config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
/// config.retry = Retry::never();
/// let client = Client::new(config, |_: Outgoing| -> Result<http::Response<Bytes>, TransportError> {
///     Err(TransportError::new(TransportErrorKind::Timeout))
/// });
/// let job = LookupJob::enhanced_kyc(JobRef::new("user-1", "job-1")?, IdNumber::new("NG", "NIN", "00000000000")?);
/// match client.look_up(job) {
///     Ok(found) => println!("{:?}", found.decision()),
///     // What the API did is not known and cannot be asked for. The same again may be billed again.
///     Err(error) => assert!(error.is_outcome_unknown() && error.is_timeout() && error.status().is_none()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or an image of the job cannot be used. Nothing was sent: correct it and submit again.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The request cannot be written. It was not sent.
    #[error("the request cannot be written")]
    Encode(#[from] EncodeError),
    /// The archive cannot be built. It was not sent.
    #[error("the archive cannot be built")]
    Archive(#[from] ArchiveBuildError),
    /// No response came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The API refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The API's response cannot be read.
    #[error(transparent)]
    Malformed(MalformedReply),
    /// The response is not signed by the API.
    #[error("the answer does not prove that it comes from the API")]
    Forged(#[from] AuthError),
    /// The response was signed too long ago, or ahead of the local clock: it may be a replay.
    #[error("the answer's time cannot be right")]
    Stale(#[from] TrustError),
    /// The response is about another job than the request.
    #[error("the answer is about another job than the question")]
    AnotherJob,
    /// A job of these ids exists and was submitted with other content, or by another program. Its state was not used
    /// for this job. Use another `job_id`, or submit the same content as before.
    #[error("a job with this user_id and job_id exists already and its content differs from this one's")]
    OtherContent,
    /// A job of these ids is being processed, and only its result will show if it is this one. Submit the same again
    /// later.
    #[error(
        "a job with this user_id and job_id is being processed; only its result will show whether it is this one"
    )]
    Unsettled,
    /// The API returned an upload URL that may not be used. Nothing was sent there.
    #[error("the API answered with an upload address that may not be used")]
    UploadUrl(#[from] OriginError),
}

impl Error {
    /// Returns true if the same call may succeed later. It may not be safe to repeat it.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => {
                !matches!(error.kind(), TransportErrorKind::ReplyTooLarge | TransportErrorKind::Body)
            }
            Self::Refused(refusal) => {
                refusal.status.is_server_error() || is_for_later(refusal.status.as_u16())
            }
            Self::Malformed(_) | Self::Unsettled => true,
            _ => false,
        }
    }

    /// Returns true if the request certainly did not arrive, so it had no effect.
    pub fn not_sent(&self) -> bool {
        match self {
            Self::Read(_) | Self::Encode(_) => true,
            Self::Transport(error) => {
                matches!(error.kind(), TransportErrorKind::Connect | TransportErrorKind::Busy)
            }
            _ => false,
        }
    }

    /// Returns true if the request may have taken effect although the API did not say so: a job may have been created,
    /// a lookup may be billed. [Submit](crate::Client::submit) the same [`Submission`](crate::Submission) again: that
    /// asks for the job's status first. The outcome of a synchronous lookup cannot be asked for.
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
        self.code() == Some(&ErrorCode::JOB_NOT_FOUND)
            && self.status().is_some_and(|status| status.is_client_error())
            && !self.is_retryable()
    }

    /// Returns true if a time limit was exceeded.
    pub fn is_timeout(&self) -> bool {
        self.is_busy()
            || matches!(self, Self::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    }

    /// Returns true if the client had too many requests in progress, which is no fault of the API.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Transport(error) if error.kind() == TransportErrorKind::Busy)
    }

    /// Returns the HTTP status of the response, if one came.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::Malformed(reply) => Some(reply.status),
            _ => None,
        }
    }

    /// Returns the code of the refusal, if it had one.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused(refusal) => refusal.code.as_ref(),
            _ => None,
        }
    }
}

/// Returns true if a refusal may come from a proxy that gave up on the API, which may have processed the request. Such
/// a refusal has a "try again later" status, and no code that the API is known to send with it.
fn is_of_proxy(refusal: &Refusal) -> bool {
    let status = refusal.status.as_u16();
    let row = refusal.code.as_ref().and_then(ErrorCode::row);
    is_for_later(status) && row.and_then(|row| row.http_status) != Some(status)
}

/// Returns true if a status means that the same request may succeed later.
fn is_for_later(status: u16) -> bool {
    matches!(status, 408 | 425 | 429)
}

impl From<ReplyError> for Error {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Refused(refusal) => Self::Refused(refusal),
            ReplyError::Malformed(reply) => Self::Malformed(reply),
            // The sender of an unsigned reply is unknown, and a forger would leave the signature out.
            _ => Self::Forged(AuthError::Missing),
        }
    }
}

/// A job was not submitted, or its result could not be asked for.
///
/// The [`Submission`](crate::Submission) knows the stage it reached. Give it to `submit` again, here or in another
/// process, and it continues from there. The [source](Error) tells what to do first. A submission that exceeds its
/// [time limit](crate::Submission::within) fails with the step it had reached.
///
/// ```
/// use bytes::Bytes;
/// use smileid_client::{
///     Config, Environment, Error, Outgoing, Stage, Step, Submission, SubmitError, TransportError, blocking::Client,
/// };
/// # use smileid_client::protocol::{auth::Credentials, job::{Delivery, PollOptions, Image, ImageJob, JobRef}};
///
/// # let config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
/// # type Answer = Result<http::Response<Bytes>, TransportError>;
/// let client = Client::new(config, |_: Outgoing| -> Answer { unreachable!("nothing is sent") });
/// let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("no/such/file.jpg"));
/// let mut submission = Submission::new(job, Delivery::follow(PollOptions::default()));
///
/// let error: SubmitError = client.submit(&mut submission).unwrap_err();
/// assert_eq!(error.step, Step::Read);
/// assert!(!error.may_be_billed);
/// assert!(matches!(*error.source, Error::Read(_)) && error.source.not_sent());
/// assert_eq!(submission.stage(), &Stage::New);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}; {}", step.failure(), if *may_be_billed { "it may be billed" } else { "nothing is billed" })]
#[non_exhaustive]
pub struct SubmitError {
    /// The step that failed.
    pub step: Step,
    /// The API's number for the job, if it has one.
    pub smile_job_id: Option<String>,
    /// True if the API may have everything it needs to process the job or the lookup, and may bill it.
    pub may_be_billed: bool,
    /// Cause of the failure.
    pub source: Box<Error>,
}

/// A step of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Reading the files. Nothing has been sent.
    Read,
    /// Announcing the job.
    Announce,
    /// Uploading the archive to the URL that the API gave.
    Upload,
    /// Asking for the result. The API has the job.
    Await,
}

impl Step {
    fn failure(self) -> &'static str {
        match self {
            Self::Read => "the job cannot be sent",
            Self::Announce => "the job could not be announced",
            Self::Upload => "the job was announced, but its archive could not be uploaded",
            Self::Await => "the job was submitted, but its result is not known",
        }
    }
}
