//! Looking a business up.

use smileid_protocol::{types::JobResult, v1::business_verification::Request};

use super::{Context, Handler, lookup};
use crate::{
    refusal::{Family, Refused},
    tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Business;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        lookup::business(&self.lookup, tenant, context)
    }
}
