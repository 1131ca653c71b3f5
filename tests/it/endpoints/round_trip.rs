//! Tests that requests and responses of every endpoint are the same after encoding and decoding, and that reading loses nothing.
//!
//! Encoding and decoding use the same derived reader and writer, so a member that these lose would be missing before the
//! comparison. So each value is also compared with the JSON that it was read from.

mod changes;
mod spellings;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, json};
use smileid::Credentials;
use smileid_protocol::{
    auth::AuthScheme, codec::EncodeError, endpoint::Endpoint, for_each_endpoint, timestamp::Timestamp, v1,
};

use super::*;
use changes::{change, changed};

fn credentials() -> Credentials {
    Credentials::new("0085", "clé-ünï✓").unwrap()
}

/// Returns the message of a value, checked to be complete; `None` if the value is not a message.
fn read<T: Serialize + DeserializeOwned>(value: &Value) -> Option<T> {
    let message: T = serde_json::from_value(value.clone()).ok()?;
    let written = serde_json::to_value(&message).unwrap();
    if let Err(at) = spellings::same(value, &written) {
        panic!("`{at}` of {value} became {written}");
    }
    Some(message)
}

/// Returns a request before it is sent and after it was received; `None` if it cannot be sent.
fn sent_and_received<E: Shown>(request: E) -> Option<(E, E)> {
    let proof = E::Auth::prove(&credentials(), &Timestamp::from_utc_millis(1_678_397_700_279));
    let origin = "https://api.example".parse().unwrap();
    let http = match request.encode(&origin, &proof) {
        Ok(http) => http,
        // Refused before sending: an extra member with a name of the proof's, a path that leads elsewhere, a value that no
        // query can have, an invalid form.
        Err(
            EncodeError::Reserved { .. }
            | EncodeError::NotASegment { .. }
            | EncodeError::NotText { .. }
            | EncodeError::Missing { .. }
            | EncodeError::PartName,
        ) => return None,
        Err(other) => panic!("{other:?} for {request:?}"),
    };
    let received = E::decode(&http).unwrap_or_else(|error| panic!("{error:?} for {request:?}"));
    Some((request, received.verify(&credentials()).unwrap()))
}

fn answered_and_read<E: Shown>(response: E::Response) -> Option<(E::Response, E::Response)> {
    let proof = E::ReplyAuth::prove(&credentials(), &Timestamp::from_utc_millis(0));
    let http = match E::encode_reply(&response, &proof) {
        Ok(http) => http,
        Err(EncodeError::Reserved { .. }) => return None,
        Err(other) => panic!("{other:?} for {response:?}"),
    };
    let read = E::decode_reply(&http).unwrap_or_else(|error| panic!("{error:?} for {response:?}"));
    Some((response, read.verify(&credentials()).unwrap()))
}

/// Compares two messages. A difference is shown as JSON, because `Debug` hides values.
fn compare<T: PartialEq + Serialize>((before, after): (T, T)) -> Result<(), TestCaseError> {
    if before != after {
        prop_assert_eq!(serde_json::to_value(before).unwrap(), serde_json::to_value(after).unwrap());
        return Err(TestCaseError::fail("they differ, though not as JSON"));
    }
    Ok(())
}

fn check<E: Shown>() {
    for sample in samples(E::SPEC.name) {
        let compared = std::cell::Cell::new(0);
        let count = || compared.set(compared.get() + 1);
        let mut runner =
            TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
        let ran = runner.run(&prop::collection::vec(change(), 0..4), |changes| match &sample {
            Sample::Request(value) => {
                let pair = read::<E>(&changed(value.clone(), &changes)).and_then(sent_and_received);
                pair.into_iter().inspect(|_| count()).try_for_each(compare)
            }
            Sample::Reply(value) => {
                let read = read::<E::Response>(&changed(value.clone(), &changes));
                let pair = read.and_then(answered_and_read::<E>);
                pair.into_iter().inspect(|_| count()).try_for_each(compare)
            }
        });
        ran.unwrap_or_else(|error| panic!("{}: {error}", E::SPEC.name));
        assert!(compared.get() > 8, "{}: only {} of 64 were messages at all", E::SPEC.name, compared.get());
    }
}

macro_rules! tests {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        $(
            #[test]
            fn $endpoint() {
                check::<$version::$endpoint::Request>();
            }
        )+
    };
}

for_each_endpoint!(tests);

#[test]
fn what_would_be_written_twice_is_refused() {
    let value = json!({"user_id": "u", "job_id": "j", "partner_id": "999"});
    let request: v1::job_status::Request = serde_json::from_value(value).unwrap();
    let proof =
        <v1::job_status::Request as Endpoint>::Auth::prove(&credentials(), &Timestamp::from_utc_millis(0));
    let error = request.encode(&"https://api.example".parse().unwrap(), &proof).unwrap_err();
    assert!(matches!(&error, EncodeError::Reserved { name } if name == "partner_id"), "{error:?}");
    let none = Map::new();
    assert!(serde_json::from_value::<v1::job_status::Request>(none.into()).is_err());
}
