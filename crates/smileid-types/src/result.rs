//! Result of a job in version 1 of the API.

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
    /// Result of a job: received in status responses, in responses to ID lookups and in callbacks.
    ///
    /// [`Verdict`](crate::Verdict) tells its meaning; the texts have changed over time. A member of another type than
    /// its field stays in `extra`, so one malformed member never loses the others.
    #[debug(rest)]
    pub struct JobResult {
        /// Version of the result format: `1.0.0`.
        json_version: String = "JSONVersion",
        /// Number that the API gave the job, ten digits in the samples.
        #[debug(shown)]
        smile_job_id: String = "SmileJobID",
        /// Parameters that the partner sent with the job.
        #[debug(shown)]
        partner_params: PartnerParams = "PartnerParams",
        /// Algorithm that decided: `SAIA`, `DIVA`, `ID Verification`.
        result_type: String = "ResultType",
        /// Result of the job as a text for people.
        #[debug(text)]
        result_text: String = "ResultText",
        /// Result code, such as `1012`. It is the main member for decisions.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// True if no other result of the job will follow. The API sends the value as text.
        #[debug(shown)]
        is_final_result: bool = "IsFinalResult" as bool_as_text,
        /// True if a machine decided, false if a person did. The API sends the value as text.
        is_machine_result: bool = "IsMachineResult" as bool_as_text,
        /// Confidence of the face comparison, 0 to 100, sent as text: `99`, `97.000000`.
        confidence_value: String = "ConfidenceValue",
        /// API through which the job was submitted: `WebAPI`, `ID API`.
        source: String = "Source",
        /// Steps of the job and their outcomes, such as the liveness check.
        #[debug(shown)]
        actions: Actions = "Actions",
        /// Result of Smile Secure, the search for the same face under other user ids.
        #[debug(shown)]
        antifraud: Antifraud = "Antifraud",
        /// Links to the images of the job, in callbacks. Status responses have the links beside the result, under the name
        /// `image_links`.
        image_links: ImageLinks = "ImageLinks" or "image_links",
        /// Link to a receipt of the verification in the partner portal.
        kyc_receipt: String = "KYCReceipt",
        /// True if another user registered the same ID number before.
        id_number_previously_registered: bool = "IDNumberPreviouslyRegistered",
        /// User ids that registered the same ID number before.
        user_ids_of_previous_registrants: Vec<String> = "UserIDsOfPreviousRegistrants",
    }
    with {
        /// Data about the person, from the ID authority or read from the document.
        personal_info: PersonalInfo,
        /// Data about the business, from the company registry.
        business_info: BusinessInfo,
    }
}

impl JobResult {
    /// Returns the type of the job, if the result contains one.
    pub fn job_type(&self) -> Option<JobType> {
        self.partner_params.as_ref()?.job_type
    }

    /// Returns the part of the job that the result is about. None if the result code is unknown.
    pub fn part(&self) -> Option<Part> {
        let code = self.result_code.as_ref()?;
        if code.row_for(&Product::SmileSecure).is_some() {
            return Some(Part::Search);
        }
        let row = code.row(self.job_type()?)?;
        Some(if row.lookup { Part::Lookup } else { Part::Images })
    }

    /// Returns true if both results belong to one job: the same `SmileJobID`, or the same `user_id` and `job_id`, and no id that
    /// differs. None if ids are missing or cannot be read.
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

    /// Returns true if an id of the job (`SmileJobID` or `PartnerParams`) is present but cannot be read. Such a result may belong
    /// to any job.
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

/// Part of a job that a result is about: images, ID lookup or fraud search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Judgement of the images: the face and the document. For a job without images, its main check.
    Images,
    /// Lookup of an ID number, a company, a phone number or an address at an authority.
    Lookup,
    /// Smile Secure: the search for the same face under other user ids.
    Search,
}

/// Compares two values. None if one of them is absent.
fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<bool> {
    Some(one? == other?)
}

open_struct! {
    /// Data about the person, from the ID authority or read from the document.
    ///
    /// The API writes `"Not Available"` for a missing value; that text is kept.
    #[debug(names)]
    pub part PersonalInfo {
        /// Country that issued the ID.
        country: String = "Country",
        /// ID type of the document, such as `BVN`.
        id_type: String = "IDType",
        /// ID number of the person.
        id_number: String = "IDNumber",
        /// A second ID number of the person, named `Secondary_ID_Number` in JSON.
        secondary_id_number: String = "Secondary_ID_Number",
        /// A second ID number of the person, named as in results of document verifications.
        document_secondary_id_number: String = "SecondaryIDNumber",
        /// All names of the person in one text.
        full_name: String = "FullName",
        /// First name of the person.
        first_name: String = "FirstName",
        /// Middle name of the person.
        middle_name: String = "MiddleName",
        /// Last name of the person.
        last_name: String = "LastName",
        /// Another name of the person, named `OtherName` as in results of document verifications.
        other_name: String = "OtherName",
        /// Other names of the person.
        other_names: String = "OtherNames",
        /// Title of the person, such as `Mr`.
        title: String = "Title",
        /// Date of birth of the person, `YYYY-MM-DD`.
        dob: String = "DOB",
        /// Gender of the person.
        gender: String = "Gender",
        /// Address of the person.
        address: String = "Address",
        /// Phone number of the person.
        phone_number: String = "PhoneNumber",
        /// Second phone number of the person.
        phone_number_2: String = "PhoneNumber2",
        /// Date on which the ID expires.
        expiration_date: String = "ExpirationDate",
        /// Date on which the ID was issued.
        issuance_date: String = "IssuanceDate",
        /// Place at which the ID was issued.
        place_of_issuance: String = "PlaceOfIssuance",
        /// Place of birth of the person.
        place_of_birth: String = "PlaceOfBirth",
        /// Country of birth of the person.
        country_of_birth: String = "CountryOfBirth",
        /// Region from which the person's family comes.
        region_of_origin: String = "RegionOfOrigin",
        /// Local government area from which the person's family comes.
        local_area_of_origin: String = "LocalAreaOfOrigin",
        /// Nationality of the person.
        nationality: String = "Nationality",
        /// Occupation of the person.
        occupation: String = "Occupation",
        /// Email address of the person.
        email: String = "Email",
        /// Date of death of the person.
        date_of_death: String = "DateOfDeath",
        /// Status of the ID at the authority that issued it.
        id_status: String = "IDStatus",
        /// Photo of the person from the authority, in base64.
        photo: String = "Photo",
        /// Image of the document, in base64.
        document: String = "Document",
    }
}

#[cfg(test)]
mod tests;
