//! Jobs: requests to verify a person, a document or a business.
//!
//! The typed form requires the inputs of each job, so a constructed job can be sent: [`ImageJob`] (types 1, 2, 4, 6, 8,
//! 9 and 11, sent as an archive) and [`LookupJob`] (5 and 7, with an immediate result). The form [`sdk_job`] has the four
//! arguments of the official SDKs' `submit_job`; it becomes a typed job or an [`InvalidInput`] that names the field.
//!
//! ```
//! use smileid_protocol::job::{Image, ImageJob, JobRef};
//!
//! let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
//! # Ok::<(), smileid_protocol::job::InvalidInput>(())
//! ```

#[macro_use]
mod person;

mod content_tag;
mod image;
mod image_job;
mod input;
#[cfg(feature = "diagnostics")]
pub mod lint;
mod lookup_job;
mod ready;
pub mod sdk_job;
mod stored;

use serde::{Deserialize, Serialize};

pub use content_tag::{CONTENT_TAG, ContentTag};
pub use image::Image;
pub(crate) use image::{decode_base64, format_of};
pub use image_job::{Face, ImageJob};
pub use input::{CallbackUrl, IdNumber, InvalidInput, JobRef, Problem, excerpt};
pub(crate) use input::{country_code, id_type_word};
pub use lookup_job::LookupJob;
pub use person::{BirthDate, Gender, PersonName};
pub use ready::{ArchiveBuildError, ReadError, ReadyJob};

pub use crate::{image_format::ImageFormat, piece::FileContent};

/// Maximum number of images in a job. The documentation names eight for liveness, a selfie and two of a document; the rest is a
/// reserve. [`package::inspect`](crate::package) refuses archives with more, too.
pub const MAX_IMAGES: usize = 60;

/// Maximum number of the partner's own members in `partner_params`, and of members in `id_info`, for jobs in the form of
/// [`sdk_job`]. No source has a limit; the samples have up to ten.
pub const MAX_PARAMS: usize = 1000;

/// Way in which the partner receives the result of an [`ImageJob`]: by callback, by polling, or both.
///
/// At least one of the two is required; otherwise the result would be lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Ways")]
pub struct Delivery {
    callback: Option<CallbackUrl>,
    follow: Option<PollOptions>,
}

impl Delivery {
    /// The API sends the result to the callback URL `url`.
    pub fn callback(url: CallbackUrl) -> Self {
        Self { callback: Some(url), follow: None }
    }

    /// The client polls the job status until there is a result.
    pub fn follow(follow: PollOptions) -> Self {
        Self { callback: None, follow: Some(follow) }
    }

    /// The API sends the result also to the callback URL `url`.
    #[must_use]
    pub fn and_callback(mut self, url: CallbackUrl) -> Self {
        self.callback = Some(url);
        self
    }

    /// The client polls the job status, too.
    #[must_use]
    pub fn and_follow(mut self, follow: PollOptions) -> Self {
        self.follow = Some(follow);
        self
    }

    /// Returns the callback URL, if there is one.
    pub fn callback_url(&self) -> Option<&CallbackUrl> {
        self.callback.as_ref()
    }

    /// Returns the options for polling, if the client polls.
    pub fn following(&self) -> Option<PollOptions> {
        self.follow
    }
}

/// Stored form of a [`Delivery`]. It may have neither callback nor polling.
#[derive(Deserialize)]
struct Ways {
    #[serde(default)]
    callback: Option<CallbackUrl>,
    #[serde(default)]
    follow: Option<PollOptions>,
}

impl TryFrom<Ways> for Delivery {
    type Error = InvalidInput;

    fn try_from(Ways { callback, follow }: Ways) -> Result<Self, InvalidInput> {
        if callback.is_none() && follow.is_none() {
            return Err(InvalidInput::new("options.return_job_status", Problem::NoDelivery));
        }
        Ok(Self { callback, follow })
    }
}

/// Options of a request for the job status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PollOptions {
    /// True to request all results of the job, not only the last one.
    pub history: bool,
    /// True to request links to the images of the job.
    pub image_links: bool,
}

impl PollOptions {
    /// Requests all results of the job, not only the last one.
    #[must_use]
    pub const fn with_history(mut self) -> Self {
        self.history = true;
        self
    }

    /// Requests links to the images of the job.
    #[must_use]
    pub const fn with_image_links(mut self) -> Self {
        self.image_links = true;
        self
    }
}
