//! `PUT /v1/smile_links/{ref_id}`: changes or disables a Smile Link.
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
    /// Request that changes a Smile Link. Settings that are absent keep their values.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Request {
        /// The id that the API gave the Smile Link.
        ref_id: String,
        /// True to disable the Smile Link.
        #[debug(shown)]
        is_disabled: Option<bool> as bool_or_text,
        /// Callback URL to which the API sends the result.
        callback_url: Option<String>,
    }
    rest {
        /// Other settings of the Smile Link to change.
        pub settings: LinkSettings,
    }
}

impl Request {
    /// Creates a request that changes `settings` of a Smile Link.
    pub fn change(ref_id: impl Into<String>, settings: LinkSettings) -> Self {
        Self { ref_id: ref_id.into(), settings, ..Self::default() }
    }

    /// Creates a request that disables a Smile Link.
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
