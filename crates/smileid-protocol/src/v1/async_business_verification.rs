//! `POST /v1/async_business_verification`: looks up a business; the result is sent to the callback URL (job type 7).
//!
//! Wire: recorded from the official JavaScript SDK; the reply is inferred from that of `/v1/async_id_verification`.

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request that looks up a business. The API sends the result to the callback URL.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::async_business_verification", "/v1/async_business_verification");
    type Auth = SignedBody;
    type Response = Accepted;
}
