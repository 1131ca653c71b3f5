//! `PUT /v1/smile_links/{ref_id}`: changes or disables a link.
//!
//! Wire: documented for `is_disabled`; inferred: the other members that may change, and the reply.

use smileid_types::open_struct;

use super::create_smile_link::{LinkSettings, SmileLink};
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Changes a link. Absent members keep their values.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Request {
        /// The API's id of the link.
        ref_id: String,
        /// True if it no longer works.
        #[debug(shown)]
        is_disabled: Option<bool> as bool_or_text,
        /// Callback URL for the result.
        callback_url: Option<String>,
    }
    rest {
        /// Other settings to change.
        pub settings: LinkSettings,
    }
}

impl Request {
    /// Creates a change of `settings` of a link.
    pub fn change(ref_id: impl Into<String>, settings: LinkSettings) -> Self {
        Self { ref_id: ref_id.into(), settings, ..Self::default() }
    }

    /// Creates a request that disables a link.
    pub fn disable(ref_id: impl Into<String>) -> Self {
        Self { ref_id: ref_id.into(), is_disabled: Some(true), ..Self::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::put("v1::update_smile_link", "/v1/smile_links/{ref_id}");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}
