//! Handles V3 requests for lists (banks, ID types, documents) and for the availability of an ID authority.

use http::StatusCode;
use smileid_protocol::{
    v1::valid_documents,
    v3::{bank_codes, id_status, supported_documents, supported_id_types},
};

use super::{Context, TokenHandler};
use crate::{
    api::{
        catalogue::check_country,
        handler::{self, OpenHandler},
    },
    refusal::{ErrorStyle, Refused, v3 as refusal},
    sandbox::catalogue,
    state::{Tenants, tenant::Tenant},
};

impl OpenHandler for bank_codes::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, _: &mut Tenants, _: &handler::Context<'_>) -> Result<bank_codes::Response, Refused> {
        check(self.country.as_deref())?;
        let mut response = bank_codes::Response::default();
        response.bank_codes = Some(catalogue::v3_banks(self.country.as_deref()));
        Ok(response)
    }
}

impl OpenHandler for supported_id_types::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(
        self,
        _: &mut Tenants,
        _: &handler::Context<'_>,
    ) -> Result<supported_id_types::Response, Refused> {
        check(self.country.as_deref())?;
        let mut response = supported_id_types::Response::default();
        response.id_types = Some(catalogue::v3_id_types(self.country.as_deref()));
        Ok(response)
    }
}

impl OpenHandler for supported_documents::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, _: &mut Tenants, _: &handler::Context<'_>) -> Result<valid_documents::Response, Refused> {
        check(self.country_code.as_deref())?;
        Ok(catalogue::valid_documents(self.country_code.as_deref(), self.continent.as_deref()))
    }
}

/// Checks the format of a country code. Version 3 refuses a wrong code with another HTTP status than version 1.
fn check(country: Option<&str>) -> Result<(), Refused> {
    let checked = country.map_or(Ok(()), check_country);
    checked.map_err(|refused| refused.with_status(StatusCode::FORBIDDEN))
}

impl TokenHandler for id_status::Request {
    fn handle(self, _: &mut Tenant, context: &Context<'_>) -> Result<id_status::Response, Refused> {
        let bad = |message: &'static str| refusal::refused(StatusCode::BAD_REQUEST, message);
        if self.country.is_empty() {
            return Err(bad("\"country\" is required"));
        }
        if !catalogue::v3_id_types(None).iter().any(|it| it.country.as_deref() == Some(&self.country)) {
            return Err(bad("Invalid country"));
        }
        let types = catalogue::v3_id_types(Some(&self.country));
        if !types.iter().any(|it| it.id_type.as_deref() == Some(&self.id_type)) {
            return Err(bad("Invalid id_type for the given country"));
        }
        let mut response = id_status::Response::default();
        response.last_checked = Some(context.now.timestamp().to_string());
        response.last_check_status = Some("success".to_owned());
        response.last_known_status = Some("success".to_owned());
        response.last_hour_success_rate = Some("100%".to_owned());
        response.last_check_success_rate = Some("100%".to_owned());
        Ok(response)
    }
}
