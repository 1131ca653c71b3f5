//! `POST /v2/async-verify-address`: checks an address; the result is sent to the callback URL (job type 12).
//!
//! Wire: recorded from the official Ruby SDK, which uses the v1 path; documented at the v2 path.

use smileid_types::{PartnerParams, open_struct};

use super::accepted::Accepted;
use crate::{
    auth::{Anonymous, SignedHeaders},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request that verifies the address of a person. The API sends the result to the callback URL.
    #[derive(Default)]
    pub strict struct Request {
        /// Country of the address: `NG` or `ZA`.
        #[debug(shown)]
        country: String,
        /// Address to verify, as one text.
        address: String,
        /// Callback URL to which the API sends the result.
        callback_url: String,
        /// Full name of the person.
        full_name: Option<String>,
        /// ID number of the person; required in South Africa.
        #[debug(personal)]
        id_number: Option<String> as text_or_number,
        /// Number of the account with the electricity company; required in Nigeria.
        utility_number: Option<String> as text_or_number,
        /// Name of the electricity company; required in Nigeria.
        #[debug(shown)]
        utility_provider: Option<String>,
        /// Parameters that the partner adds. The API returns them in the result.
        partner_params: Option<PartnerParams>,
    }
}

impl Request {
    /// Creates a check of a Nigerian address by an account with the electricity company.
    pub fn nigeria(
        address: impl Into<String>,
        utility_number: impl Into<String>,
        utility_provider: impl Into<String>,
        callback_url: impl Into<String>,
    ) -> Self {
        Self {
            country: "NG".to_owned(),
            address: address.into(),
            callback_url: callback_url.into(),
            utility_number: Some(utility_number.into()),
            utility_provider: Some(utility_provider.into()),
            ..Self::default()
        }
    }

    /// Creates a check of a South African address by an ID number.
    pub fn south_africa(
        address: impl Into<String>,
        id_number: impl Into<String>,
        callback_url: impl Into<String>,
    ) -> Self {
        Self {
            country: "ZA".to_owned(),
            address: address.into(),
            callback_url: callback_url.into(),
            id_number: Some(id_number.into()),
            ..Self::default()
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::async_verify_address", "/v2/async-verify-address")
        .also_at(&["/v1/async-verify-address"]);
    type Auth = SignedHeaders;
    type Codec = Json;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
