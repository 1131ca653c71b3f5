//! `POST /v2/verify-phone-number`: says whose phone number it is.
//!
//! Wire: documented; the shape of the reply is inferred from the callback's.

use serde::{Deserialize, Serialize};
use smileid_types::PhoneResult;

use super::phone::PhoneCheck;
use crate::{
    auth::{MaybeSignedReply, SignedHeaders},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Checks whose phone number it is.
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
    const SPEC: Spec = Spec::post("v1::verify_phone_number", "/v2/verify-phone-number");
    type Auth = SignedHeaders;
    type Codec = Json;
    type Response = PhoneResult;
    type ReplyAuth = MaybeSignedReply;
}
