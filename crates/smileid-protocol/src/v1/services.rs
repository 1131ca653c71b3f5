//! `GET /v1/services`: the countries and ID types that the API knows.
//!
//! Wire: recorded from an older official Python SDK; the reply from the fixtures of the web and Android SDKs. Unsigned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, lenient};

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

/// Asks for the countries and ID types.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The language of the labels: `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v1::services", "/v1/services");
    type Auth = Anonymous;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// The countries and ID types.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// By country and ID type: the fields that a lookup needs.
    #[serde(default)]
    pub id_types: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// By product and country: what the hosted pages offer.
    #[serde(default)]
    pub hosted_web: BTreeMap<String, BTreeMap<String, Country>>,
    /// Banks.
    #[serde(default)]
    pub bank_codes: Vec<Bank>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What the hosted pages offer in a country.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Country {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By ID type.
    #[serde(default)]
    pub id_types: BTreeMap<String, IdType>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// An ID type that the hosted pages offer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IdType {
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The fields that it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_fields: Option<Vec<String>>,
    /// A number for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_data: Option<String>,
    /// What its numbers look like. Some end in a stray `/i`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number_regex: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A bank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bank {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its code.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub code: Option<String>,
    /// Its code in the Nigerian settlement system.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub nip_code: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}
