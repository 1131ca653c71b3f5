//! `POST /v1/async_id_verification`: looks an ID number up and calls back (job type 5).
//!
//! Wire: recorded from the official JavaScript SDK; the reply is documented. The result comes to the callback URL.

use super::lookup::Lookup;
use crate::{auth::SignedBody, endpoint::Spec};

shared_endpoint! {
    /// Looks an ID number up and calls back.
    pub struct Request { lookup: Lookup }

    const SPEC = Spec::post("v1::async_id_verification", "/v1/async_id_verification");
    type Auth = SignedBody;
    type Response = Accepted;
}
