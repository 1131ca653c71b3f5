//! `POST /v1/business_verification`: looks up a business at its registry, with an immediate result (job type 7).
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures.

use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request that looks up a business in its registry.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::business_verification", "/v1/business_verification");
    type Auth = SignedBody;
    /// Company, directors and owners are among the extra members of the result.
    type Response = JobResult;
}
