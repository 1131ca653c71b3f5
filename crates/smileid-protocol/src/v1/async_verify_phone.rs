//! `POST /v2/async-verify-phone`: says whose phone number it is and calls back.
//!
//! Wire: documented; pages differ on the path, so servers answer both.

use super::phone::PhoneCheck;
use crate::{auth::SignedHeaders, endpoint::Spec};

shared_endpoint! {
    /// Checks whose phone number it is and calls back.
    pub struct Request { check: PhoneCheck }

    const SPEC = Spec::post("v1::async_verify_phone", "/v2/async-verify-phone")
        .also_at(&["/v2/async-verify-phone-number"]);
    type Auth = SignedHeaders;
    type Response = Accepted;
}
