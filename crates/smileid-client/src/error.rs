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
///
/// What was done, when this is returned: retries that are safe [have been made](crate::Retry). "Done" is what was asked
/// for: a job made, a user enrolled, a lookup billed. The last column is the exit code of the `smileid` command.
///
/// | kind | when | done? | what to do | exit |
/// |---|---|---|---|---|
/// | [`Read`](Self::Read) of a file | a file of the job cannot be read | no | mend the path or the rights | 3 |
/// | [`Read`](Self::Read) of an image | an image is neither JPEG nor PNG, or not base64 | no | send another image | 2 |
/// | [`Encode`](Self::Encode) | a member cannot be written, or stands twice | no | mend the input it names | 1 |
/// | [`Archive`](Self::Archive) | the archive would be too large | no job is billed; the name is announced | send smaller images | 1 |
/// | [`Transport`](Self::Transport), [`Connect`](TransportErrorKind::Connect) | nobody could be reached | no | later again | 5 |
/// | [`Transport`](Self::Transport), [`Busy`](TransportErrorKind::Busy) | too many requests of the client were under way | no | later again, or fewer at once | 5 |
/// | [`Transport`](Self::Transport), [`Body`](TransportErrorKind::Body) | a file changed while it was sent | no: it did not arrive whole | keep the file, submit again | 3 |
/// | [`Transport`](Self::Transport), any other | no whole answer came, or not in time | **perhaps** | ask first, see below | 5 |
/// | [`Refused`](Self::Refused), 4xx | the API says no: its [code](Self::code) says why | no | by the code: input, key, user, product; of 429 with the code 2222, later again | 4 |
/// | [`Refused`](Self::Refused), 408, 425, other 429, 5xx | the API or what stands before it is in trouble | **perhaps** | ask first, see below | 4 |
/// | [`Refused`](Self::Refused), 2xx | a lookup was answered with a code and no result | no | as of 4xx | 4 |
/// | [`Malformed`](Self::Malformed) | an answer of 2xx that is not the message expected | **perhaps** | ask first; if it stays so, tell the maintainers | 5 |
/// | [`Forged`](Self::Forged) | the answer is not signed by the partner's key | **perhaps** | believe none of it; look who answers in the API's place | 6 |
/// | [`Stale`](Self::Stale) | it was signed more than [`reply_window`](crate::Config::reply_window) ago, or ahead | **perhaps** | set the clock; else as of a forged one | 6 |
/// | [`AnotherJob`](Self::AnotherJob) | it is about another user or job than the question | **perhaps** | as of a forged one | 6 |
/// | [`OtherContent`](Self::OtherContent) | a job of the same ids exists, with other content | no | another `job_id`, or the content as it was before | 4 |
/// | [`Unsettled`](Self::Unsettled) | a job of the same ids is being processed, and may be this one | **perhaps** | submit the same again later | 5 |
/// | [`UploadUrl`](Self::UploadUrl) | the archive was to go to an address that is not https | no: nothing was sent there | as of a forged one | 5 |
///
/// Ask first: [submit](crate::Client::submit) the same [`Submission`](crate::Submission) again, which asks how the job
/// stands before it sends anything. **The outcome of a lookup that is answered at once cannot be asked for, and repeating
/// it bills it again**, found or not. A lookup that is submitted with [`Submission::lookup`](crate::Submission::lookup) is
/// recovered by its status and billed once; it costs a callback URL and the time of one question more.
/// [`Error::is_outcome_unknown`] is "perhaps" in this table, and [`Error::is_retryable`] says whether the same may succeed
/// later.
///
/// What is wrong with a job is said by its constructors, as an
/// [`InvalidInput`](smileid_protocol::job::InvalidInput) (exit code 2). A wait that runs out is no error but
/// [`JobState::Pending`](crate::JobState::Pending) (exit code 7), and a job whose archive never came is
/// [`JobState::NoArchive`](crate::JobState::NoArchive) (exit code 4).
///
/// ```
/// use bytes::Bytes;
/// use smileid_client::{Config, Environment, Error, Outgoing, Retry, TransportError, TransportErrorKind, blocking::Client};
/// use smileid_client::protocol::{auth::Credentials, job::{IdNumber, JobIds, LookupJob}};
///
/// let mut config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
/// config.retry = Retry::never();
/// let client = Client::new(config, |_: Outgoing| -> Result<http::Response<Bytes>, TransportError> {
///     Err(TransportError::new(TransportErrorKind::Timeout))
/// });
/// let job = LookupJob::enhanced_kyc(JobIds::new("user-1", "job-1")?, IdNumber::new("NG", "NIN", "00000000000")?);
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
    /// A file or an image of the job cannot be used. Nothing was sent: mend it and submit again.
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
    /// A job of these ids exists and was submitted with other content, or by another program. Nothing of it was taken for
    /// this job: use another `job_id`, or submit the same content as before.
    #[error("a job with this user_id and job_id exists already and its content differs from this one's")]
    OtherContent,
    /// A job of these ids is being processed, and only its result will show whether it is this one. Submit the same again
    /// later.
    #[error(
        "a job with this user_id and job_id is being processed; only its result will show whether it is this one"
    )]
    Unsettled,
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
                refusal.status.is_server_error() || is_for_later(refusal.status.as_u16())
            }
            Self::Malformed(_) | Self::Unsettled => true,
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
    /// billed. [Submit](crate::Client::submit) the same [`Submission`](crate::Submission) again: that asks for the job's
    /// status first. What became of a lookup that is answered at once cannot be asked for.
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Transport(error) => !self.never_left() && error.kind() != TransportErrorKind::Body,
            Self::Refused(refusal) => refusal.status.is_server_error() || is_of_proxy(refusal),
            Self::Malformed(_) | Self::Forged(_) | Self::Stale(_) | Self::AnotherJob | Self::Unsettled => {
                true
            }
            _ => false,
        }
    }

    /// Whether the API says that it does not know the job that was asked for.
    ///
    /// Code 2304 says so with the status of a refusal, as every refusal that was observed has one of 400 to 499. With any
    /// other status, or one that asks to come back later, something before the API may have answered.
    pub fn is_unknown_job(&self) -> bool {
        self.code() == Some(&ErrorCode::JOB_NOT_FOUND)
            && self.status().is_some_and(|status| status.is_client_error())
            && !self.is_retryable()
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

/// Whether a refusal may come from a proxy that gave up on the API, which may have done what was asked: it asks to come back
/// later, and has no code that the API is known to send with its status.
fn is_of_proxy(refusal: &Refusal) -> bool {
    let status = refusal.status.as_u16();
    let row = refusal.code.as_ref().and_then(ErrorCode::row);
    is_for_later(status) && row.and_then(|row| row.http_status) != Some(status)
}

/// Whether a status says that the same may succeed later.
fn is_for_later(status: u16) -> bool {
    matches!(status, 408 | 425 | 429)
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
/// and it goes on from there. The [source](Error) says what to do first. A submission that ran out of the time it was
/// [given](crate::Submission::within) fails with the step it had come to.
///
/// ```
/// use bytes::Bytes;
/// use smileid_client::{
///     Config, Environment, Error, Outgoing, Stage, Step, Submission, SubmitError, TransportError, blocking::Client,
/// };
/// # use smileid_client::protocol::{auth::Credentials, job::{Delivery, Follow, Image, ImageJob, JobIds}};
///
/// # let config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
/// # type Answer = Result<http::Response<Bytes>, TransportError>;
/// let client = Client::new(config, |_: Outgoing| -> Answer { unreachable!("nothing is sent") });
/// let job = ImageJob::smart_selfie_registration(JobIds::new("user-1", "job-1")?, Image::file("no/such/file.jpg"));
/// let mut submission = Submission::new(job, Delivery::follow(Follow::result()));
///
/// let error: SubmitError = client.submit(&mut submission).unwrap_err();
/// assert_eq!(error.step, Step::Read);
/// assert!(!error.may_be_billed);
/// assert!(matches!(*error.source, Error::Read(_)) && error.source.never_left());
/// assert_eq!(submission.stage(), &Stage::New);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}; {}", step.failure(), if *may_be_billed { "it may be billed" } else { "nothing is billed" })]
#[non_exhaustive]
pub struct SubmitError {
    /// What could not be done.
    pub step: Step,
    /// The API's number for the job, once it has one.
    pub smile_job_id: Option<String>,
    /// Whether the API may have all that it needs to do the job or the lookup, and may bill it.
    pub may_be_billed: bool,
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
    /// The API has the job; its result is asked for.
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
