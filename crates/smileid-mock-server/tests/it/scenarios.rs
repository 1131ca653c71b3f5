//! What scenarios make of requests and jobs. Expected codes, categories and texts are those of v1-platform.md 2.2.

use std::time::Duration;

use http::Request;
use serde_json::{Value, json};
use smileid_mock_server::{Config, Processing, Rule, Scenario, ScenarioFile, UserState};
use smileid_protocol::{
    auth::Credentials,
    callback::Callback,
    endpoint::Endpoint,
    job::{CallbackUrl, IdNumber, ImageJob, LookupJob},
    types::{Category, Decision, IdInfo, JobResult, JobType, PartnerParams, Product, ResultCode, Verdict},
    v1::{
        aml, async_business_verification, async_id_verification, async_verify_address, async_verify_phone,
        job_status, lookup::Lookup, phone::PhoneCheck, selfie_form::SelfieForm, smart_selfie_enroll, upload,
        verify_async,
    },
};

use crate::support::{
    Mock, Refused, SELFIE, action, authentication, code, id_card, ids, ready, refusal_of, registration,
    selfie, wishing,
};

const CALLBACK: &str = "http://127.0.0.1:9/hook";

fn rule(json: &Value) -> Rule<Scenario> {
    serde_json::from_value(json.clone()).unwrap()
}

/// A mock with one scenario for whatever comes.
fn with(scenario: &Value) -> Mock {
    let mock = Mock::new();
    mock.service.add_scenario(rule(&json!({ "then": scenario }))).unwrap();
    mock
}

/// The message as it is sent with a scenario of its own.
fn asking<E: Endpoint>(mock: &Mock, message: &E, scenario: &str) -> Request<bytes::Bytes> {
    let mut request = mock.encode(message);
    request.headers_mut().insert("Smileid-Mock-Scenario", scenario.parse().unwrap());
    request
}

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

/// The codes that a job's results have, the newest first.
fn history(mock: &Mock) -> Vec<String> {
    mock.status("leo", "job").history.unwrap().iter().map(|it| code(it).to_owned()).collect()
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

/// What a category comes to, for a reader of the verdict.
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

#[test]
fn every_code_of_every_product_comes_on_demand() {
    let mut seen = 0;
    for row in ResultCode::rows() {
        for product in row.products {
            let member = if *product == Product::SmileSecure { "smile_secure" } else { "code" };
            let mock = with(&json!({ member: row.code }));
            // Those who compare need somebody who is enrolled.
            mock.service.set_user(mock.credentials.partner_id(), "leo", UserState::default());
            let says = format!("{} for {product}", row.code);
            let text = |given: Option<&str>| match row.texts.first() {
                Some(first) => assert_eq!(given, Some(*first), "{says}"),
                None => assert!(given.is_some_and(|text| !text.is_empty()), "{says}"),
            };
            let of_product = |result: &JobResult, category| {
                let verdict = Verdict::of(result, product);
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
                    let Callback::Phone(result) = &callbacks[0].callback else { panic!("{says}") };
                    assert_eq!(result.code.as_ref().unwrap().as_str(), row.code);
                    text(result.message.as_deref());
                }
                Product::Aml => {
                    let request = aml::Request::new("leo", "job", "Nelson Mandela", vec!["ZA".to_owned()]);
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
                    of_product(result, row.category);
                    let verdict = Verdict::of_job(results);
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
        let mock = with(&json!({ "code": code }));
        mock.service.set_user(mock.credentials.partner_id(), "leo", UserState::default());
        mock.submit(job(JobType::from(job_type)).allowing_new_enroll()).unwrap();
        let status = mock.status("leo", "job");
        for (step, value) in steps {
            assert_eq!(action(status.result().unwrap(), step), value, "{step} of {code} for {job_type}");
        }
    }
    let mock = with(&json!({"code": "0810", "text": "Document Verified After Human Review"}));
    let result = mock.result(document());
    assert_eq!(action(&result, "Human_Review_Document_Check"), "Passed");
}

#[test]
fn a_review_comes_second() {
    // The sample of v1-platform.md 4: 1210 human, then 0814 provisional, then 1012 of the lookup, the newest first.
    let mock = with(&json!({"code": "0814", "review": {"code": "1210", "after": "2h"}}));
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

    let mock = with(&json!({"code": "0844", "review": {"code": "1242"}}));
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

    let mock = with(&json!({"after": "1m"}));
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
    let mock = with(&scenario);
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
    let mock = with(&json!({"code": "0899", "unknown": true}));
    mock.submit(registration("leo", "job")).unwrap();
    let status = mock.status("leo", "job");
    assert_eq!(Verdict::of_job(status.history.as_deref().unwrap()).decision, Decision::Unknown);
    assert!(!status.job_success);

    let mock = with(&json!({"code": "2299", "unknown": true, "status": 418, "text": "?"}));
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
            "none for compare_user_info; or say `unknown: true`",
        ),
        (
            json!({"when": {"endpoint": "aml"}, "then": {"code": "0810"}}),
            "`code` must be one of 1030, 1031 for aml",
        ),
        (json!({"when": {"endpoint": "token"}, "then": {"code": "0810"}}), "`code` is that of a result"),
        (
            json!({"when": {"endpoint": "uplaod"}, "then": {"code": "0810"}}),
            "`when.endpoint` is none of aml, ",
        ),
        (json!({"then": {"code": "2202"}}), "`code` refuses nothing: codes that do are 2201, 2203, "),
        (json!({"then": {"code": "2215", "after": "1s"}}), "`after` is about a result"),
        (json!({"then": {"code": "2215", "status": 200}}), "`status` is not that of a refusal"),
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
            "`smile_secure` comes with jobs of the types 1, 2 and 6",
        ),
    ] {
        let made = Mock::new().service.add_scenario(rule(&rule_json));
        let error = made.expect_err(&rule_json.to_string()).to_string();
        assert!(error.contains(expected), "{rule_json}: {error}");
    }
}

#[test]
fn a_header_is_for_its_request_alone() {
    let mock = Mock::new();
    let announce = |job_id: &str| ready(registration("leo", job_id)).upload_request(None);
    let (status, body) = refusal_of(&mock.raw(&asking(&mock, &announce("job"), "2221")));
    assert_eq!((status, body), (400, json!({"code": "2221", "error": ""})));
    mock.submit(registration("leo", "job")).unwrap();

    // The job keeps what it was announced under.
    let job = ready(registration("joe", "other"));
    let request = job.upload_request(None);
    let scenario = r#"{"code":"0844","text":"Wait","review":{"code":"1240","after":"1h"}}"#;
    let reply = upload::Request::decode_reply(&mock.raw(&asking(&mock, &request, scenario))).unwrap();
    let reply = reply.trust_without_checking().0;
    mock.put(&reply.upload_url, mock.archive(&job, &request, &reply));
    let status = mock.status("joe", "other");
    assert_eq!(code(status.result().unwrap()), "0844");
    assert_eq!(status.result().unwrap().result_text.as_deref(), Some("Wait"));
    mock.pass(Duration::from_secs(3600));
    assert_eq!(code(mock.status("joe", "other").result().unwrap()), "1240");

    let refused = mock.raw(&asking(&mock, &job_status::Request::new("leo", "job"), "2301"));
    assert_eq!(refusal_of(&refused), (400, json!({"code": "2301", "error": "System Error"})));
}

#[test]
fn a_header_that_cannot_be_read_says_why() {
    let mock = Mock::new();
    let announce = ready(registration("leo", "job")).upload_request(None);
    for (header, expected) in [
        ("0811", "`Smileid-Mock-Scenario` cannot come true: `code` must be one of 0001, 0840, 0841,"),
        ("811", "four digits in quotes"),
        ("", "four digits"),
        (r#"{"code":"0840","cod":1}"#, "is not a scenario: unknown field `cod`, expected one of `code`"),
        (r#"{"code":"0840""#, "is not a scenario: EOF"),
        (r#"{"after":"soon"}"#, "a whole number with `ms`"),
    ] {
        let (status, body) = refusal_of(&mock.raw(&asking(&mock, &announce, header)));
        assert_eq!(status, 400, "{header}");
        assert!(body["error"].as_str().unwrap().contains(expected), "{header}: {body}");
    }
    let status = asking(&mock, &job_status::Request::new("leo", "job"), "0840");
    let (_, body) = refusal_of(&mock.raw(&status));
    assert!(body["error"].as_str().unwrap().contains("these requests bring none"), "{body}");
    mock.send(&announce).unwrap();
}

#[test]
fn header_rule_and_sandbox_in_this_order() {
    let mock = Mock::new();
    let rejected = |job| wishing(job, "1");
    mock.submit(rejected(registration("leo", "sandbox"))).unwrap();
    assert_eq!(code(mock.status("leo", "sandbox").result().unwrap()), "0841");

    let rule = json!({"when": {"user_id": "leo", "job_id": "*rule*"}, "times": 2, "then": {"code": "0943"}});
    let error = mock.service.add_scenario(self::rule(&rule)).unwrap_err().to_string();
    assert!(error.contains("1242 for smartselfie_registration"), "{error}");
    let rule = json!({"when": {"user_id": "leo", "job_id": "*rule*"}, "times": 2, "then": {"code": "0941"}});
    let id = mock.service.add_scenario(self::rule(&rule)).unwrap();
    mock.submit(rejected(registration("leo", "rule"))).unwrap();
    assert_eq!(code(mock.status("leo", "rule").result().unwrap()), "0941");

    let announce = ready(registration("leo", "rule and header")).upload_request(None);
    let refused = refusal_of(&mock.raw(&asking(&mock, &announce, "2214")));
    assert_eq!(refused.1["code"], "2214");
    assert_eq!(mock.service.scenarios()[0].used, 1, "a header uses no rule up");

    mock.submit(registration("leo", "rule 2")).unwrap();
    mock.submit(registration("leo", "rule 3")).unwrap();
    let codes = ["rule 2", "rule 3"].map(|job| code(mock.status("leo", job).result().unwrap()).to_owned());
    assert_eq!(codes, ["0941", "0840"], "twice, then as always");
    assert!(mock.service.remove_scenario(id).is_some() && mock.service.scenarios().is_empty());
}

#[test]
fn a_rule_leaves_other_products_alone() {
    let mock = with(&json!({"code": "1013"}));
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(history(&mock), ["0840"]);
    mock.submit(ImageJob::document_verification(ids("joe", "document"), selfie(), id_card(), "NG").unwrap())
        .unwrap();
    assert_eq!(code(mock.status("joe", "document").result().unwrap()), "0810");
    assert_eq!(mock.service.scenarios()[0].seen, 0);
}

#[test]
fn a_retry_stays_under_its_scenario() {
    let mock = Mock::new();
    mock.service.add_scenario(rule(&json!({"times": 1, "then": {"code": "0841"}}))).unwrap();
    let job = ready(registration("leo", "job"));
    let mut request = job.upload_request(None);
    mock.send(&request).unwrap();
    request.retry = Some(true);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, mock.archive(&job, &request, &reply));
    assert_eq!(history(&mock), ["0841"]);
}

#[test]
fn an_archive_that_cannot_be_used_fails_whatever_was_asked_for() {
    let mock = with(&json!({"code": "0840"}));
    let request = ready(registration("leo", "job")).upload_request(None);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, "no archive");
    assert_eq!(history(&mock), ["0903"]);
}

#[test]
fn calls_that_answer_at_once_obey_too() {
    let mock = with(&json!({"code": "0844"}));
    let form = || smart_selfie_enroll::Request::from(SelfieForm::new("leo", SELFIE));
    let result = mock.send(&form()).unwrap();
    assert_eq!(result.code.unwrap().as_str(), "0844");
    assert_eq!(result.status.unwrap().as_str(), "pending");
    // Nobody was enrolled, and a header brings it about.
    let reply = mock.raw(&asking(&mock, &form(), "0840"));
    assert_eq!(serde_json::from_slice::<Value>(reply.body()).unwrap()["status"], "approved");
}

#[test]
fn both_parts_of_a_job_must_be_good() {
    let id = IdNumber::new("NG", "BVN", "00000000001").unwrap();
    let mock = with(&json!({"code": "0810"}));
    mock.submit(ImageJob::biometric_kyc(ids("leo", "job"), selfie(), id)).unwrap();
    let status = mock.status("leo", "job");
    assert_eq!(history(&mock), ["0810", "1013"]);
    assert!(status.job_complete && !status.job_success);
    let mut info = IdInfo::default();
    info.country = Some("NG".into());
    let mock = with(&json!({"code": "1015"}));
    mock.submit(job(JobType::EnhancedDocumentVerification)).unwrap();
    assert_eq!(history(&mock), ["0810", "1015"]);
    assert!(!mock.status("leo", "job").job_success);
}

const FILE: &str = r#"
partners:
  - {partner_id: "900", api_key: another-key}
scenarios:
  - when: {partner_id: "900", job_type: 4}
    then: {code: 0841}
  - when: {partner_id: "900", user_id: "vip-*"}
    times: 1
    then:
      code: "2221"
      text: Not enabled
callbacks:
  - when: {partner_id: "900"}
    then: {drop: true}
"#;

#[test]
fn a_file_is_yaml_or_json() {
    let yaml: ScenarioFile = FILE.parse().unwrap();
    let json = json!({
        "partners": [{"partner_id": "900", "api_key": "another-key"}],
        "scenarios": [
            {"when": {"partner_id": "900", "job_type": 4}, "then": {"code": "0841"}},
            {"when": {"partner_id": "900", "user_id": "vip-*"}, "times": 1, "then": {"code": "2221", "text": "Not enabled"}},
        ],
        "callbacks": [{"when": {"partner_id": "900"}, "then": {"drop": true}}],
    });
    let json: ScenarioFile = json.to_string().parse().unwrap();
    assert_eq!(format!("{yaml:?}"), format!("{json:?}"));
    assert_eq!("".parse::<ScenarioFile>().unwrap().scenarios, []);

    let mut mock = Mock::with(Config::new([42; 32]));
    mock.service.set_file_rules(yaml);
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(history(&mock), ["0840"], "another partner");
    mock.credentials = Credentials::new("900", "another-key").unwrap();
    assert_eq!(mock.submit(registration("vip-1", "vip")).unwrap_err().error, "Not enabled");
    mock.submit(registration("vip-1", "job")).unwrap();
    assert_eq!(code(mock.status("vip-1", "job").result().unwrap()), "0841");
    assert_eq!(mock.service.mischief().len(), 1);

    // A file takes the place of its former self, and what was called for stays.
    mock.service.add_scenario(rule(&json!({"when": {"user_id": "x"}, "then": {"code": "0840"}}))).unwrap();
    mock.service.set_file_rules("scenarios: []".parse().unwrap());
    assert_eq!((mock.service.scenarios().len(), mock.service.mischief().len()), (1, 0));
    mock.status("vip-1", "job");
}

#[test]
fn what_is_wrong_with_a_file_is_said_of_its_place() {
    for (file, line, column, path, says) in [
        ("scenarios:\n  - then: {code: '0899'}\n", 2, 5, "scenarios[0]", "`code` must be one of "),
        (
            "scenarios:\n  - then:\n      code: '0811'\n      cod: 1\n",
            4,
            7,
            "scenarios[0].then.cod",
            "unknown field `cod`, expected one of code, unknown, text,",
        ),
        ("scenarios:\n  - times: many\n    then: {code: '0811'}", 2, 12, "scenarios[0].times", "invalid u32"),
        (
            "scenarios:\n  - probability: 2\n    then: {}",
            2,
            18,
            "scenarios[0].probability",
            "a number from 0 to 1",
        ),
        ("scenarios:\n  - then: {after: soon}", 2, 12, "scenarios[0].then.after", "a whole number with `ms`"),
        ("scenarioz: []", 1, 1, "scenarioz", "expected one of partners, scenarios, callbacks"),
        ("scenarios: [", 1, 12, "scenarios", "unclosed bracket"),
        ("scenarios:\n\t- then: {}", 2, 2, "", "tabs"),
        (
            "{\"scenarios\": [\n  {\"then\": {\"code\": \"0899\"}}\n]}",
            2,
            3,
            "scenarios[0]",
            "`code` must be one of ",
        ),
        ("partners:\n  - {partner_id: '', api_key: x}", 2, 5, "partners[0]", "partner"),
    ] {
        let error = file.parse::<ScenarioFile>().unwrap_err();
        assert_eq!((error.line, error.column, error.path.as_str()), (line, column, path), "{file}: {error}");
        let shown = error.to_string();
        assert!(
            shown.contains(says) && shown.starts_with(&format!("line {line}, column {column}: ")),
            "{shown}"
        );
    }
}

#[test]
fn nothing_of_a_scenario_is_in_debug() {
    let scenario = rule(&json!({"then": {"set": {"FullName": "Winnie"}}}));
    assert!(!format!("{scenario:?}").contains("Winnie"));
}

#[test]
fn the_guide_s_file_does_what_it_says() {
    let guide = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/scenarios.md"));
    let (_, rest) = guide.split_once("```yaml\n").unwrap();
    let file: ScenarioFile = rest.split_once("```").unwrap().0.parse().unwrap();
    let mock = Mock::new();
    mock.service.set_file_rules(file);

    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    mock.submit(ImageJob::biometric_kyc(ids("amina", "job"), selfie(), id)).unwrap();
    assert_eq!(code(mock.status("amina", "job").result().unwrap()), "0814");
    mock.pass(Duration::from_secs(2 * 60 * 60));
    assert_eq!(code(mock.status("amina", "job").result().unwrap()), "1210");

    let flaky = || mock.submit(registration("leo", "flaky-1"));
    assert_eq!([flaky().unwrap_err().status, flaky().unwrap_err().status], [500, 500]);
    flaky().unwrap();

    mock.submit(ImageJob::document_verification(ids("odd", "odd"), selfie(), id_card(), "NG").unwrap())
        .unwrap();
    let reply = mock.reply(&job_status::Request::new("odd", "odd"));
    assert_eq!(reply["result"]["ConfidenceValue"], 97.5);
    assert_eq!(reply["result"]["Actions"]["Document_Check"], "Sent to Human Review");

    for header in guide.split("Smileid-Mock-Scenario: ").skip(1).map(|rest| rest.split_once('\'').unwrap().0)
    {
        let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        let job = ready(ImageJob::biometric_kyc(ids("joe", header), selfie(), id)).upload_request(None);
        let response = mock.raw(&asking(&mock, &job, header));
        assert!(response.status() == 200 || refusal_of(&response).1["code"] == header, "{header}");
    }
}
