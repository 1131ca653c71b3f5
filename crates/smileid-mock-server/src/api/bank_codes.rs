//! The banks of a country.

use smileid_protocol::v1::bank_codes::{Request, Response};

use super::{
    handler::{Context, OpenHandler},
    valid_documents::check_country,
};
use crate::{
    refusal::{Family, Refused},
    sandbox::catalogue,
    state::Tenants,
};

impl OpenHandler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, _: &mut Tenants, _: &Context<'_>) -> Result<Response, Refused> {
        check_country(&self.country)?;
        let mut response = Response::default();
        response.bank_codes = catalogue::bank_codes(&self.country);
        Ok(response)
    }
}
