//! Enrolling a user with a selfie, at once.

use smileid_protocol::{
    types::{JobType, SelfieResult},
    v1::smart_selfie_enroll::Request,
};

use super::{
    handler::{Context, Handler},
    selfie,
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

const PRODUCT: (JobType, &str) = (JobType::SmartSelfieRegistration, "smart_selfie_enrollment");

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SelfieResult, Refused> {
        selfie::judge(&self.form, PRODUCT, tenant, context)
    }
}
