//! `GET /v3/services/supported_documents`: lists the documents that can be verified. The request needs no access token.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description. The reply is that of
//! [`v1::valid_documents`](crate::v1::valid_documents).

use smileid_types::open_struct;

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
    v1::valid_documents,
};

open_struct! {
    /// Request for the documents that the API can verify, of all countries or some.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// Continent, as the API writes it: `AFRICA`.
        continent: Option<String>,
        /// Country, in two capital letters.
        country_code: Option<String>,
        /// Language of the names in the response: `en-GB`, `fr-FR` or `ar-EG`.
        locale: Option<String>,
    }
}

impl Request {
    /// Creates a request for the documents of a country, given in two capital letters.
    pub fn of_country(country_code: impl Into<String>) -> Self {
        Self { country_code: Some(country_code.into()), ..Self::default() }
    }

    /// Sets the language of the names in the response: `en-GB`, `fr-FR` or `ar-EG`.
    #[must_use]
    pub fn with_locale(self, locale: impl Into<String>) -> Self {
        Self { locale: Some(locale.into()), ..self }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v3::supported_documents", "/v3/services/supported_documents");
    type Auth = Anonymous;
    type Codec = Query;
    type Response = valid_documents::Response;
    type ReplyAuth = Anonymous;
}
