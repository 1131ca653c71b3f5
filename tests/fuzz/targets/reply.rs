//! Fuzz target: any bytes as the response or the request of any endpoint are read or refused, and shown without a panic. A
//! message that was read can be written.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use smileid_protocol::{endpoint::Endpoint, for_each_endpoint, v1};

fuzz_target!(|data: &[u8]| {
    let Some((status, body)) = data.split_first() else { return };
    let status = [200, 201, 302, 400, 403, 429, 500, 502][usize::from(status % 8)];
    let body = Bytes::copy_from_slice(body);

    macro_rules! all {
        ($($version:ident :: $endpoint:ident),+ $(,)?) => { $(read::<$version::$endpoint::Request>(status, &body);)+ };
    }
    for_each_endpoint!(all);
    let response = http::Response::builder().status(status).body(body).expect("a status");
    drop(v1::put_archive::read_reply(&response).map_err(|error| format!("{error} {error:?}")));
});

fn read<E: Endpoint>(status: u16, body: &Bytes) {
    let response = http::Response::builder().status(status).body(body.clone()).expect("a status");
    match E::decode_reply(&response) {
        Ok(reply) => {
            let (reply, proof) = reply.trust_without_checking();
            drop(E::encode_reply(&reply, &proof));
        }
        Err(error) => drop(format!("{error} {error:?}")),
    }
    let request = http::Request::builder().uri(E::SPEC.path.replace(['{', '}'], "")).body(body.clone());
    let Ok(request) = request else { return };
    drop(E::decode(&request).map_err(|error| format!("{error} {error:?}")));
}
