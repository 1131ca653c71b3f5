//! `POST /v1/id_verification`: looks an ID number up at its authority and answers at once (job type 5).
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures. A signed reply is checked; the official SDKs
//! check none here.

use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Looks an ID number up.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::id_verification", "/v1/id_verification");
    type Auth = SignedBody;
    type Response = JobResult;
}
