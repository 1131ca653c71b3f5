//! Searching the lists.

use smileid_protocol::{
    types::{AmlResult, ErrorCode, JobType, Product},
    v1::aml::Request,
};

use super::{Context, Handler, required};
use crate::{
    outcome::aml,
    refusal::{Family, Refused},
    tenant::{Charge, Tenant},
};

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<AmlResult, Refused> {
        required(Some(&self.user_id), "user_id", Self::FAMILY)?;
        required(Some(&self.job_id), "job_id", Self::FAMILY)?;
        required(Some(&self.full_name), "full_name", Self::FAMILY)?;
        if self.countries.is_empty() {
            return Err(Self::FAMILY.empty("countries"));
        }
        if self.job_type.is_some_and(|job_type| job_type != JobType::AmlCheck) {
            return Err(Refused::new(ErrorCode::INVALID_JOB_TYPE));
        }
        let number = tenant.next_number();
        let result = aml::result(&number, &self, context.chosen.as_ref());
        let params = result.partner_params.as_ref();
        let charge = Charge::new(Product::Aml, params, number, context.now);
        tenant.billing.charge(charge, result.result_code.as_ref());
        Ok(result)
    }
}
