//! The documents that document verification knows. Names are in English, whatever the request asks for.

use bytes::Bytes;
use http::{Request as HttpRequest, Response as HttpResponse, StatusCode};
use serde_json::{Map, Value};
use smileid_protocol::{
    endpoint::Endpoint as _,
    types::ErrorCode,
    v1::valid_documents::{Request, Response},
};

use super::{Context, OpenHandler, Tenants};
use crate::{
    catalogue,
    refusal::{Family, Refused, json},
};

impl OpenHandler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<Response, Refused> {
        documents(&self)
    }
}

/// Whether the documents are asked for at this path.
pub(crate) fn is_there(path: &str) -> bool {
    path == Request::SPEC.path
}

/// The answer to those clients that post their question, signed or not: the same as to the others. The question may
/// stand in the query too.
pub(crate) fn answer_post(request: &HttpRequest<Bytes>) -> Result<HttpResponse<Bytes>, Refused> {
    let malformed = || Request::FAMILY.malformed();
    let (query, ()) = Request::decode(request).map_err(|_| malformed())?.trust_without_checking();
    let mut asked = Request::default();
    if !request.body().is_empty() {
        // An object first, as a list would read as the members in their order.
        let members: Map<String, Value> = serde_json::from_slice(request.body()).map_err(|_| malformed())?;
        asked = serde_json::from_value(members.into()).map_err(|_| malformed())?;
    }
    asked.country_code = asked.country_code.or(query.country_code);
    asked.continent = asked.continent.or(query.continent);
    documents(&asked).map(|response| json(StatusCode::OK, &response))
}

fn documents(request: &Request) -> Result<Response, Refused> {
    if let Some(country) = &request.country_code {
        check_country(country)?;
    }
    Ok(catalogue::valid_documents(request.country_code.as_deref(), request.continent.as_deref()))
}

/// A country must look like one, whether or not there is one of that name.
pub(super) fn check_country(country: &str) -> Result<(), Refused> {
    if country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(Refused::with_text(ErrorCode::INVALID_REQUEST, NO_COUNTRY))
    }
}

/// A text that the table lists for `2413`.
const NO_COUNTRY: &str = "Country Code must be a valid ISO 3166-1 alpha-2 country code consisting of exactly two uppercase letters.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_table() {
        assert!(ErrorCode::INVALID_REQUEST.row().unwrap().texts.contains(&NO_COUNTRY));
    }
}
