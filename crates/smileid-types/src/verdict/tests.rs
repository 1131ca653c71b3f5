//! Tests the verdict of every documented code, and results that must not count as approved.

mod documented;

use serde_json::{Value, json};

use super::*;
use crate::{AmlResult, JobType, PhoneResult, SelfieResult};

fn read(value: Value) -> JobResult {
    serde_json::from_value(value).unwrap()
}

/// Creates a result of the sample job of these tests.
fn result(code: &str, job_type: u16, verify_id_number: &str) -> JobResult {
    with(code, job_type, &json!({"Verify_ID_Number": verify_id_number}))
}

fn with(code: &str, job_type: u16, actions: &Value) -> JobResult {
    read(json!({
        "ResultCode": code,
        "SmileJobID": "0000000001",
        "PartnerParams": {"job_type": job_type, "user_id": "user", "job_id": "job"},
        "Actions": actions,
    }))
}

/// Creates results of one job without steps, the newest first.
fn job(job_type: u16, codes: &[&str]) -> Vec<JobResult> {
    codes.iter().map(|code| with(code, job_type, &json!({}))).collect()
}

/// Returns the decision on the results, and checks that the reduced results give the same decision.
fn decision(results: &[JobResult]) -> Decision {
    let verdict = Verdict::for_job(results);
    let is_one_job = |result: &JobResult| result.is_same_job(&results[0]) == Some(true);
    if results.iter().all(is_one_job) {
        let essentials: Vec<_> = results.iter().map(JobResult::essentials).collect();
        let of_essentials = Verdict::for_job(&essentials);
        assert_eq!(
            (of_essentials.decision, of_essentials.doubt),
            (verdict.decision, verdict.doubt),
            "{essentials:?}"
        );
    }
    verdict.decision
}

/// Returns the result with the members of `change`.
fn but(mut result: JobResult, change: &Value) -> JobResult {
    let mut value = serde_json::to_value(&result).unwrap();
    for (pointer, to) in change.as_object().unwrap() {
        *value.pointer_mut(pointer).unwrap() = to.clone();
    }
    result = read(value);
    result
}

const NOT_DONE_LATER: Decision = Decision::NotDone { fault: Fault::Issuer, retry: true };

#[test]
fn an_unknown_code_is_never_an_approval() {
    for code in ["", "0000", "0818", "1011", "9999", "OK", "approved"] {
        for row in Product::rows() {
            let job_type = row.job_types.first().copied().map_or(1, JobType::number);
            let verdict = Verdict::for_result(&result(code, job_type, "Verified"), &row.product);
            assert_eq!(verdict.decision, Decision::Unknown, "{code} for {}", row.product);
        }
        assert_eq!(decision(&[result(code, 4, "Verified")]), Decision::Unknown);
    }
    assert_eq!(
        Verdict::for_result(&JobResult::default(), &Product::BiometricKyc).decision,
        Decision::Unknown
    );
    assert_eq!(decision(&[JobResult::default()]), Decision::Unknown);
    assert_eq!(decision(&[]), Decision::Unknown);
}

#[test]
fn a_newer_result_that_nobody_can_read_ends_an_approval() {
    for (job_type, newest, older) in [
        (4, "1299", "0840"),
        (4, "2212", "0840"),
        (4, "1030", "0840"),
        (2, "1223", "0820"),
        (2, "0810", "0820"),
        (6, "0819", "0810"),
        (6, "0821", "0810"),
        (8, "1281", "0880"),
        (5, "1099", "1012"),
        (7, "1013", "1012"),
        (10, "1012", "1030"),
    ] {
        assert_eq!(decision(&job(job_type, &[newest, older])), Decision::Unknown, "{newest}, {older}");
    }
    let text = r#"{"ResultText": "Rejected after review", "IsFinalResult": "true", "SmileJobID": "0000000001",
        "PartnerParams": {"job_type": 4}}"#;
    let without_code: JobResult = serde_json::from_str(text).unwrap();
    assert_eq!(decision(&[without_code, result("0840", 4, "")]), Decision::Unknown);

    // An older result that cannot be read was replaced by a newer one. But if a part is missing, the unreadable result
    // may be that part.
    assert_eq!(decision(&job(4, &["1240", "0845"])), Decision::Approved);
    assert_eq!(decision(&[result("0810", 1, "Verified"), result("1017", 1, "")]), Decision::Unknown);
    assert_eq!(
        decision(&[result("0810", 1, ""), result("1099", 1, ""), result("1012", 1, "Verified")]),
        Decision::Unknown
    );
    // A decision that is not an approval stays as it is.
    assert_eq!(decision(&job(4, &["0841", "1299"])), Decision::Rejected);
}

#[test]
fn images_and_lookup_are_both_needed() {
    let face = |code| result(code, 1, "Not Done");
    let id = |code| with(code, 1, &json!({"Return_Personal_Info": "Returned"}));
    for (results, expected) in [
        (vec![face("0810")], Decision::Provisional),
        (vec![result("0810", 1, "Verified")], Decision::Approved),
        (vec![result("0810", 1, "Not Applicable")], Decision::Provisional),
        (vec![face("0810"), id("1012")], Decision::Approved),
        (vec![id("1012"), face("0810")], Decision::Approved),
        (vec![id("1012")], Decision::Provisional),
        (vec![result("1012", 1, "Verified")], Decision::Provisional),
        (vec![face("0810"), id("1013")], Decision::Rejected),
        (vec![result("0810", 1, "Verified"), id("1013")], Decision::Rejected),
        (vec![face("0810"), id("1015")], NOT_DONE_LATER),
        (vec![face("0811"), id("1012")], Decision::Rejected),
        (vec![face("0814"), id("1012")], Decision::Provisional),
        (vec![face("0814"), id("1013")], Decision::Provisional),
        (vec![face("1210"), face("0814"), id("1012")], Decision::Approved),
        (vec![face("1212"), face("0814"), id("1012")], Decision::Rejected),
        (vec![result("0810", 11, "")], Decision::Provisional),
        (vec![result("0810", 11, "Verified")], Decision::Approved),
        (vec![result("0810", 11, ""), result("1012", 11, "Verified")], Decision::Approved),
        (vec![result("1012", 11, "Verified")], Decision::Provisional),
        (vec![result("0810", 6, "")], Decision::Approved),
    ] {
        assert_eq!(decision(&results), expected, "{:?}", codes(&results));
    }
    assert_eq!(Verdict::for_job(&[face("0810")]).doubt, Some(Uncertainty::LookupMissing));
    assert_eq!(Verdict::for_job(&[id("1012")]).doubt, Some(Uncertainty::ImagesMissing));
}

fn codes(results: &[JobResult]) -> Vec<&str> {
    results.iter().filter_map(|it| it.result_code.as_ref()).map(ResultCode::as_str).collect()
}

#[test]
fn another_job_s_lookup_is_no_part_of_this_one() {
    let face = || result("0810", 1, "Not Done");
    let id = || result("1012", 1, "Verified");
    assert_eq!(decision(&[face(), id()]), Decision::Approved);
    for (change, expected) in [
        (json!({"/SmileJobID": "0000000002"}), Decision::Provisional),
        (json!({"/PartnerParams/job_id": "another"}), Decision::Provisional),
        (json!({"/PartnerParams/user_id": "another"}), Decision::Provisional),
        (json!({"/PartnerParams/job_type": 5}), Decision::Provisional),
        (json!({"/PartnerParams/job_type": 7}), Decision::Provisional),
        // It is the same job if only the `user_id` and `job_id` are present, or only the `SmileJobID`.
        (json!({"/SmileJobID": null}), Decision::Approved),
        (json!({"/PartnerParams/user_id": null}), Decision::Approved),
        (json!({"/PartnerParams": null}), Decision::Approved),
        // Without any id, it is unknown if the result belongs to this job.
        (json!({"/SmileJobID": null, "/PartnerParams/user_id": null}), Decision::Unknown),
        (json!({"/SmileJobID": "Not Available", "/PartnerParams/job_id": ""}), Decision::Unknown),
    ] {
        assert_eq!(decision(&[face(), but(id(), &change)]), expected, "{change}");
    }
    // If no result contains ids, the caller decides that they belong to one job.
    let nameless = |result| but(result, &json!({"/SmileJobID": null, "/PartnerParams": {"job_type": 1}}));
    assert_eq!(decision(&[nameless(face()), nameless(id())]), Decision::Approved);
    assert_eq!(decision(&[nameless(face()), id()]), Decision::Unknown);
}

#[test]
fn steps_and_people_that_say_otherwise_end_an_approval() {
    let verified = |action: &str, value: &str| json!({"Verify_ID_Number": "Verified", action: value});
    for results in [
        vec![with("0810", 1, &verified("Selfie_To_ID_Authority_Compare", "Failed"))],
        vec![with("0810", 1, &verified("Liveness_Check", "Failed"))],
        vec![with("0810", 1, &verified("Human_Review_Compare", "Failed"))],
        vec![with("0810", 1, &verified("Register_Selfie", "Rejected"))],
        vec![with(
            "0810",
            1,
            &json!({"Verify_ID_Number": "Verified", "Liveness_Check": {"status": "Failed"}}),
        )],
        vec![result("0810", 1, "Not Verified"), result("1012", 1, "Verified")],
        vec![result("0810", 1, "Not Done"), result("1012", 1, "Not Verified")],
        vec![result("1012", 5, "Not Verified")],
        vec![result("1012", 5, "Issuer Unavailable")],
        vec![with("1012", 7, &json!({"Verify_Business": "Not Verified"}))],
        vec![with("1020", 5, &json!({"Names": "No Match"}))],
        vec![with("0840", 4, &json!([{"Liveness_Check": "Failed"}]))],
        // The result of a human review, with the results in any order.
        job(4, &["0840", "1242"]),
        job(2, &["0820", "1299"]),
    ] {
        let verdict = Verdict::for_job(&results);
        assert_eq!(
            (verdict.decision, verdict.doubt),
            (Decision::Provisional, Some(Uncertainty::Contradicted)),
            "{results:?}"
        );
    }
    // Actions from before the human review, and actions that agree with the code, are not contradictions.
    for results in [
        vec![with("0840", 4, &json!({"Liveness_Check": "Not Applicable", "Names": null}))],
        vec![with(
            "0810",
            6,
            &json!({"Document_Check": "Sent to Human Review", "Human_Review_Document_Check": "Passed"}),
        )],
        vec![with(
            "1021",
            5,
            &json!({"Names": "No Match", "DOB": "Exact Match", "Verify_ID_Number": "Verified"}),
        )],
        vec![with("0840", 4, &json!("Not Available"))],
        vec![with("1240", 4, &json!({})), with("0844", 4, &json!({"Liveness_Check": "Failed"}))],
    ] {
        assert_eq!(decision(&results), Decision::Approved, "{results:?}");
    }
}

#[test]
fn a_result_that_others_will_follow_is_not_the_last_word() {
    for (value, expected) in [
        (json!("false"), Decision::Provisional),
        (json!(0), Decision::Provisional),
        (json!("true"), Decision::Approved),
        (json!("Not Available"), Decision::Approved),
        (json!(null), Decision::Approved),
    ] {
        let one = json!({"ResultCode": "0840", "PartnerParams": {"job_type": 4}, "IsFinalResult": value});
        assert_eq!(decision(&[read(one)]), expected, "{value}");
    }
}

#[test]
fn a_result_is_of_its_own_product() {
    let verdict = Verdict::for_result(&result("0810", 1, "Verified"), &Product::DocVerification);
    assert_eq!((verdict.decision, verdict.doubt), (Decision::Unknown, Some(Uncertainty::AnotherProduct)));
    let nameless = read(json!({"ResultCode": "0810"}));
    assert_eq!(Verdict::for_result(&nameless, &Product::DocVerification).decision, Decision::Approved);
    assert_eq!(
        Verdict::for_result(&result("0840", 4, ""), &Product::from("smartselfie")).decision,
        Decision::Approved
    );
    assert_eq!(
        Verdict::for_result(&result("0840", 4, ""), &Product::from("no_product")).decision,
        Decision::Unknown
    );
}

#[test]
fn suspects_make_an_approval_a_finding_and_nothing_better_of_anything() {
    for (codes, expected) in [
        (vec!["5211", "0820"], Decision::Finding),
        (vec!["0820", "5211"], Decision::Finding),
        (vec!["5211", "0822"], Decision::Finding),
        (vec!["5211", "0821"], Decision::Rejected),
        (vec!["0821", "5211"], Decision::Rejected),
        (vec!["5210", "0820"], Decision::Approved),
        (vec!["0820", "5210"], Decision::Approved),
        (vec!["5210", "0821"], Decision::Rejected),
        (vec!["5212", "0820"], Decision::Provisional),
        (vec!["5211", "0899"], Decision::Unknown),
        (vec!["5211"], Decision::Finding),
        (vec!["5210"], Decision::Finding),
        (vec!["5212"], Decision::NotDone { fault: Fault::Platform, retry: true }),
    ] {
        assert_eq!(decision(&job(2, &codes)), expected, "{codes:?}");
    }
    // The search is made for other products than its documentation names, too.
    assert_eq!(decision(&job(4, &["5211", "0840"])), Decision::Finding);
    assert_eq!(decision(&job(11, &["5211", "0810"])), Decision::Finding);

    for (inside, expected) in [
        (json!({"summary": {"fraud_detected": true}}), Decision::Finding),
        (json!({"summary": {"fraud_detected": "True"}}), Decision::Finding),
        (json!({"smile_secure": {"ResultCode": "5211"}}), Decision::Finding),
        (json!({"smile_secure": {"ResultCode": 5211}}), Decision::Finding),
        (json!({"SuspectUsers": [{"user_id": "x", "reason": "same-person"}]}), Decision::Finding),
        (json!({"smile_secure": {"ResultCode": "5212"}}), Decision::Provisional),
        (json!({"smile_secure": {"ResultCode": "5299"}}), Decision::Provisional),
        (json!({"summary": {"fraud_detected": "yes"}}), Decision::Provisional),
        (
            json!({"summary": {"fraud_detected": false}, "smile_secure": {"ResultCode": "5210"}}),
            Decision::Approved,
        ),
        (json!("suspects"), Decision::Provisional),
        (json!(""), Decision::Approved),
        (json!([]), Decision::Approved),
    ] {
        let one =
            |code| read(json!({"ResultCode": code, "PartnerParams": {"job_type": 4}, "Antifraud": inside}));
        assert_eq!(decision(&[one("0840")]), expected, "{inside}");
        let of = Verdict::for_result(&one("0840"), &Product::SmartSelfieRegistration);
        assert_eq!(of.decision, expected, "{inside}");
        assert_eq!(decision(&[one("0841")]), Decision::Rejected, "{inside}");
    }
}

#[test]
fn a_job_s_verdict_is_that_of_its_newest_result() {
    for (job_type, codes, expected) in [
        (4, vec!["0840"], Decision::Approved),
        (4, vec!["1240", "0844"], Decision::Approved),
        (4, vec!["1242", "0844"], Decision::Rejected),
        (4, vec!["0844", "0840"], Decision::Provisional),
        (5, vec!["1012"], Decision::Approved),
        (5, vec!["1022"], Decision::Rejected),
        (7, vec!["1012"], Decision::Approved),
        (10, vec!["1030"], Decision::Finding),
        (8, vec!["0880"], Decision::Approved),
        (9, vec!["1012"], Decision::Unknown),
    ] {
        assert_eq!(decision(&job(job_type, &codes)), expected, "{job_type} {codes:?}");
    }
}

#[test]
fn the_results_of_other_shapes_have_verdicts_too() {
    let phone =
        |code: &str| serde_json::from_value::<PhoneResult>(json!({"code": code})).unwrap().verdict().decision;
    assert_eq!(
        ["1020", "1021", "1022", "1015", "1012"].map(phone),
        [Decision::Approved, Decision::Approved, Decision::Rejected, NOT_DONE_LATER, Decision::Unknown]
    );
    let aml = |code: &str| {
        serde_json::from_value::<AmlResult>(json!({"ResultCode": code})).unwrap().verdict().decision
    };
    assert_eq!(["1030", "1031", "1012"].map(aml), [Decision::Finding, Decision::Finding, Decision::Unknown]);
    for (code, status, job_type, expected) in [
        ("0840", "approved", "smart_selfie_enrollment", Decision::Approved),
        ("0820", "approved", "smart_selfie_authentication", Decision::Approved),
        ("0840", "rejected", "smart_selfie_enrollment", Decision::Provisional),
        ("0840", "Approved?", "smart_selfie_enrollment", Decision::Provisional),
        ("0841", "approved", "smart_selfie_enrollment", Decision::Rejected),
        ("0840", "approved", "smart_selfie_authentication", Decision::Unknown),
        ("0899", "approved", "smart_selfie_enrollment", Decision::Unknown),
        ("0840", "approved", "", Decision::Unknown),
    ] {
        let selfie: SelfieResult =
            serde_json::from_value(json!({"code": code, "status": status, "job_type": job_type})).unwrap();
        assert_eq!(selfie.verdict().decision, expected, "{code} {status} {job_type}");
    }
    assert_eq!(AmlResult::default().verdict().decision, Decision::Unknown);
}
