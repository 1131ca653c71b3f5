//! Comparing a person's data with the authority's.

use smileid_protocol::{
    job::strict::Warning,
    types::{JobResult, JobType},
    v1::verify::Request,
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

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        lookup::basic_kyc(self.lookup, tenant, context)
    }
}
