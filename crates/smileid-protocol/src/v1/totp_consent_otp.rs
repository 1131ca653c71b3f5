//! `POST /v1/totp_consent/otp`: the third step of a BVN holder's consent.
//!
//! Wire: seen in the web SDK; which fields a step repeats is inferred.

use serde::{Deserialize, Serialize};

use super::totp::{ConsentState, ConsentStep};
use crate::{
    auth::{MaybeSignedReply, Secret, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// The step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it.
    pub step: ConsentStep,
}

impl Request {
    /// Hands the code in.
    pub fn new(session_id: impl Into<Secret>, otp: impl Into<Secret>) -> Self {
        Self {
            step: ConsentStep {
                session_id: Some(session_id.into()),
                otp: Some(otp.into()),
                ..ConsentStep::default()
            },
        }
    }

    /// Repeats which ID it is about, as the web and mobile SDKs do.
    #[must_use]
    pub fn with_id(
        mut self,
        country: impl Into<String>,
        id_type: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Self {
        self.step = self.step.with_id(country, id_type, id_number);
        self
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::totp_consent_otp", "/v1/totp_consent/otp");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = ConsentState;
    type ReplyAuth = MaybeSignedReply;
}
