//! Tests `smileid explain`. The texts come from tables, which have their own tests.

use serde_json::{Value, json};

use crate::command::*;

fn explain(arguments: &[&str]) -> Run {
    run(smileid(), ["explain"].iter().chain(arguments), "")
}

fn decisions(reply: &Value) -> Vec<(&str, &str)> {
    let results = reply["results"].as_array().unwrap().iter();
    let decisions = results.flat_map(|result| result["decisions"].as_array().unwrap());
    decisions.map(|it| (it["products"][0].as_str().unwrap(), it["decision"].as_str().unwrap())).collect()
}

#[test]
fn explains_a_result_code_for_each_product() {
    let reply = explain(&["0810"]).json();
    assert_eq!(reply["error"], Value::Null);
    // A product with two checks is approved only if both pass. A document check is one.
    let expected = [
        ("biometric_kyc", "provisional"),
        ("doc_verification", "approved"),
        ("enhanced_document_verification", "provisional"),
    ];
    assert_eq!(decisions(&reply), expected);
    assert_eq!(explain(&["810"]).json(), reply, "a code without its leading zero");

    for job_type in ["1", "biometric_kyc"] {
        let of_type = explain(&["0810", "--job-type", job_type]).json();
        assert_eq!(decisions(&of_type), [("biometric_kyc", "provisional")]);
    }
    let lookup = explain(&["1012", "--job-type", "5"]).json();
    assert_eq!(decisions(&lookup), [("enhanced_kyc", "approved")]);
    let text = explain(&["0810", "--job-type", "6", "--format", "text"]);
    assert!(text.stdout.contains("approved for doc_verification"), "{}", text.stdout);
}

#[test]
fn explains_an_error_code() {
    let reply = explain(&["2204"]).json();
    assert_eq!(reply["results"], json!([]));
    assert_eq!(reply["error"]["http_status"], 400);
    assert!(reply["error"]["advice"].as_str().unwrap().contains("type of each value"));
    let typed = explain(&["2205", "--job-type", "4"]).json();
    assert!(typed["error"]["advice"].as_str().unwrap().contains("environment"));
}

#[test]
fn explains_every_known_code() {
    for code in ["0811", "0911", "1020", "1210", "2209", "2215", "2304", "2314", "2405"] {
        let reply = explain(&[code]).json();
        assert!(reply["error"].is_object() || !reply["results"].as_array().unwrap().is_empty(), "{code}");
    }
}

#[test]
fn unknown_codes_are_errors() {
    for (arguments, says) in [
        (&["9999"][..], "unknown code"),
        (&["AccessDenied"], "unknown code"),
        (&[""], "unknown code"),
        (&["0840", "--job-type", "1"], "not known for job type 1; it is known for 4"),
        (&["9999", "--job-type", "1"], "unknown code"),
    ] {
        let run = explain(arguments);
        assert_eq!((run.status, &run.error()["kind"]), (1, &json!("other")), "{arguments:?}");
        assert!(run.error()["message"].as_str().unwrap().contains(says), "{}", run.stderr);
        assert_eq!(run.error()["code"], arguments[0]);
    }
    let typo = explain(&["0810", "--job-type", "selfie"]);
    assert_eq!((typo.status, &typo.error()["field"]), (2, &json!("job_type")));
    assert_eq!(explain(&[]).status, 2);
}
