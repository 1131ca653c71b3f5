//! `GET /v3/services/supported_id_types`: lists the ID types and their required fields. It needs no token.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::{Extra, open_struct};

use crate::{
    auth::Anonymous,
    codec::Query,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Requests the ID types of all countries, or of one.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {
        /// Country: two capital letters.
        country: Option<String>,
    }
}

impl Request {
    /// Requests the ID types of a country: two capital letters.
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
    /// The ID types.
    #[debug(all)]
    pub struct Response {
        /// The ID types.
        id_types: Vec<IdType> = "id_types",
    }
}

open_struct! {
    /// An ID type.
    #[debug(all)]
    pub struct IdType {
        /// Country that issues the ID: two capital letters.
        country: String = "country",
        /// The API's name of the ID type, such as `BVN`.
        id_type: String = "type",
        /// Display name of the ID type.
        label: String = "label",
        /// Regular expression that the ID numbers of this type match.
        regex: String = "regex",
        /// Fields that are required in a job with this ID type.
        required_fields: Vec<String> = "required_fields",
    }
}
