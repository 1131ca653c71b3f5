//! Tests that a malformed member does not affect the others, and that a result is serialized completely.

use serde_json::{Value, json};

use super::*;

fn base() -> Value {
    json!({"ResultCode": "1012", "PartnerParams": {"job_type": 5, "job_id": "j"}})
}

/// Reads the sample result of these tests with one additional member.
fn with(name: &str, value: &Value) -> (Value, JobResult) {
    let mut message = base();
    message[name] = value.clone();
    let read =
        serde_json::from_value(message.clone()).unwrap_or_else(|error| panic!("{name} {value}: {error}"));
    (message, read)
}

#[test]
fn what_does_not_fit_is_kept_as_it_came() {
    let not_available = json!("Not Available");
    for (name, value) in [
        ("IDNumberPreviouslyRegistered", not_available.clone()),
        ("UserIDsOfPreviousRegistrants", not_available.clone()),
        ("UserIDsOfPreviousRegistrants", json!("")),
        ("company_information", not_available.clone()),
        ("company_information", json!("")),
        ("directors", not_available.clone()),
        ("directors", json!([{"name": "A"}, "B"])),
        ("documents", json!([])),
        ("Actions", json!([])),
        ("Actions", json!("")),
        ("Actions", json!({"Names": null, "DOB": 1, "Gender": "Exact Match"})),
        ("ImageLinks", not_available.clone()),
        ("ImageLinks", json!({"selfie_image": null, "error": ["x"]})),
        ("Antifraud", json!("")),
        ("Antifraud", json!({"SuspectUsers": ["x"], "summary": {"fraud_detected": "yes"}})),
        ("IsFinalResult", not_available),
        ("IsFinalResult", json!(null)),
        ("ResultText", json!(["x"])),
        ("ResultCode", json!(1012.5)),
        ("PartnerParams", json!([])),
        ("PartnerParams", json!({"job_type": "", "user_id": null, "job_id": ["j"]})),
        ("FullName", json!(null)),
        ("Address", json!({"line": "x"})),
        ("IsAlive", json!(true)),
    ] {
        let (message, read) = with(name, &value);
        assert_eq!(serde_json::to_value(&read).unwrap(), message, "{name} {value}");
        if name != "ResultCode" {
            assert_eq!(read.result_code, Some(ResultCode::from("1012")), "{name} {value}");
        }
    }
}

#[test]
fn what_is_near_enough_is_read() {
    let params = json!({"job_type": "null", "user_id": 7, "job_id": "j"});
    let (_, read) = with("PartnerParams", &params);
    let read = read.partner_params.unwrap();
    assert_eq!(
        (read.user_id.as_deref(), read.job_id.as_deref(), read.job_type),
        (Some("7"), Some("j"), None)
    );

    assert_eq!(with("ResultText", &json!(5)).1.result_text.as_deref(), Some("5"));
    assert_eq!(with("ConfidenceValue", &json!(97.5)).1.confidence_value.as_deref(), Some("97.5"));
    assert_eq!(with("IsFinalResult", &json!("True")).1.is_final_result, Some(true));
    let steps = with("Actions", &json!({"Names": null, "DOB": "Exact Match"})).1.actions.unwrap();
    assert_eq!(steps.len(), 1);

    // A number that has lost digits is not read as an ID number.
    let text = r#"{"IDNumber": 123456789012345678901234567890}"#;
    assert_eq!(serde_json::from_str::<JobResult>(text).unwrap().personal_info.id_number, None);
}

#[test]
fn image_links_go_by_either_name() {
    let links = json!({"selfie_image": "https://images.example/1"});
    for name in ["ImageLinks", "image_links"] {
        let (_, read) = with(name, &links);
        let link = read.image_links.and_then(|links| links.selfie_image);
        assert_eq!(link.as_deref(), Some("https://images.example/1"), "{name}");
    }
}

#[test]
fn a_field_outweighs_what_did_not_fit_it() {
    let (_, mut read) = with("FullName", &json!(null));
    read.personal_info.full_name = Some("Joe Leo".to_owned());
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(written.matches("FullName").count(), 1, "{written}");
    assert!(written.contains("Joe Leo"), "{written}");
}

#[test]
fn errors_quote_nothing() {
    for text in [
        r#""https://images.example/1?Signature=canary""#,
        r#"["canary"]"#,
        r#"{"IDNumber": "canary", "#,
        r#"{"ResultCode": canary}"#,
        r#"{"IDNumber": "canary" "x"}"#,
    ] {
        let error = serde_json::from_str::<JobResult>(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    for text in [
        r#"{"ResultText": 12345678901}"#,
        r#"{"PartnerParams": "canary"}"#,
        r#"{"UserIDsOfPreviousRegistrants": "canary"}"#,
        r#"{"ImageLinks": "https://images.example/1?Signature=canary"}"#,
        r#"{"directors": "canary", "Photo": true, "company_information": "canary"}"#,
        r#"{"ResultCode": "canary 12345678901", "Actions": {"canary": "canary"}, "ResultType": "canary"}"#,
        r#"{"Antifraud": {"SuspectUsers": [{"reason": "canary", "reasons": ["canary"], "user_id": "canary"}]}}"#,
        r#"{"ImageLinks": {"error": "canary"}, "SmileJobID": ["canary"]}"#,
    ] {
        let read: JobResult = serde_json::from_str(text).unwrap();
        let shown = format!("{read:?} {read:#?}");
        assert!(!shown.contains("canary") && !shown.contains("12345678901"), "{shown}");
    }
}
