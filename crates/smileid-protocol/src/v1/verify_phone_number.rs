//! `POST /v2/verify-phone-number`: says whose phone number it is.
//!
//! Wire: documented; the shape of the reply is inferred from the callback's.

use smileid_types::PhoneResult;

use super::phone::PhoneCheck;
use crate::{auth::SignedHeaders, endpoint::Spec};

shared_endpoint! {
    /// Checks whose phone number it is.
    pub struct Request { check: PhoneCheck }

    const SPEC = Spec::post("v1::verify_phone_number", "/v2/verify-phone-number");
    type Auth = SignedHeaders;
    type Response = PhoneResult;
}
