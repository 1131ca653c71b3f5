//! The error type that all calls of the client return.

mod http_status;

use std::{error::Error as StdError, fmt};

use http::{Method, StatusCode};
use smileid_protocol::{
    auth::InvalidCredential,
    codec::EncodeError,
    endpoint::Endpoint,
    job::{ArchiveBuildError, InvalidInput, ReadError},
    reply::Refusal,
    types::{ErrorCode, ReservedName},
    v1::{job_status, products_config},
};

use crate::{
    callback::CallbackError,
    environment::UnknownEnvironment,
    flow::{ConfirmError, Failure, Step, SubmitFailure},
    submission::Submission,
    transport::{TransportError, TransportErrorKind},
    v3::{NotSubmitted, SentJob},
};

/// Error of a call: the call failed, or one of its values is invalid.
///
/// `Display` says what failed and [`source`](StdError::source) why; `Debug` shows all of these messages in a line, so a
/// `main` that returns this error prints something readable. None of them shows secrets, personal data or text of the
/// server. Every other error of the client's crates converts into this one with `?`.
///
/// Three checks, in this order, are enough for most programs:
///
/// | check | if true |
/// |---|---|
/// | [`is_outcome_unknown`](Self::is_outcome_unknown) | the request may have taken effect and may be billed: submit the same [`Submission`] again, which asks first; a [V3 job](crate::v3::Submit) never |
/// | [`is_retryable`](Self::is_retryable) | the same call later may succeed |
/// | neither | it would fail again: correct the input, the key, the clock or the program |
///
/// [`ErrorKind`] lists everything that can happen.
///
/// ```
/// use smileid_client::{Error, ErrorKind};
/// use smileid_client::protocol::job::JobRef;
///
/// fn job(user_id: &str) -> smileid_client::Result<JobRef> {
///     Ok(JobRef::new(user_id, "job-1")?)
/// }
///
/// let error: Error = job("").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.field(), Some("partner_params.user_id"));
/// assert_eq!(format!("{error:?}"), "`partner_params.user_id` is empty");
/// ```
///
/// A submission that failed comes back with its error:
///
/// ```
/// use smileid_client::{Client, Result, Submission, protocol::job::ImageJob};
///
/// /// Returns the submission to submit again later, if that can help.
/// async fn enroll(client: &Client, job: ImageJob) -> Result<Option<Submission>> {
///     let Err(error) = client.submit(job).wait().await else { return Ok(None) };
///     eprintln!("{error:?}, billed: {}, request: {:?}", error.may_be_billed(), error.request_id());
///     if error.not_sent() || error.is_outcome_unknown() || error.is_retryable() {
///         return Ok(error.into_submission());
///     }
///     Err(error)
/// }
/// ```
pub struct Error(Box<Inner>);

/// Result of a call of the client.
pub type Result<T, E = Error> = std::result::Result<T, E>;

struct Inner {
    cause: Cause,
    at: Option<At>,
    submission: Option<Submission>,
    /// True if the request may have taken effect without a response that confirms it. None if the cause of the failure determines
    /// this.
    is_unknown: Option<bool>,
    /// The V3 job that was sent, if the call sent one.
    sent: Option<Box<SentJob>>,
}

/// State of a submission when it failed.
struct At {
    step: Step,
    smile_job_id: Option<String>,
    may_be_billed: bool,
}

enum Cause {
    Input(InvalidInput),
    Name(ReservedName),
    Credential(InvalidCredential),
    Environment(UnknownEnvironment),
    Call(Failure),
    Callback(CallbackError),
    Unnamed(ConfirmError),
    Unconfirmed(job_status::ConfirmError),
    Store(Box<dyn StdError + Send + Sync>),
    Contended,
    Config(String, Option<Box<dyn StdError + Send + Sync>>),
}

/// Kind of an error. It determines what a program should do next.
///
/// "Done" means that the request took effect: a job created, a user enrolled, a lookup billed. A reading request, such as a status
/// or a wait, has no effect. Safe [repetitions](crate::Retry) have been made before an error is
/// returned.
///
/// | kind | when | done? | what to do |
/// |---|---|---|---|
/// | `InvalidInput` | a value of the job is invalid; [`field`](Error::field) names the field | no | correct the value |
/// | `Config` | the key, the environment or TLS cannot be used, or a lookup has no callback URL | no | correct the configuration |
/// | `File` | a file of the job cannot be read | no | correct the path or the permissions |
/// | `Image` | an image is neither JPEG nor PNG, or not base64 | no | send another image |
/// | `Unwritable` | the request or the archive cannot be encoded | no | correct the input that the error names |
/// | `NoResponse` | no response came, or not within the time limit; [`transport`](Error::transport) has more | **perhaps**, unless it was [not sent](Error::not_sent) | request the status first, see above |
/// | `Refused` | the API refused the request; the [code](Error::code) gives the reason | no; **perhaps** for 408, 425, 429 and 5xx | by the [advice](smileid_protocol::types::ErrorCodeRow::advice) on the code; 2215 means that the ids are used already: [`Store::ensure`](crate::store::Store::ensure) makes a repeated request the same job |
/// | `Malformed` | a 2xx response is not the expected message | **perhaps** | request the status first; if the error persists, tell the maintainers |
/// | `Forged` | the response is not signed by the partner's key | **perhaps** | do not use the response; find out which server sent it |
/// | `Stale` | the response was signed too long ago, or ahead of the local clock | **perhaps** | set the clock; if the clock is right, as for `Forged` |
/// | `AnotherJob` | the response is about another job than the request | **perhaps** | as for `Forged` |
/// | `OtherContent` | a job with the same ids exists and has other content | no | use another `job_id`, or the same content as before |
/// | `Unsettled` | a job with the same ids is being processed, and may be this one | **perhaps** | submit the same job again later |
/// | `NoArchive` | the API has no archive of the job, so there will be no result; known when a wait is over, not before | no: nothing is billed | submit the job again |
/// | `UploadUrl` | the URL for the archive is not https | no: nothing was sent there | as for `Forged` |
/// | `Callback` | the callback is not genuine: its signature is missing, wrong or old | | [`callback_status`](Error::callback_status) |
/// | `Unconfirmed` | the API does not confirm the result in a callback; from [`Receiver::handle`](crate::callback::Receiver::handle) only if the API's response cannot be used | | do not use the result in the callback |
/// | `Store` | your store failed, or another process changed the record again and again | | try again |
///
/// [`Error::http_status`] has the HTTP status for the response of your own service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the table has them")]
pub enum ErrorKind {
    InvalidInput,
    Config,
    File,
    Image,
    Unwritable,
    NoResponse,
    Refused,
    Malformed,
    Forged,
    Stale,
    AnotherJob,
    OtherContent,
    Unsettled,
    NoArchive,
    UploadUrl,
    Callback,
    Unconfirmed,
    Store,
}

impl Error {
    fn new(cause: Cause) -> Self {
        Self(Box::new(Inner { cause, at: None, submission: None, is_unknown: None, sent: None }))
    }

    /// Creates an error in the configuration of a client, such as in its transport.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Cause::Config(message.into(), None))
    }

    /// Adds the source of an error in the configuration.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        if let Cause::Config(_, place) = &mut self.0.cause {
            *place = Some(source.into());
        }
        self
    }

    /// Creates an error of a store, for functions that use a store and return this error type.
    ///
    /// ```
    /// use smileid_client::{Error, Result, store::{Store, Unsettled}};
    ///
    /// async fn backlog(store: &impl Store) -> Result<usize> {
    ///     Ok(store.unsettled(Unsettled::Awaited, 1000).await.map_err(Error::store)?.len())
    /// }
    /// ```
    pub fn store(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Cause::Store(Box::new(source)))
    }

    pub(crate) fn contended() -> Self {
        Self::new(Cause::Contended)
    }

    /// Creates the error of a request that only reads data and so had no effect.
    pub(crate) fn of_question(failure: Failure) -> Self {
        let mut error = Self::from(failure);
        error.0.is_unknown = Some(false);
        error
    }

    /// Creates the error of a V3 request that changes something but creates no job.
    pub(crate) fn of_order(failure: Failure) -> Self {
        let is_unknown = failure.is_job_unknown();
        let mut error = Self::from(failure);
        error.0.is_unknown = Some(is_unknown);
        error
    }

    /// Creates the error of a request to the endpoint `E`.
    pub(crate) fn of_request<E: Endpoint>(failure: Failure) -> Self {
        let is_status = E::SPEC.name == job_status::Request::SPEC.name;
        let is_catalogue =
            E::SPEC.method == Method::GET || E::SPEC.name == products_config::Request::SPEC.name;
        if is_status || is_catalogue { Self::of_question(failure) } else { failure.into() }
    }

    pub(crate) fn with_submission(mut self, submission: Submission) -> Self {
        self.0.submission = Some(submission);
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::Input(_) | Cause::Name(_) => ErrorKind::InvalidInput,
            Cause::Credential(_) | Cause::Environment(_) | Cause::Config(..) => ErrorKind::Config,
            Cause::Call(failure) => failure.into(),
            Cause::Callback(_) => ErrorKind::Callback,
            Cause::Unnamed(_) | Cause::Unconfirmed(_) => ErrorKind::Unconfirmed,
            Cause::Store(_) | Cause::Contended => ErrorKind::Store,
        }
    }

    /// Returns the step of a submission that failed.
    pub fn step(&self) -> Option<Step> {
        self.0.at.as_ref().map(|at| at.step)
    }

    /// Returns the invalid field, as a path in the form of the official SDKs: `partner_params.user_id`.
    pub fn field(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Input(input) | Cause::Call(Failure::Read(ReadError::Image(input))) => Some(&input.field),
            Cause::Name(name) => Some(&name.0),
            Cause::Call(Failure::Read(ReadError::File { field, .. })) => Some(field),
            _ => None,
        }
    }

    /// Returns the error code in the API's response, if it had one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.failure().and_then(Failure::code)
    }

    /// Returns the HTTP status of the API's response, if a response came.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure().and_then(Failure::status)
    }

    /// Returns the API's error response, with its body and, if a mock server sent it, the reason.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.failure() {
            Some(Failure::Refused(refusal) | Failure::UnknownJob(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// Returns the request id that the server sent in a header of its response. Give it to the support of Smile ID.
    pub fn request_id(&self) -> Option<&str> {
        match self.failure()? {
            Failure::Refused(refusal) | Failure::UnknownJob(refusal) => refusal.request_id.as_deref(),
            Failure::Malformed(reply) => reply.request_id.as_deref(),
            _ => None,
        }
    }

    /// Returns the reason why no response came.
    pub fn transport(&self) -> Option<TransportErrorKind> {
        match self.failure() {
            Some(Failure::Transport(error)) => Some(error.kind()),
            _ => None,
        }
    }

    /// Returns true if no response came, so that other requests will probably fail, too.
    pub(crate) fn is_of_network(&self) -> bool {
        use TransportErrorKind::{Connect, Interrupted, Timeout};
        matches!(self.transport(), Some(Connect | Timeout | Interrupted))
    }

    /// Returns the number that the API gave the job of a failed submission, if it has one.
    pub fn smile_job_id(&self) -> Option<&str> {
        self.0.at.as_ref()?.smile_job_id.as_deref()
    }

    /// Returns true if a submission failed, but the API may have everything to process and bill it. False for calls that only
    /// read: a status, a wait for the job of a [`JobRef`](smileid_protocol::job::JobRef), a list.
    pub fn may_be_billed(&self) -> bool {
        match &self.0.at {
            Some(at) => at.may_be_billed,
            None => self.is_outcome_unknown(),
        }
    }

    /// Returns true if the same call may succeed later. Repeating it may not be safe: see
    /// [`is_outcome_unknown`](Self::is_outcome_unknown).
    pub fn is_retryable(&self) -> bool {
        match &self.0.cause {
            Cause::Call(failure) => failure.is_retryable(),
            Cause::Unconfirmed(error) => matches!(error, job_status::ConfirmError::NotComplete),
            Cause::Store(_) | Cause::Contended => true,
            _ => false,
        }
    }

    /// Returns true if the request may have taken effect although no response said so: a job may have been created, or a lookup
    /// billed. False for calls that only read. [Submit](crate::Client::submit) the same [`Submission`] again, which requests the
    /// status of the job first. Never repeat a [V3 job](crate::v3::Submit), because that creates a second job; see
    /// [`sent_job`](Self::sent_job). The outcome of a synchronous lookup cannot be requested, and repeating the lookup is billed
    /// again.
    pub fn is_outcome_unknown(&self) -> bool {
        let of_failure = || self.failure().is_some_and(Failure::is_outcome_unknown);
        self.0.is_unknown.unwrap_or_else(of_failure)
    }

    /// Returns true if nothing was sent.
    pub fn not_sent(&self) -> bool {
        match self.failure() {
            Some(failure) => failure.not_sent(),
            None => matches!(self.kind(), ErrorKind::InvalidInput | ErrorKind::Config),
        }
    }

    /// Returns true if the call exceeded a time limit.
    pub fn is_timeout(&self) -> bool {
        self.failure().is_some_and(Failure::is_timeout)
    }

    /// Returns true if the API says that it does not know the requested job.
    pub fn is_unknown_job(&self) -> bool {
        self.failure().is_some_and(Failure::is_unknown_job)
    }

    /// Returns the HTTP status for the response to a callback. If it is not a success, the sender repeats the callback later.
    pub fn callback_status(&self) -> StatusCode {
        match &self.0.cause {
            Cause::Callback(error) => error.status(),
            // The callback is kept, and what it claims stays unconfirmed.
            Cause::Unnamed(_)
            | Cause::Unconfirmed(
                job_status::ConfirmError::NotComplete
                | job_status::ConfirmError::NoResult
                | job_status::ConfirmError::AnotherJob,
            ) => StatusCode::OK,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns the submission that failed. Submit it again to continue at the step that failed. None if the call got a `&mut
    /// Submission`, which the caller has, or no job.
    pub fn into_submission(self) -> Option<Submission> {
        self.0.submission
    }

    /// Returns the ids of a V3 job that may have been sent before its submission failed. If the [outcome is
    /// unknown](Self::is_outcome_unknown), do not submit the job again: [store](crate::store::Store::keep_v3) these ids, and the
    /// callback will show the outcome. They include a `job_id` if the API accepted the job and only the wait failed.
    pub fn sent_job(&self) -> Option<&SentJob> {
        self.0.sent.as_deref()
    }

    /// Returns the failure of a request to the API, for programs that need more details than the kind.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.0.cause {
            Cause::Call(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns the reason why a callback was refused.
    pub fn callback(&self) -> Option<&CallbackError> {
        match &self.0.cause {
            Cause::Callback(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the reason why the API did not confirm a callback, if its status was requested.
    ///
    /// ```
    /// use smileid_client::{Error, flow::{ConfirmError, Failure, Step, SubmitFailure}, protocol::v1::job_status};
    ///
    /// let error = Error::from(ConfirmError::Unconfirmed(job_status::ConfirmError::NotComplete));
    /// assert!(error.is_retryable() && error.unconfirmed().is_some());
    /// # fn told(failure: &SubmitFailure) -> (Step, &Failure) { (failure.step, &failure.source) }
    /// ```
    pub fn unconfirmed(&self) -> Option<&job_status::ConfirmError> {
        match &self.0.cause {
            Cause::Unconfirmed(error) => Some(error),
            _ => None,
        }
    }

    fn cause(&self) -> &(dyn StdError + 'static) {
        match &self.0.cause {
            Cause::Input(error) => error,
            Cause::Name(error) => error,
            Cause::Credential(error) => error,
            Cause::Environment(error) => error,
            Cause::Call(error) => error,
            Cause::Callback(error) => error,
            Cause::Unnamed(error) => error,
            Cause::Unconfirmed(error) => error,
            Cause::Store(error) => error.as_ref(),
            Cause::Contended | Cause::Config(..) => self,
        }
    }
}

impl From<&Failure> for ErrorKind {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::NoCallback => Self::Config,
            Failure::Read(ReadError::File { .. }) => Self::File,
            Failure::Read(_) => Self::Image,
            Failure::Encode(_) | Failure::Archive(_) => Self::Unwritable,
            // A file changed while it was sent.
            Failure::Transport(error) if error.kind() == TransportErrorKind::Body => Self::File,
            Failure::Transport(_) => Self::NoResponse,
            Failure::Refused(_) | Failure::UnknownJob(_) => Self::Refused,
            Failure::Malformed(_) => Self::Malformed,
            Failure::Forged(_) => Self::Forged,
            Failure::Stale(_) => Self::Stale,
            Failure::AnotherJob => Self::AnotherJob,
            Failure::OtherContent => Self::OtherContent,
            Failure::Unsettled => Self::Unsettled,
            Failure::NoArchive => Self::NoArchive,
            Failure::UploadUrl(_) => Self::UploadUrl,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.at, &self.0.cause) {
            (Some(at), _) => {
                let billed = if at.may_be_billed { "it may be billed" } else { "nothing is billed" };
                write!(f, "{}; {billed}", at.step.failure())
            }
            (None, Cause::Store(_)) => f.write_str("the store of job records failed"),
            (None, Cause::Contended) => {
                f.write_str("other processes changed the record of the job too often: try again")
            }
            (None, Cause::Config(message, _)) => f.write_str(message),
            (None, _) => fmt::Display::fmt(self.cause(), f),
        }
    }
}

/// Shows the messages of the error and of its sources in one line.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match (&self.0.at, &self.0.cause) {
            (Some(_), _) | (None, Cause::Store(_)) => Some(self.cause()),
            (None, Cause::Config(_, source)) => source.as_deref().map(|source| source as _),
            (None, Cause::Contended) => None,
            (None, _) => self.cause().source(),
        }
    }
}

impl From<SubmitFailure> for Error {
    fn from(failure: SubmitFailure) -> Self {
        let SubmitFailure { step, smile_job_id, may_be_billed, source } = failure;
        let mut error = Self::new(Cause::Call(*source));
        error.0.at = Some(At { step, smile_job_id, may_be_billed });
        error
    }
}

impl From<NotSubmitted> for Error {
    fn from(failure: NotSubmitted) -> Self {
        let NotSubmitted { step, is_unknown, sent, source } = failure;
        let mut error = Self::new(Cause::Call(*source));
        let may_be_billed = is_unknown || step == Step::Await;
        error.0.at = Some(At { step, smile_job_id: None, may_be_billed });
        error.0.is_unknown = Some(is_unknown);
        error.0.sent = Some(Box::new(sent));
        error
    }
}

impl From<ConfirmError> for Error {
    fn from(error: ConfirmError) -> Self {
        Self::new(match error {
            ConfirmError::Asking(failure) => return Self::of_question(failure),
            ConfirmError::Unconfirmed(error) => Cause::Unconfirmed(error),
            error => Cause::Unnamed(error),
        })
    }
}

macro_rules! from {
    ($($source:ty => $variant:ident,)*) => {$(
        impl From<$source> for Error {
            fn from(error: $source) -> Self {
                Self::new(Cause::$variant(error))
            }
        }
    )*};
}

from! {
    CallbackError => Callback,
    Failure => Call,
    InvalidCredential => Credential,
    InvalidInput => Input,
    ReservedName => Name,
    UnknownEnvironment => Environment,
}

macro_rules! from_failure {
    ($($source:ty,)*) => {$(
        impl From<$source> for Error {
            fn from(error: $source) -> Self {
                Failure::from(error).into()
            }
        }
    )*};
}

from_failure! {
    ArchiveBuildError,
    EncodeError,
    ReadError,
    TransportError,
}
