//! The small parts of a job, and what can be wrong with any part.

use std::fmt;

use http::Uri;
use sha2::{Digest as _, Sha256};
use smileid_types::{IdInfo, JobType, PartnerParams};

use crate::image_format::is_start_of_base64_image;

/// Something about a job is not right. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
#[non_exhaustive]
pub struct InvalidInput {
    /// Which field, as a path in the form of the official SDKs: `partner_params.user_id`, `image_details[0].image`.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl InvalidInput {
    pub(crate) fn new(field: impl Into<String>, problem: Problem) -> Self {
        Self { field: field.into(), problem }
    }
}

/// What is wrong with a field, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// It is there and empty.
    #[error("is empty")]
    Empty,
    /// It is of another JSON type.
    #[error("must be {expected}")]
    WrongType {
        /// What it must be.
        expected: &'static str,
    },
    /// No such job type, or not one that is submitted.
    #[error("is not a job type that can be submitted: use 1, 2, 4, 5, 6, 7, 8, 9 or 11")]
    UnknownJobType,
    /// No such image type, or not one of a submitted job.
    #[error("is not an image type that can be submitted: use 0 to 7")]
    UnknownImageType,
    /// There is no selfie.
    #[error("holds no selfie: add an image of type 0 (file) or 2 (base64)")]
    NoSelfie,
    /// There is no front of an ID card.
    #[error("holds no front of an ID card: add an image of type 1 (file) or 3 (base64)")]
    NoIdCard,
    /// Job type 1 has neither an ID card nor an ID number.
    #[error("must be true, with country, id_type and id_number, when job type 1 has no image of an ID card")]
    NeitherCardNorNumber,
    /// Both forms of one image.
    #[error("and `image` are both there: give the path in one of them")]
    TwoSources,
    /// A path where the type asks for base64.
    #[error("is not base64: give the text of the image, or the path under type {file_type}")]
    NotBase64 {
        /// The image type of the same image as a file.
        file_type: u16,
    },
    /// Base64 where the type asks for a path.
    #[error("looks like base64: use image type {base64_type}, or give the path of a file")]
    NotAPath {
        /// The image type of the same image in base64.
        base64_type: u16,
    },
    /// Not an image of a kind the API takes.
    #[error("is neither a JPEG nor a PNG image")]
    NotAnImage,
    /// An image or a document of another kind.
    #[error("is {format}: convert it to JPEG or PNG")]
    OtherFormat {
        /// The kind, in a word or two.
        format: &'static str,
    },
    /// More images than a job can have.
    #[error("holds more than {limit} images")]
    TooMany {
        /// How many it may hold.
        limit: usize,
    },
    /// More members of the partner's own than any job has.
    #[error("has more than {limit} members of your own")]
    TooManyMembers {
        /// How many it may have.
        limit: usize,
    },
    /// Nobody would see the result.
    #[error("must be true when there is no callback URL: otherwise nobody sees the result")]
    NoDelivery,
    /// Not the address of a receiver.
    #[error("is not an http or https address")]
    NotAnAddress,
    /// A member that has a field of its own.
    #[error("is a name of the API's own")]
    Reserved,
}

/// A value of the user's as errors repeat it: whole when it is short, and its first characters when it is long or looks
/// like an image in base64. Control characters are escaped.
///
/// ```
/// use smileid_protocol::job::excerpt;
///
/// assert_eq!(excerpt("images/selfie.jpg"), "images/selfie.jpg");
/// assert_eq!(excerpt("/9j/4AAQSkZJRgABAQ"), "/9j/4A… (18 characters)");
/// assert_eq!(excerpt("a\nb"), "a\\nb");
/// ```
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    const SHOWN: usize = 6;
    if text.len() <= LONGEST && !is_start_of_base64_image(text.as_bytes()) {
        return text.escape_debug().to_string();
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{}… ({} characters)", start.escape_debug(), text.chars().count())
}

/// The partner's names for a person and a job. Neither is empty.
#[derive(Clone, PartialEq, Eq)]
pub struct JobIds {
    user_id: String,
    job_id: String,
}

impl JobIds {
    /// Names for a person and a job. The job's name is used once; the person's may come again in later jobs.
    ///
    /// # Errors
    ///
    /// When one of them is empty.
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Result<Self, InvalidInput> {
        Ok(Self {
            user_id: not_empty("partner_params.user_id", user_id.into())?,
            job_id: not_empty("partner_params.job_id", job_id.into())?,
        })
    }

    /// Names a job after what it is for: equal `key`s of a user give equal names, so that whoever asks for the same job
    /// again, after a crash or by a second click, cannot have a second one made.
    ///
    /// A key is anything that stays the same for one purpose: the number of an order, of an application, of an attempt.
    /// The name is `job-` and half a SHA-256 of both, in hexadecimal digits: whoever can guess the key can tell that the
    /// name is its.
    ///
    /// ```
    /// use smileid_protocol::job::JobIds;
    ///
    /// let first = JobIds::from_key("user-1", "application 4711")?;
    /// let again = JobIds::from_key("user-1", "application 4711")?;
    /// assert_eq!(first, again);
    /// assert_ne!(first, JobIds::from_key("user-1", "application 4712")?);
    /// assert_eq!(first.job_id(), "job-4b020a6968929645a40608a6fa506492"); // as Python's hashlib has it, and for ever
    /// # Ok::<(), smileid_protocol::job::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one of the two is empty.
    pub fn from_key(user_id: impl Into<String>, key: &str) -> Result<Self, InvalidInput> {
        let user_id = user_id.into();
        not_empty("key", key.to_owned())?;
        // With its length before it, so that no other user and key run together to the same text.
        let hash = Sha256::new()
            .chain_update(b"smileid job\0")
            .chain_update((user_id.len() as u64).to_be_bytes())
            .chain_update(&user_id)
            .chain_update(key)
            .finalize();
        let half = hash.iter().take(16).fold(0, |half, byte| half << 8 | u128::from(*byte));
        Self::new(user_id, format!("job-{half:032x}"))
    }

    /// The person.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The job.
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    pub(crate) fn params(&self, job_type: JobType) -> PartnerParams {
        PartnerParams::new(&self.user_id, &self.job_id, job_type)
    }
}

impl fmt::Debug for JobIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobIds").field("job_id", &self.job_id).finish_non_exhaustive()
    }
}

/// The number of an ID, or what stands in for it, and which ID of which country it is. None of the three is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct IdNumber(IdInfo);

impl IdNumber {
    /// The number of an ID: `NG`, `BVN`, `00000000000`.
    ///
    /// # Errors
    ///
    /// When one of the three is empty.
    pub fn new(
        country: impl Into<String>,
        id_type: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        Ok(Self(IdInfo::entered(
            not_empty("id_info.country", country.into())?,
            not_empty("id_info.id_type", id_type.into())?,
            not_empty("id_info.id_number", id_number.into())?,
        )))
    }

    /// The session in which the holder of a `BVN_MFA` consented: it stands in for the number. See
    /// [`crate::v1::totp`].
    ///
    /// # Errors
    ///
    /// When one of the three is empty.
    pub fn by_session(
        country: impl Into<String>,
        id_type: impl Into<String>,
        session_id: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        let mut id_info = IdInfo::default();
        id_info.country = Some(not_empty("id_info.country", country.into())?);
        id_info.id_type = Some(not_empty("id_info.id_type", id_type.into())?);
        id_info.session_id = Some(not_empty("id_info.session_id", session_id.into())?);
        id_info.entered = Some(true);
        Ok(Self(id_info))
    }
}

impl From<IdNumber> for IdInfo {
    fn from(number: IdNumber) -> Self {
        number.0
    }
}

/// Where the API sends results: an http or https address. `Debug` shows the host alone, as receivers put secrets into
/// the rest.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// When it is not an absolute http or https address.
    pub fn parse(address: impl Into<String>) -> Result<Self, InvalidInput> {
        let address = address.into();
        let uri: Option<Uri> = address.parse().ok();
        let usable = uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
        });
        if usable {
            Ok(Self(address))
        } else {
            Err(InvalidInput::new("options.optional_callback", Problem::NotAnAddress))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uri: Option<Uri> = self.0.parse().ok();
        write!(f, "CallbackUrl({}, …)", uri.as_ref().and_then(Uri::host).unwrap_or_default())
    }
}

pub(crate) fn not_empty(field: &str, text: String) -> Result<String, InvalidInput> {
    if text.trim().is_empty() { Err(InvalidInput::new(field, Problem::Empty)) } else { Ok(text) }
}

/// The number of a person's ID, or the session that stands in for it.
pub(crate) fn number_or_session(id_info: &IdInfo) -> Result<(), InvalidInput> {
    let session = required("id_info.session_id", id_info.session_id.as_ref());
    session.or_else(|_| required("id_info.id_number", id_info.id_number.as_ref()))
}

/// The member `field` of ID information, which must be there and not be empty.
pub(crate) fn required(field: &str, value: Option<&String>) -> Result<(), InvalidInput> {
    match value {
        None => Err(InvalidInput::new(field, Problem::Missing)),
        Some(text) if text.trim().is_empty() => Err(InvalidInput::new(field, Problem::Empty)),
        Some(_) => Ok(()),
    }
}
