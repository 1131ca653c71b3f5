//! Handles requests for lists: ID types, documents, banks and enabled products. Names are in English, even if the request asks
//! for another language.

use std::sync::LazyLock;

use bytes::Bytes;
use smileid_protocol::{
    types::ErrorCode,
    v1::{bank_codes, products_config, services, valid_documents},
};

use super::handler::{Context, Handler, OpenHandler};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::catalogue,
    state::{Tenants, tenant::Tenant},
};

/// Returns the countries and ID types that the API knows, with English labels.
impl OpenHandler for services::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn kept(&self) -> Option<http::Response<Bytes>> {
        static KEPT: LazyLock<Option<http::Response<Bytes>>> =
            LazyLock::new(|| catalogue::encoded::<services::Request>(&catalogue::services()));
        KEPT.clone()
    }

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<services::Response, Refused> {
        Ok(catalogue::services())
    }
}

/// Returns the banks of a country.
impl OpenHandler for bank_codes::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<bank_codes::Response, Refused> {
        check_country(&self.country)?;
        let mut response = bank_codes::Response::default();
        response.bank_codes = catalogue::bank_codes(&self.country);
        Ok(response)
    }
}

/// Returns the products that a partner may use.
impl Handler for products_config::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, tenant: &mut Tenant, _: &Context<'_>) -> Result<products_config::Response, Refused> {
        Ok(catalogue::products_config(tenant.credentials().partner_id().as_str()))
    }
}

impl OpenHandler for valid_documents::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn kept(&self) -> Option<http::Response<Bytes>> {
        static KEPT: LazyLock<Option<http::Response<Bytes>>> = LazyLock::new(|| {
            catalogue::encoded::<valid_documents::Request>(&catalogue::valid_documents(None, None))
        });
        if self.country_code.is_some() || self.continent.is_some() { None } else { KEPT.clone() }
    }

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<valid_documents::Response, Refused> {
        documents(&self)
    }
}

fn documents(request: &valid_documents::Request) -> Result<valid_documents::Response, Refused> {
    if let Some(country) = &request.country_code {
        check_country(country)?;
    }
    Ok(catalogue::valid_documents(request.country_code.as_deref(), request.continent.as_deref()))
}

/// Checks that a country code is two capital letters. It does not check that the country exists.
pub(super) fn check_country(country: &str) -> Result<(), Refused> {
    if country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(Refused::with_text(ErrorCode::INVALID_REQUEST, NO_COUNTRY))
    }
}

/// Text of error code `2413` in the API's table of errors.
const NO_COUNTRY: &str = "Country Code must be a valid ISO 3166-1 alpha-2 country code consisting of exactly two uppercase letters.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_table() {
        assert!(ErrorCode::INVALID_REQUEST.row().unwrap().texts.contains(&NO_COUNTRY));
    }
}
