//! Looking a business up.

use smileid_protocol::{
    job::strict::Warning,
    types::{JobResult, JobType},
    v1::business_verification::Request,
};

use super::{
    handler::{Context, Handler},
    lookup,
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Business;

    fn warnings(&self) -> Vec<Warning> {
        lookup::warnings(&self.lookup, JobType::BusinessVerification)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        lookup::business(&self.lookup, tenant, context)
    }
}
