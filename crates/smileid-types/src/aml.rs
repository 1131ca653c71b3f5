//! The result of a search in the lists of sanctions, of politically exposed persons, and in the news.

use serde_json::Value;

use crate::{
    action::Actions, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// The result of an AML check. Somebody found is a finding to look at, neither a pass nor a failure.
    ///
    /// Source: the specs of the official Ruby SDK and the documentation's AML page.
    #[debug(rest)]
    pub struct AmlResult {
        /// `Listed`, or `Not Listed`.
        #[debug(shown)]
        actions: Actions = "Actions",
        /// What the partner sent.
        #[debug(shown)]
        partner_params: PartnerParams = "PartnerParams",
        /// The API's number for the job.
        #[debug(shown)]
        smile_job_id: String = "SmileJobID",
        /// The result.
        #[debug(shown)]
        result_code: ResultCode = "ResultCode",
        /// The same in words.
        #[debug(text)]
        result_text: String = "ResultText",
        /// Whether only exact matches were looked for.
        #[debug(shown)]
        strict_match: bool = "StrictMatch",
        /// How many persons were found.
        #[debug(shown)]
        no_of_persons_found: u64 = "no_of_persons_found",
        /// The persons.
        #[debug(shown)]
        people: Vec<ListedPerson> = "people",
    }
}

impl AmlResult {
    /// What the check comes to: a finding, whether or not somebody was found.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_code(self.result_code.as_ref(), &Product::Aml)
    }
}

open_struct! {
    /// A person on a list. What the lists say of them is kept as it comes: its shapes are too many to type.
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
        /// Sanctions against them.
        #[debug(count)]
        sanctions: Vec<Value> = "sanctions",
        /// What the news say of them.
        #[debug(count)]
        adverse_media: Vec<Value> = "adverse_media",
        /// Their public offices: `pep_level`, `political_positions`, `sources`.
        #[debug(personal)]
        pep: Value = "pep",
    }
}
