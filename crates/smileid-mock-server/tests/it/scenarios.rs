//! Tests the effects of scenarios on requests and jobs. Expected codes, categories and texts are those of v1-platform.md 2.2.

use std::time::Duration;

use serde_json::json;
use smileid_mock_server::{CallbackMessage, Processing, UserState};
use smileid_protocol::{
    callback::Callback,
    job::{CallbackUrl, IdNumber, ImageJob, LookupJob},
    types::{
        Category, Decision, JobResult, JobType, PartnerParams, PhoneResult, Product, ResultCode, Verdict,
    },
    v1::{
        aml, async_business_verification, async_id_verification, async_verify_address, async_verify_phone,
        job_status, lookup::Lookup, phone::PhoneCheck, verify_async,
    },
};

use crate::support::{
    Mock, Refused, action, authentication, code, history, id_card, ids, registration, rule, selfie, under,
};

const CALLBACK: &str = "http://127.0.0.1:9/hook";

fn biometric_kyc() -> ImageJob {
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id)
}

fn document() -> ImageJob {
    ImageJob::document_verification(ids("leo", "job"), selfie(), id_card(), "NG").unwrap()
}

fn job(job_type: JobType) -> ImageJob {
    match job_type {
        JobType::BiometricKyc => biometric_kyc(),
        JobType::SmartSelfieAuthentication => authentication("leo", "job"),
        JobType::SmartSelfieRegistration => registration("leo", "job"),
        JobType::DocumentVerification => document(),
        JobType::UpdatePhoto => ImageJob::update_photo(ids("leo", "job"), selfie()),
        JobType::EnhancedDocumentVerification => {
            let ids = ids("leo", "job");
            ImageJob::enhanced_document_verification(ids, selfie(), id_card(), "NG", "PASSPORT").unwrap()
        }
        other => panic!("no job with images: {other}"),
    }
    .with_liveness(selfie())
}

fn lookup(product: &Product) -> Lookup {
    let number = IdNumber::new("NG", "NIN_V2", "00000000000").unwrap();
    let mut lookup = match product {
        Product::BusinessVerification => LookupJob::business_verification(
            ids("leo", "job"),
            IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000").unwrap(),
        ),
        _ => LookupJob::enhanced_kyc(ids("leo", "job"), number),
    }
    .into_lookup();
    lookup.id_info.first_name = Some("Joe".to_owned());
    lookup.callback_url = Some(CALLBACK.to_owned());
    lookup
}

fn callback() -> CallbackUrl {
    CallbackUrl::parse(CALLBACK).unwrap()
}

fn phone() -> async_verify_phone::Request {
    let check =
        PhoneCheck::new("NG", "00000000000", serde_json::from_value(json!({"first_name": "Joe"})).unwrap());
    async_verify_phone::Request::new(check, &callback())
}

fn address() -> async_verify_address::Request {
    let mut request =
        async_verify_address::Request::nigeria("1 Sample Street", "0000000000", "ikeja_electric", CALLBACK);
    request.partner_params = Some(PartnerParams::new("leo", "job", JobType::AddressVerification));
    request
}

/// Returns true if a result of this category leads to this decision.
fn is_as(decision: Decision, category: Category) -> bool {
    match category {
        Category::Approved => decision == Decision::Approved,
        Category::Provisional => decision == Decision::Provisional,
        Category::Rejected => decision == Decision::Rejected,
        Category::Error => matches!(decision, Decision::NotDone { .. }),
        Category::Information => decision == Decision::Finding,
        _ => false,
    }
}

/// Returns the result in the callback of a phone number verification.
fn phone_result(callback: &CallbackMessage) -> &PhoneResult {
    match callback {
        CallbackMessage::V1(Callback::Phone(result)) => result,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_code_of_every_product_comes_on_demand() {
    let mut seen = 0;
    for row in ResultCode::rows() {
        for product in row.products {
            let member = if *product == Product::SmileSecure { "smile_secure" } else { "code" };
            let mock = under(&json!({ member: row.code }));
            // Products that compare faces need an enrolled user.
            mock.service.set_user(mock.credentials.partner_id(), "leo", UserState::default());
            let says = format!("{} for {product}", row.code);
            let text = |given: Option<&str>| match row.texts.first() {
                Some(first) => assert_eq!(given, Some(*first), "{says}"),
                None => assert!(given.is_some_and(|text| !text.is_empty()), "{says}"),
            };
            let of_product = |result: &JobResult, category| {
                let verdict = Verdict::for_result(result, product);
                assert!(is_as(verdict.decision, category), "{says}: {verdict:?}");
                assert_eq!(verdict.code.unwrap().as_str(), row.code);
                text(result.result_text.as_deref());
            };
            match product {
                Product::AddressVerification => {
                    mock.send(&address()).unwrap();
                    let status = mock.status("leo", "job");
                    of_product(status.result().unwrap(), row.category);
                    assert!(!status.job_success, "{says}: the table knows no success");
                }
                Product::BasicKyc | Product::EnhancedKyc | Product::BusinessVerification => {
                    match product {
                        Product::BasicKyc => {
                            mock.send(&verify_async::Request::new(lookup(product), &callback()))
                        }
                        Product::EnhancedKyc => {
                            mock.send(&async_id_verification::Request::new(lookup(product), &callback()))
                        }
                        _ => mock
                            .send(&async_business_verification::Request::new(lookup(product), &callback())),
                    }
                    .unwrap();
                    let status = mock.status("leo", "job");
                    let result = status.result().unwrap();
                    of_product(result, row.category);
                    assert_eq!(status.job_success, row.category == Category::Approved, "{says}");
                    let named = result.personal_info.full_name.as_deref() == Some("Joe Doe Leo");
                    assert_eq!(named, *product == Product::EnhancedKyc && row.code == "1012", "{says}");
                }
                Product::PhoneNumberVerification => {
                    mock.send(&phone()).unwrap();
                    let callbacks = mock.service.callbacks(mock.credentials.partner_id());
                    let result = phone_result(&callbacks[0].callback);
                    assert_eq!(result.code.as_ref().unwrap().as_str(), row.code);
                    text(result.message.as_deref());
                }
                Product::Aml => {
                    let request =
                        aml::Request::new(&ids("leo", "job"), "Nelson Mandela", vec!["ZA".to_owned()]);
                    let result = mock.send(&request).unwrap();
                    assert_eq!(result.result_code.unwrap().as_str(), row.code);
                    text(result.result_text.as_deref());
                    assert_eq!(result.no_of_persons_found, Some(u64::from(row.code == "1030")), "{says}");
                    let listed = if row.code == "1030" { "Listed" } else { "Not Listed" };
                    assert_eq!(result.actions.unwrap()[&"Listed".into()].as_str(), listed);
                }
                Product::SmileSecure => {
                    let url = CallbackUrl::parse(CALLBACK).unwrap();
                    mock.submit_with(biometric_kyc().allowing_new_enroll(), Some(&url)).unwrap();
                    assert_eq!(history(&mock), ["0810", "1012"], "it is a callback alone");
                    let callbacks = mock.service.callbacks(mock.credentials.partner_id());
                    let results: Vec<_> = callbacks.iter().map(|it| it.callback.result().unwrap()).collect();
                    assert_eq!(
                        results.iter().map(|it| code(it)).collect::<Vec<_>>(),
                        ["1012", "0810", row.code]
                    );
                    of_product(results[2], row.category);
                    let suspects = results[2].antifraud.as_ref().unwrap().suspects().count();
                    assert_eq!(suspects, usize::from(row.code == "5211"));
                }
                _ => {
                    let job_type = product.row().unwrap().job_types[0];
                    mock.submit(job(job_type).allowing_new_enroll()).unwrap();
                    let status = mock.status("leo", "job");
                    let results = status.history.as_deref().unwrap();
                    let result = results.iter().find(|it| code(it) == row.code).expect(&says);
                    // A lookup that passes is half of such a job; the whole of it is looked at below.
                    let is_half = row.lookup && row.category == Category::Approved;
                    of_product(result, if is_half { Category::Provisional } else { row.category });
                    let verdict = Verdict::for_job(results);
                    assert_eq!(status.job_success, verdict.decision == Decision::Approved, "{says}");
                    assert_eq!(status.job_success, row.category == Category::Approved, "{says}");
                    assert_eq!(
                        results.len(),
                        1 + usize::from(row.lookup || job_type == JobType::BiometricKyc)
                    );
                    if !row.lookup {
                        let is_read = result.personal_info.full_name.is_some();
                        let reads = product.as_str().contains("doc") && row.category == Category::Approved;
                        assert_eq!(is_read, reads, "{says}");
                    }
                }
            }
            seen += 1;
        }
    }
    assert_eq!(seen, ResultCode::rows().iter().map(|row| row.products.len()).sum::<usize>());
}

#[test]
fn steps_go_with_the_code() {
    // Inferred from v1-platform.md 2.1 (the pattern of the digits) and 3 (what each step may say).
    for (job_type, code, steps) in [
        (1, "0810", [("Selfie_To_ID_Authority_Compare", "Completed"), ("Register_Selfie", "Approved")]),
        (1, "0811", [("Selfie_To_ID_Authority_Compare", "Failed"), ("Liveness_Check", "Passed")]),
        (1, "0813", [("Liveness_Check", "Failed"), ("Register_Selfie", "Rejected")]),
        (
            1,
            "0814",
            [("Human_Review_Liveness_Check", "Under Review"), ("Register_Selfie", "Provisionally Approved")],
        ),
        (
            1,
            "0815",
            [
                ("Selfie_To_ID_Authority_Compare", "Unable To Determine"),
                ("Human_Review_Compare", "Under Review"),
            ],
        ),
        (
            1,
            "0908",
            [("Selfie_To_ID_Authority_Compare", "Issuer Unavailable"), ("Register_Selfie", "Failed")],
        ),
        (1, "0911", [("Selfie_Provided", "Failed"), ("Liveness_Check", "Not Applicable")]),
        (1, "0912", [("Selfie_Check", "Failed"), ("Selfie_Provided", "Passed")]),
        (
            1,
            "1013",
            [
                ("Verify_ID_Number", "Not Verified"),
                ("Selfie_To_ID_Authority_Compare", "ID Authority Photo Not Available"),
            ],
        ),
        (1, "1016", [("Verify_ID_Number", "Not Done"), ("Register_Selfie", "Failed")]),
        (1, "1210", [("Human_Review_Liveness_Check", "Passed"), ("Human_Review_Compare", "Passed")]),
        (
            1,
            "1213",
            [
                ("Human_Review_Liveness_Check", "Unable To Determine"),
                ("Register_Selfie", "Provisionally Approved"),
            ],
        ),
        (2, "1221", [("Human_Review_Compare", "Failed"), ("Selfie_To_Registered_Selfie_Compare", "Failed")]),
        (2, "1222", [("Human_Review_Liveness_Check", "Failed"), ("Liveness_Check", "Failed")]),
        (4, "1241", [("Human_Review_Selfie_Check", "Failed"), ("Register_Selfie", "Rejected")]),
        (6, "0812", [("Document_Check", "Failed"), ("Selfie_To_ID_Card_Compare", "Unable To Determine")]),
        (6, "0817", [("Verify_Document", "Passed"), ("Return_Personal_Info", "Returned")]),
    ] {
        let mock = under(&json!({ "code": code }));
        mock.service.set_user(mock.credentials.partner_id(), "leo", UserState::default());
        mock.submit(job(JobType::from(job_type)).allowing_new_enroll()).unwrap();
        let status = mock.status("leo", "job");
        for (step, value) in steps {
            assert_eq!(action(status.result().unwrap(), step), value, "{step} of {code} for {job_type}");
        }
    }
    let mock = under(&json!({"code": "0810", "text": "Document Verified After Human Review"}));
    let result = mock.result(document());
    assert_eq!(action(&result, "Human_Review_Document_Check"), "Passed");
}

#[test]
fn a_review_comes_second() {
    // The sample of v1-platform.md 4: 1210 human, then 0814 provisional, then 1012 of the lookup, the newest first.
    let mock = under(&json!({"code": "0814", "review": {"code": "1210", "after": "2h"}}));
    mock.submit(biometric_kyc()).unwrap();
    let status = mock.status("leo", "job");
    assert_eq!(history(&mock), ["0814", "1012"]);
    assert!(status.job_complete && !status.job_success);
    let result = status.result().unwrap();
    assert_eq!((result.is_final_result, result.is_machine_result), (Some(false), Some(true)));
    assert_eq!(
        mock.submit(authentication("leo", "compare")).unwrap_err().code,
        "2210",
        "nobody is enrolled yet"
    );

    mock.pass(Duration::from_secs(2 * 60 * 60 - 1));
    assert_eq!(history(&mock), ["0814", "1012"]);
    mock.pass(Duration::from_secs(1));
    let status = mock.status("leo", "job");
    assert_eq!(history(&mock), ["1210", "0814", "1012"]);
    assert!(status.job_complete && status.job_success);
    let result = status.result().unwrap();
    assert_eq!((result.is_final_result, result.is_machine_result), (Some(true), Some(false)));
    mock.submit(authentication("leo", "compare")).unwrap();

    let mock = under(&json!({"code": "0844", "review": {"code": "1242"}}));
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(history(&mock), ["1242", "0844"]);
    assert!(!mock.status("leo", "job").job_success);
}

#[test]
fn a_job_takes_as_long_as_is_said() {
    let mock = Mock::processing(Processing::Polls(1));
    let after = rule(&json!({"when": {"job_id": "job"}, "then": {"after": "1m"}}));
    mock.service.add_scenario(after).unwrap();
    mock.submit(registration("leo", "job")).unwrap();
    for _ in 0..3 {
        assert!(!mock.status("leo", "job").job_complete);
    }
    mock.pass(Duration::from_secs(60));
    assert!(mock.status("leo", "job").job_success);

    let mock = under(&json!({"after": "1m"}));
    mock.send(&async_id_verification::Request::new(lookup(&Product::EnhancedKyc), &callback())).unwrap();
    assert!(!mock.status("leo", "job").job_complete);
    mock.pass(Duration::from_secs(60));
    assert!(mock.status("leo", "job").job_success);
}

#[test]
fn results_can_be_made_odd() {
    let scenario = json!({
        "code": "0840",
        "text": "Welcome",
        "actions": {"Register_Selfie": "Failed", "Aura_Check": "Purple"},
        "set": {"ConfidenceValue": 99.5, "Source": null, "New": {"deep": [1]}},
        "enrols": false,
    });
    let mock = under(&scenario);
    let result = mock.result(registration("leo", "job"));
    let whole = mock.reply(&job_status::Request::new("leo", "job"))["result"].take();
    assert_eq!((&whole["ResultCode"], &whole["ResultText"]), (&json!("0840"), &json!("Welcome")));
    assert_eq!((&whole["ConfidenceValue"], &whole["New"]), (&json!(99.5), &json!({"deep": [1]})));
    assert_eq!(whole.get("Source"), None);
    assert_eq!(action(&result, "Register_Selfie"), "Failed");
    assert_eq!(action(&result, "Aura_Check"), "Purple");
    assert!(mock.status("leo", "job").job_success);
    assert_eq!(mock.submit(authentication("leo", "compare")).unwrap_err().code, "2210");
}

#[test]
fn a_code_that_nobody_knows_must_be_asked_for() {
    let mock = under(&json!({"code": "0899", "unknown": true}));
    mock.submit(registration("leo", "job")).unwrap();
    let status = mock.status("leo", "job");
    assert_eq!(Verdict::for_job(status.history.as_deref().unwrap()).decision, Decision::Unknown);
    assert!(!status.job_success);

    let mock = under(&json!({"code": "2299", "unknown": true, "status": 418, "text": "?"}));
    let refused = mock.submit(registration("leo", "job")).unwrap_err();
    assert_eq!(refused, Refused { status: 418, code: "2299".into(), error: "?".into() });
}

#[test]
fn what_cannot_come_true_is_refused_when_it_is_made() {
    let documents = "0001, 0810, 0811, 0812, 0816, 0817, 0903 for doc_verification";
    for (rule_json, expected) in [
        (json!({"then": {"code": "811"}}), "`code` is not a code: use four digits in quotes, as in \"0811\""),
        (json!({"when": {"job_type": 6}, "then": {"code": "0814"}}), documents),
        (
            json!({"when": {"job_type": 9}, "then": {"code": "0810"}}),
            "none for compare_user_info; or set `unknown: true`",
        ),
        (
            json!({"when": {"endpoint": "aml"}, "then": {"code": "0810"}}),
            "`code` must be one of 1030, 1031 for aml",
        ),
        (
            json!({"when": {"endpoint": "token"}, "then": {"code": "0810"}}),
            "`code` is a result code, but these requests have no result",
        ),
        (
            json!({"then": {"code": "2202"}}),
            "`code` is not the code of an error response: use one of 2201, 2203, ",
        ),
        (json!({"then": {"code": "2215", "after": "1s"}}), "`after` applies to results"),
        (json!({"then": {"code": "2215", "status": 200}}), "`status` is not the HTTP status of an error"),
        (json!({"then": {"text": "x"}}), "`code` is missing"),
        (
            json!({"when": {"job_type": 1}, "then": {"code": "0811", "review": {"code": "1210"}}}),
            "`code` must be provisional for a `review`: 0812, 0814, 0815, 0816 for biometric_kyc",
        ),
        (
            json!({"when": {"job_type": 1}, "then": {"code": "0814", "review": {"code": "0810"}}}),
            "`review.code` must be one of 1210, 1211, 1212, 1213, 1214 for biometric_kyc",
        ),
        (
            json!({"then": {"smile_secure": "5213"}}),
            "`smile_secure` must be one of 5210, 5211, 5212 for smile_secure",
        ),
        (
            json!({"when": {"job_type": 4}, "then": {"smile_secure": "5210"}}),
            "`smile_secure` has an effect only on image jobs of type 1, 2 or 6",
        ),
    ] {
        let made = Mock::new().service.add_scenario(rule(&rule_json));
        let error = made.expect_err(&rule_json.to_string()).to_string();
        assert!(error.contains(expected), "{rule_json}: {error}");
    }
}

#[test]
fn both_parts_of_a_job_must_be_good() {
    let id = IdNumber::new("NG", "BVN", "00000000001").unwrap();
    let mock = under(&json!({"code": "0810"}));
    mock.submit(ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id)).unwrap();
    let status = mock.status("leo", "job");
    assert_eq!(history(&mock), ["0810", "1013"]);
    assert!(status.job_complete && !status.job_success);
    let mock = under(&json!({"code": "1015"}));
    mock.submit(job(JobType::EnhancedDocumentVerification)).unwrap();
    assert_eq!(history(&mock), ["0810", "1015"]);
    assert!(!mock.status("leo", "job").job_success);
}

#[test]
fn nothing_of_a_scenario_is_in_debug() {
    let scenario = rule(&json!({"then": {"set": {"FullName": "Winnie"}}}));
    assert!(!format!("{scenario:?}").contains("Winnie"));
}
