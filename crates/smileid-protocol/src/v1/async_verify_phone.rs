//! `POST /v2/async-verify-phone`: checks the owner of a phone number; the result is sent to the callback URL.
//!
//! Wire: documented; pages differ on the path, so servers accept both.

use super::phone::PhoneCheck;
use crate::{auth::SignedHeaders, endpoint::Spec};

shared_endpoint! {
    /// Request that checks the owner of a phone number. The API sends the result to the callback URL.
    pub struct Request { check: PhoneCheck }

    const SPEC = Spec::post("v1::async_verify_phone", "/v2/async-verify-phone")
        .also_at(&["/v2/async-verify-phone-number"]);
    type Auth = SignedHeaders;
    type Response = Accepted;
}
