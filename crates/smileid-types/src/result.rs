//! Result of a job.

mod essentials;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    action::Actions, antifraud::Antifraud, available::available, business::BusinessInfo, extra::Extra,
    job_type::JobType, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    status::ImageLinks,
};

pub use essentials::ResultRank;

open_struct! {
    /// A result, in job status replies, ID verification replies and callbacks.
    ///
    /// [`Verdict`](crate::Verdict) tells its meaning; the texts have changed over time. A member of another type than
    /// its field stays in `extra`, so one malformed member never loses the others.
    #[debug(rest)]
    pub struct JobResult {
        /// Version of this format: `1.0.0`.
        json_version: String = "JSONVersion",
        /// The API's job number, ten digits in the samples.
        #[debug(shown)]
        smile_job_id: String = "SmileJobID",
        /// Parameters that the partner sent.
        #[debug(shown)]
        partner_params: PartnerParams = "PartnerParams",
        /// The deciding algorithm: `SAIA`, `DIVA`, `ID Verification`.
        result_type: String = "ResultType",
        /// The result as a text for people.
        #[debug(text)]
        result_text: String = "ResultText",
        /// Result code, such as `1012`.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// True if no other result will follow. Sent as text.
        #[debug(shown)]
        is_final_result: bool = "IsFinalResult" as bool_as_text,
        /// True if a machine decided, false if a person did. Sent as text.
        is_machine_result: bool = "IsMachineResult" as bool_as_text,
        /// Confidence of the face comparison, 0 to 100, as text: `99`, `97.000000`.
        confidence_value: String = "ConfidenceValue",
        /// Origin of the job: `WebAPI`, `ID API`.
        source: String = "Source",
        /// Steps of the job and their outcomes.
        #[debug(shown)]
        actions: Actions = "Actions",
        /// Outcome of the search for the same face under other user ids, in a separate callback or in a biometric
        /// result.
        #[debug(shown)]
        antifraud: Antifraud = "Antifraud",
        /// Links to the images, in callbacks. Job status replies have them beside the result, under the other name.
        image_links: ImageLinks = "ImageLinks" or "image_links",
        /// A link to a receipt in the partner portal.
        kyc_receipt: String = "KYCReceipt",
        /// True if the ID number was registered by another user before.
        id_number_previously_registered: bool = "IDNumberPreviouslyRegistered",
        /// Users that registered the ID number before.
        user_ids_of_previous_registrants: Vec<String> = "UserIDsOfPreviousRegistrants",
    }
    with {
        /// Data of the ID authority or the document about the person.
        personal_info: PersonalInfo,
        /// Data of the registry about the business.
        business_info: BusinessInfo,
    }
}

impl JobResult {
    /// Returns the type of the job, if the result contains it.
    pub fn job_type(&self) -> Option<JobType> {
        self.partner_params.as_ref()?.job_type
    }

    /// Returns the part of the job that the result is about, if the tables have its code.
    pub fn part(&self) -> Option<Part> {
        let code = self.result_code.as_ref()?;
        if code.row_for(&Product::SmileSecure).is_some() {
            return Some(Part::Search);
        }
        let row = code.row(self.job_type()?)?;
        Some(if row.lookup { Part::Lookup } else { Part::Images })
    }

    /// Returns true if both results are of one job: by the API's number for it, or by the partner's `user_id` and
    /// `job_id`, and without a name that differs. None if they do not have enough names, or a name cannot be read.
    pub fn is_same_job(&self, other: &Self) -> Option<bool> {
        let (ours, theirs) = (self.job_names(), other.job_names());
        let [number, user_id, job_id] = [0, 1, 2].map(|name| agree(ours[name], theirs[name]));
        let job_type = agree(self.job_type(), other.job_type());
        if [number, user_id, job_id, job_type].contains(&Some(false)) {
            return Some(false);
        }
        let is_read = !self.has_unread_names() && !other.has_unread_names();
        let is_named = number.is_some() || (user_id.is_some() && job_id.is_some());
        ((is_named && is_read) || self == other).then_some(true)
    }

    /// Returns true if an id of the job is present but cannot be read: `SmileJobID` or `PartnerParams`. Such a result
    /// may belong to any job.
    pub fn has_unread_names(&self) -> bool {
        let is_there = |extra: &Extra, name| extra.get(name).is_some_and(|value: &Value| !value.is_null());
        let params = self.partner_params.as_ref().map(PartnerParams::extra);
        ["SmileJobID", "PartnerParams"].iter().any(|name| is_there(&self.extra, name))
            || params.is_some_and(|params| {
                ["user_id", "job_id", "job_type"].iter().any(|name| is_there(params, name))
            })
    }

    /// Returns the ids of the job: `SmileJobID`, `user_id` and `job_id`.
    pub(crate) fn job_names(&self) -> [Option<&str>; 3] {
        let params = self.partner_params.as_ref();
        let of_params = |name: fn(&PartnerParams) -> &Option<String>| available(name(params?));
        [available(&self.smile_job_id), of_params(|it| &it.user_id), of_params(|it| &it.job_id)]
    }
}

/// Part of a job that a result is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// The images: the face, the document. For a job without images, its subject.
    Images,
    /// An issuer's data about an ID number, a company, a phone number or an address.
    Lookup,
    /// The search for the same face under other user ids.
    Search,
}

/// Compares two values if both are present.
fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<bool> {
    Some(one? == other?)
}

open_struct! {
    /// Data of the ID authority or the document about the person.
    ///
    /// The API writes `"Not Available"` for a missing value; that text is kept.
    #[debug(names)]
    pub part PersonalInfo {
        /// The country that issued the ID.
        country: String = "Country",
        /// The ID type, such as `BVN`.
        id_type: String = "IDType",
        /// The number on the ID.
        id_number: String = "IDNumber",
        /// A second number of the same person.
        secondary_id_number: String = "Secondary_ID_Number",
        /// A second number of the same person, as documents spell it.
        document_secondary_id_number: String = "SecondaryIDNumber",
        /// All names in one.
        full_name: String = "FullName",
        /// First name.
        first_name: String = "FirstName",
        /// Middle name.
        middle_name: String = "MiddleName",
        /// Last name.
        last_name: String = "LastName",
        /// Other name, as documents spell it.
        other_name: String = "OtherName",
        /// Other names.
        other_names: String = "OtherNames",
        /// Title: `Mr`.
        title: String = "Title",
        /// Date of birth, `YYYY-MM-DD`.
        dob: String = "DOB",
        /// Gender.
        gender: String = "Gender",
        /// Address.
        address: String = "Address",
        /// Phone number.
        phone_number: String = "PhoneNumber",
        /// Second phone number.
        phone_number_2: String = "PhoneNumber2",
        /// Date of expiry of the ID.
        expiration_date: String = "ExpirationDate",
        /// Date of issue of the ID.
        issuance_date: String = "IssuanceDate",
        /// Place of issue of the ID.
        place_of_issuance: String = "PlaceOfIssuance",
        /// Place of birth.
        place_of_birth: String = "PlaceOfBirth",
        /// Country of birth.
        country_of_birth: String = "CountryOfBirth",
        /// Region of origin.
        region_of_origin: String = "RegionOfOrigin",
        /// Local area of origin.
        local_area_of_origin: String = "LocalAreaOfOrigin",
        /// Nationality.
        nationality: String = "Nationality",
        /// Occupation.
        occupation: String = "Occupation",
        /// Email address.
        email: String = "Email",
        /// Date of death.
        date_of_death: String = "DateOfDeath",
        /// Status of the ID at its authority.
        id_status: String = "IDStatus",
        /// The person's photo at the authority, in base64.
        photo: String = "Photo",
        /// An image of the document, in base64.
        document: String = "Document",
    }
}

#[cfg(test)]
mod tests;
