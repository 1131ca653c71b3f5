//! What a result means for the person, said so that it cannot be misread.

use crate::{
    action::{Action, ActionValue},
    job_type::JobType,
    product::Product,
    result::JobResult,
    result_code::{Category, Fault, ResultCode, ResultCodeRow},
};

/// What a result, or all results of a job, mean for the person.
///
/// A code that no table knows is never an approval. What has been found in lists or under other names is a finding,
/// never an approval. A biometric KYC is approved only when the face **and** the ID are.
///
/// ```
/// use smileid_types::{Decision, JobResult, Product, Verdict};
///
/// let result: JobResult = serde_json::from_str(r#"{"ResultCode": "0810", "PartnerParams": {"job_type": 1}}"#)?;
/// assert_eq!(Verdict::of(&result, &Product::BiometricKyc).decision, Decision::Provisional); // the ID is not known
/// assert_eq!(Verdict::of(&result, &Product::DocVerification).decision, Decision::Approved);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// What it comes to.
    pub decision: Decision,
    /// The code that decided, when there is one.
    pub code: Option<ResultCode>,
    /// What the tables say of the code.
    pub row: Option<&'static ResultCodeRow>,
}

/// What a result comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// The person passed.
    Approved,
    /// Nothing is decided: a person will look, or a part is missing.
    Provisional,
    /// The person did not pass.
    Rejected,
    /// The check could not be made, which says nothing about the person.
    NotDone {
        /// Who can do something about it.
        fault: Fault,
        /// Whether the same input may do better later.
        retry: bool,
    },
    /// Something was looked for, and found or not: a matter for a person, neither a pass nor a failure.
    Finding,
    /// There is no code, or one that no table knows for the product. Not an approval.
    Unknown,
}

impl Verdict {
    /// What one result means for a product.
    pub fn of(result: &JobResult, product: &Product) -> Self {
        let row = result.result_code.as_ref().and_then(|code| code.row_for(product));
        let mut verdict = Self { decision: decision(row), code: result.result_code.clone(), row };
        let is_biometric = product.row().is_some_and(|row| row.product == Product::BiometricKyc);
        if verdict.decision == Decision::Approved && is_biometric && !id_is_verified(result) {
            // Half of it: the face without the ID, or the ID without the face.
            verdict.decision = Decision::Provisional;
        }
        verdict
    }

    /// What all results of a job mean, the newest first, as a status reply and its history, or a job's callbacks, have
    /// them. The job's type is that of the first result that names one.
    pub fn of_job<'a>(results: impl IntoIterator<Item = &'a JobResult>) -> Self {
        let results: Vec<_> = results.into_iter().collect();
        let job_type = results.iter().find_map(|result| result.partner_params.as_ref()?.job_type);
        let none = Self { decision: Decision::Unknown, code: None, row: None };
        let Some(job_type) = job_type else { return none };

        let of = |lookup: bool| results.iter().find_map(|result| newest(result, job_type, lookup));
        let (judged, looked_up) = (of(false), of(true));
        let unknown = || {
            let code = results.iter().find_map(|result| result.result_code.clone());
            Self { decision: Decision::Unknown, code, row: None }
        };
        match (judged, looked_up) {
            (None, None) => unknown(),
            (Some((verdict, result)), None) if job_type == JobType::BiometricKyc => {
                verdict.unless(!id_is_verified(result))
            }
            (Some((verdict, _)), None) => verdict,
            // The lookup is the whole of these jobs, and half of the others.
            (None, Some((verdict, _))) => verdict.unless(has_images(job_type)),
            (Some((face, _)), Some((id, _))) => match (face.decision, id.decision) {
                (Decision::Approved, Decision::Approved) => face,
                (Decision::Approved, _) => id,
                _ => face,
            },
        }
    }

    /// What was found, in a sentence.
    pub fn reason(&self) -> &'static str {
        match (self.row, &self.code) {
            (Some(row), _) => row.meaning,
            (None, Some(_)) => "The result code is not known for this product.",
            (None, None) => "There is no result code.",
        }
    }

    /// What to do, in a sentence.
    pub fn advice(&self) -> &'static str {
        match self.decision {
            Decision::Approved => "Go on.",
            Decision::Provisional => {
                "Wait for the final result, by callback or by asking again, before anything that cannot be undone."
            }
            Decision::Rejected => "Do not go on. The person may try again with better images or other data.",
            Decision::NotDone { fault: Fault::Input, .. } => "Ask the person to correct the ID number.",
            Decision::NotDone { fault: Fault::Account, .. } => "Have the product enabled for the account.",
            Decision::NotDone { fault: Fault::Issuer | Fault::Platform, .. } => {
                "Try again later with a new job; the person need do nothing."
            }
            Decision::Finding => "Have a person look at what was found.",
            Decision::Unknown => {
                "Treat it as undecided, and look the code up: it may be newer than these tables."
            }
        }
    }

    /// The same, but at most provisional when half of the job is missing.
    fn unless(mut self, half_is_missing: bool) -> Self {
        if half_is_missing && self.decision == Decision::Approved {
            self.decision = Decision::Provisional;
        }
        self
    }
}

/// The verdict of a result that is of the lookup, or is not, for a job of this type.
fn newest(result: &JobResult, job_type: JobType, lookup: bool) -> Option<(Verdict, &JobResult)> {
    let code = result.result_code.as_ref()?;
    let row = ResultCode::rows()
        .iter()
        .find(|row| row.code == code.as_str() && row.job_types.contains(&job_type) && row.lookup == lookup)?;
    Some((Verdict { decision: decision(Some(row)), code: Some(code.clone()), row: Some(row) }, result))
}

fn decision(row: Option<&ResultCodeRow>) -> Decision {
    let Some(row) = row else { return Decision::Unknown };
    match (row.category, row.fault) {
        (Category::Approved, _) => Decision::Approved,
        (Category::Provisional, _) => Decision::Provisional,
        (Category::Rejected, _) => Decision::Rejected,
        (Category::Information, _) => Decision::Finding,
        (Category::Error, Some(fault)) => {
            Decision::NotDone { fault, retry: matches!(fault, Fault::Issuer | Fault::Platform) }
        }
        (Category::Error, None) => Decision::NotDone { fault: Fault::Platform, retry: false },
    }
}

fn id_is_verified(result: &JobResult) -> bool {
    let actions = result.actions.as_ref();
    actions.is_some_and(|actions| actions.get(&Action::VerifyIdNumber) == Some(&ActionValue::Verified))
}

fn has_images(job_type: JobType) -> bool {
    !matches!(
        job_type,
        JobType::EnhancedKyc
            | JobType::BusinessVerification
            | JobType::AmlCheck
            | JobType::AddressVerification
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn result(code: &str, job_type: u16, verify_id_number: &str) -> JobResult {
        serde_json::from_value(json!({
            "ResultCode": code,
            "PartnerParams": {"job_type": job_type},
            "Actions": {"Verify_ID_Number": verify_id_number},
        }))
        .unwrap()
    }

    const NOT_DONE_LATER: Decision = Decision::NotDone { fault: Fault::Issuer, retry: true };

    /// Every documented code for every product, against the categories of the API's own documentation, written down
    /// here a second time and by hand from the platform's list of result codes.
    #[test]
    #[expect(clippy::too_many_lines, reason = "one table")]
    fn every_documented_code() {
        use Decision::{Approved, Finding, Provisional, Rejected};
        let input = Decision::NotDone { fault: Fault::Input, retry: false };
        let account = Decision::NotDone { fault: Fault::Account, retry: false };
        let platform = Decision::NotDone { fault: Fault::Platform, retry: true };
        let expected: &[(&str, &[(&str, Decision)])] = &[
            (
                "biometric_kyc",
                &[
                    ("0001", Rejected),
                    ("0810", Approved),
                    ("0811", Rejected),
                    ("0812", Provisional),
                    ("0813", Rejected),
                    ("0814", Provisional),
                    ("0815", Provisional),
                    ("0816", Provisional),
                    ("0903", Rejected),
                    ("0907", Rejected),
                    ("0908", NOT_DONE_LATER),
                    ("0911", Rejected),
                    ("0912", Rejected),
                    ("1012", Approved),
                    ("1013", Rejected),
                    ("1014", input),
                    ("1015", NOT_DONE_LATER),
                    ("1016", account),
                    ("1210", Approved),
                    ("1211", Rejected),
                    ("1212", Rejected),
                    ("1213", Provisional),
                    ("1214", Rejected),
                ],
            ),
            (
                "smartselfie_authentication",
                &[
                    ("0001", Rejected),
                    ("0820", Approved),
                    ("0821", Rejected),
                    ("0822", Provisional),
                    ("0823", Rejected),
                    ("0824", Provisional),
                    ("0825", Provisional),
                    ("0903", Rejected),
                    ("0907", Rejected),
                    ("0921", Rejected),
                    ("0922", Rejected),
                    ("1220", Approved),
                    ("1221", Rejected),
                    ("1222", Rejected),
                ],
            ),
            (
                "smartselfie_registration",
                &[
                    ("0001", Rejected),
                    ("0840", Approved),
                    ("0841", Rejected),
                    ("0842", Provisional),
                    ("0843", Rejected),
                    ("0844", Provisional),
                    ("0846", Provisional),
                    ("0903", Rejected),
                    ("0907", Rejected),
                    ("0941", Rejected),
                    ("0942", Rejected),
                    ("1240", Approved),
                    ("1241", Rejected),
                    ("1242", Rejected),
                ],
            ),
            (
                "update_photo",
                &[
                    ("0880", Approved),
                    ("0881", Rejected),
                    ("0884", Provisional),
                    ("0903", Rejected),
                    ("0907", Rejected),
                ],
            ),
            (
                "doc_verification",
                &[
                    ("0001", Rejected),
                    ("0810", Approved),
                    ("0811", Rejected),
                    ("0812", Rejected),
                    ("0816", Rejected),
                    ("0817", Approved),
                    ("0903", Rejected),
                ],
            ),
            (
                "enhanced_document_verification",
                &[
                    ("0001", Rejected),
                    ("0810", Approved),
                    ("0811", Rejected),
                    ("0812", Rejected),
                    ("0816", Rejected),
                    ("0817", Approved),
                    ("0903", Rejected),
                    ("1012", Approved),
                    ("1013", Rejected),
                    ("1014", input),
                    ("1015", NOT_DONE_LATER),
                    ("1016", account),
                ],
            ),
            (
                "enhanced_kyc",
                &[
                    ("1012", Approved),
                    ("1013", Rejected),
                    ("1014", input),
                    ("1015", NOT_DONE_LATER),
                    ("1016", account),
                ],
            ),
            (
                "basic_kyc",
                &[
                    ("1013", Rejected),
                    ("1014", input),
                    ("1015", NOT_DONE_LATER),
                    ("1016", account),
                    ("1020", Approved),
                    ("1021", Approved),
                    ("1022", Rejected),
                    ("1023", Rejected),
                ],
            ),
            ("business_verification", &[("1012", Approved)]),
            ("aml", &[("1030", Finding), ("1031", Finding)]),
            ("smile_secure", &[("5210", Finding), ("5211", Finding), ("5212", platform)]),
            (
                "phone_number_verification",
                &[
                    ("1015", NOT_DONE_LATER),
                    ("1020", Approved),
                    ("1021", Approved),
                    ("1022", Rejected),
                    ("1023", Rejected),
                ],
            ),
            ("address_verification", &[("1013", Rejected), ("1015", NOT_DONE_LATER), ("1022", Rejected)]),
        ];
        let mut seen = 0;
        for (product, codes) in expected {
            let product = Product::from(*product);
            let rows = ResultCode::rows().iter().filter(|row| row.products.contains(&product));
            let known: Vec<_> = rows.map(|row| row.code).collect();
            assert_eq!(known, codes.iter().map(|(code, _)| *code).collect::<Vec<_>>(), "{product}");
            for (code, decision) in *codes {
                let verdict = Verdict::of(&result(code, 1, "Verified"), &product);
                assert_eq!(verdict.decision, *decision, "{code} for {product}");
                assert!(!verdict.reason().is_empty() && !verdict.advice().is_empty());
                seen += 1;
            }
        }
        let rows: usize = ResultCode::rows().iter().map(|row| row.products.len()).sum();
        assert_eq!(seen, rows, "every row for each of its products");
    }

    #[test]
    fn an_unknown_code_is_never_an_approval() {
        for code in ["", "0000", "0818", "1011", "9999", "OK", "approved"] {
            for row in Product::rows() {
                let verdict = Verdict::of(&result(code, 1, "Verified"), &row.product);
                assert_eq!(verdict.decision, Decision::Unknown, "{code} for {}", row.product);
            }
            assert_eq!(Verdict::of_job(&[result(code, 4, "Verified")]).decision, Decision::Unknown);
        }
        assert_eq!(Verdict::of(&JobResult::default(), &Product::BiometricKyc).decision, Decision::Unknown);
        assert_eq!(Verdict::of_job(&[JobResult::default()]).decision, Decision::Unknown);
        assert_eq!(Verdict::of_job([]).decision, Decision::Unknown);
    }

    #[test]
    fn a_biometric_kyc_needs_the_face_and_the_id() {
        let face = |code| result(code, 1, "Not Done");
        let id = |code| result(code, 1, "");
        for (results, decision) in [
            (vec![face("0810")], Decision::Provisional),
            (vec![result("0810", 1, "Verified")], Decision::Approved),
            (vec![result("0810", 1, "Not Applicable")], Decision::Provisional),
            (vec![face("0810"), id("1012")], Decision::Approved),
            (vec![id("1012"), face("0810")], Decision::Approved),
            (vec![id("1012")], Decision::Provisional),
            (vec![face("0810"), id("1013")], Decision::Rejected),
            (vec![face("0810"), id("1015")], NOT_DONE_LATER),
            (vec![face("0811"), id("1012")], Decision::Rejected),
            (vec![face("0814"), id("1012")], Decision::Provisional),
            (vec![face("1210"), face("0814"), id("1012")], Decision::Approved),
            (vec![face("1212"), face("0814"), id("1012")], Decision::Rejected),
        ] {
            let codes: Vec<_> = results.iter().filter_map(|it| it.result_code.clone()).collect();
            assert_eq!(Verdict::of_job(&results).decision, decision, "{codes:?}");
        }
    }

    #[test]
    fn a_job_s_verdict_is_that_of_its_newest_result() {
        assert_eq!(Verdict::of_job(&[result("0840", 4, "")]).decision, Decision::Approved);
        assert_eq!(
            Verdict::of_job(&[result("1240", 4, ""), result("0844", 4, "")]).decision,
            Decision::Approved
        );
        assert_eq!(Verdict::of_job(&[result("1012", 5, "")]).decision, Decision::Approved);
        assert_eq!(Verdict::of_job(&[result("1022", 5, "")]).decision, Decision::Rejected);
        assert_eq!(Verdict::of_job(&[result("1012", 7, "")]).decision, Decision::Approved);
        assert_eq!(Verdict::of_job(&[result("1030", 10, "")]).decision, Decision::Finding);
        assert_eq!(Verdict::of_job(&[result("0880", 8, "")]).decision, Decision::Approved);
    }
}
