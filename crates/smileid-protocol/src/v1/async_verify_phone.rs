//! `POST /v2/async-verify-phone`: says whose phone number it is and calls back.
//!
//! Wire: documented; pages differ on the path, so servers answer both.

use serde::{Deserialize, Serialize};

use super::{accepted::Accepted, phone::PhoneCheck};
use crate::{
    auth::{Anonymous, SignedHeaders},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Checks whose phone number it is and calls back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it.
    pub check: PhoneCheck,
}

impl From<PhoneCheck> for Request {
    fn from(check: PhoneCheck) -> Self {
        Self { check }
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
