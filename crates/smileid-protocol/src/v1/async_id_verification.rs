//! `POST /v1/async_id_verification`: looks up an ID number; the result is sent to the callback URL (job type 5).
//!
//! Wire: recorded from the official JavaScript SDK; the reply is documented.

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Request that looks up an ID number. The API sends the result to the callback URL.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::async_id_verification", "/v1/async_id_verification");
    type Auth = SignedBody;
    type Response = Accepted;
}
