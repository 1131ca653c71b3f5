//! A job on its way.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smileid_protocol::{
    job::{CallbackUrl, Delivery, Follow, ImageJob, JobIds, LookupJob},
    types::JobType,
};

use crate::{flow::JobState, transport::Progress};

/// A job on its way to the API, and how far it came: a value that can be kept, and gone on with by another process.
///
/// Keep it before it is submitted for the first time. Whatever happens then, a lost connection or a lost process, the job
/// is made once: what was kept is submitted again, and the API is asked how the job stands before anything is sent to it
/// a second time.
///
/// It is kept with everything that the job holds: images in memory, and the person's data. It holds no key, and no upload
/// link.
///
/// ```
/// use smileid_client::{Stage, Submission};
/// # use smileid_client::protocol::job::{Delivery, Follow, Image, ImageJob, JobIds};
///
/// let ids = JobIds::from_key("user-1", "application 4711")?;
/// let job = ImageJob::smart_selfie_registration(ids, Image::file("selfie.jpg"));
/// let submission = Submission::new(job, Delivery::follow(Follow::result()));
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
    /// A job that was never sent. When the API knows one of its ids all the same, that is an error, unless its archive
    /// never came: nothing was done or billed then, and this job takes its place, whatever that one was announced with.
    /// [Resume](Submission::resume) it to go on with a job of the same content.
    pub fn new(job: ImageJob, delivery: Delivery) -> Self {
        Self::of(Job::Images(Arc::new(job)), delivery)
    }

    /// A lookup whose result is sent to `callback`, and asked for by the job's status if `follow` says so.
    ///
    /// Recommended over [`Client::look_up`](crate::Client::look_up) wherever paying twice matters: a lookup that is
    /// answered at once cannot be asked for when its answer is lost, and sending it again bills it again. This one is billed
    /// once: the API is asked by the job's status whether it knows a lookup of these ids, before it is sent, and for half a
    /// minute before it is sent again.
    ///
    /// The checks of a phone number and of an address have no such form: their requests need no ids of the partner's, their
    /// replies name none, and no source says that the job's status knows them. What became of one whose reply was lost
    /// shows in its callback alone. [`Client::send`](crate::Client::send) sends them.
    ///
    /// ```
    /// use smileid_client::Submission;
    /// # use smileid_client::protocol::job::{CallbackUrl, Follow, IdNumber, JobIds, LookupJob};
    ///
    /// let ids = JobIds::from_key("user-1", "application 4711")?;
    /// let job = LookupJob::enhanced_kyc(ids, IdNumber::new("NG", "NIN", "00000000000")?);
    /// let callback = CallbackUrl::parse("https://partner.example/hook")?;
    /// let submission = Submission::lookup(job, callback, Some(Follow::result()));
    /// let kept = serde_json::to_string(&submission)?; // before it is submitted
    /// let later = submission.resumed(); // as one that may have been sent
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lookup(job: LookupJob, callback: CallbackUrl, follow: Option<Follow>) -> Self {
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

    /// The same lookup or job, which may have been sent before: the API is asked first, as for [`Submission::resume`].
    #[must_use]
    pub fn resumed(self) -> Self {
        Self { stage: Stage::Unsure, ..self }
    }

    /// A job that may have been sent before, by whoever it was: the API is asked first.
    ///
    /// A job of these ids is taken for this one only if it has the same content: type, ID information, options and images
    /// (see [`ContentTag`](smileid_protocol::job::ContentTag)). Otherwise the outcome is
    /// [`Error::OtherContent`](crate::Error::OtherContent).
    ///
    /// For those who keep the job in a form of their own and not the submission; see [`Submission`].
    ///
    /// ```
    /// use smileid_client::{Stage, Submission};
    /// # use smileid_client::protocol::job::{Delivery, Follow, Image, ImageJob, JobIds};
    ///
    /// # let job = ImageJob::smart_selfie_registration(JobIds::new("user-1", "job-1")?, Image::file("selfie.jpg"));
    /// let submission = Submission::resume(job, Delivery::follow(Follow::result()));
    /// assert_eq!(submission.stage(), &Stage::Unsure);
    /// # Ok::<(), smileid_client::protocol::job::InvalidInput>(())
    /// ```
    pub fn resume(job: ImageJob, delivery: Delivery) -> Self {
        Self::new(job, delivery).resumed()
    }

    /// Calls `report` with the bytes of the archive that were handed to the network, and their number in all, each time
    /// there are more. Begins anew when the archive is sent anew.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress::new(report));
        self
    }

    /// Gives each call that submits it no more time than this for everything: reading files, announcing the job, sending
    /// its archive, asking how it stands, sending again, and the pauses between. Like the progress, this is not kept with
    /// the submission.
    ///
    /// Without, [`Timeouts::operation`](crate::Timeouts::operation) bounds all but the wait for the result, and
    /// [`Config::wait`](crate::Config::wait) bounds the wait. With a limit these hold too, whichever ends first.
    ///
    /// When time runs out before the API has the job, that is a [`SubmitError`](crate::SubmitError) that says how far it
    /// came; when it has the job, the outcome is [`JobState::Pending`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use smileid_client::Submission;
    /// # use smileid_client::protocol::job::{Delivery, Follow, Image, ImageJob, JobIds};
    ///
    /// # let job = ImageJob::smart_selfie_registration(JobIds::new("user-1", "job-1")?, Image::file("selfie.jpg"));
    /// let submission = Submission::new(job, Delivery::follow(Follow::result())).within(Duration::from_secs(20));
    /// # Ok::<(), smileid_client::protocol::job::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// The partner's names for the job.
    pub fn ids(&self) -> &JobIds {
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

    /// How far it came.
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
        // Whoever kept it may have gone on.
        let stage = match stage {
            Stage::New | Stage::Announcing => Stage::Unsure,
            stage => stage,
        };
        Ok(Self { stage, ..Self::of(job, delivery) })
    }
}

/// What is submitted.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    Images(Arc<ImageJob>),
    Lookup(Box<LookupJob>),
}

/// How far a submission came, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was sent.
    New,
    /// The job may have been announced. Its archive was not sent. For a lookup: it may have been sent.
    Announcing,
    /// Anything may have been done, by whoever kept the submission.
    Unsure,
    /// The API has the job, and not its archive, as far as is known.
    Announced {
        /// The API's number for the job.
        smile_job_id: String,
    },
    /// The API has the job and its archive. For a lookup: it was accepted.
    Uploaded {
        /// The API's number for the job, unless this was found out by asking while there was no result yet.
        smile_job_id: Option<String>,
    },
}

impl Stage {
    /// The API's number for the job, once it is known.
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

/// A job that the API has: what submitting it returns. Shown with [`Client::submit`](crate::Client::submit) by the examples
/// of the `smileid` crate.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Submitted {
    /// The partner's names for it, with which its result can be asked for.
    pub ids: JobIds,
    /// The API's number for it. Unknown when the reply that named it was lost and there is no result yet.
    pub smile_job_id: Option<String>,
    /// How it stands, if the delivery said to ask.
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
