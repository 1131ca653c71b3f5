//! Tests properties of every endpoint: messages are the same after a round trip, and `Debug` hides secrets.
//!
//! The messages are those of the conformance suite, with random changes.

mod canaries;
mod round_trip;

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use smileid_conformance::{Suite, case::Kind};
use smileid_protocol::endpoint::SignedEndpoint;

/// A request or response of the conformance suite, as a JSON value.
enum Sample {
    Request(Value),
    Reply(Value),
}

/// Returns the samples of an endpoint.
fn samples(endpoint: &str) -> Vec<Sample> {
    let suite = Suite::embedded().expect("the embedded cases are in order");
    let mut samples = Vec::new();
    for case in suite.cases() {
        let Kind::Wire(case) = case.kind() else { continue };
        if case.endpoint != endpoint {
            continue;
        }
        samples.extend(case.request.iter().map(|it| Sample::Request(it.value.clone())));
        samples.extend(case.response.iter().map(|it| Sample::Reply(it.value.clone())));
    }
    assert!(!samples.is_empty(), "{endpoint} has no cases");
    samples
}

/// An endpoint whose messages can be shown, compared and stored as JSON: every endpoint.
trait Shown:
    SignedEndpoint<Response: Debug + PartialEq> + Debug + PartialEq + Serialize + DeserializeOwned
{
}

impl<E> Shown for E where
    E: SignedEndpoint<Response: Debug + PartialEq> + Debug + PartialEq + Serialize + DeserializeOwned
{
}
