//! Looking a business up.

use smileid_protocol::{
    types::{JobResult, JobType},
    v1::business_verification::Request,
};

use super::{Context, Handler, check_lookup};
use crate::{
    outcome::lookup,
    refusal::{Family, Refused},
    tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, _: &Context<'_>) -> Result<JobResult, Refused> {
        check_lookup(&self.lookup, JobType::BusinessVerification)?;
        Ok(lookup::business(&tenant.next_number(), &self.lookup.partner_params, &self.lookup.id_info))
    }
}
