//! `POST /v1/totp_consent/mode`: second step of a BVN holder's consent.
//!
//! Wire: seen in the web SDK; inferred: the fields that a step repeats.

use super::totp::{ConsentState, ConsentStep};
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request of the second consent step.
    pub struct Request { step: ConsentStep }

    const SPEC = Spec::post("v1::totp_consent_mode", "/v1/totp_consent/mode");
    type Auth = SignedBody;
    type Response = ConsentState;
}

later_step! {
    /// Has the code sent by `mode`, one of the modes in the reply to the first step.
    mode: String
}
