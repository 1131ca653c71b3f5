//! Ids of V3 jobs and persons.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use smileid_types::open_struct::Field;

use super::form::FormField;
use crate::{
    codec::{DecodeError, EncodeError, Part},
    job::{InvalidInput, Problem},
    piece::Piece,
};

/// Id that the API gives a V3 job: `job_` and 26 characters (a `TypeID`).
///
/// ```
/// use smileid_protocol::v3::JobId;
///
/// let id: JobId = "job_01h2xcejqtf2nbrexx3vqjhp41".parse()?;
/// assert_eq!(id.as_str(), "job_01h2xcejqtf2nbrexx3vqjhp41");
/// assert!("../token".parse::<JobId>().is_err());
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct JobId(Box<str>);

impl JobId {
    /// Returns the text of the job id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for JobId {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        // Crockford's base32 alphabet in lower case.
        let is_digit =
            |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !b"ilou".contains(&byte));
        let digits = text.strip_prefix("job_");
        let is_id = digits.is_some_and(|digits| digits.len() == 26 && digits.bytes().all(is_digit));
        if is_id { Ok(Self(text.into())) } else { Err(InvalidInput::new("job_id", Problem::NotAJobId)) }
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for JobId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Id that the partner gives a person: 1 to 255 printable ASCII characters, and not `.` or `..`, because it is sent in paths and
/// headers. `Debug` hides it, because it can be personal data, such as an email address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct UserId(Box<str>);

impl UserId {
    /// Creates the user id of a person.
    ///
    /// # Errors
    ///
    /// If it is empty, too long, `.` or `..`, or has other characters.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidInput> {
        const LONGEST: usize = 255;
        let id = id.into();
        let is_printable = id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        let problem = match id.as_str() {
            "" => Problem::Empty,
            "." | ".." => Problem::NotAUserId,
            text if !is_printable || text.len() > LONGEST || text.trim() != text => Problem::NotAUserId,
            _ => return Ok(Self(id.into())),
        };
        Err(InvalidInput::new("user_id", problem))
    }

    /// Returns the text of the user id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Field for JobId {}

impl FormField for UserId {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        parts.push(Part::text(name, self.as_str()));
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let text = String::read(name, parts)?;
        Self::new(text).map_err(|_| DecodeError::Form { problem: "a `user_id` is not valid" })
    }
}

impl FormField for JobId {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        parts.push(Part::text(name, self.as_str()));
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let text = String::read(name, parts)?;
        text.parse().map_err(|_| DecodeError::Form { problem: "a `job_id` is not valid" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_ids_are_type_ids() {
        for good in ["job_01h2xcejqtf2nbrexx3vqjhp41", "job_7zzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(good.parse::<JobId>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "job_",
            ".",
            "..",
            "01h2xcejqtf2nbrexx3vqjhp41",
            "user_01h2xcejqtf2nbrexx3vqjhp41",
            "job_01h2xcejqtf2nbrexx3vqjhp4",
            "job_01h2xcejqtf2nbrexx3vqjhp411",
            "job_01h2xcejqtf2nbrexx3vqjhp4l",
            "job_01H2XCEJQTF2NBREXX3VQJHP41",
            "job_01h2xcejqtf2nbrexx3vqjhp4/",
        ] {
            assert!(bad.parse::<JobId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn user_ids_fit_into_paths_and_headers() {
        let longest = "x".repeat(255);
        for good in ["u", "user-1", "leo@example.com", "a b", "...", "a/b", &longest] {
            assert_eq!(UserId::new(good).unwrap().as_str(), good);
        }
        let longer = "x".repeat(256);
        for bad in ["", ".", "..", " a", "a\n", "a\r\nb", "é", &longer] {
            assert_eq!(UserId::new(bad).unwrap_err().field, "user_id", "{bad}");
        }
        assert_eq!(format!("{:?}", UserId::new("leo@example.com").unwrap()), "[personal]");
    }
}
