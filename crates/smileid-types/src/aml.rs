//! The result of a search in the lists of sanctions, of politically exposed persons, and in the news.

use std::fmt;

use serde_json::Value;

use crate::{
    action::Actions, partner_params::PartnerParams, product::Product, redact, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// The result of an AML check. Somebody found is a finding to look at, neither a pass nor a failure.
    ///
    /// Source: the specs of the official Ruby SDK and the documentation's AML page.
    pub struct AmlResult {
        /// `Listed`, or `Not Listed`.
        actions: Actions = "Actions",
        /// What the partner sent.
        partner_params: PartnerParams = "PartnerParams",
        /// The API's number for the job.
        smile_job_id: String = "SmileJobID",
        /// The result.
        result_code: ResultCode = "ResultCode",
        /// The same in words.
        result_text: String = "ResultText",
        /// Whether only exact matches were looked for.
        strict_match: bool = "StrictMatch",
        /// How many persons were found.
        no_of_persons_found: u64 = "no_of_persons_found",
        /// The persons.
        people: Vec<ListedPerson> = "people",
    }
}

impl AmlResult {
    /// What the check comes to: a finding, whether or not somebody was found.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_code(self.result_code.as_ref(), &Product::Aml)
    }
}

impl fmt::Debug for AmlResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmlResult")
            .field("result_code", &self.result_code)
            .field("result_text", &redact::text(&self.result_text))
            .field("smile_job_id", &self.smile_job_id)
            .field("partner_params", &self.partner_params)
            .field("actions", &self.actions)
            .field("strict_match", &self.strict_match)
            .field("no_of_persons_found", &self.no_of_persons_found)
            .field("people", &self.people)
            .field("extra", &self.extra)
            .finish()
    }
}

open_struct! {
    /// A person on a list. What the lists say of them is kept as it comes: its shapes are too many to type.
    pub struct ListedPerson {
        /// Name.
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
        sanctions: Vec<Value> = "sanctions",
        /// What the news say of them.
        adverse_media: Vec<Value> = "adverse_media",
        /// Their public offices: `pep_level`, `political_positions`, `sources`.
        pep: Value = "pep",
    }
}

impl fmt::Debug for ListedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |list: &Option<Vec<Value>>| list.as_ref().map(Vec::len);
        f.debug_struct("ListedPerson")
            .field("name", &redact::personal(&self.name))
            .field("sanctions", &count(&self.sanctions))
            .field("adverse_media", &count(&self.adverse_media))
            .field("pep", &redact::personal(&self.pep))
            .finish_non_exhaustive()
    }
}
