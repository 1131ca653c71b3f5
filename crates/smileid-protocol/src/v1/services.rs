//! `GET /v1/services`: lists the countries and ID types that the API supports.
//!
//! Wire: recorded from an older official Python SDK; the reply from the fixtures of the web and Android SDKs. Unsigned.

use std::collections::BTreeMap;

use smileid_types::open_struct;

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Requests the countries and ID types.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// The language of the labels: `en`.
        locale: Option<String>,
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v1::services", "/v1/services");
    type Auth = Anonymous;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// The countries and ID types.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// Fields that a lookup needs, by country and ID type.
        id_types: BTreeMap<String, BTreeMap<String, Vec<String>>> as default,
        /// ID types of the hosted pages, by product and country.
        hosted_web: BTreeMap<String, BTreeMap<String, Country>> as default,
        /// Banks.
        bank_codes: Vec<Bank> as default,
    }
}

open_struct! {
    /// ID types of the hosted pages in a country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Country {
        /// Name of the country.
        name: Option<String>,
        /// Its ID types, by the API's word.
        id_types: BTreeMap<String, IdType> as default,
    }
}

open_struct! {
    /// An ID type of the hosted pages.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct IdType {
        /// Display name.
        label: Option<String>,
        /// The fields that it needs.
        required_fields: Option<Vec<String>>,
        /// Test number of the ID type in the sandbox.
        test_data: Option<String>,
        /// Regular expression for its numbers. Some end in a stray `/i`.
        id_number_regex: Option<String>,
    }
}

open_struct! {
    /// Bank of the services list, with its codes.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Bank {
        /// Name of the bank.
        name: Option<String>,
        /// `bank_code` of the bank, leading zeros included.
        code: Option<String> as text_or_number,
        /// Code of the bank in the Nigerian settlement system.
        nip_code: Option<String> as text_or_number,
    }
}
