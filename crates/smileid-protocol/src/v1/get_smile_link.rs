//! `GET /v1/smile_links/{ref_id}`: a link that was made before.
//!
//! Wire: documented; the signature stands in the query.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, redact};

use super::create_smile_link::SmileLink;
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Query,
    endpoint::{Endpoint, Spec},
};

/// Asks for a link. `Debug` does not show which: with the partner, its name is its address.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The API's name for it.
    pub ref_id: String,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Asks for a link.
    pub fn new(ref_id: impl Into<String>) -> Self {
        Self { ref_id: ref_id.into(), extra: Extra::default() }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("ref_id", &redact::link(&Some(&self.ref_id))).finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v1::get_smile_link", "/v1/smile_links/{ref_id}");
    type Auth = SignedBody;
    type Codec = Query;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}
