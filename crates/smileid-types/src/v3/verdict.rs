//! Determines the verdict on a V3 job from its status and reason.

use super::{Reason, Status};
use crate::{
    result_code::Fault,
    verdict::{Decision, Uncertainty, Verdict},
};

/// Returns the verdict for a V3 status and an optional reason.
pub(super) fn of_status(status: Option<&Status>, reason: Option<Reason>) -> Verdict {
    let decision = match status {
        Some(Status::Clear) => Decision::Approved,
        Some(Status::Attention) => Decision::Finding,
        Some(Status::Block) => Decision::Rejected,
        Some(Status::Error) => not_done(reason.as_ref()),
        Some(Status::Processing) => Decision::Pending,
        Some(Status::NotFound | Status::Unlisted(_)) | None => Decision::Unknown,
    };
    let has_reason = reason.is_some();
    let verdict = Verdict {
        decision,
        code: None,
        row: None,
        status: status.cloned(),
        status_reason: reason,
        doubt: None,
    };
    verdict.with_contradiction(has_reason)
}

/// Returns the decision for a check that could not be made. An unknown reason counts as an error of the platform that a retry
/// does not solve.
fn not_done(reason: Option<&Reason>) -> Decision {
    let fault = reason.and_then(Reason::row).and_then(|row| row.fault);
    Decision::NotDone {
        fault: fault.unwrap_or(Fault::Platform),
        retry: matches!(fault, Some(Fault::Issuer | Fault::Platform)),
    }
}

impl Verdict {
    /// Changes an approval to a provisional decision if another part of the message contradicts it.
    pub(super) fn with_contradiction(self, is_contradicted: bool) -> Self {
        self.doubting(is_contradicted, Uncertainty::Contradicted)
    }

    /// Changes an approval to a finding, which a person must review, if fraud was found.
    pub(super) fn with_fraud(self, is_fraud: bool) -> Self {
        match self.decision {
            Decision::Approved | Decision::Provisional if is_fraud => {
                Self { decision: Decision::Finding, doubt: Some(Uncertainty::FraudFound), ..self }
            }
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::v3::{JobResult, JobStatus, Reason};

    fn of_result(result: Value) -> Verdict {
        serde_json::from_value::<JobResult>(result).unwrap().verdict()
    }

    /// Checks that `clear` is the only status that becomes an approval. Source: the official OpenAPI description of the statuses.
    #[test]
    fn only_clear_is_approved() {
        let not_done = Decision::NotDone { fault: Fault::Platform, retry: false };
        for (status, decision, is_final) in [
            (json!("clear"), Decision::Approved, true),
            (json!("attention"), Decision::Finding, true),
            (json!("block"), Decision::Rejected, true),
            (json!("error"), not_done, true),
            (json!("processing"), Decision::Pending, false),
            (json!("not_found"), Decision::Unknown, false),
            (json!("Not Found"), Decision::Unknown, false),
            (json!("Clear"), Decision::Unknown, false),
            (json!("complete"), Decision::Unknown, false),
            (json!(""), Decision::Unknown, false),
            (json!(null), Decision::Unknown, false),
            (json!(true), Decision::Unknown, false),
            (json!({"status": "clear"}), Decision::Unknown, false),
        ] {
            let reply: JobStatus = serde_json::from_value(json!({"status": status, "message": "m"})).unwrap();
            assert_eq!(reply.verdict().decision, decision, "{status}");
            assert_eq!(reply.is_final(), is_final, "{status}");
            assert_eq!(of_result(json!({"status": status, "reason": null})).decision, decision, "{status}");
        }
        assert_eq!(of_result(json!({})).decision, Decision::Unknown);
        assert_eq!(Status::LISTED.len(), 6);
    }

    /// Checks the decision for each reason. Source: the third-party notes on the documentation. A person can correct a wrong
    /// image or number.
    #[test]
    fn each_reason_has_its_decision() {
        let not_done = |fault, retry| Decision::NotDone { fault, retry };
        let mut reasons = Vec::new();
        for (status, decision, words) in [
            (
                "attention",
                Decision::Finding,
                &[
                    "document_expired",
                    "document_copy_detected",
                    "age_requirement_not_met",
                    "medium_risk",
                    "news_media_match",
                    "information_outdated",
                ][..],
            ),
            (
                "block",
                Decision::Rejected,
                &[
                    "high_risk",
                    "account_locked_fraud",
                    "account_locked",
                    "face_verification_failed",
                    "spoof_detected",
                    "document_check_failed",
                    "unsupported_document",
                    "identifier_not_found",
                    "age_requirement_not_met",
                    "aml_match_found",
                    "address_out_of_range",
                    "name_mismatch",
                    "no_address_on_record",
                ],
            ),
            ("error", not_done(Fault::Issuer, true), &["service_unavailable"]),
            ("error", not_done(Fault::Platform, true), &["internal_error"]),
            (
                "error",
                not_done(Fault::Input, false),
                &[
                    "image_unavailable_or_invalid",
                    "document_unclassifiable",
                    "content_policy_violated",
                    "invalid_id_number",
                ],
            ),
            ("error", not_done(Fault::Platform, false), &["a_new_reason"]),
            ("block", Decision::Rejected, &["a_new_reason"]),
            ("attention", Decision::Finding, &["a_new_reason"]),
        ] {
            for word in words {
                let verdict = of_result(json!({"status": status, "reason": word}));
                assert_eq!(verdict.decision, decision, "{status} {word}");
                assert_eq!(verdict.doubt, None);
                assert_eq!(verdict.status_reason.as_ref().map(Reason::as_str), Some(*word));
                reasons.push((status, *word));
            }
        }
        for row in Reason::rows() {
            for status in row.statuses {
                assert!(reasons.contains(&(status.as_str(), row.reason.as_str())), "{status:?} {row:?}");
            }
            assert_eq!(of_result(json!({"status": "block", "reason": row.reason})).reason(), row.meaning);
        }
    }

    /// Whatever the reason is, and whether or not the tables list it for the status.
    #[test]
    fn nothing_but_clear_without_a_reason_is_approved() {
        let known = Reason::rows().iter().map(|row| row.reason.as_str());
        for reason in known.chain(["a_new_reason", ""]).map(Some).chain([None]) {
            for status in Status::LISTED.iter().map(Status::as_str).chain(["Clear", "a_new_status", ""]) {
                let decision = of_result(json!({"status": status, "reason": reason})).decision;
                let is_clear = status == "clear" && reason.is_none();
                assert_eq!(decision == Decision::Approved, is_clear, "{status} {reason:?}");
            }
        }
    }

    #[test]
    fn what_contradicts_a_clear_status_is_no_approval() {
        for (member, value, decision, doubt) in [
            ("reason", json!("spoof_detected"), Decision::Provisional, Uncertainty::Contradicted),
            ("reason", json!("a_new_reason"), Decision::Provisional, Uncertainty::Contradicted),
            ("reason", json!(["high_risk"]), Decision::Provisional, Uncertainty::Contradicted),
            (
                "antifraud",
                json!({"summary": {"fraud_detected": true}}),
                Decision::Finding,
                Uncertainty::FraudFound,
            ),
            (
                "antifraud",
                json!({"smile_secure": {"status": "attention", "suspect_users": []}}),
                Decision::Finding,
                Uncertainty::FraudFound,
            ),
            (
                "antifraud",
                json!({"smile_secure": {"suspect_users": [{"user_id": "u", "reasons": ["same-face"]}]}}),
                Decision::Finding,
                Uncertainty::FraudFound,
            ),
        ] {
            let verdict = of_result(json!({"status": "clear", member: value}));
            assert_eq!((verdict.decision, verdict.doubt), (decision, Some(doubt)), "{value}");
        }
        for harmless in [
            json!({"antifraud": null}),
            json!({"antifraud": {"smile_secure": {"status": "clear", "suspect_users": []}}}),
            json!({"antifraud": {"summary": {"fraud_detected": false}, "fraud_risk": {"risk_level": "low"}}}),
            json!({"reason": null, "device_signals": null}),
        ] {
            let mut result = harmless.clone();
            result["status"] = json!("clear");
            assert_eq!(of_result(result).decision, Decision::Approved, "{harmless}");
        }
        let blocked = json!({"status": "block", "antifraud": {"summary": {"fraud_detected": true}}});
        assert_eq!(of_result(blocked).decision, Decision::Rejected);
    }

    #[test]
    fn a_verdict_is_stored_with_its_status() {
        let verdict = of_result(json!({"status": "block", "reason": "high_risk"}));
        let stored = json!({"decision": "rejected", "status": "block", "status_reason": "high_risk"});
        assert_eq!(serde_json::to_value(&verdict).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Verdict>(stored).unwrap(), verdict);
        assert_eq!(verdict.reason(), "The risk of fraud is high.");
        assert_eq!(of_result(json!({"status": "new"})).reason(), "The status is not known.");
        assert_eq!(of_result(json!({"status": "clear"})).reason(), "The job passed.");
    }
}
