//! `GET /v3/services/supported_documents`: lists the documents that can be verified. It needs no token.
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
    /// Requests the documents of all countries, or of some.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// Continent: `AFRICA`.
        continent: Option<String>,
        /// Country: two capital letters.
        country_code: Option<String>,
        /// Language of the names: `en-GB`, `fr-FR` or `ar-EG`.
        locale: Option<String>,
    }
}

impl Request {
    /// Requests the documents of a country: two capital letters.
    pub fn of_country(country_code: impl Into<String>) -> Self {
        Self { country_code: Some(country_code.into()), ..Self::default() }
    }

    /// Requests the names in a language: `en-GB`, `fr-FR` or `ar-EG`.
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
