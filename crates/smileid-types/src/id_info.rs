//! The `id_info` object of a request: the identity data to verify.

use serde_json::Value;

use crate::{
    extra::{Extra, ReservedName},
    open_struct::Fields,
};

open_struct! {
    /// The `id_info` object of a request: the identity data to verify.
    ///
    /// Every member is optional here; the job decides which ones it needs. An empty text is a value and is sent.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct IdInfo {
        /// The country that issued the ID, in two capital letters (ISO 3166-1 alpha-2).
        #[debug(shown)]
        country: Option<String> as text_or_number,
        /// The ID type, as the API writes it: `BVN`, `NATIONAL_ID`, `PASSPORT`.
        #[debug(shown)]
        id_type: Option<String> as text_or_number,
        /// The number on the ID.
        #[debug(personal)]
        id_number: Option<String> as text_or_number,
        /// Id of the consent session, used instead of an ID number with the ID type `BVN_MFA`.
        #[debug(personal)]
        session_id: Option<String> as text_or_number,
        /// A second number on the ID, such as the card number of a Ugandan ID.
        #[debug(personal)]
        secondary_id_number: Option<String> as text_or_number,
        /// First name of the person.
        #[debug(personal)]
        first_name: Option<String> as text_or_number,
        /// Middle name of the person.
        #[debug(personal)]
        middle_name: Option<String> as text_or_number,
        /// Last name of the person.
        #[debug(personal)]
        last_name: Option<String> as text_or_number,
        /// Date of birth of the person, `YYYY-MM-DD`.
        #[debug(personal)]
        dob: Option<String> as text_or_number,
        /// Gender of the person: `M` or `F`.
        #[debug(personal)]
        gender: Option<String> as text_or_number,
        /// Phone number of the person.
        #[debug(personal)]
        phone_number: Option<String> as text_or_number,
        /// Code of the bank, for the ID type `BANK_ACCOUNT`.
        #[debug(shown)]
        bank_code: Option<String> as text_or_number,
        /// Citizenship of the person, for some Kenyan ID types.
        #[debug(personal)]
        citizenship: Option<String> as text_or_number,
        /// Type of business, for Nigerian registrations: `bn`, `co` or `it`.
        #[debug(shown)]
        business_type: Option<String> as text_or_number,
        /// Postal address of a Kenyan business.
        #[debug(personal)]
        postal_address: Option<String> as text_or_number,
        /// Postal code of a Kenyan business.
        #[debug(personal)]
        postal_code: Option<String> as text_or_number,
        /// Name of the company, for the older ID type `CAC`.
        #[debug(personal)]
        company: Option<String> as text_or_number,
        /// True if the API uses the ID number of this object; false if the API reads it from the image of the ID card.
        ///
        /// Sent as the text `"true"` or `"false"`.
        #[debug(shown)]
        entered: Option<bool> as bool_as_text,
        /// Consent of the person: an object in the API's format.
        #[debug(personal)]
        consent_information: Option<Value>,
    }
    rest {
        extra: Extra,
    }
}

impl IdInfo {
    /// Creates the identity data of an ID whose number is known, so that the API need not read it from an image.
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

    /// Copies every member that `other` has. The remaining members keep their values.
    pub fn update(&mut self, other: Self) {
        macro_rules! take_over {
            ($($name:ident),+) => {
                // The pattern has no `..`, so that the compiler reports a new field that is missing here.
                let Self { $($name,)+ mut extra } = other;
                $(self.$name = $name.or(self.$name.take());)+
                for (name, value) in extra.take_all() {
                    self.extra.insert(name, value);
                }
            };
        }
        take_over!(
            country,
            id_type,
            id_number,
            session_id,
            secondary_id_number,
            first_name,
            middle_name,
            last_name,
            dob,
            gender,
            phone_number,
            bank_code,
            citizenship,
            business_type,
            postal_address,
            postal_code,
            company,
            entered,
            consent_information
        );
    }

    /// Returns the members for which this struct has no field.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// Adds a member for which this struct has no field.
    ///
    /// # Errors
    ///
    /// If the name has a field of its own.
    pub fn set_extra(
        &mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<(), ReservedName> {
        self.extra.set(<Self as Fields>::NAMES, name.into(), value.into())
    }

    /// Removes and returns a member for which this struct has no field.
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
        for name in <IdInfo as Fields>::NAMES {
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
    fn an_update_keeps_what_it_does_not_have() {
        let read = |json| serde_json::from_value::<IdInfo>(json).unwrap();
        let all = |text: &str| {
            let names = <IdInfo as Fields>::NAMES.iter().chain(&["own"]);
            let value = |name: &str| if name == "entered" { (text == "new").into() } else { json!(text) };
            read(names.map(|name| ((*name).to_owned(), value(name))).collect())
        };
        let mut info = all("old");
        info.update(IdInfo::default());
        assert_eq!(info, all("old"));
        info.update(read(json!({"dob": "new", "other": 1})));
        let mut expected = all("old");
        expected.dob = Some("new".into());
        expected.set_extra("other", 1).unwrap();
        assert_eq!(info, expected);
        info.update(all("new"));
        expected = all("new");
        expected.set_extra("other", 1).unwrap();
        assert_eq!(info, expected);
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
