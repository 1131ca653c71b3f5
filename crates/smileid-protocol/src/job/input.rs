//! Inputs of jobs, such as ids and callback URLs, and the errors for invalid inputs.

use std::fmt;

use http::Uri;
use sha2::{Digest as _, Sha256};
use smileid_types::{IdInfo, JobType, PartnerParams};

use crate::image_format::is_start_of_base64_image;

/// Error: an input of a job is invalid. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
#[non_exhaustive]
pub struct InvalidInput {
    /// Path of the invalid field in the form of the official SDKs: `partner_params.user_id`, `image_details[0].image`. For an
    /// image of a typed job, the name of the argument: `selfie`, `liveness[2]`.
    pub field: String,
    /// Rule that the field breaks.
    pub problem: Problem,
}

impl InvalidInput {
    /// Creates the error for a field.
    pub fn new(field: impl Into<String>, problem: Problem) -> Self {
        Self { field: field.into(), problem }
    }
}

/// Rule that a field breaks. `Display` says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The field is missing.
    #[error("is missing")]
    Missing,
    /// The field is present but empty.
    #[error("is empty")]
    Empty,
    /// The field has the wrong JSON type.
    #[error("must be {expected}")]
    WrongType {
        /// Required JSON type.
        expected: &'static str,
    },
    /// The job type is unknown, or jobs of this type cannot be submitted.
    #[error("is not a job type that can be submitted: use 1, 2, 4, 5, 6, 7, 8, 9 or 11")]
    UnknownJobType,
    /// The image type is unknown, or submitted jobs cannot have images of this type.
    #[error("is not an image type that can be submitted: use 0 to 7")]
    UnknownImageType,
    /// The job has no selfie.
    #[error("has no selfie: add an image of type 0 (file) or 2 (base64)")]
    NoSelfie,
    /// The job has no image of the front of an ID card.
    #[error("has no front of an ID card: add an image of type 1 (file) or 3 (base64)")]
    NoIdCard,
    /// The job of type 1 has neither an ID card nor an ID number.
    #[error("must be true, with country, id_type and id_number, when job type 1 has no image of an ID card")]
    NeitherCardNorNumber,
    /// The same image is given both as a file and as text.
    #[error("and `image` are both present: give the path in only one of them")]
    TwoSources,
    /// The value is a file path, but the image type requires base64.
    #[error("is not base64: give the base64 text of the image, or a file path with image type {file_type}")]
    NotBase64 {
        /// Image type for the same image as a file.
        file_type: u16,
    },
    /// The value is base64, but the image type requires a file path.
    #[error("looks like base64: use image type {base64_type}, or give the path of a file")]
    NotAPath {
        /// Image type for the same image in base64.
        base64_type: u16,
    },
    /// The value is not an image in a format that the API accepts.
    #[error("is neither a JPEG nor a PNG image: convert it to one of them")]
    NotAnImage,
    /// The file is an image or a document in a format that the API does not accept.
    #[error("is {format}: convert it to JPEG or PNG")]
    OtherFormat {
        /// Name of the format.
        format: &'static str,
    },
    /// The image is a JPEG or PNG, but its headers do not contain its width and height.
    #[error("is truncated or damaged: the image headers do not contain width and height")]
    NoDimensions,
    /// The job has too many images.
    #[error("has more than {limit} images: remove some")]
    TooMany {
        /// Maximum number of images.
        limit: usize,
    },
    /// The partner's parameters or the ID information have too many members.
    #[error("has more than {limit} members of your own: remove some")]
    TooManyMembers {
        /// Maximum number of members.
        limit: usize,
    },
    /// The job has neither a callback URL nor polling, so its result would be lost.
    #[error("must be true when there is no callback URL: otherwise the result is lost")]
    NoDelivery,
    /// The value is not an http or https URL.
    #[error("is not an http or https URL: use a URL such as https://example.com/callback")]
    NotAnAddress,
    /// The value is not a date in the format `YYYY-MM-DD`, or the date does not exist.
    #[error("is not a date in the format YYYY-MM-DD, such as 1990-12-31")]
    NotADate,
    /// The country is not two capital letters.
    #[error("is not a country: use its two capital letters, such as NG")]
    NotACountry,
    /// The ID type is not a word in capital letters.
    #[error("is not an ID type: use the API's word in capital letters, such as NATIONAL_ID")]
    NotAnIdType,
    /// The ID number has no digit.
    #[error("has no digit: use the number on the ID")]
    NoDigit,
    /// The value differs from the country, type or number of the job's ID.
    #[error("differs from the value that the job already has: create the job with the right ID")]
    AnotherId,
    /// The value does not have the format of a V3 job id.
    #[error("is not a V3 job id: expected `job_` and 26 characters")]
    NotAJobId,
    /// The user id cannot be sent in a URL path and a header.
    #[error("must be 1 to 255 printable ASCII characters, and neither `.` nor `..`")]
    NotAUserId,
    /// The value does not have the format of an email address.
    #[error("is not an email address: use one such as name@example.com")]
    NotAnEmail,
    /// The phone number is not in the international format.
    #[error("is not a phone number in international form, such as +2348012345678")]
    NotAPhoneNumber,
    /// The request has neither an email address nor a phone number.
    #[error("and `user_details.phone_number` are both missing: give one of them")]
    NoContact,
    /// The input works only in the sandbox, but the request goes to production.
    #[error("is for the sandbox only: production would treat it as a real person and bill the job")]
    ForSandbox,
    /// The person did not consent.
    #[error("must be true: the person must consent before the check")]
    NotGranted,
    /// The document is not a passport, the only document that the product accepts.
    #[error("must be PASSPORT: the product accepts no other document")]
    NotAPassport,
    /// The language is not a code of two letters.
    #[error("is not a language: use its two letters, such as EN")]
    NotALanguage,
    /// The value is not an https URL.
    #[error("is not an https URL: use a URL that begins with https://")]
    NotHttps,
    /// The value is longer than the API allows.
    #[error("is longer than {limit} characters: shorten it")]
    TooLong {
        /// Maximum number of characters.
        limit: usize,
    },
    /// The number of images is not one that the product accepts.
    #[error("needs {least} to {most} images: add or remove images")]
    WrongCount {
        /// Minimum number of images.
        least: usize,
        /// Maximum number of images.
        most: usize,
    },
    /// The image has another format than the required one.
    #[error("must be a JPEG image: convert the image to JPEG")]
    NotAJpeg,
    /// The images of the job are too large in total.
    #[error("and the other images have more than {limit} bytes in total: make the images smaller")]
    TooLarge {
        /// Maximum total size, in bytes.
        limit: usize,
    },
    /// The name is reserved for a field of the API.
    #[error("is a reserved field name: use another name")]
    Reserved,
}

/// Shortens a value of a user for error messages. A short value is shown whole. Of a value that is long or looks like a base64
/// image, only the first characters are shown. Control characters are escaped.
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

/// The `user_id` and `job_id` that the partner gives a job. Neither may be empty.
///
/// `Display` shows both, quoted and with control characters escaped: `job "job-1" of user "user-1"`. A `user_id` can be
/// personal data, such as an email address; `Debug` shows the `job_id` alone, and is the form for logs. The order is that
/// of the `user_id`, then the `job_id`.
///
/// The serialized form is `{"user_id": "user-1", "job_id": "job-1"}`; reading it makes the checks of [`JobRef::new`].
///
/// ```
/// use smileid_protocol::job::JobRef;
///
/// let job = JobRef::new("user-1", "job-1")?;
/// assert_eq!(job.to_string(), r#"job "job-1" of user "user-1""#);
/// assert_eq!(format!("{job:?}"), r#"JobRef { job_id: "job-1", .. }"#);
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobRef {
    user_id: String,
    job_id: String,
}

impl JobRef {
    /// Creates the ids of a job from a `user_id` and a `job_id`.
    ///
    /// A `job_id` can be used once per partner, not once per user: the API refuses a second job of that name with the
    /// code 2215, also for another `user_id`. No source says if the sandbox and production share the names. The
    /// `user_id` is the same in all jobs of a person.
    ///
    /// # Errors
    ///
    /// If one of them is empty.
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Result<Self, InvalidInput> {
        Ok(Self {
            user_id: not_empty("partner_params.user_id", user_id.into())?,
            job_id: not_empty("partner_params.job_id", job_id.into())?,
        })
    }

    /// Derives the `job_id` from a key of your program, such as an order number: the same user and `key` always give the same
    /// `job_id`. So a repeated submission, after a crash or a second click, cannot create a second job.
    ///
    /// A key is any text that stays the same for one purpose: the number of an order, of an application, of an attempt.
    /// The name is `job-` and half a SHA-256 of both, in hexadecimal digits. A person who guesses the key can compute
    /// the name.
    ///
    /// ```
    /// use smileid_protocol::job::JobRef;
    ///
    /// let first = JobRef::from_key("user-1", "application 4711")?;
    /// let again = JobRef::from_key("user-1", "application 4711")?;
    /// assert_eq!(first, again);
    /// assert_ne!(first, JobRef::from_key("user-1", "application 4712")?);
    /// assert_eq!(first.job_id(), "job-4b020a6968929645a40608a6fa506492"); // as Python's hashlib has it, and for ever
    /// # Ok::<(), smileid_protocol::job::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If one of the two is empty.
    pub fn from_key(user_id: impl Into<String>, key: &str) -> Result<Self, InvalidInput> {
        let user_id = user_id.into();
        not_empty("key", key.to_owned())?;
        // The length comes first, so that no other user and key concatenate to the same text.
        let hash = Sha256::new()
            .chain_update(b"smileid job\0")
            .chain_update((user_id.len() as u64).to_be_bytes())
            .chain_update(&user_id)
            .chain_update(key)
            .finalize();
        let half = hash.iter().take(16).fold(0, |half, byte| half << 8 | u128::from(*byte));
        Self::new(user_id, format!("job-{half:032x}"))
    }

    /// Returns the `user_id` that the partner gave the person.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Returns the `job_id` that the partner gave the job.
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    pub(crate) fn params(&self, job_type: JobType) -> PartnerParams {
        PartnerParams::new(&self.user_id, &self.job_id, job_type)
    }
}

impl fmt::Display for JobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {:?} of user {:?}", self.job_id, self.user_id)
    }
}

impl fmt::Debug for JobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRef").field("job_id", &self.job_id).finish_non_exhaustive()
    }
}

/// Number of an ID with its country and ID type, or the consent session that replaces the number. Each argument has its own
/// format, so that swapped arguments are an error and do not look up another ID.
///
/// ```
/// use smileid_protocol::job::IdNumber;
///
/// let id = IdNumber::new("NG", "BVN", "00000000000")?;
/// let error = IdNumber::new("NG", "00000000000", "BVN").unwrap_err();
/// assert_eq!(error.field, "id_info.id_type");
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct IdNumber(IdInfo);

impl IdNumber {
    /// Creates an ID from country, ID type and number: `NG`, `BVN`, `00000000000`.
    ///
    /// # Errors
    ///
    /// If the country is not two capital letters, if the ID type is not a word in capital letters, if the number has no
    /// digit. With the feature `diagnostics`, warnings compare them with the tables.
    pub fn new(
        country: impl Into<String>,
        id_type: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        Ok(Self(IdInfo::entered(
            country_code(country.into())?,
            id_type_word(id_type.into())?,
            with_digit(id_number.into())?,
        )))
    }

    /// Creates an ID from the session in which the holder of a `BVN_MFA` consented. The session replaces the number. See
    /// [`crate::v1::totp`].
    ///
    /// # Errors
    ///
    /// If the country is not two capital letters, if the ID type is not a word in capital letters, if the session is
    /// empty.
    pub fn by_session(
        country: impl Into<String>,
        id_type: impl Into<String>,
        session_id: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        let mut id_info = IdInfo::default();
        id_info.country = Some(country_code(country.into())?);
        id_info.id_type = Some(id_type_word(id_type.into())?);
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

/// Callback URL to which the API sends results: an http or https URL. `Debug` shows only the host, because the rest may contain
/// secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// Parses a callback URL.
    ///
    /// # Errors
    ///
    /// If it is not an absolute http or https address.
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

    /// Returns the text of the URL.
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

/// Checks that a country is two capital letters (ISO 3166-1 alpha-2).
pub(crate) fn country_code(text: String) -> Result<String, InvalidInput> {
    const FIELD: &str = "id_info.country";
    let text = not_empty(FIELD, text)?;
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(text) } else { Err(InvalidInput::new(FIELD, Problem::NotACountry)) }
}

/// Checks that an ID type is a word in capital letters, as all ID types and documents of the tables are.
pub(crate) fn id_type_word(text: String) -> Result<String, InvalidInput> {
    const FIELD: &str = "id_info.id_type";
    let text = not_empty(FIELD, text)?;
    let is_word = text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if is_word { Ok(text) } else { Err(InvalidInput::new(FIELD, Problem::NotAnIdType)) }
}

fn with_digit(text: String) -> Result<String, InvalidInput> {
    const FIELD: &str = "id_info.id_number";
    let text = not_empty(FIELD, text)?;
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit { Ok(text) } else { Err(InvalidInput::new(FIELD, Problem::NoDigit)) }
}

/// Checks that ID information has an ID number, or the session that replaces it.
pub(crate) fn number_or_session(id_info: &IdInfo) -> Result<(), InvalidInput> {
    let session = required("id_info.session_id", id_info.session_id.as_ref());
    session.or_else(|_| required("id_info.id_number", id_info.id_number.as_ref()))
}

/// Checks that the member `field` of ID information is present and not empty.
pub(crate) fn required(field: &str, value: Option<&String>) -> Result<(), InvalidInput> {
    match value {
        None => Err(InvalidInput::new(field, Problem::Missing)),
        Some(text) if text.trim().is_empty() => Err(InvalidInput::new(field, Problem::Empty)),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use smileid_types::id_type;

    use super::*;

    #[test]
    fn names_are_keys_of_maps_and_sort_by_user() {
        let names = [("b", "1"), ("a", "2"), ("a", "1"), ("a", "2")];
        let jobs = || names.iter().map(|(user, job)| JobRef::new(*user, *job).unwrap());
        let sorted: Vec<_> = jobs().collect::<BTreeSet<_>>().iter().map(JobRef::to_string).collect();
        let expected = [r#"job "1" of user "a""#, r#"job "2" of user "a""#, r#"job "1" of user "b""#];
        assert_eq!(sorted, expected);
        assert_eq!(jobs().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn display_cannot_start_another_line_or_name_another_job() {
        let job = JobRef::new("u\nadmin logged in", r#"1" of user "x"#).unwrap();
        assert_eq!(job.to_string(), r#"job "1\" of user \"x" of user "u\nadmin logged in""#);
    }

    #[test]
    fn swapped_parts_of_an_id_are_errors() {
        let of_people = id_type::rows().iter().map(|row| (row.country, row.id_type, row.sandbox_number));
        let of_businesses =
            id_type::business_rows().iter().map(|row| (row.country, row.id_type, row.sandbox_number));
        let mut count = 0;
        for (country, id_type, number) in of_people.chain(of_businesses) {
            let Some(number) = number else { continue };
            assert!(IdNumber::new(country, id_type, number).is_ok(), "{country} {id_type}");
            for [first, second, third] in [
                [country, number, id_type],
                [id_type, country, number],
                [id_type, number, country],
                [number, country, id_type],
                [number, id_type, country],
            ] {
                assert!(IdNumber::new(first, second, third).is_err(), "{first} {second} {third}");
            }
            count += 1;
        }
        assert!(count > 30, "{count}");

        let problem = |[country, id_type, number]: [&str; 3]| {
            let error = IdNumber::new(country, id_type, number).unwrap_err();
            (error.field, error.problem)
        };
        for (parts, field, wrong) in [
            (["Nigeria", "BVN", "00000000000"], "id_info.country", Problem::NotACountry),
            (["ng", "BVN", "00000000000"], "id_info.country", Problem::NotACountry),
            (["", "BVN", "00000000000"], "id_info.country", Problem::Empty),
            (["NG", "bvn", "00000000000"], "id_info.id_type", Problem::NotAnIdType),
            (["NG", "BVN", "BVN"], "id_info.id_number", Problem::NoDigit),
            (["NG", "BVN", " "], "id_info.id_number", Problem::Empty),
        ] {
            assert_eq!(problem(parts), (field.to_owned(), wrong));
        }
    }

    #[test]
    fn names_that_cannot_be_made_cannot_be_read() {
        let job = JobRef::new("user-1", "job-1").unwrap();
        let kept = r#"{"user_id":"user-1","job_id":"job-1"}"#;
        assert_eq!(serde_json::to_string(&job).unwrap(), kept);
        assert_eq!(serde_json::from_str::<JobRef>(kept).unwrap(), job);
        for wrong in [
            r#"{"user_id":"user-1","job_id":" "}"#,
            r#"{"user_id":"","job_id":"job-1"}"#,
            r#"{"job_id":"job-1"}"#,
        ] {
            assert!(serde_json::from_str::<JobRef>(wrong).is_err(), "{wrong}");
        }
    }
}
