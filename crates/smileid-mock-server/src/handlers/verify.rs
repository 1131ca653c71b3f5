//! Comparing a person's data with the authority's.

use smileid_protocol::{types::JobResult, v1::verify::Request};

use super::{Context, Handler, lookup};
use crate::{
    refusal::{Family, Refused},
    tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        lookup::basic_kyc(self.lookup, tenant, context)
    }
}
