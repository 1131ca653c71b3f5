//! `POST /v2/async-verify-phone`: says whose phone number it is and calls back.
//!
//! Wire: documented; pages differ on the path, so servers answer both.

use serde::{Deserialize, Serialize};

use super::{accepted::Accepted, phone::PhoneCheck};
use crate::{
    auth::{Anonymous, SignedHeaders},
    codec::Json,
    endpoint::{Endpoint, Spec},
    job::CallbackUrl,
};

/// Checks whose phone number it is and calls back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it. When it arrives without a callback URL, the one that the partner's portal names is meant.
    pub check: PhoneCheck,
}

impl Request {
    /// The result of `check` is sent to `callback`.
    pub fn new(check: PhoneCheck, callback: &CallbackUrl) -> Self {
        Self { check: check.with_callback(callback) }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::async_verify_phone", "/v2/async-verify-phone")
        .also_at(&["/v2/async-verify-phone-number"]);
    type Auth = SignedHeaders;
    type Codec = Json;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
