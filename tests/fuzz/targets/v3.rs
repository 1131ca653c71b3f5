//! Fuzz target: parsing any bytes as a form, response or callback of V3 gives a message or an error, and never panics; nor does
//! formatting either. A parsed message can be written and parsed again.
#![no_main]

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use smileid_protocol::{endpoint::Endpoint, for_each_v3_endpoint, origin::Origin, v3};

fuzz_target!(|data: &[u8]| {
    let body = Bytes::copy_from_slice(data);

    macro_rules! all {
        ($($version:ident :: $endpoint:ident),+ $(,)?) => { $(read::<$version::$endpoint::Request>(&body);)+ };
    }
    for_each_v3_endpoint!(all);

    let mut headers = HeaderMap::new();
    for name in ["response-signature", "response-timestamp", "job-id", "user-id"] {
        let value = HeaderValue::from_bytes(data.get(..16).unwrap_or(data));
        headers.insert(name, value.unwrap_or(HeaderValue::from_static("1")));
    }
    match v3::callback::Callback::read(&headers, data) {
        Ok(callback) => {
            let callback = callback.trust_without_checking().0;
            drop(format!("{:?} {callback:?}", callback.result.verdict()));
        }
        Err(error) => drop(format!("{error} {error:?}")),
    }
});

fn read<E: Endpoint>(body: &Bytes) {
    for status in [200, 202, 404] {
        let response = http::Response::builder().status(status).body(body.clone()).expect("a status");
        match E::decode_reply(&response) {
            Ok(reply) => {
                let (reply, proof) = reply.trust_without_checking();
                drop(E::encode_reply(&reply, &proof));
            }
            Err(error) => drop(format!("{error} {error:?}")),
        }
    }
    let request = http::Request::builder()
        .uri(E::SPEC.path.replace(['{', '}'], ""))
        .header("content-type", "multipart/form-data; boundary=x")
        .header("smileid-token", "t")
        .header("smileid-api-key", "k")
        .header("smileid-partner-id", "1")
        .body(body.clone())
        .expect("a request");
    match E::decode(&request) {
        Ok(message) => {
            let (message, proof) = message.trust_without_checking();
            let origin: Origin = "http://127.0.0.1:1".parse().expect("an origin");
            if let Ok(again) = message.encode(&origin, &proof) {
                assert!(E::decode(&again).is_ok(), "what was written is read");
            }
        }
        Err(error) => drop(format!("{error} {error:?}")),
    }
}
