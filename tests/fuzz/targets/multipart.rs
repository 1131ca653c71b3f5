//! Fuzz target: any bytes as a multipart form are read or refused. A form that was read is the same after writing and reading it.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use smileid_protocol::{
    auth::{AuthScheme, Credentials},
    endpoint::Endpoint,
    timestamp::Timestamp,
    v1::smart_selfie_enroll::Request,
};

fuzz_target!(|data: &[u8]| {
    let key = Credentials::new("085", "key").expect("not empty");
    let proof = <Request as Endpoint>::Auth::prove(&key, &Timestamp::from_utc_millis(0));
    let origin = "https://api.example".parse().expect("an origin");
    let template = Request::from(smileid_protocol::v1::selfie_form::SelfieForm::new("u", &b"\xff\xd8\xff"[..]));
    let mut http = template.encode(&origin, &proof).expect("a request");
    http.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().expect("a header"));
    *http.body_mut() = Bytes::copy_from_slice(data);
    let Ok(read) = Request::decode(&http) else { return };
    let request = read.verify(&key).expect("the proof is in the headers");
    drop(format!("{request:?}"));
    let again = Request::decode(&request.encode(&origin, &proof).expect("it was read")).expect("it was written");
    assert_eq!(again.verify(&key).expect("our proof"), request);
});
