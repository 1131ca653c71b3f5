//! Submission: a job or lookup on its way to the API, and the stage that it has reached.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smileid_protocol::{
    auth::Credentials,
    job::{CallbackUrl, ContentTag, ImageJob, JobRef, LookupJob, ReadError},
    types::{ErrorCode, JobResult, JobType, available},
};

/// A job or lookup on its way to the API, and the stage that it has reached. It can be stored and continued by another process.
///
/// Store it before it is submitted for the first time. The job is then created once, even if a connection or the
/// process is lost: submit the stored value again, and the API is asked for the status of the job before anything is
/// sent a second time. [`Store::ensure`](crate::store::Store::ensure) does that for a store.
///
/// The stored value holds everything of the job: images in memory, and the person's data. Once the API has the job it
/// holds neither: only the names, the type and a tag of the content remain. It never holds a key or an upload link.
///
/// ```
/// use smileid_client::{Stage, Submission};
/// # use smileid_client::protocol::job::{Image, ImageJob, JobRef};
///
/// let ids = JobRef::from_key("user-1", "application 4711")?;
/// let submission = Submission::new(ImageJob::smart_selfie_registration(ids, Image::file("selfie.jpg")));
/// let stored = serde_json::to_string(&submission)?;
///
/// // After a restart, it is unknown if the last process has sent it.
/// let submission: Submission = serde_json::from_str(&stored)?;
/// assert_eq!(submission.stage(), &Stage::Unsure);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    pub(crate) content: Content,
    pub(crate) callback: Option<CallbackUrl>,
    pub(crate) stage: Stage,
    pub(crate) tag: Option<ContentTag>,
    /// Hash of the API key with which the content tag was made.
    key: Option<ContentTag>,
    /// True if a store guarantees that no other job has these ids.
    pub(crate) is_ensured: bool,
}

impl Submission {
    /// Creates the submission of a job or lookup that was never sent before. Submitting it fails if the API already has a job
    /// with the same ids, unless the archive of that job never came: then nothing was billed, and this job replaces it. To
    /// continue a job with the same content, mark it as [resumed](Submission::resumed).
    ///
    /// Give it its [callback URL](Submission::callback) before it is stored, or the URL is lost if the process ends.
    ///
    /// Submit a [`LookupJob`] as a submission if it must not be billed twice. If the response to a synchronous lookup is
    /// lost, it cannot be asked for, and sending the lookup again bills it again. This one is billed once. The API is asked
    /// by the job status if it knows a lookup of these ids: once before the lookup is sent, and for half a minute before
    /// it is sent again. It needs a callback URL, its own or that of [`Config::callback`](crate::Config::callback).
    ///
    /// The checks of a phone number and of an address have no such form. Their requests need no ids of the partner's,
    /// their replies name none, and no source says that the job status knows them. If the reply is lost, only the
    /// callback shows the outcome. [`Client::send`](crate::Client::send) sends them.
    ///
    /// ```
    /// use smileid_client::Submission;
    /// # use smileid_client::protocol::job::{CallbackUrl, IdNumber, Image, ImageJob, JobRef, LookupJob};
    ///
    /// let url = CallbackUrl::parse("https://partner.example/hook")?;
    /// let ids = JobRef::from_key("user-1", "application 4711")?;
    /// let job = ImageJob::smart_selfie_registration(ids, Image::file("selfie.jpg"));
    /// let submission = Submission::new(job).callback(url.clone());
    /// let stored = serde_json::to_string(&submission)?; // before it is submitted
    ///
    /// let ids = JobRef::from_key("user-1", "lookup 4712")?;
    /// let lookup = LookupJob::enhanced_kyc(ids, IdNumber::new("NG", "NIN", "00000000000")?);
    /// let submission = Submission::new(lookup).callback(url);
    /// # assert!(submission.callback_url().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(job: impl Into<Self>) -> Self {
        job.into()
    }

    fn from_content(content: Content) -> Self {
        Self { content, callback: None, stage: Stage::New, tag: None, key: None, is_ensured: false }
    }

    /// Marks the submission as one that may have been sent before, by this or another program. The client then requests the job
    /// status first.
    ///
    /// A job of these ids is taken for this one only if it has the same content: type, ID information, options and
    /// images (see [`ContentTag`]). Otherwise the outcome is an error of the kind
    /// [`OtherContent`](crate::ErrorKind::OtherContent).
    ///
    /// Use it if the job is stored in another form and the submission is not.
    ///
    /// ```
    /// use smileid_client::{Stage, Submission};
    /// # use smileid_client::protocol::job::{Image, ImageJob, JobRef};
    ///
    /// # let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
    /// let submission = Submission::new(job).resumed();
    /// assert_eq!(submission.stage(), &Stage::Unsure);
    /// # Ok::<(), smileid_client::protocol::job::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn resumed(self) -> Self {
        Self { stage: Stage::Unsure, ..self }
    }

    /// Sets the callback URL to which the API sends the result. A job that the API already has keeps its earlier callback URL.
    #[must_use]
    pub fn callback(self, url: CallbackUrl) -> Self {
        Self { callback: Some(url), ..self }
    }

    /// Returns the callback URL of the job, if there is one.
    pub fn callback_url(&self) -> Option<&CallbackUrl> {
        self.callback.as_ref()
    }

    /// Returns the `user_id` and `job_id` of the job.
    pub fn ids(&self) -> &JobRef {
        match &self.content {
            Content::Images(job) => job.ids(),
            Content::Lookup(job) => job.ids(),
            Content::Sent { ids, .. } => ids,
        }
    }

    /// Returns the type of the job.
    pub fn job_type(&self) -> JobType {
        match &self.content {
            Content::Images(job) => job.job_type(),
            Content::Lookup(job) => job.job_type(),
            Content::Sent { job_type, .. } => *job_type,
        }
    }

    /// Returns the stage that the submission has reached.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Checks the images that are in memory.
    pub(crate) fn check_images(&self) -> Result<(), ReadError> {
        match &self.content {
            Content::Images(job) => Ok(job.check_images()?),
            Content::Lookup(_) | Content::Sent { .. } => Ok(()),
        }
    }

    /// Returns true for a lookup that has no callback URL of its own.
    pub(crate) fn lacks_callback(&self) -> bool {
        matches!(self.content, Content::Lookup(_)) && self.callback.is_none()
    }

    /// Marks the submission as that of the only job with its ids, as a store guarantees.
    pub(crate) fn ensured(self) -> Self {
        Self { is_ensured: true, ..self }
    }

    /// Stores the content tag, a hash of the content. Fails if there was another tag before: a file has changed, or this is
    /// another job. Tags of different API keys are not compared.
    pub(crate) fn tag(&mut self, tag: &ContentTag, credentials: &Credentials) -> Result<(), OtherContent> {
        let key = ContentTag::of_key(credentials);
        let is_same_key = self.key.as_ref() == Some(&key);
        match &self.tag {
            Some(known) if is_same_key && known != tag => Err(OtherContent),
            _ => {
                (self.tag, self.key) = (Some(tag.clone()), Some(key));
                Ok(())
            }
        }
    }

    /// Removes images and personal data if the API has the job.
    pub(crate) fn drop_content_if_sent(&mut self) {
        if matches!(self.stage, Stage::Uploaded { .. }) {
            self.drop_content();
        }
    }

    /// Removes images and personal data, which are not needed any more.
    pub(crate) fn drop_content(&mut self) {
        self.content = Content::Sent { ids: self.ids().clone(), job_type: self.job_type() };
    }

    /// Returns true if both submissions still have their content, and the content differs.
    pub(crate) fn has_other_content(&self, other: &Self) -> bool {
        let is_gone = |content: &Content| matches!(content, Content::Sent { .. });
        self.content != other.content && !is_gone(&self.content) && !is_gone(&other.content)
    }

    /// Restarts a refused submission. The refused request had no effect, so the content may now be different.
    pub(crate) fn retry_refused(&mut self) {
        if matches!(self.stage, Stage::Refused { .. }) {
            (self.stage, self.tag, self.key) = (Stage::New, None, None);
        }
    }

    /// Records that the API has the job, because a result of it came. A result with another content tag belongs to another job.
    pub(crate) fn confirmed(&mut self, result: &JobResult) {
        let is_another = ContentTag::of_result(result)
            .is_some_and(|theirs| self.tag.as_ref().is_some_and(|ours| *ours != theirs));
        if !is_another {
            let told = available(&result.smile_job_id).or(self.stage.smile_job_id()).map(str::to_owned);
            self.stage = Stage::Uploaded { smile_job_id: told };
            self.drop_content();
        }
    }

    /// Returns this stored submission, with the content of `new`. Fails if they are not the same job.
    pub(crate) fn continued(self, new: Self) -> Result<Self, OtherContent> {
        let is_same = match (&self.content, &new.content) {
            // The stored content was dropped after it was sent, except for its tag. That is compared when the images of `new` are read.
            (Content::Sent { job_type, .. }, _) => *job_type == new.job_type(),
            (stored, new) => stored == new,
        };
        if is_same && self.ids() == new.ids() {
            let callback = self.callback.or(new.callback);
            Ok(Self { content: new.content, callback, stage: self.stage.stored(), is_ensured: true, ..self })
        } else {
            Err(OtherContent)
        }
    }
}

impl From<ImageJob> for Submission {
    fn from(job: ImageJob) -> Self {
        Self::from_content(Content::Images(Arc::new(job)))
    }
}

impl From<LookupJob> for Submission {
    /// The callback URL of the lookup becomes the submission's: it is not part of the content that is compared.
    fn from(mut job: LookupJob) -> Self {
        let callback = job.take_callback_url();
        Self { callback, ..Self::from_content(Content::Lookup(Box::new(job))) }
    }
}

impl Serialize for Submission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let content = match &self.content {
            Content::Images(job) => StoredContent::Job((**job).clone()),
            Content::Lookup(job) => StoredContent::Lookup((**job).clone()),
            Content::Sent { ids, job_type } => StoredContent::Sent { ids: ids.clone(), job_type: *job_type },
        };
        let (callback, stage, tag) = (self.callback.clone(), self.stage.clone(), self.tag.clone());
        Stored { content, callback, stage, tag, key: self.key.clone(), is_ensured: self.is_ensured }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Submission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { content, callback, stage, tag, key, is_ensured } = Stored::deserialize(deserializer)?;
        let read = match content {
            StoredContent::Job(job) => Self::from(job),
            StoredContent::Lookup(job) => Self::from(job),
            StoredContent::Sent { ids, job_type } => Self::from_content(Content::Sent { ids, job_type }),
        };
        Ok(Self { callback: callback.or(read.callback), stage: stage.stored(), tag, key, is_ensured, ..read })
    }
}

/// Error: the content belongs to another job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OtherContent;

/// Content of a submission: an image job, a lookup, or nothing if it was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Images(Arc<ImageJob>),
    Lookup(Box<LookupJob>),
    /// The content was removed, because the API has it.
    Sent {
        ids: JobRef,
        job_type: JobType,
    },
}

/// Stage that a submission has reached, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was sent.
    New,
    /// The first request of the job, `/v1/upload`, may have been sent, but not the archive. For a lookup: it may have been sent.
    Announcing,
    /// The stage is unknown: the process that stored the submission may have sent any part of it.
    Unsure,
    /// The API has the job but, as far as is known, not its archive.
    Announced {
        /// Number that the API gave the job.
        smile_job_id: String,
    },
    /// The API refused the job for its content: for example the user is already enrolled, or a value is missing. The refusal had
    /// no effect, so the job is not [resumed](crate::callback::Receiver::resume). Submitting it again is a new attempt; in a
    /// store, [`Store::ensure`](crate::store::Store::ensure) with the same or other content begins one.
    Refused {
        /// [Error code](crate::Error::code) of the refusal.
        code: ErrorCode,
    },
    /// The API has the job and its archive. For a lookup: the API has accepted it.
    Uploaded {
        /// Number that the API gave the job. None if the job was found by a status request that had no result yet.
        smile_job_id: Option<String>,
    },
}

impl Stage {
    /// Returns the number that the API gave the job, if it is known.
    pub fn smile_job_id(&self) -> Option<&str> {
        match self {
            Self::Announced { smile_job_id } => Some(smile_job_id),
            Self::Uploaded { smile_job_id } => smile_job_id.as_deref(),
            Self::New | Self::Announcing | Self::Unsure | Self::Refused { .. } => None,
        }
    }

    /// Returns the stage to assume after loading it from a store: another process may have continued the submission since it was
    /// stored.
    pub(crate) fn stored(self) -> Self {
        match self {
            Self::New | Self::Announcing => Self::Unsure,
            stage => stage,
        }
    }

    /// Returns the position of the stage in the order of the stages.
    pub(crate) fn order(&self) -> u8 {
        match self {
            Self::New => 0,
            Self::Announcing | Self::Unsure => 1,
            Self::Announced { .. } | Self::Refused { .. } => 2,
            Self::Uploaded { .. } => 3,
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
            Self::Refused { .. } => "the API refused the job",
            Self::Uploaded { .. } => "the API has the job",
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    content: StoredContent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    callback: Option<CallbackUrl>,
    stage: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<ContentTag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<ContentTag>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_ensured: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredContent {
    Job(ImageJob),
    Lookup(LookupJob),
    Sent {
        #[serde(flatten)]
        ids: JobRef,
        job_type: JobType,
    },
}
