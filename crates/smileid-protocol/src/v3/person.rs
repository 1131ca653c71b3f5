//! Details and consent of the person, which every V3 job requires.

use std::fmt;

use http::Uri;
use serde::{Deserialize, Serialize};
use smileid_types::{Extra, open_struct};

use super::form::{self, FormField};
use crate::{
    codec::{DecodeError, EncodeError, Part},
    job::{InvalidInput, PersonName, Problem},
    piece::Piece,
    timestamp::Timestamp,
};

/// Reads the parts in two steps, so that an error can name the wrong field.
macro_rules! checked_fields {
    ($($name:ident from $wire:ident),+ $(,)?) => {
        $(
            impl FormField for $name {
                fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
                    form::write_json(self, name, parts)
                }

                fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
                    let wire: $wire = form::read_json(name, parts)?;
                    Self::try_from(wire).map_err(|InvalidInput { field, problem, .. }| DecodeError::Invalid {
                        member: field,
                        problem: problem.to_string(),
                    })
                }
            }
        )+
    };
}

checked_fields!(UserDetails from WireDetails, Consent from WireConsent);

/// Name of a person with an email address, a phone number or both. `Debug` hides all of them.
///
/// ```
/// use smileid_protocol::{job::PersonName, v3::UserDetails};
///
/// let name = PersonName { first: "Amina Fatou", last: "Clearwater" };
/// let person = UserDetails::by_email(name, "amina.clearwater@example.com")?.with_phone("+2348012345678")?;
/// assert_eq!(
///     serde_json::to_string(&person).expect("JSON"),
///     r#"{"given_names":"Amina Fatou","last_name":"Clearwater","email":"amina.clearwater@example.com","phone_number":"+2348012345678"}"#,
/// );
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WireDetails", into = "WireDetails")]
pub struct UserDetails {
    given_names: String,
    last_name: String,
    email: Option<String>,
    phone_number: Option<String>,
    extra: Extra,
}

impl UserDetails {
    /// Creates the details of a person from name and email address.
    ///
    /// # Errors
    ///
    /// If a name is empty, or the address has not the form `name@host`.
    pub fn by_email(name: PersonName<'_>, email: impl Into<String>) -> Result<Self, InvalidInput> {
        Self::named(name)?.with_email(email)
    }

    /// Creates the details of a person from name and phone number in international format: `+2348012345678`.
    ///
    /// # Errors
    ///
    /// If a name is empty, or the number is not a plus sign and 7 to 15 digits.
    pub fn by_phone(name: PersonName<'_>, phone_number: impl Into<String>) -> Result<Self, InvalidInput> {
        Self::named(name)?.with_phone(phone_number)
    }

    /// Sets the email address of the person.
    ///
    /// # Errors
    ///
    /// As for [`by_email`](Self::by_email).
    pub fn with_email(self, email: impl Into<String>) -> Result<Self, InvalidInput> {
        let email = email.into();
        let is_email = email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && !host.ends_with('.')
        });
        if !is_email || email.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(InvalidInput::new("user_details.email", Problem::NotAnEmail));
        }
        Ok(Self { email: Some(email), ..self })
    }

    /// Sets the phone number of the person.
    ///
    /// # Errors
    ///
    /// As for [`by_phone`](Self::by_phone).
    pub fn with_phone(self, phone_number: impl Into<String>) -> Result<Self, InvalidInput> {
        let phone_number = phone_number.into();
        let is_number = phone_number.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        if !is_number {
            return Err(InvalidInput::new("user_details.phone_number", Problem::NotAPhoneNumber));
        }
        Ok(Self { phone_number: Some(phone_number), ..self })
    }

    /// Returns the given names of the person.
    pub fn given_names(&self) -> &str {
        &self.given_names
    }

    /// Returns the last name of the person.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// Returns the email address of the person.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Returns the phone number of the person.
    pub fn phone_number(&self) -> Option<&str> {
        self.phone_number.as_deref()
    }

    fn named(name: PersonName<'_>) -> Result<Self, InvalidInput> {
        let not_blank = |field: &str, text: &str| match text.trim() {
            "" => Err(InvalidInput::new(format!("user_details.{field}"), Problem::Empty)),
            _ => Ok(text.to_owned()),
        };
        Ok(Self {
            given_names: not_blank("given_names", name.first)?,
            last_name: not_blank("last_name", name.last)?,
            email: None,
            phone_number: None,
            extra: Extra::default(),
        })
    }
}

impl fmt::Debug for UserDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

open_struct! {
    /// JSON form of [`UserDetails`].
    #[debug(nothing)]
    pub strict struct WireDetails {
        /// Given names of the person.
        given_names: String,
        /// Last name of the person.
        last_name: String,
        /// Email address of the person.
        email: Option<String>,
        /// Phone number of the person.
        phone_number: Option<String>,
    }
}

impl From<UserDetails> for WireDetails {
    fn from(UserDetails { given_names, last_name, email, phone_number, extra }: UserDetails) -> Self {
        Self { given_names, last_name, email, phone_number, extra }
    }
}

impl TryFrom<WireDetails> for UserDetails {
    type Error = InvalidInput;

    fn try_from(wire: WireDetails) -> Result<Self, InvalidInput> {
        let WireDetails { given_names, last_name, email, phone_number, extra } = wire;
        let mut details = Self::named(PersonName { first: &given_names, last: &last_name })?;
        if let Some(email) = email {
            details = details.with_email(email)?;
        }
        if let Some(phone_number) = phone_number {
            details = details.with_phone(phone_number)?;
        }
        if details.email.is_none() && details.phone_number.is_none() {
            return Err(InvalidInput::new("user_details", Problem::NoContact));
        }
        Ok(Self { extra, ..details })
    }
}

/// Consent of the person to the check: its time, the language of the notice, and the privacy policy.
///
/// A refused consent cannot be represented, because the API accepts no job without consent.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use smileid_protocol::v3::Consent;
///
/// let then = SystemTime::UNIX_EPOCH + Duration::from_millis(1_790_000_000_000);
/// let consent = Consent::granted(then, "en", "https://partner.example/privacy")?;
/// assert_eq!(
///     serde_json::to_string(&consent).expect("JSON"),
///     r#"{"granted":true,"granted_at":"2026-09-21T14:13:20.000Z","notice_language":"EN","notice_privacy_policy_url":"https://partner.example/privacy"}"#,
/// );
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WireConsent", into = "WireConsent")]
pub struct Consent {
    granted_at: Timestamp,
    notice_language: String,
    notice_privacy_policy_url: String,
    extra: Extra,
}

impl Consent {
    /// Creates a consent from the time at which the person gave it, the language of the notice that the person saw (two letters),
    /// and the https URL of the privacy policy. The API refuses a time in the future.
    ///
    /// # Errors
    ///
    /// If the language is not two letters, or the address is not an https one.
    pub fn granted(
        at: impl Into<Timestamp>,
        notice_language: &str,
        notice_privacy_policy_url: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        let invalid = |field: &str, problem| Err(InvalidInput::new(format!("consent.{field}"), problem));
        if notice_language.len() != 2 || !notice_language.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return invalid("notice_language", Problem::NotALanguage);
        }
        let url = notice_privacy_policy_url.into();
        if !is_https(&url) {
            return invalid("notice_privacy_policy_url", Problem::NotHttps);
        }
        Ok(Self {
            granted_at: at.into(),
            notice_language: notice_language.to_ascii_uppercase(),
            notice_privacy_policy_url: url,
            extra: Extra::default(),
        })
    }

    /// Returns the time at which the person consented.
    pub fn granted_at(&self) -> &Timestamp {
        &self.granted_at
    }

    /// Returns the language of the notice that the person saw: two capital letters.
    pub fn notice_language(&self) -> &str {
        &self.notice_language
    }

    /// Returns the URL of the privacy policy.
    pub fn notice_privacy_policy_url(&self) -> &str {
        &self.notice_privacy_policy_url
    }
}

pub(super) fn is_https(address: &str) -> bool {
    let uri: Option<Uri> = address.parse().ok();
    uri.is_some_and(|uri| {
        uri.scheme_str() == Some("https") && uri.host().is_some_and(|host| !host.is_empty())
    })
}

open_struct! {
    /// JSON form of [`Consent`].
    pub strict struct WireConsent {
        /// Consent flag, always true.
        #[debug(shown)]
        granted: bool,
        /// Time at which the person consented.
        #[debug(shown)]
        granted_at: Timestamp,
        /// Language of the notice that the person saw.
        #[debug(shown)]
        notice_language: String,
        /// URL of the privacy policy.
        notice_privacy_policy_url: String,
    }
}

impl From<Consent> for WireConsent {
    fn from(consent: Consent) -> Self {
        let Consent { granted_at, notice_language, notice_privacy_policy_url, extra } = consent;
        Self { granted: true, granted_at, notice_language, notice_privacy_policy_url, extra }
    }
}

impl TryFrom<WireConsent> for Consent {
    type Error = InvalidInput;

    fn try_from(wire: WireConsent) -> Result<Self, InvalidInput> {
        if !wire.granted {
            return Err(InvalidInput::new("consent.granted", Problem::NotGranted));
        }
        let consent = Self::granted(wire.granted_at, &wire.notice_language, wire.notice_privacy_policy_url)?;
        Ok(Self { extra: wire.extra, ..consent })
    }
}

/// An item of a job's metadata: a name of up to 100 characters and a value of up to 1,000 characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    /// Name of the metadata item: up to 100 characters.
    pub name: String,
    /// Value of the metadata item: up to 1,000 characters.
    pub value: String,
}

impl Metadata {
    /// Creates a metadata item from name and value.
    ///
    /// # Errors
    ///
    /// If the name is empty, or one of the two is too long.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Result<Self, InvalidInput> {
        let (name, value) = (name.into(), value.into());
        let invalid = |field: &str, problem| Err(InvalidInput::new(format!("metadata.{field}"), problem));
        match (name.chars().count(), value.chars().count()) {
            (0, _) => invalid("name", Problem::Empty),
            (101.., _) => invalid("name", Problem::TooLong { limit: 100 }),
            (_, 1001..) => invalid("value", Problem::TooLong { limit: 1000 }),
            _ => Ok(Self { name, value }),
        }
    }
}

json_fields!(Vec<Metadata>);

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NAME: PersonName<'_> = PersonName { first: "Amina Fatou", last: "Clearwater" };

    #[test]
    fn a_person_has_a_name_and_a_contact() {
        for (first, last, field) in [
            ("", "C", "given_names"),
            (" ", "C", "given_names"),
            ("A", "", "last_name"),
            ("A", "\t", "last_name"),
        ] {
            let error = UserDetails::by_email(PersonName { first, last }, "a@b.example").unwrap_err();
            assert_eq!(error, InvalidInput::new(format!("user_details.{field}"), Problem::Empty));
        }
        for bad in
            ["", "a", "@b.example", "a@", "a@b", "a@b.", "a b@c.example", "a@b@c.example", "a@b.example\n"]
        {
            let error = UserDetails::by_email(NAME, bad).unwrap_err();
            assert_eq!(error, InvalidInput::new("user_details.email", Problem::NotAnEmail), "{bad}");
        }
        // The pattern of the official description: a plus sign, a digit from 1 to 9, and 6 to 14 digits.
        for bad in [
            "",
            "+",
            "08012345678",
            "2348012345678",
            "+0348012345",
            "+123456",
            "+1234567890123456",
            "+23480x2345",
        ] {
            let error = UserDetails::by_phone(NAME, bad).unwrap_err();
            assert_eq!(
                error,
                InvalidInput::new("user_details.phone_number", Problem::NotAPhoneNumber),
                "{bad}"
            );
        }
        for good in ["+1234567", "+123456789012345"] {
            assert_eq!(UserDetails::by_phone(NAME, good).unwrap().phone_number(), Some(good));
        }
        assert_eq!(format!("{:?}", UserDetails::by_email(NAME, "a@b.example").unwrap()), "[personal]");
    }

    #[test]
    fn details_are_read_whole_or_not_at_all() {
        let whole =
            json!({"given_names": "A", "last_name": "C", "email": "a@b.example", "nickname": {"a": null}});
        let read: UserDetails = serde_json::from_value(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        for (member, value) in [
            ("given_names", Value::Null),
            ("given_names", json!("")),
            ("last_name", json!(7)),
            ("email", Value::Null),
            ("email", json!("a")),
            ("phone_number", json!("0801")),
        ] {
            let mut wrong = whole.clone();
            wrong[member] = value.clone();
            let error = serde_json::from_value::<UserDetails>(wrong).unwrap_err().to_string();
            assert!(!error.contains("b.example"), "{error}");
        }
        let null = json!({"given_names": "A", "last_name": "C", "email": null, "phone_number": "+1234567"});
        assert_eq!(serde_json::from_value::<UserDetails>(null).unwrap().email(), None);
    }

    #[test]
    fn consent_is_granted() {
        let whole = json!({"granted": true, "granted_at": "2026-08-18T10:00:00Z", "notice_language": "EN",
            "notice_privacy_policy_url": "https://partner.example/privacy"});
        let read: Consent = serde_json::from_value(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        for (member, value) in [
            ("granted", json!(false)),
            ("granted", json!("true")),
            ("granted", Value::Null),
            ("granted_at", json!("")),
            ("notice_language", json!("ENG")),
            ("notice_privacy_policy_url", json!("http://partner.example/")),
            ("notice_privacy_policy_url", json!("https:///privacy")),
        ] {
            let mut wrong = whole.clone();
            wrong[member] = value.clone();
            assert!(serde_json::from_value::<Consent>(wrong).is_err(), "{member}: {value}");
        }
        for member in ["granted", "granted_at", "notice_language", "notice_privacy_policy_url"] {
            let mut wrong = whole.clone();
            wrong.as_object_mut().unwrap().remove(member);
            let error = serde_json::from_value::<Consent>(wrong).unwrap_err().to_string();
            assert!(error.contains(member), "{error}");
        }
    }

    #[test]
    fn metadata_has_the_api_s_limits() {
        let (name, value) = ("n".repeat(100), "v".repeat(1000));
        assert!(Metadata::new(&name, &value).is_ok() && Metadata::new("n", "").is_ok());
        assert!(Metadata::new("", "v").is_err());
        assert!(Metadata::new(name + "n", "v").is_err());
        assert!(Metadata::new("n", value + "v").is_err());
    }
}
