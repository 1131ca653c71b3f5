//! Tests that the sample messages of Smile ID's older documentation page are read, judged and written correctly.

use std::fs;

use serde_json::{Value, json};
use smileid_protocol::{
    callback::Callback,
    types::{Action, ActionValue, Decision, JobType, Product, Verdict},
    v1::job_status,
};

use crate::recording;

pub(crate) fn sample(name: &str) -> Value {
    serde_json::from_slice(&fs::read(recording("page").join(name)).unwrap()).unwrap()
}

#[test]
fn the_polled_reply() {
    let sample = sample("polled.json");
    let reply: job_status::Response = serde_json::from_value(sample.clone()).unwrap();
    let result = reply.result().unwrap();
    assert_eq!(result.partner_params.as_ref().unwrap().job_type, Some(JobType::BiometricKyc));
    assert_eq!(result.is_final_result, Some(true));
    assert_eq!(result.actions.as_ref().unwrap()[&Action::SelfieToIdAuthorityCompare], ActionValue::Completed);
    assert_eq!(reply.verdict().decision, Decision::Approved, "the face matches and the ID is verified");

    // Written back it is equal except for the job type: text on the page, a number everywhere else.
    let mut expected = sample;
    expected["result"]["PartnerParams"]["job_type"] = json!(1);
    expected["history"][0]["PartnerParams"]["job_type"] = json!(1);
    assert_eq!(serde_json::to_value(&reply).unwrap(), expected);
}

#[test]
fn the_callback() {
    let sample = sample("callback.json");
    let callback = Callback::read(sample.to_string().as_bytes()).unwrap();
    let (callback, proof) = callback.trust_without_checking();
    assert_eq!(proof, None, "the page's sample is of a time before callbacks were signed");
    let result = callback.result().unwrap();
    assert_eq!(Verdict::for_job([result]).decision, Decision::Approved);
    assert_eq!(Verdict::for_result(result, &Product::SmartSelfieAuthentication).decision, Decision::Approved);
    assert_eq!(serde_json::to_value(&callback).unwrap(), sample);
}
