//! Result of a phone number check.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    member::Member, partner_params::PartnerParams, product::Product, result_code::ResultCode,
    verdict::Verdict,
};

open_struct! {
    /// Result of a phone number check, in its reply and its callback.
    ///
    /// Source: the documentation's phone number verification page; its lower-case names differ from those of other
    /// results. Inferred: the reply has the form of the callback.
    #[debug(rest)]
    pub struct PhoneResult {
        /// Result code of the check.
        #[debug(shown)]
        code: ResultCode = "code",
        /// The result as a text for people.
        #[debug(text)]
        message: String = "message",
        /// Names of the given fields that match.
        #[debug(shown)]
        matched_fields: Matches = "matched_fields",
        /// The API's name for the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// Product, in words.
        job_type: String = "job_type",
        /// Partner id.
        partner_id: String = "partner_id",
        /// Parameters that the partner sent.
        #[debug(shown)]
        partner_params: PartnerParams = "partner_params",
        /// Time at which the job was created.
        created_at: String = "created_at",
    }
}

impl PhoneResult {
    /// Returns the verdict of the check.
    pub fn verdict(&self) -> Verdict {
        Verdict::for_code(self.code.as_ref(), &Product::PhoneNumberVerification)
    }
}

/// Fields that match. Their values are kept as received: no source shows their type.
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
