//! `POST /v1/totp_consent`: starts a session in which the holder of a BVN consents to a lookup (first step).
//!
//! Wire: seen in the web SDK; inferred: the fields that a step repeats.

use super::totp::{ConsentState, ConsentStep};
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request of the first consent step: starts a session.
    pub struct Request { step: ConsentStep }

    const SPEC = Spec::post("v1::totp_consent", "/v1/totp_consent");
    type Auth = SignedBody;
    type Response = ConsentState;
}

impl Request {
    /// Creates a request that starts a consent session for an ID number.
    pub fn new(country: impl Into<String>, id_type: impl Into<String>, id_number: impl Into<String>) -> Self {
        Self { step: ConsentStep::default().with_id(country, id_type, id_number) }
    }
}
