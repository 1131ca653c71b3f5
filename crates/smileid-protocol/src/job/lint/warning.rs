//! Warnings of the lint, each with a stable code.

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal, $meaning:literal;)+) => {
        /// Kind of a lint warning. The codes that [`WarningCode::as_str`] returns are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum WarningCode {
            $($(#[$doc])+ $variant,)+
        }

        impl WarningCode {
            /// All kinds of warnings.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the stable code of the warning, such as `country.shape`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Returns the meaning of the warning, without values of a job.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)+
                }
            }
        }
    };
}

codes! {
    // `user_id` and `job_id` may be any text. These warnings are about texts that other systems may lose or change.
    /// An id or a parameter name has blanks or line breaks before or after it.
    NameBlanksAround = "name.blanks-around", "begins or ends with blanks or line breaks, which other systems often remove";
    /// An id or a parameter name contains a blank.
    NameBlank = "name.blank", "contains a blank";
    /// An id or a parameter name contains a control character.
    NameControlCharacter = "name.control-character", "contains a control character";
    /// An id or a parameter name has more than 255 characters, the limit of most databases.
    NameTooLong = "name.too-long", "has more than 255 characters";
    /// A parameter that the partner added is not text. Source: the FAQ on `partner_params`.
    ParamNotText = "param.not-text", "is not text: the API expects texts here, and refuses null";
    /// A parameter that the partner added is empty: the API returns the text `null`. Source: the FAQ on `partner_params`.
    ParamEmpty = "param.empty", "is empty: the API returns it as the text `null`";

    // Warnings about the ID.
    /// The country is not two capital letters (ISO 3166-1 alpha-2).
    CountryShape = "country.shape", "is not two capital letters";
    /// The tables have no IDs, businesses or documents for the country.
    CountryUnknown = "country.unknown", "is not in the tables of countries for this kind of job";
    /// The tables do not have the ID type, business ID type or document for the country.
    IdTypeUnknown = "id-type.unknown", "is not in the tables of ID types for this country and kind of job";
    /// The ID number does not have the format of its ID type.
    IdNumberShape = "id-number.shape", "does not have the format of this ID type's numbers";
    /// The ID number is a test number of the sandbox, but the job is sent to production.
    IdNumberOfSandbox = "id-number.of-sandbox", "is a test number of the sandbox, which production does not accept";
    /// A member that the ID type requires in addition to the number is missing.
    IdInfoNeeded = "id-info.needed", "is missing, but this ID type requires it";
    /// The date of birth is not in the format `YYYY-MM-DD`.
    DobShape = "dob.shape", "is not in the format YYYY-MM-DD";
    /// The date of birth does not exist in the calendar.
    DobNoDate = "dob.no-date", "is a date that does not exist";
    /// The phone number has characters other than digits and a plus sign at the beginning.
    PhoneShape = "phone.shape", "must have digits only, with an optional plus sign before them";

    // Warnings about the timestamp and the signature.
    /// The timestamp is not in a known format: the API accepts ISO 8601 with a zone, as in `2024-08-19T11:35:07.809Z`.
    TimestampShape = "timestamp.shape", "is not a time with a time zone, such as 2024-08-19T11:35:07.809Z";

    // Warnings about the images.
    /// The job has no selfie, but the ID type requires one. Lookups cannot have a selfie, so another product is probably meant.
    ImagesNoSelfie = "images.no-selfie", "has no selfie, but this ID type requires one";
    /// The job has more than the eight liveness images that the documentation allows.
    ImagesTooMuchLiveness = "images.too-much-liveness", "has more than eight liveness images";
    /// The job has only the front of a document that needs an image of its back.
    ImagesNoBack = "images.no-back", "has no image of the document's back, but this document requires one";
    /// The image of the document has fewer pixels than the documentation advises.
    ImageFewPixels = "image.few-pixels", "has fewer pixels than the documentation advises";
    /// The image of the document has fewer bytes than the documentation advises.
    ImageFewBytes = "image.few-bytes", "has fewer bytes than the documentation advises";
    /// The image of the document has more bytes than the documentation advises.
    ImageManyBytes = "image.many-bytes", "has more bytes than the documentation advises";
}

impl Serialize for WarningCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A probable mistake in a job. No output (`Display`, `Debug`, JSON) shows the value of the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// Kind of the probable mistake.
    pub code: WarningCode,
    /// Path of the field in the form of the official SDKs: `id_info.id_number`, `image_details[0].image`.
    pub field: String,
    /// Description of the probable mistake.
    pub message: Cow<'static, str>,
}

impl Warning {
    pub(super) fn new(code: WarningCode, field: impl Into<String>) -> Self {
        Self { code, field: field.into(), message: Cow::Borrowed(code.meaning()) }
    }

    pub(super) fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field.escape_debug(), self.message)
    }
}
