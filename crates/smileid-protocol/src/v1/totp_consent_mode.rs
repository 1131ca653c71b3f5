//! `POST /v1/totp_consent/mode`: sends the one-time code to the holder of a BVN (second step of the consent).
//!
//! Wire: seen in the web SDK; inferred: the fields that a step repeats.

use super::totp::{ConsentState, ConsentStep};
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request of the second consent step: sends the one-time code to the person.
    pub struct Request { step: ConsentStep }

    const SPEC = Spec::post("v1::totp_consent_mode", "/v1/totp_consent/mode");
    type Auth = SignedBody;
    type Response = ConsentState;
}

later_step! {
    /// Creates a request that sends the one-time code by `mode`, one of the modes in the response to the first step.
    mode: String
}
