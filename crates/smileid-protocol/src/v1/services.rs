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
    /// Request for the countries and ID types that the API supports.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// Language of the labels in the response: `en`.
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
    /// Response with the countries and ID types that the API supports.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// Fields that a lookup requires, by country and ID type.
        id_types: BTreeMap<String, BTreeMap<String, Vec<String>>> as default,
        /// ID types of Smile ID's hosted web pages, by product and country.
        hosted_web: BTreeMap<String, BTreeMap<String, Country>> as default,
        /// Banks, each with its bank code.
        bank_codes: Vec<Bank> as default,
    }
}

open_struct! {
    /// ID types of Smile ID's hosted web pages in one country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Country {
        /// Name of the country.
        name: Option<String>,
        /// ID types of the country, by the API's name.
        id_types: BTreeMap<String, IdType> as default,
    }
}

open_struct! {
    /// An ID type of Smile ID's hosted web pages.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct IdType {
        /// Display name of the ID type.
        label: Option<String>,
        /// Fields that the ID type requires.
        required_fields: Option<Vec<String>>,
        /// Test number of the ID type in the sandbox.
        test_data: Option<String>,
        /// Regular expression for ID numbers of this type. Some end in a misplaced `/i`.
        id_number_regex: Option<String>,
    }
}

open_struct! {
    /// A bank in the list of services, with its codes.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Bank {
        /// Name of the bank.
        name: Option<String>,
        /// The bank's value of `bank_code`, with leading zeros.
        code: Option<String> as text_or_number,
        /// Code of the bank in NIP, the Nigerian payment system.
        nip_code: Option<String> as text_or_number,
    }
}
