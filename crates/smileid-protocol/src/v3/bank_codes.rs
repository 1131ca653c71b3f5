//! `GET /v3/services/bank_codes`: lists banks and their codes. The request needs no access token.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::{Extra, open_struct};

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request for the list of banks of all countries, or of one country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// Country, in two capital letters.
        country: Option<String>,
    }
}

impl Request {
    /// Creates a request for the banks of a country, given in two capital letters.
    pub fn of_country(country: impl Into<String>) -> Self {
        Self { country: Some(country.into()), extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v3::bank_codes", "/v3/services/bank_codes");
    type Auth = Anonymous;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with the list of banks.
    #[debug(all)]
    pub struct Response {
        /// Banks, each with its code, country and name.
        bank_codes: Vec<Bank> = "bank_codes",
    }
}

open_struct! {
    /// Bank: its code, country and name.
    #[debug(all)]
    pub struct Bank {
        /// The bank's value of `bank_code`.
        code: String = "code",
        /// Country of the bank, in two capital letters.
        country: String = "country",
        /// Name of the bank.
        name: String = "name",
    }
}
