//! Selects endpoints of the protocol crate by name.

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

/// Functions of an endpoint that have the same type for all endpoints.
pub(super) struct AnyEndpoint {
    name: &'static str,
    /// Writes a request from its own JSON format.
    pub(super) write: fn(&Value, &Origin, &Signer) -> Result<http::Request<Bytes>, Failure>,
    /// Reads a response like clients do, and verifies its signature if required.
    pub(super) read: fn(&http::Response<Bytes>, Option<&MustSign<'_>>) -> Result<(), Failure>,
}

/// The credentials and the timestamp of a signature.
pub(super) struct Signer {
    pub(super) key: Credentials,
    pub(super) time: Timestamp,
}

/// Requirement that a response is signed: with this key, and at about this time in milliseconds since 1970.
pub(super) struct MustSign<'a> {
    pub(super) key: &'a Credentials,
    pub(super) now: i64,
}

impl AnyEndpoint {
    pub(super) fn named(name: &str) -> Result<&'static Self, Failure> {
        let found = ENDPOINTS.iter().find(|endpoint| endpoint.name == name);
        found.ok_or_else(|| Failure::contradiction(format!("unknown endpoint `{name}`")))
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
    let read = E::decode_reply(response).doing("reading the response")?;
    match must_sign {
        None => Ok(()),
        Some(MustSign { key, now }) => {
            let time = E::ReplyAuth::timestamp(read.proof()).cloned();
            read.verify(key).doing("verifying the response's signature")?;
            is_from_today(time.as_ref(), *now)
        }
    }
}

/// Checks that a timestamp is at most a day old. An older signature may come from another message.
///
/// The limit is a day and not shorter, because the clock of a test server may have been moved.
pub(super) fn is_from_today(time: Option<&Timestamp>, now: i64) -> Result<(), Failure> {
    const DAY: Window = Window::within(Duration::from_secs(24 * 60 * 60));
    let time = time.ok_or_else(|| Failure::contradiction("responses of this endpoint are not signed"))?;
    DAY.check(time, now).doing("checking the time of the signature")
}
