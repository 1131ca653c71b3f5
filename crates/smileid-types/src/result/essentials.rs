//! Reduces a job result to the members that a verdict needs, and ranks results of the same job.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{JobResult, Part};
use crate::{
    action::{Action, ActionValue, Actions},
    antifraud::{Antifraud, FraudSummary, Search},
    extra::Extra,
    job_type::JobType,
    partner_params::PartnerParams,
    product::Product,
    result_code::{Category, ResultCode, ResultCodeRow},
};

impl JobResult {
    /// Returns the members on which verdicts depend, and no others: job type, result code, outcomes of the steps, matches of the
    /// fraud search, and if the result is final. Names, ID numbers, links, images and data of an authority are left out.
    ///
    /// Texts that no table has are replaced by a word that says so; [`Verdict`](crate::Verdict)s stay the same.
    ///
    /// ```
    /// use smileid_types::JobResult;
    ///
    /// let text = r#"{"ResultCode": "1012", "FullName": "Joe Leo", "PartnerParams": {"job_type": 5, "user_id": "leo"}}"#;
    /// let essentials = serde_json::from_str::<JobResult>(text)?.essentials();
    /// let kept = r#"{"PartnerParams":{"job_type":5},"ResultCode":"1012"}"#;
    /// assert_eq!(serde_json::to_value(&essentials)?, serde_json::from_str::<serde_json::Value>(kept)?);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn essentials(&self) -> Self {
        let unread =
            ["Actions", "Antifraud", "IsFinalResult"].into_iter().filter(|it| self.extra.has_unread(it));
        let extra: Map<String, Value> = unread.map(|name| (name.to_owned(), UNLISTED.into())).collect();
        Self {
            partner_params: self.job_type().map(PartnerParams::of_type),
            result_code: self.result_code.as_ref().map(listed),
            is_final_result: self.is_final_result,
            is_machine_result: self.is_machine_result,
            actions: self.actions.as_ref().map(steps),
            antifraud: self.antifraud.as_ref().and_then(search),
            extra: Extra::from(extra),
            ..Self::default()
        }
    }

    /// Returns the rank of the result: of the results of one [part](Self::part) of a job, the one with the highest rank counts. None if
    /// the result code is unknown.
    ///
    /// Of two results of one part the higher one counts, whichever came first. A machine's result does not undo a
    /// person's, and an open result does not undo a decision.
    pub fn rank(&self) -> Option<ResultRank> {
        let code = self.result_code.as_ref()?;
        let row = code.row_for(&Product::SmileSecure).or_else(|| code.row(self.job_type()?))?;
        let is_final = self.is_final_result.unwrap_or(true) && !self.extra.has_unread("IsFinalResult");
        Some(match row.category {
            Category::Provisional => ResultRank::Open,
            _ if !is_final => ResultRank::Open,
            Category::Error => ResultRank::NotDone,
            _ if code.is_of_person() || self.is_machine_result == Some(false) => ResultRank::Person,
            _ => ResultRank::Machine,
        })
    }

    /// Returns the parts of which jobs of this type consist, according to their result codes. The fraud search is optional and
    /// not included.
    pub fn parts_of(job_type: JobType) -> Vec<Part> {
        let is_search = |row: &ResultCodeRow| row.products.contains(&Product::SmileSecure);
        let is_of_it = |row: &&ResultCodeRow| row.job_types.contains(&job_type) && !is_search(row);
        let has = |lookup: bool| ResultCode::rows().iter().filter(is_of_it).any(|row| row.lookup == lookup);
        let parts = [(Part::Images, has(false)), (Part::Lookup, has(true))];
        parts.into_iter().filter_map(|(part, is_there)| is_there.then_some(part)).collect()
    }
}

/// Rank of a result: a higher rank replaces a lower one for the same part of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResultRank {
    /// The result is provisional: another result will follow.
    Open,
    /// The check could not be made, so nothing is decided.
    NotDone,
    /// An automatic check gave its final result.
    Machine,
    /// A person reviewed the job and gave the final result.
    Person,
}

/// Placeholder that replaces a text which no table lists.
const UNLISTED: &str = "unlisted";

/// Returns the result code, or the placeholder if the text is too long to be a code.
fn listed(code: &ResultCode) -> ResultCode {
    if code.as_str().len() <= 4 { code.clone() } else { UNLISTED.into() }
}

fn search(antifraud: &Antifraud) -> Option<Antifraud> {
    match antifraud.search() {
        Search::Clear => None,
        Search::Found => {
            let summary = FraudSummary { fraud_detected: Some(true), ..FraudSummary::default() };
            Some(Antifraud { summary: Some(summary), ..Antifraud::default() })
        }
        Search::Unclear => {
            let unread = Map::from_iter([("summary".to_owned(), UNLISTED.into())]);
            Some(Antifraud { extra: Extra::from(unread), ..Antifraud::default() })
        }
    }
}

/// Returns the outcomes of the steps. Of steps that no table lists, only values that may contradict the result code are kept.
fn steps(actions: &Actions) -> Actions {
    let steps = actions.iter().filter_map(|(action, value)| {
        let value = match value {
            ActionValue::Unlisted(_) => ActionValue::from(UNLISTED),
            listed => listed.clone(),
        };
        match (action, &value) {
            (Action::Unlisted(_), ActionValue::Unlisted(_)) => None,
            // The value becomes the name of the action, so that two unknown actions do not replace each other.
            (Action::Unlisted(_), _) => Some((Action::from(format!("{UNLISTED}: {value}").as_str()), value)),
            _ => Some((action.clone(), value)),
        }
    });
    let mut kept: Actions = steps.collect();
    if actions.unread().says_something() {
        kept.keep_unread(UNLISTED);
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> JobResult {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn nothing_personal_is_kept() {
        let result = read(json!({
            "JSONVersion": "canary", "SmileJobID": "canary", "ResultType": "canary", "ResultText": "canary",
            "ResultCode": "0810 canary", "IsFinalResult": "canary", "ConfidenceValue": "canary", "Source": "canary",
            "PartnerParams": {"user_id": "canary", "job_id": "canary", "job_type": 1, "canary": "canary"},
            "Actions": {
                "Verify_ID_Number": "canary", "canary": "Failed", "canary 2": "No Match", "canary 3": "canary",
                "Liveness_Check": {"canary": "canary"}, "Names": "Exact Match",
            },
            "Antifraud": {"SuspectUsers": [{"user_id": "canary", "reason": "canary"}]},
            "ImageLinks": {"selfie_image": "canary"}, "KYCReceipt": "canary", "FullName": "canary", "DOB": "canary",
            "UserIDsOfPreviousRegistrants": ["canary"], "Photo": "canary", "company_information": {"name": "canary"},
            "canary": "canary",
        }));
        let kept = serde_json::to_value(result.essentials()).unwrap();
        assert_eq!(
            kept,
            json!({
                "PartnerParams": {"job_type": 1},
                "ResultCode": "unlisted",
                "IsFinalResult": "unlisted",
                "Actions": {
                    "Verify_ID_Number": "unlisted", "unlisted: Failed": "Failed", "unlisted: No Match": "No Match",
                    "Names": "Exact Match", "unlisted": true,
                },
                "Antifraud": {"summary": {"fraud_detected": true}},
            })
        );
        // Reading the reduced result and reducing it again changes nothing.
        assert_eq!(read(kept), result.essentials());
        assert_eq!(result.essentials().essentials(), result.essentials());
    }

    #[test]
    fn what_outweighs_what() {
        for (job_type, code, more, standing) in [
            (1, "0814", json!({}), Some(ResultRank::Open)),
            (1, "0810", json!({}), Some(ResultRank::Machine)),
            (1, "0810", json!({"IsFinalResult": "false"}), Some(ResultRank::Open)),
            (1, "0810", json!({"IsFinalResult": "perhaps"}), Some(ResultRank::Open)),
            (1, "0811", json!({"IsMachineResult": "true"}), Some(ResultRank::Machine)),
            (6, "0810", json!({"IsMachineResult": "false"}), Some(ResultRank::Person)),
            (1, "1210", json!({}), Some(ResultRank::Person)),
            (1, "1212", json!({}), Some(ResultRank::Person)),
            (1, "1012", json!({}), Some(ResultRank::Machine)),
            (1, "1015", json!({}), Some(ResultRank::NotDone)),
            (1, "5211", json!({}), Some(ResultRank::Machine)),
            (1, "9999", json!({}), None),
            (4, "0810", json!({}), None),
        ] {
            let mut result = json!({"ResultCode": code, "PartnerParams": {"job_type": job_type}});
            result.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(read(result.clone()).rank(), standing, "{result}");
        }
        assert!(ResultRank::Open < ResultRank::NotDone && ResultRank::NotDone < ResultRank::Machine);
        assert!(ResultRank::Machine < ResultRank::Person);
    }

    #[test]
    fn the_parts_of_a_job() {
        // Parts of the products: the documentation's page on job types.
        for (job_type, parts) in [
            (1, vec![Part::Images, Part::Lookup]),
            (2, vec![Part::Images]),
            (4, vec![Part::Images]),
            (5, vec![Part::Lookup]),
            (6, vec![Part::Images]),
            (7, vec![Part::Lookup]),
            (8, vec![Part::Images]),
            (11, vec![Part::Images, Part::Lookup]),
            (99, vec![]),
        ] {
            assert_eq!(JobResult::parts_of(JobType::from(job_type)), parts, "{job_type}");
        }
    }
}
