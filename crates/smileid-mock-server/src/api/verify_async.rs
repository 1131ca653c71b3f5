//! Comparing a person's data with the authority's, for an answer later.

use smileid_protocol::{
    job::strict::Warning,
    types::JobType,
    v1::{accepted::Accepted, verify_async::Request},
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
    const FAMILY: Family = Family::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        lookup::warnings(&self.lookup, JobType::EnhancedKyc)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = lookup::callback_url(&self.lookup, Self::FAMILY)?;
        let result = lookup::basic_kyc(self.lookup, tenant, context)?;
        Ok(lookup::later(url, result, tenant, context))
    }
}
