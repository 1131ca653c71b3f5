//! `POST /v2/verify-phone-number`: checks the owner of a phone number.
//!
//! Wire: documented; the shape of the reply is inferred from the callback's.

use smileid_types::PhoneResult;

use super::phone::PhoneCheck;
use crate::{auth::SignedHeaders, endpoint::Spec};

shared_endpoint! {
    /// Request that checks the owner of a phone number.
    pub struct Request { check: PhoneCheck }

    const SPEC = Spec::post("v1::verify_phone_number", "/v2/verify-phone-number");
    type Auth = SignedHeaders;
    type Response = PhoneResult;
}
