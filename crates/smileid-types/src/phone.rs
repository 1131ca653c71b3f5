//! Result of a phone number check.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    member::Member, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// Result of a phone number check, in the response and in the callback.
    ///
    /// Source: the documentation's phone number verification page; its lower-case names differ from those of other
    /// results. Inferred: the reply has the form of the callback.
    #[debug(rest)]
    pub struct PhoneResult {
        /// Result code of the phone number check.
        #[debug(shown)]
        code: ResultCode = "code",
        /// Result of the phone number check as a text for people.
        #[debug(text)]
        message: String = "message",
        /// Names of the submitted fields that match the data of the phone number.
        #[debug(shown)]
        matched_fields: Matches = "matched_fields",
        /// Id that the API gave the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// Product of the job, in words.
        job_type: String = "job_type",
        /// Id of the partner that requested the check.
        partner_id: String = "partner_id",
        /// Parameters that the partner sent with the request.
        #[debug(shown)]
        partner_params: PartnerParams = "partner_params",
        /// Time at which the API created the job.
        created_at: String = "created_at",
    }
}

impl PhoneResult {
    /// Returns the verdict on the phone number check.
    pub fn verdict(&self) -> Verdict {
        Verdict::for_code(self.code.as_ref(), &Product::PhoneNumberVerification)
    }
}

/// Fields that match the data of a phone number. The values are kept as received: no source shows their type.
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
