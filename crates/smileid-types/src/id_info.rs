//! What is known about the person's identity document.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    extra::{Extra, ReservedName},
    lenient, redact,
};

macro_rules! id_info {
    ($($(#[$meta:meta])* $field:ident: $debug:ident,)+) => {
        /// The `id_info` of a job: what the person's identity is checked against.
        ///
        /// Every member is optional here; which ones a job needs is the job's business. An empty text is a value
        /// and travels as one.
        #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct IdInfo {
            $(
                $(#[$meta])*
                #[serde(
                    default,
                    deserialize_with = "lenient::optional_text_or_number",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $field: Option<String>,
            )+
            /// Whether the ID number is to be taken from here rather than read from the card's image.
            ///
            /// Travels as the text `"true"` or `"false"`.
            #[serde(
                default,
                deserialize_with = "lenient::optional_bool_or_text",
                serialize_with = "lenient::bool_as_text",
                skip_serializing_if = "Option::is_none"
            )]
            pub entered: Option<bool>,
            /// The person's consent, as an object of the API's own shape.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub consent_information: Option<Value>,
            #[serde(flatten)]
            extra: Extra,
        }

        impl IdInfo {
            /// The names this type has fields for.
            const NAMES: &[&str] = &[$(stringify!($field),)+ "entered", "consent_information"];
        }

        impl fmt::Debug for IdInfo {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("IdInfo")
                    $(.field(stringify!($field), &id_info!(@$debug self.$field)))+
                    .field("entered", &self.entered)
                    .field("consent_information", &redact::personal(&self.consent_information))
                    .field("extra", &self.extra)
                    .finish()
            }
        }
    };
    (@shown $value:expr) => { $value };
    (@personal $value:expr) => { redact::personal(&$value) };
}

id_info! {
    /// The country that issued the ID, in two capital letters (ISO 3166-1 alpha-2).
    country: shown,
    /// The kind of ID, in the API's words: `BVN`, `NATIONAL_ID`, `PASSPORT`.
    id_type: shown,
    /// The number on the ID.
    id_number: personal,
    /// The session of the holder's consent, which stands in for the number of a `BVN_MFA`.
    session_id: personal,
    /// A second number on the ID: the card's, for Ugandan ones.
    secondary_id_number: personal,
    /// First name.
    first_name: personal,
    /// Middle name.
    middle_name: personal,
    /// Last name.
    last_name: personal,
    /// Date of birth, `YYYY-MM-DD`.
    dob: personal,
    /// Gender: `M` or `F`.
    gender: personal,
    /// Phone number.
    phone_number: personal,
    /// Code of the bank, for `BANK_ACCOUNT`.
    bank_code: shown,
    /// Citizenship, for some Kenyan ID types.
    citizenship: personal,
    /// What kind of business, for Nigerian registrations: `bn`, `co` or `it`.
    business_type: shown,
    /// Postal address of a Kenyan business.
    postal_address: personal,
    /// Postal code of a Kenyan business.
    postal_code: personal,
    /// Name of the company, for the older `CAC`.
    company: personal,
}

impl IdInfo {
    /// An ID by its number, entered rather than read from a card.
    pub fn entered(
        country: impl Into<String>,
        id_type: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Self {
        Self {
            country: Some(country.into()),
            id_type: Some(id_type.into()),
            id_number: Some(id_number.into()),
            entered: Some(true),
            ..Self::default()
        }
    }

    /// Members that this type has no field for.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// Adds a member that this type has no field for.
    ///
    /// # Errors
    ///
    /// When the name has a field of its own.
    pub fn set_extra(
        &mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<(), ReservedName> {
        self.extra.set(Self::NAMES, name.into(), value.into())
    }

    /// Takes a member out that this type has no field for.
    pub fn take_extra(&mut self, name: &str) -> Option<Value> {
        self.extra.remove(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_those_of_the_fields() {
        let mut all = serde_json::Map::new();
        for name in IdInfo::NAMES {
            all.insert((*name).to_owned(), if *name == "entered" { json!(true) } else { json!("x") });
        }
        let read: IdInfo = serde_json::from_value(all.clone().into()).unwrap();
        assert!(read.extra().is_empty(), "every name has a field: {:?}", read.extra());
        assert_eq!(serde_json::to_value(read).unwrap().as_object().unwrap().len(), all.len());
    }

    #[test]
    fn entered_reads_leniently_and_travels_as_text() {
        for form in [json!(true), json!("true"), json!("True")] {
            let read: IdInfo = serde_json::from_value(json!({ "entered": form })).unwrap();
            assert_eq!(read.entered, Some(true));
            assert_eq!(serde_json::to_value(read).unwrap(), json!({"entered": "true"}));
        }
        let none: IdInfo = serde_json::from_value(json!({"entered": null, "id_number": null})).unwrap();
        assert_eq!(none, IdInfo::default());
        assert!(serde_json::from_value::<IdInfo>(json!({"entered": "maybe"})).is_err());
    }

    #[test]
    fn debug_shows_no_personal_data() {
        let mut info = IdInfo::entered("NG", "BVN", "12345678901");
        info.first_name = Some("Joe".into());
        info.set_extra("mother", "Jane").unwrap();
        let shown = format!("{info:#?}");
        for secret in ["12345678901", "Joe", "Jane"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("BVN") && shown.contains("mother"));
    }
}
