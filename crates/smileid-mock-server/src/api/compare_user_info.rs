//! Handles requests that compare an authority's data about a user with the user's document.
//!
//! Documents and lookups name ID types differently. So any document of the same country is used.

use smileid_protocol::{
    job::lint::Warning,
    types::{IdInfo, JobResult, JobType, PartnerParams, Product},
    v1::{compare_user_info::Request, lookup::Lookup},
};

use super::{
    handler::{Context, Handler, required},
    lookups,
};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::compared,
    state::tenant::Tenant,
};

impl Handler for Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        let mut lookup = Lookup::new(PartnerParams::default(), IdInfo::default());
        lookup.id_info.country = Some(self.country.clone());
        lookup.id_info.id_type = Some(self.id_type.clone());
        let mut warnings = lookups::warnings(&lookup, JobType::EnhancedKyc);
        warnings.retain(|warning| matches!(warning.field.as_str(), "country" | "id_type"));
        warnings
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        let user_id = required(Some(&self.user_id), "user_id", Self::ERROR_STYLE)?;
        let country = required(Some(&self.country), "country", Self::ERROR_STYLE)?;
        let id_type = required(Some(&self.id_type), "id_type", Self::ERROR_STYLE)?;

        let (Some(authority), Some(document)) =
            (tenant.authority_record(user_id, country, id_type), tenant.document_record(user_id, country))
        else {
            return Err(Self::ERROR_STYLE.malformed(
                "the user must first have an approved lookup of this ID and an approved document of this country",
            ));
        };
        let mut params = PartnerParams::default();
        params.user_id = Some(user_id.to_owned());
        params.job_type = Some(JobType::CompareUserInfo);
        let mut result = compared::result(params, authority, document, context.selected.as_ref());
        result.smile_job_id = Some(tenant.next_number());
        tenant.billing.charge_result(Product::CompareUserInfo, &result, context.now);
        Ok(result)
    }
}
