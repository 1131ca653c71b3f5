//! A job on its way.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smileid_protocol::job::{Delivery, ImageJob, JobIds};

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
    pub(crate) job: Arc<ImageJob>,
    pub(crate) delivery: Delivery,
    pub(crate) stage: Stage,
    pub(crate) progress: Option<Progress>,
}

impl Submission {
    /// A job that was never sent. When the API knows one of its name all the same, that is an error, unless its archive
    /// never came.
    pub fn new(job: ImageJob, delivery: Delivery) -> Self {
        Self { job: Arc::new(job), delivery, stage: Stage::New, progress: None }
    }

    /// A job that may have been sent before, by whoever it was: the API is asked first.
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
        Self { stage: Stage::Unsure, ..Self::new(job, delivery) }
    }

    /// Calls `report` with the bytes of the archive that were handed to the network, and their number in all, each time
    /// there are more. Begins anew when the archive is sent anew.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress::new(report));
        self
    }

    /// The partner's names for the job.
    pub fn ids(&self) -> &JobIds {
        self.job.ids()
    }

    /// How far it came.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }
}

impl Serialize for Submission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        KeptRef { job: &self.job, delivery: &self.delivery, stage: &self.stage }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Submission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Kept { job, delivery, stage } = Kept::deserialize(deserializer)?;
        // Whoever kept it may have gone on.
        let stage = if stage == Stage::New { Stage::Unsure } else { stage };
        Ok(Self { stage, ..Self::new(job, delivery) })
    }
}

/// How far a submission came, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was sent.
    New,
    /// The job may have been announced, and more.
    Unsure,
    /// The API has the job, and not its archive, as far as is known.
    Announced {
        /// The API's number for the job.
        smile_job_id: String,
    },
    /// The API has the job and its archive.
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
            Self::New | Self::Unsure => None,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "nothing was sent",
            Self::Unsure => "the job may have been announced",
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
    job: &'a ImageJob,
    delivery: &'a Delivery,
    stage: &'a Stage,
}

#[derive(Deserialize)]
struct Kept {
    job: ImageJob,
    delivery: Delivery,
    stage: Stage,
}
