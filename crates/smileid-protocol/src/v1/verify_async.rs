//! `POST /v2/verify_async`: Basic KYC; the result is sent to the callback URL (job type 5).
//!
//! Wire: documented, and seen in the web SDK.

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request of a Basic KYC: compares a person's data with the authority's data. The API sends the result to the callback URL.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::verify_async", "/v2/verify_async");
    type Auth = SignedBody;
    type Response = Accepted;
}
