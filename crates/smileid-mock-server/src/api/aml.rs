//! Handles AML checks.

use smileid_protocol::{
    job::lint::{self, Warning},
    types::{AmlResult, ErrorCode, IdInfo, JobType, PartnerParams, Product},
    v1::aml::Request,
};

use super::handler::{Context, Handler, required};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::aml,
    state::tenant::{Charge, Tenant},
};

impl Handler for Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        let mut id_info = IdInfo::default();
        let checked = self.countries.iter().flat_map(|country| {
            id_info.country = Some(country.clone());
            lint::received(&PartnerParams::default(), &id_info, &[])
        });
        let mut warnings: Vec<_> = checked.collect();
        for warning in &mut warnings {
            "countries".clone_into(&mut warning.field);
        }
        warnings.dedup();
        warnings
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<AmlResult, Refused> {
        required(Some(&self.user_id), "user_id", Self::ERROR_STYLE)?;
        required(Some(&self.job_id), "job_id", Self::ERROR_STYLE)?;
        required(Some(&self.full_name), "full_name", Self::ERROR_STYLE)?;
        if self.countries.is_empty() {
            return Err(Self::ERROR_STYLE.empty("countries"));
        }
        if self.job_type.is_some_and(|job_type| job_type != JobType::AmlCheck) {
            return Err(Refused::new(ErrorCode::INVALID_JOB_TYPE));
        }
        let number = tenant.next_number();
        let result = aml::result(&number, &self, context.selected.as_ref());
        let params = result.partner_params.as_ref();
        let charge = Charge::new(Product::Aml, params, number, context.now);
        tenant.billing.charge(charge, result.result_code.as_ref());
        Ok(result)
    }
}
