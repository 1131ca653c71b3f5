//! `POST /v1/totp_consent/otp`: third step of a BVN holder's consent.
//!
//! Wire: seen in the web SDK; inferred: the fields that a step repeats.

use super::totp::{ConsentState, ConsentStep};
use crate::{
    auth::{Secret, SignedBody},
    endpoint::Spec,
};

shared_endpoint! {
    /// Request of the third consent step.
    pub struct Request { step: ConsentStep }

    const SPEC = Spec::post("v1::totp_consent_otp", "/v1/totp_consent/otp");
    type Auth = SignedBody;
    type Response = ConsentState;
}

later_step! {
    /// Sends the code.
    otp: Secret
}
