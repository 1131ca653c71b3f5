//! Tests that JSON bodies are read with any `Content-Type`.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Method, Request, Response, header::CONTENT_TYPE};
use serde_json::{Value, json};
use smileid_protocol::{
    ENDPOINTS,
    job::{IdNumber, LookupJob},
    v1::id_verification,
};

use crate::support::{Mock, ids};

fn body(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

#[test]
fn json_is_read_at_every_endpoint_whatever_its_content_type() {
    let id = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let lookup = LookupJob::enhanced_kyc(ids("leo", "job"), id).into_lookup();
    let sent = Mock::new().encode(&id_verification::Request::from(lookup));
    let seal: Value = serde_json::from_slice(sent.body()).unwrap();
    let signed = json!({
        "partner_id": "085",
        "smile_client_id": "085",
        "timestamp": seal["timestamp"],
        "signature": seal["signature"],
        "user_id": "leo",
        "job_id": "job",
    });
    let mut answers = BTreeSet::new();
    for spec in ENDPOINTS.iter().filter(|spec| spec.method != Method::GET) {
        if spec.path.contains("smart-selfie") {
            continue; // these are forms
        }
        for json in [json!({}), signed.clone()] {
            let answer = |content_type: Option<&str>| {
                let mut request =
                    Request::builder().method(&spec.method).uri(spec.path.replace("{ref_id}", "x"));
                if let Some(content_type) = content_type {
                    request = request.header(CONTENT_TYPE, content_type);
                }
                let response = Mock::new().raw(&request.body(json.to_string().into()).unwrap());
                (response.status().as_u16(), body(&response))
            };
            let expected = answer(Some("application/json"));
            for content_type in
                [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("nonsense")]
            {
                assert_eq!(answer(content_type), expected, "{} {content_type:?}", spec.path);
            }
            answers.insert(expected.1.to_string());
        }
    }
    assert!(answers.len() > 5, "the members were read: {answers:#?}");
}
