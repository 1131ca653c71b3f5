//! What a partner may use.

use smileid_protocol::v1::products_config::{Request, Response};

use super::handler::{Context, Handler};
use crate::{
    refusal::{Family, Refused},
    sandbox::catalogue,
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, _: &Context<'_>) -> Result<Response, Refused> {
        Ok(catalogue::products_config(tenant.credentials().partner_id().as_str()))
    }
}
