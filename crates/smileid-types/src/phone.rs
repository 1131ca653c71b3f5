//! The result of a phone number check.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    member::Member, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// The result of a phone number check, as its reply and its callback carry it.
    ///
    /// Source: the documentation's phone number verification page; its lower-case names differ from other
    /// results'. That the reply has the shape of the callback is inferred.
    #[debug(rest)]
    pub struct PhoneResult {
        /// The result.
        #[debug(shown)]
        code: ResultCode = "code",
        /// The same in words.
        #[debug(text)]
        message: String = "message",
        /// Which of the given fields match, by their names.
        #[debug(shown)]
        matched_fields: Matches = "matched_fields",
        /// The API's name for the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The product, in words.
        job_type: String = "job_type",
        /// The partner.
        partner_id: String = "partner_id",
        /// What the partner sent.
        #[debug(shown)]
        partner_params: PartnerParams = "partner_params",
        /// When the job was made.
        created_at: String = "created_at",
    }
}

impl PhoneResult {
    /// What the check comes to.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_code(self.code.as_ref(), &Product::PhoneNumberVerification)
    }
}

/// Which fields match. Their values are kept as they come: no source shows their type.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Matches(pub Value);

impl Member for Matches {
    fn fit(value: &Value) -> Option<Self> {
        Value::fit(value).map(Self)
    }
}

impl fmt::Debug for Matches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Object(fields) => f.debug_set().entries(fields.keys()).finish(),
            _ => f.write_str("[personal]"),
        }
    }
}
