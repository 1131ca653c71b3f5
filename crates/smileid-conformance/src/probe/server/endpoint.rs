//! Any endpoint of the protocol crate, by its name.

use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use smileid_protocol::{
    auth::{AuthScheme, Credentials, trust::Window},
    endpoint::SignedEndpoint,
    origin::Origin,
    timestamp::Timestamp,
};

use crate::failure::{Doing as _, Failure};

/// What is done with any endpoint: the same with each.
pub(super) struct AnyEndpoint {
    name: &'static str,
    /// Writes a request from its own JSON form.
    pub(super) write: fn(&Value, &Origin, &Signer) -> Result<http::Request<Bytes>, Failure>,
    /// Reads a reply, as clients do, and checks that it is signed, if it must be.
    pub(super) read: fn(&http::Response<Bytes>, Option<&MustSign<'_>>) -> Result<(), Failure>,
}

/// Who signs, and when.
pub(super) struct Signer {
    pub(super) key: Credentials,
    pub(super) time: Timestamp,
}

/// With which key a reply must be signed, and about when: in milliseconds since 1970.
pub(super) struct MustSign<'a> {
    pub(super) key: &'a Credentials,
    pub(super) now: i64,
}

impl AnyEndpoint {
    pub(super) fn named(name: &str) -> Result<&'static Self, Failure> {
        let found = ENDPOINTS.iter().find(|endpoint| endpoint.name == name);
        found.ok_or_else(|| Failure::contradiction(format!("there is no endpoint `{name}`")))
    }
}

macro_rules! registry {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(AnyEndpoint {
            name: concat!(stringify!($version), "::", stringify!($endpoint)),
            write: write::<smileid_protocol::$version::$endpoint::Request>,
            read: read::<smileid_protocol::$version::$endpoint::Request>,
        }),+]
    };
}

const ENDPOINTS: &[AnyEndpoint] = smileid_protocol::for_each_endpoint!(registry);

fn write<E: SignedEndpoint + DeserializeOwned>(
    value: &Value,
    origin: &Origin,
    signer: &Signer,
) -> Result<http::Request<Bytes>, Failure> {
    let message = E::deserialize(value).doing("reading the value of the request")?;
    let proof = E::Auth::prove(&signer.key, &signer.time);
    message.encode(origin, &proof).doing("writing the request")
}

fn read<E: SignedEndpoint>(
    response: &http::Response<Bytes>,
    must_sign: Option<&MustSign<'_>>,
) -> Result<(), Failure> {
    let read = E::decode_reply(response).doing("reading the answer")?;
    match must_sign {
        None => Ok(()),
        Some(MustSign { key, now }) => {
            let time = E::ReplyAuth::timestamp(read.proof()).cloned();
            read.verify(key).doing("checking the answer's signature")?;
            is_of_today(time.as_ref(), *now)
        }
    }
}

/// Whether a signature was made today: one that is older may have been taken from another message.
///
/// A day, because the clock of a server that is tried may have been moved.
pub(super) fn is_of_today(time: Option<&Timestamp>, now: i64) -> Result<(), Failure> {
    const DAY: Window = Window::within(Duration::from_secs(24 * 60 * 60));
    let time = time.ok_or_else(|| Failure::contradiction("answers of this endpoint carry no signature"))?;
    DAY.check(time, now).doing("checking the time of the signature")
}
