//! `PUT /v1/smile_links/{ref_id}`: changes a link, or ends it.
//!
//! Wire: documented for `is_disabled`; which other members may change, and the reply, are inferred.

use smileid_types::open_struct;

use super::create_smile_link::{LinkSettings, SmileLink};
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Changes a link. What is absent stays as it was.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Request {
        /// The API's name for it.
        ref_id: String,
        /// Whether it no longer works.
        #[debug(shown)]
        is_disabled: Option<bool> as bool_or_text,
        /// Where the result is sent.
        callback_url: Option<String>,
    }
    rest {
        /// What else is changed.
        pub settings: LinkSettings,
    }
}

impl Request {
    /// Changes `settings` of a link.
    pub fn change(ref_id: impl Into<String>, settings: LinkSettings) -> Self {
        Self { ref_id: ref_id.into(), settings, ..Self::default() }
    }

    /// Ends a link.
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
