//! Job in the form of the official SDKs: the four arguments of `submit_job`, as JSON.
//!
//! Reading accepts everything their documentation shows: `job_type` and `image_type_id` as number or text, options as
//! `true`, `"true"` or `"True"`, `id_info`, `options` and, for a lookup, `image_details` null or left out.
//! [`SdkJob::check`] then applies the rules that all official SDKs share, and returns a typed job.

mod read;

use std::{fmt, path::PathBuf};

use bytes::Bytes;
use serde_json::{Map, Value};
use smileid_types::{IdInfo, ImageContent, ImageSubject, ImageType, JobType, PartnerParams, redact};

use super::{
    CallbackUrl, Delivery, Image, ImageJob, InvalidInput, JobRef, LookupJob, MAX_IMAGES, MAX_PARAMS,
    PollOptions, Problem,
    content_tag::check_name,
    image::base64_image,
    image_job::{IsSdkForm, is_document},
};
use crate::image_format::is_start_of_base64_image;

/// A job in the form of the official SDKs: the four arguments of `submit_job`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SdkJob {
    /// Parameters of the job: `user_id`, `job_id`, job type and the parameters that the partner added.
    pub partner_params: LooseParams,
    /// Images of the job. None for a job without images.
    pub image_details: Option<Vec<ImageDetail>>,
    /// Identity data to verify.
    pub id_info: IdInfo,
    /// Options, such as the callback URL.
    pub options: LooseOptions,
}

/// The `partner_params` of a job in the SDKs' form. `Debug` hides the ids and the values that the partner added.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct LooseParams {
    /// The id that the partner gave the person.
    pub user_id: Option<String>,
    /// The id that the partner gave the job.
    pub job_id: Option<String>,
    /// Job type: the number of the product.
    pub job_type: Option<i64>,
    /// Members that the partner added.
    pub extra: Map<String, Value>,
}

impl fmt::Debug for LooseParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LooseParams")
            .field("user_id", &redact::personal(&self.user_id))
            .field("job_id", &self.job_id)
            .field("job_type", &self.job_type)
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// An image of a job in the SDKs' form: its image type, with a file path, a base64 text or the content of the file.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ImageDetail {
    /// Image type: the subject of the image, and if it is a file or base64.
    pub image_type_id: Option<i64>,
    /// Path of the image file, or base64 text, depending on the image type.
    pub image: Option<String>,
    /// Path of the image file. Only one of `image` and `file_name` may be set.
    pub file_name: Option<PathBuf>,
    /// Content of the image file. If it is given, the file is not read.
    pub content: Option<Bytes>,
}

impl fmt::Debug for ImageDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageDetail").field("image_type_id", &self.image_type_id).finish_non_exhaustive()
    }
}

/// Options of a job in the SDKs' form. An absent option counts as false.
#[derive(Clone, Default)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the official SDKs, by their names")]
pub struct LooseOptions {
    /// True to wait for the result of the job.
    pub return_job_status: bool,
    /// True to request all results of the job with its status.
    pub return_history: bool,
    /// True to request links to the images with the job status. The name `return_images` is also read.
    pub return_image_links: bool,
    /// True to use the enrolled selfie of the user instead of a new one.
    pub use_enrolled_image: bool,
    /// True to allow that an enrolled user is enrolled again.
    pub allow_new_enroll: Option<bool>,
    /// Callback URL to which the API sends the result.
    pub optional_callback: Option<String>,
}

impl fmt::Debug for LooseOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LooseOptions")
            .field("return_job_status", &self.return_job_status)
            .field("use_enrolled_image", &self.use_enrolled_image)
            .field("allow_new_enroll", &self.allow_new_enroll)
            .field("optional_callback", &redact::link(&self.optional_callback))
            .finish_non_exhaustive()
    }
}

/// A checked job, ready to be submitted, with the way in which its result is received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CheckedJob {
    /// A job with images, and the way in which its result is received.
    Images(ImageJob, Delivery),
    /// A lookup. It contains its callback URL, if there is one.
    Lookup(LookupJob),
}

impl SdkJob {
    /// Reads a job in the SDKs' form from JSON.
    ///
    /// # Errors
    ///
    /// If a member has the wrong JSON type.
    pub fn from_json(json: &Value) -> Result<Self, InvalidInput> {
        read::job(json)
    }

    /// Checks the rules of the SDKs' form and returns a typed job. `default_callback` is used for jobs without a callback URL.
    ///
    /// # Errors
    ///
    /// The first broken rule, with its field.
    pub fn check(self, default_callback: Option<CallbackUrl>) -> Result<CheckedJob, InvalidInput> {
        let (ids, job_type, partner_params) = self.partner_params.check()?;
        if matches!(job_type, JobType::EnhancedKyc | JobType::BusinessVerification) {
            let job = LookupJob::checked(ids, job_type, partner_params, self.id_info)?;
            let own = self.options.callback()?;
            let default = default_callback.filter(|_| job.callback_url().is_none());
            return Ok(CheckedJob::Lookup(match own.or(default) {
                Some(url) => job.with_callback(url),
                None => job,
            }));
        }

        let images = match self.image_details {
            None if !self.options.use_enrolled_image => {
                return Err(InvalidInput::new("image_details", Problem::Missing));
            }
            Some(images) if images.is_empty() && !self.options.use_enrolled_image => {
                return Err(InvalidInput::new("image_details", Problem::Empty));
            }
            images => images.unwrap_or_default(),
        };
        if images.len() > MAX_IMAGES {
            return Err(InvalidInput::new("image_details", Problem::TooMany { limit: MAX_IMAGES }));
        }
        let images = images.into_iter().enumerate().map(|(index, image)| image.check(index));
        let job = ImageJob {
            ids,
            job_type,
            partner_params,
            images: images.collect::<Result<_, _>>()?,
            id_info: self.id_info,
            // The flag only affects jobs with documents; other jobs always need a selfie.
            use_enrolled_image: self.options.use_enrolled_image && is_document(job_type),
            allow_new_enroll: self.options.allow_new_enroll,
            is_sdk_form: IsSdkForm(true),
        };
        job.check()?;
        let delivery = self.options.delivery(default_callback)?;
        Ok(CheckedJob::Images(job, delivery))
    }
}

impl LooseParams {
    fn check(self) -> Result<(JobRef, JobType, PartnerParams), InvalidInput> {
        let missing = |field: &str| InvalidInput::new(format!("partner_params.{field}"), Problem::Missing);
        let ids = JobRef::new(
            self.user_id.ok_or_else(|| missing("user_id"))?,
            self.job_id.ok_or_else(|| missing("job_id"))?,
        )?;
        let number = self.job_type.ok_or_else(|| missing("job_type"))?;
        let job_type = u16::try_from(number).ok().map(JobType::from).filter(|it| SUBMITTED.contains(it));
        let job_type =
            job_type.ok_or_else(|| InvalidInput::new("partner_params.job_type", Problem::UnknownJobType))?;
        if self.extra.len() > MAX_PARAMS {
            let problem = Problem::TooManyMembers { limit: MAX_PARAMS };
            return Err(InvalidInput::new("partner_params", problem));
        }
        let mut params = ids.params(job_type);
        for (name, value) in self.extra {
            check_name(&name).and_then(|()| params.set_extra(name, value)).map_err(|reserved| {
                InvalidInput::new(format!("partner_params.{}", reserved.0), Problem::Reserved)
            })?;
        }
        Ok((ids, job_type, params))
    }
}

/// Job types that can be submitted with `submit_job`. The others have their own methods.
const SUBMITTED: &[JobType] = &[
    JobType::BiometricKyc,
    JobType::SmartSelfieAuthentication,
    JobType::SmartSelfieRegistration,
    JobType::EnhancedKyc,
    JobType::DocumentVerification,
    JobType::BusinessVerification,
    JobType::UpdatePhoto,
    JobType::CompareUserInfo,
    JobType::EnhancedDocumentVerification,
];

impl ImageDetail {
    fn check(self, index: usize) -> Result<(ImageSubject, Image), InvalidInput> {
        let invalid =
            |field: &str, problem| InvalidInput::new(format!("image_details[{index}].{field}"), problem);
        let number = self.image_type_id.ok_or_else(|| invalid("image_type_id", Problem::Missing))?;
        let image_type = u16::try_from(number).ok().map(ImageType::from);
        let meaning = image_type.and_then(|it| Some((it.subject()?, it.content()?)));
        let (subject, content) = meaning
            .filter(|(subject, _)| *subject != ImageSubject::Portrait)
            .ok_or_else(|| invalid("image_type_id", Problem::UnknownImageType))?;

        if let (Some(content), false) = (self.content, content == ImageContent::Base64) {
            return Ok((subject, Image::bytes(content)));
        }
        let was_empty = self.image.is_some() || self.file_name.is_some();
        let path = self.file_name.filter(|path| !path.as_os_str().is_empty());
        let text = self.image.filter(|text| !text.is_empty());
        let base64 = content == ImageContent::Base64;
        match (path, text) {
            (Some(_), Some(_)) => Err(invalid("file_name", Problem::TwoSources)),
            (None, None) => Err(invalid("image", if was_empty { Problem::Empty } else { Problem::Missing })),
            (Some(_), None) if base64 => {
                let file_type = other_form(subject, ImageContent::File);
                Err(invalid("file_name", Problem::NotBase64 { file_type }))
            }
            (Some(path), None) if path.to_str().is_some_and(looks_like_an_image) => {
                let base64_type = other_form(subject, ImageContent::Base64);
                Err(invalid("file_name", Problem::NotAPath { base64_type }))
            }
            (Some(path), None) => Ok((subject, Image::file(path))),
            (None, Some(text)) if base64 => Ok((subject, Image::base64(text))),
            (None, Some(text)) if looks_like_an_image(&text) => {
                let base64_type = other_form(subject, ImageContent::Base64);
                Err(invalid("image", Problem::NotAPath { base64_type }))
            }
            (None, Some(text)) => Ok((subject, Image::file(text))),
        }
    }
}

fn other_form(subject: ImageSubject, content: ImageContent) -> u16 {
    let mut listed = ImageType::LISTED.iter();
    listed
        .find(|it| it.subject() == Some(subject) && it.content() == Some(content))
        .map_or(0, |it| it.number())
}

/// Returns true if a text that should be a file path is a base64 image, in either alphabet. No path decodes to the first bytes of
/// an image, and none is that long.
fn looks_like_an_image(text: &str) -> bool {
    const LONGEST_PATH: usize = 4096;
    let text = text.trim_start();
    let begins_so = text.len() > 64 && is_start_of_base64_image(text.as_bytes());
    text.starts_with("data:")
        || text.len() > LONGEST_PATH
        || begins_so
        || (text.len() > 16 && base64_image(text).is_ok())
}

impl LooseOptions {
    fn callback(&self) -> Result<Option<CallbackUrl>, InvalidInput> {
        self.optional_callback.as_deref().map(CallbackUrl::parse).transpose()
    }

    fn delivery(&self, default_callback: Option<CallbackUrl>) -> Result<Delivery, InvalidInput> {
        let callback = self.callback()?.or(default_callback);
        let follow = self
            .return_job_status
            .then_some(PollOptions { history: self.return_history, image_links: self.return_image_links });
        match (callback, follow) {
            (Some(callback), Some(follow)) => Ok(Delivery::callback(callback).and_follow(follow)),
            (Some(callback), None) => Ok(Delivery::callback(callback)),
            (None, Some(follow)) => Ok(Delivery::follow(follow)),
            (None, None) => Err(InvalidInput::new("options.return_job_status", Problem::NoDelivery)),
        }
    }
}
