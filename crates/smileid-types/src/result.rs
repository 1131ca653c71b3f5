//! The result of a job.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    action::Actions, antifraud::Antifraud, business::BusinessInfo, extra::Extra, lenient,
    partner_params::PartnerParams, result_code::ResultCode, status::ImageLinks,
};

/// A result, as job status replies, ID verification replies and callbacks carry it.
///
/// What it means is said by [`ResultCode::row`] for the job's type; the texts have changed over time.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct JobResult {
    /// Version of this format: `1.0.0`.
    #[serde(rename = "JSONVersion", default, skip_serializing_if = "Option::is_none")]
    pub json_version: Option<String>,
    /// The API's number for the job, ten digits in the samples.
    #[serde(
        rename = "SmileJobID",
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub smile_job_id: Option<String>,
    /// What the partner sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// The deciding algorithm: `SAIA`, `DIVA`, `ID Verification`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_type: Option<String>,
    /// The result in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_text: Option<String>,
    /// The result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<ResultCode>,
    /// Whether no other result will follow. Travels as text.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        serialize_with = "lenient::bool_as_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_final_result: Option<bool>,
    /// Whether a machine decided rather than a person. Travels as text.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        serialize_with = "lenient::bool_as_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_machine_result: Option<bool>,
    /// How sure the face compare is, 0 to 100, as text: `99`, `97.000000`.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub confidence_value: Option<String>,
    /// Where the job came from: `WebAPI`, `ID API`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What was done, step by step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Actions>,
    /// What the search for the same face under other names found. Its own callback, or part of a biometric result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub antifraud: Option<Antifraud>,
    /// Links to the images, in callbacks. Job status replies have them beside the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_links: Option<ImageLinks>,
    /// A link to a receipt in the partner portal.
    #[serde(rename = "KYCReceipt", default, skip_serializing_if = "Option::is_none")]
    pub kyc_receipt: Option<String>,
    /// Whether the ID number was registered by another user before.
    #[serde(
        rename = "IDNumberPreviouslyRegistered",
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub id_number_previously_registered: Option<bool>,
    /// Which users registered the ID number before.
    #[serde(
        rename = "UserIDsOfPreviousRegistrants",
        default,
        deserialize_with = "lenient::optional_texts_or_numbers",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_ids_of_previous_registrants: Option<Vec<String>>,
    /// What the ID authority or the document says about the person.
    #[serde(flatten)]
    pub personal_info: PersonalInfo,
    /// What the registry says about the business.
    #[serde(flatten)]
    pub business_info: BusinessInfo,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for JobResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobResult")
            .field("result_code", &self.result_code)
            .field("result_text", &self.result_text)
            .field("result_type", &self.result_type)
            .field("is_final_result", &self.is_final_result)
            .field("smile_job_id", &self.smile_job_id)
            .field("partner_params", &self.partner_params)
            .field("actions", &self.actions)
            .field("antifraud", &self.antifraud)
            .field("personal_info", &self.personal_info)
            .field("business_info", &self.business_info)
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

/// A value, unless it is what the API writes for none: `Not Available`, or nothing at all.
///
/// ```
/// use smileid_types::available;
///
/// assert_eq!(available(&Some("Joe".to_owned())), Some("Joe"));
/// assert_eq!(available(&Some("Not Available".to_owned())), None);
/// ```
pub fn available(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|text| !matches!(text.trim(), "" | "Not Available"))
}

macro_rules! personal_info {
    ($($(#[$meta:meta])* $field:ident = $wire:literal,)+) => {
        /// What the ID authority or the document says about the person.
        ///
        /// The API writes `"Not Available"` for what it has no value for; that text is kept.
        #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct PersonalInfo {
            $(
                $(#[$meta])*
                #[serde(
                    rename = $wire,
                    default,
                    deserialize_with = "lenient::optional_text_or_number",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $field: Option<String>,
            )+
        }

        /// Shows which members are there, never their values.
        impl fmt::Debug for PersonalInfo {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut set = f.debug_set();
                $(if self.$field.is_some() { set.entry(&$wire); })+
                set.finish()
            }
        }
    };
}

personal_info! {
    /// The country that issued the ID.
    country = "Country",
    /// The kind of ID.
    id_type = "IDType",
    /// The number on the ID.
    id_number = "IDNumber",
    /// A second number of the same person.
    secondary_id_number = "Secondary_ID_Number",
    /// A second number of the same person, as documents spell it.
    document_secondary_id_number = "SecondaryIDNumber",
    /// All names in one.
    full_name = "FullName",
    /// First name.
    first_name = "FirstName",
    /// Middle name.
    middle_name = "MiddleName",
    /// Last name.
    last_name = "LastName",
    /// Other name, as documents spell it.
    other_name = "OtherName",
    /// Other names.
    other_names = "OtherNames",
    /// Title: `Mr`.
    title = "Title",
    /// Date of birth, `YYYY-MM-DD`.
    dob = "DOB",
    /// Gender.
    gender = "Gender",
    /// Address.
    address = "Address",
    /// Phone number.
    phone_number = "PhoneNumber",
    /// Second phone number.
    phone_number_2 = "PhoneNumber2",
    /// When the ID expires.
    expiration_date = "ExpirationDate",
    /// When the ID was issued.
    issuance_date = "IssuanceDate",
    /// Where the ID was issued.
    place_of_issuance = "PlaceOfIssuance",
    /// Where the person was born.
    place_of_birth = "PlaceOfBirth",
    /// In which country the person was born.
    country_of_birth = "CountryOfBirth",
    /// The region the person is from.
    region_of_origin = "RegionOfOrigin",
    /// The area the person is from.
    local_area_of_origin = "LocalAreaOfOrigin",
    /// Nationality.
    nationality = "Nationality",
    /// Occupation.
    occupation = "Occupation",
    /// Email address.
    email = "Email",
    /// When the person died.
    date_of_death = "DateOfDeath",
    /// How the ID stands with its authority.
    id_status = "IDStatus",
    /// The person's photo at the authority, in base64.
    photo = "Photo",
    /// An image of the document, in base64.
    document = "Document",
}
