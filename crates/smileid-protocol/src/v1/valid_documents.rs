//! `GET /v1/valid_documents`: the documents that document verification knows.
//!
//! Wire: seen in the web and Android SDKs. Some clients POST and sign; asking needs neither.

use serde::{Deserialize, Deserializer, Serialize};
use smileid_types::{Extra, lenient};

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

/// Asks for the documents, of all countries or of some.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// A country, two capital letters; any other form is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// A continent: `AFRICA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continent: Option<String>,
    /// The language of the names: `en-GB`, `fr-FR`, `ar-EG`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten, deserialize_with = "without_proof")]
    pub extra: Extra,
}

/// Clients that sign send a proof that nobody checks; it is no part of what they ask.
fn without_proof<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
    let mut extra = Extra::deserialize(deserializer)?;
    for member in ["partner_id", "timestamp", "signature"] {
        extra.remove(member);
    }
    Ok(extra)
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v1::valid_documents", "/v1/valid_documents").also_by(&[http::Method::POST]);
    type Auth = Anonymous;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// The documents, country by country.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// The countries. An unknown one has none.
    pub valid_documents: Vec<CountryDocuments>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The documents of a country.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CountryDocuments {
    /// The country.
    pub country: Country,
    /// Its documents.
    pub id_types: Vec<Document>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl CountryDocuments {
    /// The documents of a country.
    pub fn new(country: Country, id_types: Vec<Document>) -> Self {
        Self { country, id_types, extra: Extra::default() }
    }
}

/// A country.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Country {
    /// Two capital letters.
    pub code: String,
    /// The continent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continent: Option<String>,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A kind of document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// Its code, for `id_type`; empty for others.
    pub code: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether its back is needed too.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub has_back: Option<bool>,
    /// Examples of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Vec<String>>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}
