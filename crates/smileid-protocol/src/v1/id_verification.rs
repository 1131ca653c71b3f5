//! `POST /v1/id_verification`: looks up an ID number at its authority, with an immediate result (job type 5).
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures. If the reply is signed, the signature is
//! checked; the official SDKs check none here.

use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request that looks up an ID number at its authority.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::id_verification", "/v1/id_verification");
    type Auth = SignedBody;
    type Response = JobResult;
}
