//! `GET /v1/smile_links/{ref_id}`: returns an existing Smile Link.
//!
//! Wire: documented; the signature is in the query.

use smileid_types::{Extra, open_struct};

use super::create_smile_link::SmileLink;
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request for an existing Smile Link. `Debug` hides the id of the link, because the URL of the link can be derived from it.
    pub strict struct Request {
        /// The id that the API gave the Smile Link.
        ref_id: String,
    }
}

impl Request {
    /// Creates a request for an existing Smile Link.
    pub fn new(ref_id: impl Into<String>) -> Self {
        Self { ref_id: ref_id.into(), extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v1::get_smile_link", "/v1/smile_links/{ref_id}");
    type Auth = SignedBody;
    type Codec = Query;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}
