//! `POST /v1/totp_consent/mode`: the second step of a BVN holder's consent.
//!
//! Wire: seen in the web SDK; which fields a step repeats is inferred.

use serde::{Deserialize, Serialize};

use super::totp::{ConsentState, ConsentStep};
use crate::{
    auth::{MaybeSignedReply, SignedBody},
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
    /// Has the code sent by `mode`, one of those that the first step answered.
    pub fn new(session_id: impl Into<String>, mode: impl Into<String>) -> Self {
        Self {
            step: ConsentStep {
                session_id: Some(session_id.into()),
                mode: Some(mode.into()),
                ..ConsentStep::default()
            },
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::totp_consent_mode", "/v1/totp_consent/mode");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = ConsentState;
    type ReplyAuth = MaybeSignedReply;
}
