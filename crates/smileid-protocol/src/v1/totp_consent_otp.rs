//! `POST /v1/totp_consent/otp`: submits the one-time code of the holder of a BVN (third step of the consent).
//!
//! Wire: seen in the web SDK; inferred: the fields that a step repeats.

use super::totp::{ConsentState, ConsentStep};
use crate::{
    auth::{Secret, SignedBody},
    endpoint::Spec,
};

shared_endpoint! {
    /// Request of the third consent step: submits the one-time code.
    pub struct Request { step: ConsentStep }

    const SPEC = Spec::post("v1::totp_consent_otp", "/v1/totp_consent/otp");
    type Auth = SignedBody;
    type Response = ConsentState;
}

later_step! {
    /// Creates a request that submits the one-time code.
    otp: Secret
}
