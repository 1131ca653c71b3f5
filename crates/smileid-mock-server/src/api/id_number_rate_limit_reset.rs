//! Unblocking an ID number that was looked up too often. One that is not blocked is answered alike.

use smileid_protocol::v1::id_number_rate_limit_reset::{Request, Response};

use super::handler::{Context, Handler, required};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, _: &Context<'_>) -> Result<Response, Refused> {
        let id_type = required(Some(&self.id_type), "id_type", Self::FAMILY)?;
        let id_number = required(Some(&self.id_number), "id_number", Self::FAMILY)?;
        tenant.id_numbers.reset(id_type, id_number);
        let mut response = Response::default();
        response.message = Some("Rate limit reset successful".to_owned());
        response.success = Some(true);
        Ok(response)
    }
}
