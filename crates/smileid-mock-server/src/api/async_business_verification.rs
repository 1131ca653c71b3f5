//! Looking a business up, for an answer later.

use smileid_protocol::{
    job::strict::Warning,
    types::JobType,
    v1::{accepted::Accepted, async_business_verification::Request},
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

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = lookup::callback_url(&self.lookup, Self::FAMILY)?;
        let result = lookup::business(&self.lookup, tenant, context)?;
        Ok(lookup::later(url, result, tenant, context))
    }
}
