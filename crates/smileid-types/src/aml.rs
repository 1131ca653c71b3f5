//! Result of an AML check: a search in sanctions lists, lists of politically exposed persons, and news.

use serde_json::Value;

use crate::{
    action::Actions, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// Result of an AML check. A match is a finding to review, neither a pass nor a failure.
    ///
    /// Source: the specs of the official Ruby SDK and the documentation's AML page.
    #[debug(rest)]
    pub struct AmlResult {
        /// `Listed`, or `Not Listed`.
        #[debug(shown)]
        actions: Actions = "Actions",
        /// Parameters that the partner sent.
        #[debug(shown)]
        partner_params: PartnerParams = "PartnerParams",
        /// The API's job number.
        #[debug(shown)]
        smile_job_id: String = "SmileJobID",
        /// Result code of the check.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// The result as a text for people.
        #[debug(text)]
        result_text: String = "ResultText",
        /// True if only exact matches were searched for.
        #[debug(shown)]
        strict_match: bool = "StrictMatch",
        /// Number of persons found.
        #[debug(shown)]
        no_of_persons_found: u64 = "no_of_persons_found",
        /// Persons on the lists who match.
        #[debug(shown)]
        people: Vec<ListedPerson> = "people",
    }
}

impl AmlResult {
    /// Returns the verdict: a finding, with or without a match.
    pub fn verdict(&self) -> Verdict {
        Verdict::for_code(self.result_code.as_ref(), &Product::Aml)
    }
}

open_struct! {
    /// A person on a list. The content of the lists is kept as received: it has too many forms for typed fields.
    pub struct ListedPerson {
        /// Name.
        #[debug(personal)]
        name: String = "name",
        /// Other names.
        aliases: Vec<Value> = "aliases",
        /// Dates of birth.
        dates_of_birth: Vec<Value> = "dates_of_birth",
        /// Nationalities.
        nationalities: Vec<Value> = "nationalities",
        /// Addresses.
        addresses: Vec<Value> = "addresses",
        /// Related persons and companies.
        associations: Vec<Value> = "associations",
        /// Sanctions against the listed person.
        #[debug(count)]
        sanctions: Vec<Value> = "sanctions",
        /// News reports about them.
        #[debug(count)]
        adverse_media: Vec<Value> = "adverse_media",
        /// Their public offices: `pep_level`, `political_positions`, `sources`.
        #[debug(personal)]
        pep: Value = "pep",
    }
}
