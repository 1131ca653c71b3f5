//! Selects endpoints of the protocol crate by name.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use smileid_protocol::{
    auth::{AuthScheme, Credentials, trust::Window},
    endpoint::Endpoint,
    origin::Origin,
    timestamp::Timestamp,
};

use crate::{
    failure::{Doing as _, Failure},
    value::{AsJson, CaseKey, CaseValue},
};

/// Functions of an endpoint that have the same type for all endpoints.
pub(super) struct AnyEndpoint {
    name: &'static str,
    /// True if requests need an access token.
    pub(super) needs_token: bool,
    /// Function that writes a request from the value in a case.
    pub(super) write: fn(&Value, &Origin, &Signer) -> Result<http::Request<Bytes>, Failure>,
    /// Function that reads a response as clients do, and verifies its signature if required.
    pub(super) read: fn(&http::Response<Bytes>, Option<&MustSign<'_>>) -> Result<(), Failure>,
}

/// Authentication data of a request: the credentials, an access token for endpoints that need one, and the timestamp.
pub(super) struct Signer {
    pub(super) key: Credentials,
    pub(super) token: Option<String>,
    pub(super) time: Timestamp,
}

/// Requirement that a response is signed with this key, at about this time in milliseconds since 1970.
pub(super) struct MustSign<'a> {
    pub(super) key: &'a Credentials,
    pub(super) now: i64,
}

impl AnyEndpoint {
    pub(super) fn named(name: &str) -> Result<&'static Self, Failure> {
        let found = ENDPOINTS.iter().chain(V3_ENDPOINTS).find(|endpoint| endpoint.name == name);
        found.ok_or_else(|| Failure::contradiction(format!("unknown endpoint `{name}`")))
    }
}

macro_rules! registry {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(any::<smileid_protocol::$version::$endpoint::Request, AsJson>(
            concat!(stringify!($version), "::", stringify!($endpoint)),
        )),+]
    };
}

macro_rules! v3_registry {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(any::<
            smileid_protocol::$version::$endpoint::Request,
            <smileid_protocol::$version::$endpoint::Request as Endpoint>::Codec,
        >(concat!(stringify!($version), "::", stringify!($endpoint)))),+]
    };
}

const ENDPOINTS: &[AnyEndpoint] = smileid_protocol::for_each_endpoint!(registry);
const V3_ENDPOINTS: &[AnyEndpoint] = smileid_protocol::for_each_v3_endpoint!(v3_registry);

/// Returns the functions of an endpoint whose values in cases have the format `V`.
const fn any<E, V>(name: &'static str) -> AnyEndpoint
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    AnyEndpoint {
        name,
        needs_token: <E::Auth as AuthScheme>::Key::IS_TOKEN,
        write: write::<E, V>,
        read: read::<E>,
    }
}

fn write<E, V>(value: &Value, origin: &Origin, signer: &Signer) -> Result<http::Request<Bytes>, Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    let message = V::read(value)?;
    let key = CaseKey::of(signer.key.clone(), signer.token.as_deref())?;
    message.encode(origin, &E::Auth::prove(&key, &signer.time)).doing("writing the request")
}

fn read<E: Endpoint>(
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

/// Maximum difference between the time of a signature and now.
pub(super) const DAY: Window = Window::within(Duration::from_secs(24 * 60 * 60));

/// Checks that a timestamp is at most a day old. An older signature may come from another message.
///
/// The limit is a day and not shorter, because the clock of a test server may have been moved.
pub(super) fn is_from_today(time: Option<&Timestamp>, now: i64) -> Result<(), Failure> {
    let time = time.ok_or_else(|| Failure::contradiction("responses of this endpoint are not signed"))?;
    DAY.check(time, now).doing("checking the time of the signature")
}
