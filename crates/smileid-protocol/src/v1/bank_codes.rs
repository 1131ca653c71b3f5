//! `GET /v2/bank-codes`: the banks of a country.
//!
//! Wire: documented; the form of the reply is inferred from `/v1/services`.

use serde::{Deserialize, Serialize};
use smileid_types::Extra;

use super::services::Bank;
use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

/// Asks for the banks of a country.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The country: `NG`.
    pub country: String,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Asks for the banks of a country.
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

/// The banks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// The banks.
    #[serde(default)]
    pub bank_codes: Vec<Bank>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}
