//! `GET /v1/valid_documents`: lists the documents that document verification supports.
//!
//! Wire: seen in the web and Android SDKs. Some clients send a signed POST; neither is needed.

use serde::{Deserialize, Deserializer, Serialize};
use smileid_types::{Extra, open_struct, open_struct::Open};

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

/// Request for the documents that the API can verify, of all countries or some.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// Country, in two capital letters. The API refuses any other format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// Continent, as the API writes it: `AFRICA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continent: Option<String>,
    /// Language of the names in the response: `en-GB`, `fr-FR`, `ar-EG`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// JSON members for which this type has no field.
    #[serde(flatten, deserialize_with = "without_proof")]
    pub extra: Extra,
}

impl Open for Request {
    fn extra(&self) -> &Extra {
        &self.extra
    }
}

/// Reads the query and removes timestamp and signature, which some clients send and the API does not check.
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

open_struct! {
    /// Response with the documents that the API can verify, by country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// Countries with their documents. None for an unknown country.
        valid_documents: Vec<CountryDocuments>,
    }
}

open_struct! {
    /// Documents of one country that the API can verify.
    #[debug(all)]
    pub strict struct CountryDocuments {
        /// Country that issues the documents.
        country: Country,
        /// Documents of the country that can be verified.
        id_types: Vec<Document>,
    }
}

impl CountryDocuments {
    /// Creates the list of documents of one country.
    pub fn new(country: Country, id_types: Vec<Document>) -> Self {
        Self { country, id_types, extra: Extra::default() }
    }
}

open_struct! {
    /// Country that issues documents: its code, continent and name.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Country {
        /// Code of the country: two capital letters.
        code: String,
        /// English name of the continent.
        continent: Option<String>,
        /// English name of the country.
        name: Option<String>,
    }
}

open_struct! {
    /// A kind of document, such as a passport.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Document {
        /// Code of the document, to be sent as `id_type`; empty for other documents.
        code: String,
        /// Name of the document.
        name: Option<String>,
        /// True if an image of the document's back is required.
        has_back: Option<bool> as bool_or_text,
        /// Examples of the document.
        example: Option<Vec<String>>,
    }
}
