//! Tests that the list of simulated behaviours is complete and well formed.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use smileid_mock_server::fidelity::{Kind, rows};
use smileid_protocol::{ENDPOINTS, V3_ENDPOINTS};

use crate::support::Mock;

/// Presigned URLs, which are not endpoints of the protocol crate.
const LINKS: [&str; 2] = ["image", "put_archive"];

#[test]
fn every_endpoint_has_a_row_and_no_other_thing_is_called_one() {
    let listed: BTreeSet<_> =
        rows().iter().filter(|row| row.kind == Kind::Endpoint).map(|row| row.name.to_owned()).collect();
    let endpoints = ENDPOINTS.iter().map(|spec| spec.name.rsplit("::").next().unwrap().to_owned());
    let of_v3 = V3_ENDPOINTS.iter().map(|spec| spec.name.replace("::", "_"));
    assert_eq!(listed, endpoints.chain(of_v3).chain(LINKS.map(str::to_owned)).collect());
}

#[test]
fn a_row_is_a_plain_object() {
    let row = rows().iter().find(|row| row.name == "judgement of images").unwrap();
    assert_eq!(
        serde_json::to_value(row).unwrap(),
        json!({
            "kind": "absent",
            "name": "judgement of images",
            "says": row.says,
            "mark": "documented",
            "sources": ["docs-biometric-kyc", "docs-document-verification"],
        })
    );
    let ours = rows().iter().find(|row| row.name == "faces always match").unwrap();
    assert_eq!(serde_json::to_value(ours).unwrap()["mark"], Value::from("ours"));
}

#[test]
fn a_running_mock_answers_every_row() {
    let mock = Mock::new();
    let request = http::Request::get("/_mock/fidelity").header("host", "127.0.0.1").body(bytes::Bytes::new());
    let answer: Value = serde_json::from_slice(mock.raw(&request.unwrap()).body()).unwrap();
    assert_eq!(answer["rows"], serde_json::to_value(rows()).unwrap());
}
