//! `POST /v1/totp_consent`: the first step of a BVN holder's consent.
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
    /// Asks for a session for the number of an ID.
    pub fn new(country: impl Into<String>, id_type: impl Into<String>, id_number: impl Into<String>) -> Self {
        Self { step: ConsentStep::default().with_id(country, id_type, id_number) }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::totp_consent", "/v1/totp_consent");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = ConsentState;
    type ReplyAuth = MaybeSignedReply;
}
