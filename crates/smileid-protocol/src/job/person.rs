//! Identity data of a person other than the ID number: name, date of birth, gender.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smileid_types::{IdInfo, redact};

use super::{InvalidInput, Problem, input::not_empty};

/// First and last name of a person. The struct has named fields, because a lookup cannot detect swapped names.
///
/// ```
/// use smileid_protocol::job::PersonName;
///
/// let name = PersonName { first: "Joe", last: "Leo" };
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a literal names its members; a constructor's arguments can be swapped"
)]
pub struct PersonName<'a> {
    /// First name of the person.
    pub first: &'a str,
    /// Last name of the person.
    pub last: &'a str,
}

impl PersonName<'_> {
    pub(super) fn write_to(self, id_info: &mut IdInfo) -> Result<(), InvalidInput> {
        id_info.first_name = Some(not_empty("id_info.first_name", self.first.to_owned())?);
        id_info.last_name = Some(not_empty("id_info.last_name", self.last.to_owned())?);
        Ok(())
    }
}

impl fmt::Debug for PersonName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonName").finish_non_exhaustive()
    }
}

/// Date of birth of a person: an existing day, read only from the format `YYYY-MM-DD`.
///
/// ```
/// use smileid_protocol::job::BirthDate;
///
/// let date: BirthDate = "1990-01-31".parse()?;
/// assert_eq!(date, BirthDate::new(1990, 1, 31)?);
/// assert_eq!(date.to_string(), "1990-01-31");
///
/// let error = "31/01/1990".parse::<BirthDate>().unwrap_err();
/// assert_eq!(error.to_string(), "`id_info.dob` is not a date in the format YYYY-MM-DD, such as 1990-12-31");
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate(Date);

impl BirthDate {
    /// Creates a date of birth from its year, month (1 to 12) and day.
    ///
    /// # Errors
    ///
    /// If no calendar has the day, or the year is not one of 1 to 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidInput> {
        let date = || {
            let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        };
        date().map(Self).ok_or_else(not_a_date)
    }
}

impl FromStr for BirthDate {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        let part = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok())?
        };
        let has_hyphens = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let parts = || Some((part(0..4)?, u8::try_from(part(5..7)?).ok()?, u8::try_from(part(8..10)?).ok()?));
        let (year, month, day) = parts().filter(|_| has_hyphens).ok_or_else(not_a_date)?;
        Self::new(year, month, day)
    }
}

impl TryFrom<String> for BirthDate {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, InvalidInput> {
        text.parse()
    }
}

impl From<BirthDate> for String {
    fn from(date: BirthDate) -> Self {
        date.to_string()
    }
}

/// Shows the date in the API's format, `YYYY-MM-DD`.
impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hides the date, because it is personal data.
impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BirthDate").field(&redact::personal(&Some(()))).finish()
    }
}

fn not_a_date() -> InvalidInput {
    InvalidInput::new("id_info.dob", Problem::NotADate)
}

/// Gender of a person, as the API writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    /// Female, sent as `F`.
    Female,
    /// Male, sent as `M`.
    Male,
}

impl Gender {
    /// Returns the letter that the API uses for the gender.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
        }
    }
}

/// Macro that adds methods for the person's data to a job type.
macro_rules! with_person {
    ($job:ident) => {
        impl $job {
            /// Adds the first and last name of the person.
            ///
            /// # Errors
            ///
            /// If one of them is empty.
            pub fn with_name(
                mut self,
                name: $crate::job::PersonName<'_>,
            ) -> Result<Self, $crate::job::InvalidInput> {
                name.write_to(&mut self.id_info)?;
                Ok(self)
            }

            /// Adds the middle name of the person.
            ///
            /// # Errors
            ///
            /// If it is empty.
            pub fn with_middle_name(
                mut self,
                name: impl Into<String>,
            ) -> Result<Self, $crate::job::InvalidInput> {
                self.id_info.middle_name =
                    Some($crate::job::input::not_empty("id_info.middle_name", name.into())?);
                Ok(self)
            }

            /// Adds the date of birth of the person.
            #[must_use]
            pub fn with_dob(mut self, date: $crate::job::BirthDate) -> Self {
                self.id_info.dob = Some(date.to_string());
                self
            }

            /// Adds the gender of the person.
            #[must_use]
            pub fn with_gender(mut self, gender: $crate::job::Gender) -> Self {
                self.id_info.gender = Some(gender.as_str().to_owned());
                self
            }

            /// Adds the phone number of the person.
            ///
            /// # Errors
            ///
            /// If it is empty.
            pub fn with_phone_number(
                mut self,
                number: impl Into<String>,
            ) -> Result<Self, $crate::job::InvalidInput> {
                self.id_info.phone_number =
                    Some($crate::job::input::not_empty("id_info.phone_number", number.into())?);
                Ok(self)
            }
        }
    };
}

/// Adds members to the ID information of a job. Members that `added` does not have keep their values.
///
/// # Errors
///
/// If `added` has another country, ID type, number or session. Replacing these silently could look up another person
/// than intended.
pub(super) fn add_id_info(id_info: &mut IdInfo, added: IdInfo) -> Result<(), InvalidInput> {
    for (field, ours, theirs) in [
        ("id_info.country", &id_info.country, &added.country),
        ("id_info.id_type", &id_info.id_type, &added.id_type),
        ("id_info.id_number", &id_info.id_number, &added.id_number),
        ("id_info.session_id", &id_info.session_id, &added.session_id),
    ] {
        if ours.is_some() && theirs.is_some() && ours != theirs {
            return Err(InvalidInput::new(field, Problem::AnotherId));
        }
    }
    id_info.update(added);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{IdNumber, Image, ImageJob, JobRef, LookupJob};

    fn ids() -> JobRef {
        JobRef::new("user-1", "job-1").unwrap()
    }

    fn number() -> IdNumber {
        IdNumber::new("NG", "BVN", "00000000000").unwrap()
    }

    #[test]
    fn a_date_of_birth_has_one_form() {
        for text in ["1990-01-31", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<BirthDate>().unwrap().to_string(), text);
        }
        for text in [
            "31/01/1990",
            "31-01-1990",
            "01/31/1990",
            "1990/01/31",
            "1990-1-31",
            "1990-31-01",
            "1990-02-30",
            "1900-02-29",
            "0000-01-01",
            "1990-01-31 ",
            "1990-01-31T00:00:00Z",
            "19900131",
            "+990-01-31",
            "1990-+1-31",
            "१९९०-01-31",
            "",
        ] {
            let error = text.parse::<BirthDate>().unwrap_err();
            assert_eq!(error, InvalidInput::new("id_info.dob", Problem::NotADate), "{text}");
        }
        for (year, month, day) in
            [(1990, 31, 1), (1990, 0, 1), (1990, 1, 0), (0, 1, 1), (10_000, 1, 1), (1990, 255, 255)]
        {
            assert!(BirthDate::new(year, month, day).is_err(), "{year} {month} {day}");
        }
        let date = BirthDate::new(1990, 1, 31).unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"1990-01-31\"");
        assert_eq!(serde_json::from_str::<BirthDate>("\"1990-01-31\"").unwrap(), date);
        assert!(serde_json::from_str::<BirthDate>("\"31/01/1990\"").is_err());
        assert!(!format!("{date:?}").contains("1990"));
    }

    #[test]
    fn data_of_the_person_joins_the_id_of_the_constructor() {
        let name = PersonName { first: "Joe", last: "Leo" };
        let date = BirthDate::new(2000, 9, 20).unwrap();
        let mut expected = IdInfo::entered("NG", "BVN", "00000000000");
        expected.first_name = Some("Joe".to_owned());
        expected.middle_name = Some("Doe".to_owned());
        expected.last_name = Some("Leo".to_owned());
        expected.dob = Some("2000-09-20".to_owned());
        expected.gender = Some("M".to_owned());
        expected.phone_number = Some("0123456789".to_owned());

        let job = ImageJob::biometric_kyc(ids(), Image::file("selfie.jpg"), number());
        let job = job.with_name(name).unwrap().with_middle_name("Doe").unwrap().with_dob(date);
        let job = job.with_gender(Gender::Male).with_phone_number("0123456789").unwrap();
        assert_eq!(job.id_info, expected);

        let job = LookupJob::enhanced_kyc(ids(), number());
        let job = job.with_name(name).unwrap().with_middle_name("Doe").unwrap().with_dob(date);
        let job = job.with_gender(Gender::Male).with_phone_number("0123456789").unwrap();
        expected.entered = None;
        assert_eq!(job.id_info, expected);
        assert!(!format!("{name:?}").contains("Joe"));

        let job = || LookupJob::enhanced_kyc(ids(), number());
        for (refused, field) in [
            (job().with_name(PersonName { first: " ", last: "Leo" }), "id_info.first_name"),
            (job().with_name(PersonName { first: "Joe", last: "" }), "id_info.last_name"),
            (job().with_middle_name(""), "id_info.middle_name"),
            (job().with_phone_number(""), "id_info.phone_number"),
        ] {
            assert_eq!(refused.unwrap_err(), InvalidInput::new(field, Problem::Empty));
        }
    }

    #[test]
    fn id_info_joins_the_id_of_the_constructor() {
        let mut names = IdInfo::default();
        names.first_name = Some("Joe".to_owned());
        names.set_extra("shop", "7").unwrap();
        let job = ImageJob::biometric_kyc(ids(), Image::file("selfie.jpg"), number());
        let job = job.with_id_info(names.clone()).unwrap();
        let mut expected = IdInfo::entered("NG", "BVN", "00000000000");
        expected.first_name = Some("Joe".to_owned());
        expected.set_extra("shop", "7").unwrap();
        assert_eq!(job.id_info, expected);

        let name = PersonName { first: "Jane", last: "Leo" };
        let job = LookupJob::basic_kyc(ids(), number(), name).unwrap().with_id_info(names).unwrap();
        expected.entered = None;
        expected.last_name = Some("Leo".to_owned());
        assert_eq!(job.id_info, expected);
    }

    #[test]
    fn another_id_than_that_of_the_constructor_is_a_conflict() {
        for (country, id_type, id_number, field) in [
            ("GH", "BVN", "00000000000", "id_info.country"),
            ("NG", "NIN", "00000000000", "id_info.id_type"),
            ("NG", "BVN", "00000000001", "id_info.id_number"),
        ] {
            let conflict = Some(InvalidInput::new(field, Problem::AnotherId));
            let other = || IdInfo::entered(country, id_type, id_number);
            let job = ImageJob::biometric_kyc(ids(), Image::file("selfie.jpg"), number());
            assert_eq!(job.with_id_info(other()).err(), conflict);
            assert_eq!(LookupJob::enhanced_kyc(ids(), number()).with_id_info(other()).err(), conflict);
        }
        let same = IdInfo::entered("NG", "BVN", "00000000000");
        assert!(LookupJob::enhanced_kyc(ids(), number()).with_id_info(same).is_ok());

        let session = |id| IdNumber::by_session("NG", "BVN_MFA", id).unwrap();
        let refused =
            LookupJob::enhanced_kyc(ids(), session("a")).with_id_info(session("b").into()).unwrap_err();
        assert_eq!(refused, InvalidInput::new("id_info.session_id", Problem::AnotherId));
    }
}
