//! `POST /v2/verify`: Basic KYC, compares a person's data with the authority's record (job type 5).
//!
//! Wire: documented, and seen in the web SDK; the reply from the documentation and an integration.

use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request of a Basic KYC: compares a person's data with the authority's data.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::verify", "/v2/verify");
    type Auth = SignedBody;
    /// The `Actions` of the result contain the outcome of each comparison.
    type Response = JobResult;
}
