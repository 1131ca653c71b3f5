//! `POST /v2/verify`: Basic KYC, says how a person's data match the authority's (job type 5).
//!
//! Wire: documented, and seen in the web SDK; the reply from the documentation and an integration.

use serde::{Deserialize, Serialize};
use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Compares a person's data with the authority's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it.
    pub lookup: Lookup,
}

impl From<Lookup> for Request {
    fn from(lookup: Lookup) -> Self {
        Self { lookup }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::verify", "/v2/verify");
    type Auth = SignedBody;
    type Codec = Json;
    /// Its actions say which data match.
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
