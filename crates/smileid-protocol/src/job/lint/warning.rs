//! Warnings of the strict checks.

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal, $meaning:literal;)+) => {
        /// Kind of a warning. The texts of [`WarningCode::as_str`] are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum WarningCode {
            $($(#[$doc])+ $variant,)+
        }

        impl WarningCode {
            /// Every code.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the code as text: `country.shape`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Returns the meaning, without details of a job.
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
    /// Blanks or line breaks before or after a name.
    NameBlanksAround = "name.blanks-around", "has blanks or line breaks around it, which systems often remove";
    /// A blank within a name.
    NameBlank = "name.blank", "contains a blank";
    /// A control character in a name.
    NameControlCharacter = "name.control-character", "contains a control character";
    /// More than 255 characters, the limit of most databases.
    NameTooLong = "name.too-long", "has more than 255 characters";
    /// An own member that is not text. Source: the FAQ on `partner_params`.
    ParamNotText = "param.not-text", "is not text: the API expects texts here, and refuses null";
    /// An own member that is empty, and is returned as the text `null`. Source: the FAQ on `partner_params`.
    ParamEmpty = "param.empty", "is empty: the API returns it as the text `null`";

    // Warnings about the ID.
    /// Not two capital letters (ISO 3166-1 alpha-2).
    CountryShape = "country.shape", "is not two capital letters";
    /// A country whose IDs, businesses or documents the tables do not have.
    CountryUnknown = "country.unknown", "is not in the tables for this kind of job";
    /// An ID type, business ID type or document that the tables do not have for the country.
    IdTypeUnknown = "id-type.unknown", "is not in the tables for this country and kind of job";
    /// A number of another form than the ID type's.
    IdNumberShape = "id-number.shape", "does not have the format of this ID type's numbers";
    /// A test number of the sandbox, sent to production.
    IdNumberOfSandbox = "id-number.of-sandbox", "is a test number of the sandbox, which production does not accept";
    /// A member that the ID type needs beside the number.
    IdInfoNeeded = "id-info.needed", "is missing, but this ID type needs it";
    /// Not `YYYY-MM-DD`.
    DobShape = "dob.shape", "is not in the format YYYY-MM-DD";
    /// A day that does not exist in the calendar.
    DobNoDate = "dob.no-date", "is not a day of the calendar";
    /// Characters other than digits, except a plus sign at the beginning.
    PhoneShape = "phone.shape", "must have digits only, with an optional plus sign before them";

    // Warnings about the timestamp and the signature.
    /// A text that is not a known time: the API accepts ISO 8601 with a zone, as in `2024-08-19T11:35:07.809Z`.
    TimestampShape = "timestamp.shape", "is not a time with a zone, such as 2024-08-19T11:35:07.809Z";

    // Warnings about the images.
    /// No selfie, though the ID type needs one. A lookup has no place for it, so another product is meant.
    ImagesNoSelfie = "images.no-selfie", "has no selfie, but this ID type needs one";
    /// More liveness images than the eight that the documentation allows.
    ImagesTooMuchLiveness = "images.too-much-liveness", "has more than eight liveness images";
    /// Only the front of a document whose back is needed too.
    ImagesNoBack = "images.no-back", "has no back of this document, but the tables require it";
    /// Fewer pixels than the documentation advises for documents.
    ImageFewPixels = "image.few-pixels", "has fewer pixels than advised";
    /// Fewer bytes than the documentation advises for documents.
    ImageFewBytes = "image.few-bytes", "has fewer bytes than advised";
    /// More bytes than the documentation advises for documents.
    ImageManyBytes = "image.many-bytes", "has more bytes than advised";
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

/// A probable mistake in a job. Neither `Display` nor `Debug` nor JSON shows the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// The kind of mistake.
    pub code: WarningCode,
    /// The field, as a path in the form of the official SDKs: `id_info.id_number`, `image_details[0].image`.
    pub field: String,
    /// The mistake, in words.
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
