//! `POST /v1/id_verification`: looks an ID number up at its authority and answers at once (job type 5).
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures. A signed reply is checked; the official SDKs
//! check none here.

use serde::{Deserialize, Serialize};
use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Looks an ID number up.
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
    const SPEC: Spec = Spec::post("v1::id_verification", "/v1/id_verification");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
