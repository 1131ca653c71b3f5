//! `smileid explain`. What it says comes from the tables, whose rows have their own tests.

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
fn a_result_code_for_each_product() {
    let reply = explain(&["0810"]).json();
    assert_eq!(reply["error"], Value::Null);
    // What has two parts is good only when both are; a document by itself has one.
    let expected = [
        ("biometric_kyc", "provisional"),
        ("doc_verification", "approved"),
        ("enhanced_document_verification", "provisional"),
    ];
    assert_eq!(decisions(&reply), expected);
    assert_eq!(explain(&["810"]).json(), reply, "a number that lost its zeros");

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
fn the_code_of_a_refusal() {
    let reply = explain(&["2204"]).json();
    assert_eq!(reply["results"], json!([]));
    assert_eq!(reply["error"]["http_status"], 400);
    assert!(reply["error"]["advice"].as_str().unwrap().contains("type of each value"));
    let typed = explain(&["2205", "--job-type", "4"]).json();
    assert!(typed["error"]["advice"].as_str().unwrap().contains("environment"));
}

#[test]
fn every_code_of_the_tables_is_explained() {
    for code in ["0811", "0911", "1020", "1210", "2209", "2215", "2304", "2314", "2405"] {
        let reply = explain(&[code]).json();
        assert!(reply["error"].is_object() || !reply["results"].as_array().unwrap().is_empty(), "{code}");
    }
}

#[test]
fn what_is_not_known_is_said() {
    for (arguments, says) in [
        (&["9999"][..], "no table knows"),
        (&["AccessDenied"], "no table knows"),
        (&[""], "no table knows"),
        (&["0840", "--job-type", "1"], "not known for job type 1, but for 4"),
        (&["9999", "--job-type", "1"], "no table knows"),
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
