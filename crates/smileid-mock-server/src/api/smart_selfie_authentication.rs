//! Comparing a selfie with the one that a user enrolled with, at once.

use smileid_protocol::{
    types::{JobType, SelfieResult},
    v1::smart_selfie_authentication::Request,
};

use super::{
    handler::{Context, Handler},
    selfie,
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

const PRODUCT: (JobType, &str) = (JobType::SmartSelfieAuthentication, "smart_selfie_authentication");

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SelfieResult, Refused> {
        selfie::judge(&self.form, PRODUCT, tenant, context)
    }
}
