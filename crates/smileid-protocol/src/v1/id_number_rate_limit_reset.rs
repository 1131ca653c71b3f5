//! `POST /v1/id_number_rate_limit_reset`: unblocks an ID number that was looked up too often.
//!
//! Wire: documented; a third party sends the country too.

use smileid_types::{Extra, open_struct};

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request that unblocks an ID number which was looked up too often.
    pub strict struct Request {
        /// ID type, such as `BVN`.
        #[debug(shown)]
        id_type: String,
        /// ID number to unblock.
        id_number: String as text_or_number,
        /// Country that issued the ID, in two capital letters.
        country: Option<String>,
    }
}

impl Request {
    /// Creates a request that unblocks an ID number.
    pub fn new(id_type: impl Into<String>, id_number: impl Into<String>) -> Self {
        Self { id_type: id_type.into(), id_number: id_number.into(), country: None, extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec =
        Spec::post("v1::id_number_rate_limit_reset", "/v1/id_number_rate_limit_reset").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response to a request that unblocks an ID number.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct Response {
        /// Description of the outcome for people.
        #[debug(text)]
        message: Option<String>,
        /// True if the ID number is unblocked. The API sends the value as text.
        #[debug(shown)]
        success: Option<bool> as bool_as_text,
    }
}
