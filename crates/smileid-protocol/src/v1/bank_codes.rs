//! `GET /v2/bank-codes`: lists the banks of a country.
//!
//! Wire: documented; the form of the reply is inferred from `/v1/services`.

use smileid_types::{Extra, open_struct};

use super::services::Bank;
use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request for the list of banks in a country.
    #[debug(all)]
    pub strict struct Request {
        /// Country of the banks: `NG`.
        country: String,
    }
}

impl Request {
    /// Creates a request for the list of banks in a country.
    pub fn new(country: impl Into<String>) -> Self {
        Self { country: country.into(), extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v1::bank_codes", "/v2/bank-codes");
    type Auth = Anonymous;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with the list of banks in a country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// Banks, each with its name and bank code.
        bank_codes: Vec<Bank> as default,
    }
}
