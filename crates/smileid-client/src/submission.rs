//! Submission: a job or lookup, and the stage it has reached.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smileid_protocol::{
    job::{CallbackUrl, Delivery, ImageJob, JobRef, LookupJob, PollOptions},
    types::JobType,
};

use crate::{flow::JobState, transport::Progress};

/// A job on its way to the API, and the stage it has reached: a value that can be stored and continued by another
/// process.
///
/// Store it before it is submitted for the first time. The job is then created once, even if a connection or the
/// process is lost: submit the stored value again, and the API is asked for the status of the job before anything is
/// sent a second time.
///
/// The stored value holds everything of the job: images in memory, and the person's data. It holds no key, and no
/// upload link.
///
/// ```
/// use smileid_client::{Stage, Submission};
/// # use smileid_client::protocol::job::{Delivery, PollOptions, Image, ImageJob, JobRef};
///
/// let ids = JobRef::from_key("user-1", "application 4711")?;
/// let job = ImageJob::smart_selfie_registration(ids, Image::file("selfie.jpg"));
/// let submission = Submission::new(job, Delivery::follow(PollOptions::default()));
/// let kept = serde_json::to_string(&submission)?;
///
/// // In the next life of the program, nobody knows whether the last one came to send it.
/// let submission: Submission = serde_json::from_str(&kept)?;
/// assert_eq!(submission.stage(), &Stage::Unsure);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Submission {
    pub(crate) job: Job,
    pub(crate) delivery: Delivery,
    pub(crate) stage: Stage,
    pub(crate) progress: Option<Progress>,
    pub(crate) limit: Option<Duration>,
}

impl Submission {
    /// Creates the submission of a job that was never sent. Submitting it fails if the API knows a job of these ids
    /// already, unless that job's archive never came: then nothing was done or billed, and this job replaces it,
    /// whatever it was announced with. To continue a job of the same content, [resume](Submission::resume) it.
    pub fn new(job: ImageJob, delivery: Delivery) -> Self {
        Self::of(Job::Images(Arc::new(job)), delivery)
    }

    /// Creates the submission of a lookup. The result is sent to `callback`, and asked for by the job status if
    /// `follow` says so.
    ///
    /// Recommended over [`Client::look_up`](crate::Client::look_up) if a lookup must not be billed twice. If the
    /// response to a synchronous lookup is lost, it cannot be asked for, and sending the lookup again bills it again.
    /// This one is billed once. The API is asked by the job status if it knows a lookup of these ids: once before the
    /// lookup is sent, and for half a minute before it is sent again.
    ///
    /// The checks of a phone number and of an address have no such form. Their requests need no ids of the partner's,
    /// their replies name none, and no source says that the job status knows them. If the reply is lost, only the
    /// callback shows the outcome. [`Client::send`](crate::Client::send) sends them.
    ///
    /// ```
    /// use smileid_client::Submission;
    /// # use smileid_client::protocol::job::{CallbackUrl, PollOptions, IdNumber, JobRef, LookupJob};
    ///
    /// let ids = JobRef::from_key("user-1", "application 4711")?;
    /// let job = LookupJob::enhanced_kyc(ids, IdNumber::new("NG", "NIN", "00000000000")?);
    /// let callback = CallbackUrl::parse("https://partner.example/hook")?;
    /// let submission = Submission::lookup(job, callback, Some(PollOptions::default()));
    /// let kept = serde_json::to_string(&submission)?; // before it is submitted
    /// let later = submission.resumed(); // as one that may have been sent
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lookup(job: LookupJob, callback: CallbackUrl, follow: Option<PollOptions>) -> Self {
        let delivery = Delivery::callback(callback);
        let delivery = match follow {
            Some(follow) => delivery.and_follow(follow),
            None => delivery,
        };
        Self::of(Job::Lookup(Box::new(job)), delivery)
    }

    fn of(job: Job, delivery: Delivery) -> Self {
        Self { job, delivery, stage: Stage::New, progress: None, limit: None }
    }

    /// Marks the submission as one that may have been sent before: the API is asked first, as for
    /// [`Submission::resume`].
    #[must_use]
    pub fn resumed(self) -> Self {
        Self { stage: Stage::Unsure, ..self }
    }

    /// Creates the submission of a job that this or another program may have sent before: the API is asked first.
    ///
    /// A job of these ids is taken for this one only if it has the same content: type, ID information, options and
    /// images (see [`ContentTag`](smileid_protocol::job::ContentTag)). Otherwise the outcome is
    /// [`Error::OtherContent`](crate::Error::OtherContent).
    ///
    /// Use it if the job is stored in another form and the submission is not; see [`Submission`].
    ///
    /// ```
    /// use smileid_client::{Stage, Submission};
    /// # use smileid_client::protocol::job::{Delivery, PollOptions, Image, ImageJob, JobRef};
    ///
    /// # let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
    /// let submission = Submission::resume(job, Delivery::follow(PollOptions::default()));
    /// assert_eq!(submission.stage(), &Stage::Unsure);
    /// # Ok::<(), smileid_client::protocol::job::InvalidInput>(())
    /// ```
    pub fn resume(job: ImageJob, delivery: Delivery) -> Self {
        Self::new(job, delivery).resumed()
    }

    /// Calls `report` with the number of bytes of the archive handed to the network and the total, each time the number
    /// grows. It restarts if the archive is sent again.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress::new(report));
        self
    }

    /// Limits the time of each call that submits it. The limit covers everything: reading files, announcing the job,
    /// sending its archive, asking for its status, retries, and the pauses between. Like the progress callback, it is
    /// not stored with the submission.
    ///
    /// Without this limit, [`Timeouts::operation`](crate::Timeouts::operation) limits everything but the wait for the
    /// result, and [`Config::wait`](crate::Config::wait) limits the wait. With it those limits hold too, whichever ends
    /// first.
    ///
    /// If the time is over before the API has the job, the outcome is a [`SubmitError`](crate::SubmitError) with the
    /// step that was reached. If the API has the job, the outcome is [`JobState::Pending`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use smileid_client::Submission;
    /// # use smileid_client::protocol::job::{Delivery, PollOptions, Image, ImageJob, JobRef};
    ///
    /// # let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
    /// let submission = Submission::new(job, Delivery::follow(PollOptions::default())).within(Duration::from_secs(20));
    /// # Ok::<(), smileid_client::protocol::job::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Returns the partner's names for the job.
    pub fn ids(&self) -> &JobRef {
        match &self.job {
            Job::Images(job) => job.ids(),
            Job::Lookup(job) => job.ids(),
        }
    }

    pub(crate) fn job_type(&self) -> JobType {
        match &self.job {
            Job::Images(job) => job.job_type(),
            Job::Lookup(job) => job.job_type(),
        }
    }

    /// Returns the stage that the submission has reached.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }
}

impl Serialize for Submission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (job, lookup) = match &self.job {
            Job::Images(job) => (Some(&**job), None),
            Job::Lookup(job) => (None, Some(&**job)),
        };
        KeptRef { job, lookup, delivery: &self.delivery, stage: &self.stage }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Submission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Kept { job, lookup, delivery, stage } = Kept::deserialize(deserializer)?;
        let job = match (job, lookup) {
            (Some(job), None) => Job::Images(Arc::new(job)),
            (None, Some(job)) if delivery.callback_url().is_some() => Job::Lookup(Box::new(job)),
            _ => return Err(D::Error::custom("expected a `job`, or a `lookup` with a callback URL")),
        };
        // The process that stored it may have continued it.
        let stage = match stage {
            Stage::New | Stage::Announcing => Stage::Unsure,
            stage => stage,
        };
        Ok(Self { stage, ..Self::of(job, delivery) })
    }
}

/// Content of a submission.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    Images(Arc<ImageJob>),
    Lookup(Box<LookupJob>),
}

/// Stage of a submission, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was sent.
    New,
    /// The job may have been announced. Its archive was not sent. For a lookup: it may have been sent.
    Announcing,
    /// Anything may have been done by the process that stored the submission.
    Unsure,
    /// The API has the job, but not its archive, as far as is known.
    Announced {
        /// The API's number for the job.
        smile_job_id: String,
    },
    /// The API has the job and its archive. For a lookup: it was accepted.
    Uploaded {
        /// The API's number for the job. None if the job was found by a status request that had no result yet.
        smile_job_id: Option<String>,
    },
}

impl Stage {
    /// Returns the API's number for the job, if it is known.
    pub fn smile_job_id(&self) -> Option<&str> {
        match self {
            Self::Announced { smile_job_id } => Some(smile_job_id),
            Self::Uploaded { smile_job_id } => smile_job_id.as_deref(),
            Self::New | Self::Announcing | Self::Unsure => None,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "nothing was sent",
            Self::Announcing => "the job may have been announced",
            Self::Unsure => "the job may have been submitted",
            Self::Announced { .. } => "the job is announced",
            Self::Uploaded { .. } => "the API has the job",
        })
    }
}

/// A job that the API has: the outcome of submitting it. The examples of the `smileid` crate show it with
/// [`Client::submit`](crate::Client::submit).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Submitted {
    /// The partner's names for the job, with which its result can be asked for.
    pub ids: JobRef,
    /// The API's number for the job. None if the reply that named it was lost and there is no result yet.
    pub smile_job_id: Option<String>,
    /// State of the job, if the delivery says that its result is asked for.
    pub state: Option<JobState>,
}

#[derive(Serialize)]
struct KeptRef<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a ImageJob>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup: Option<&'a LookupJob>,
    delivery: &'a Delivery,
    stage: &'a Stage,
}

#[derive(Deserialize)]
struct Kept {
    job: Option<ImageJob>,
    lookup: Option<LookupJob>,
    delivery: Delivery,
    stage: Stage,
}
