//! Result of an AML check: a search in sanctions lists, lists of politically exposed persons, and news.

use serde_json::Value;

use crate::{
    action::Actions, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// Result of an AML check. A match is not a pass or a failure: a person has to review it.
    ///
    /// Source: the specs of the official Ruby SDK and the documentation's AML page.
    #[debug(rest)]
    pub struct AmlResult {
        /// Outcome of the search in the lists: `Listed` or `Not Listed`.
        #[debug(shown)]
        actions: Actions = "Actions",
        /// Parameters that the partner (the customer of Smile ID) sent with the request.
        #[debug(shown)]
        partner_params: PartnerParams = "PartnerParams",
        /// Number that the API gave the AML check.
        #[debug(shown)]
        smile_job_id: String = "SmileJobID",
        /// Result code of the AML check.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// Result of the AML check as a text for people.
        #[debug(text)]
        result_text: String = "ResultText",
        /// True if the AML check searched for exact matches only.
        #[debug(shown)]
        strict_match: bool = "StrictMatch",
        /// Number of listed persons that match the searched person.
        #[debug(shown)]
        no_of_persons_found: u64 = "no_of_persons_found",
        /// Listed persons that match the searched person.
        #[debug(shown)]
        people: Vec<ListedPerson> = "people",
    }
}

impl AmlResult {
    /// Returns the verdict on the AML check: always [`Decision::Finding`](crate::Decision::Finding), with or without a match.
    pub fn verdict(&self) -> Verdict {
        Verdict::for_code(self.result_code.as_ref(), &Product::Aml)
    }
}

open_struct! {
    /// A person in a sanctions list or another list of an AML check. Each list has its own format, so the content is kept as
    /// received.
    pub struct ListedPerson {
        /// Name of the listed person.
        #[debug(personal)]
        name: String = "name",
        /// Other names of the listed person.
        aliases: Vec<Value> = "aliases",
        /// Dates of birth of the listed person.
        dates_of_birth: Vec<Value> = "dates_of_birth",
        /// Nationalities of the listed person.
        nationalities: Vec<Value> = "nationalities",
        /// Addresses of the listed person.
        addresses: Vec<Value> = "addresses",
        /// Persons and companies that are related to the listed person.
        associations: Vec<Value> = "associations",
        /// Sanctions against the listed person.
        #[debug(count)]
        sanctions: Vec<Value> = "sanctions",
        /// News reports about the listed person.
        #[debug(count)]
        adverse_media: Vec<Value> = "adverse_media",
        /// Public offices of the listed person: `pep_level`, `political_positions`, `sources`.
        #[debug(personal)]
        pep: Value = "pep",
    }
}
