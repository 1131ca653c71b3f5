//! `POST /v1/async_business_verification`: looks a business up and calls back (job type 7).
//!
//! Wire: recorded from the official JavaScript SDK; the reply is inferred from that of `/v1/async_id_verification`. The
//! result comes to the callback URL.

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Looks a business up and calls back.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::async_business_verification", "/v1/async_business_verification");
    type Auth = SignedBody;
    type Response = Accepted;
}
