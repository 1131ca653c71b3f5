//! `GET /v3/services/supported_id_types`: lists the ID types and their required fields. The request needs no access token.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::{Extra, open_struct};

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request for the ID types of all countries, or of one country.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// Country, in two capital letters.
        country: Option<String>,
    }
}

impl Request {
    /// Creates a request for the ID types of a country, given in two capital letters.
    pub fn of_country(country: impl Into<String>) -> Self {
        Self { country: Some(country.into()), extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v3::supported_id_types", "/v3/services/supported_id_types");
    type Auth = Anonymous;
    type Codec = Query;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with the supported ID types.
    #[debug(all)]
    pub struct Response {
        /// Supported ID types, each with its required fields.
        id_types: Vec<IdType> = "id_types",
    }
}

open_struct! {
    /// An ID type that the API supports.
    #[debug(all)]
    pub struct IdType {
        /// Country that issues the ID, in two capital letters.
        country: String = "country",
        /// Name of the ID type, as the API writes it: `BVN`.
        id_type: String = "type",
        /// Display name of the ID type.
        label: String = "label",
        /// Regular expression for ID numbers of this type.
        regex: String = "regex",
        /// Fields that are required in a job with this ID type.
        required_fields: Vec<String> = "required_fields",
    }
}
