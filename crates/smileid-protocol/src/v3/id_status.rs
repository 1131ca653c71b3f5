//! `GET /v3/services/id_status`: returns the availability of an ID authority.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::{Extra, open_struct};

use crate::{
    auth::{Anonymous, TokenHeader},
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request for the availability of an ID authority.
    #[debug(all)]
    pub strict struct Request {
        /// Country, in two capital letters.
        country: String,
        /// ID type, such as `NATIONAL_ID`.
        id_type: String,
    }
}

impl Request {
    /// Creates a request for the availability of the authority of an ID type, such as `NG` and `BVN`.
    pub fn new(country: impl Into<String>, id_type: impl Into<String>) -> Self {
        Self { country: country.into(), id_type: id_type.into(), extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v3::id_status", "/v3/services/id_status");
    type Auth = TokenHeader;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with the availability of an ID authority.
    #[debug(all)]
    pub struct Response {
        /// Time of the last check of the authority.
        last_checked: String = "last_checked",
        /// Result of the last check of the authority: `success` or `failure`.
        last_check_status: String = "last_check_status",
        /// Last known state of the authority.
        last_known_status: String = "last_known_status",
        /// Share of successful checks of the authority in the last hour: `95%`.
        last_hour_success_rate: String = "last_hour_success_rate",
        /// Share of successful attempts in the last check of the authority: `95%`.
        last_check_success_rate: String = "last_check_success_rate",
    }
}
