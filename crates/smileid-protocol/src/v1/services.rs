//! `GET /v1/services`: the countries and ID types that the API knows.
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
    /// Asks for the countries and ID types.
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
        /// By country and ID type: the fields that a lookup needs.
        id_types: BTreeMap<String, BTreeMap<String, Vec<String>>> as default,
        /// By product and country: what the hosted pages offer.
        hosted_web: BTreeMap<String, BTreeMap<String, Country>> as default,
        /// Banks.
        bank_codes: Vec<Bank> as default,
    }
}

open_struct! {
    /// What the hosted pages offer in a country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Country {
        /// Its name.
        name: Option<String>,
        /// By ID type.
        id_types: BTreeMap<String, IdType> as default,
    }
}

open_struct! {
    /// An ID type that the hosted pages offer.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct IdType {
        /// Its name for people.
        label: Option<String>,
        /// The fields that it needs.
        required_fields: Option<Vec<String>>,
        /// A number for tests.
        test_data: Option<String>,
        /// What its numbers look like. Some end in a stray `/i`.
        id_number_regex: Option<String>,
    }
}

open_struct! {
    /// A bank.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Bank {
        /// Its name.
        name: Option<String>,
        /// Its code.
        code: Option<String> as text_or_number,
        /// Its code in the Nigerian settlement system.
        nip_code: Option<String> as text_or_number,
    }
}
