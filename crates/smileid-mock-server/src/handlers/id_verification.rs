//! Looking an ID number up.

use smileid_protocol::{types::JobResult, v1::id_verification::Request};

use super::{Context, Handler, lookup};
use crate::{
    refusal::{Family, Refused},
    tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        lookup::enhanced_kyc(self.lookup, tenant, context)
    }
}
