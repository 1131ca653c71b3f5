//! Jobs without images, answered at once.

use smileid_types::{IdInfo, JobType, PartnerParams, ReservedName};

use super::{IdNumber, InvalidInput, JobIds, input::required};
use crate::v1::lookup::Lookup;

/// A job without images: the lookup of an ID (type 5) or of a business (type 7).
#[derive(Clone, Debug, PartialEq)]
pub struct LookupJob {
    ids: JobIds,
    job_type: JobType,
    partner_params: PartnerParams,
    id_info: IdInfo,
}

impl LookupJob {
    /// Enhanced KYC: looks an ID number up at its authority (job type 5).
    pub fn enhanced_kyc(ids: JobIds, id: IdNumber) -> Self {
        Self::new(JobType::EnhancedKyc, ids, id)
    }

    /// Business verification: looks a registration number up at its registry (job type 7).
    pub fn business_verification(ids: JobIds, id: IdNumber) -> Self {
        Self::new(JobType::BusinessVerification, ids, id)
    }

    fn new(job_type: JobType, ids: JobIds, id: IdNumber) -> Self {
        let mut id_info = IdInfo::from(id);
        id_info.entered = None; // there is no card it could be read from instead
        Self { job_type, partner_params: ids.params(job_type), ids, id_info }
    }

    /// Replaces the ID information: the same ID with names, date of birth and the rest.
    ///
    /// # Errors
    ///
    /// When country, ID type or ID number is missing.
    pub fn with_id_info(mut self, id_info: IdInfo) -> Result<Self, InvalidInput> {
        required("id_info.country", id_info.country.as_ref())?;
        required("id_info.id_type", id_info.id_type.as_ref())?;
        required("id_info.id_number", id_info.id_number.as_ref())?;
        self.id_info = id_info;
        Ok(self)
    }

    /// Adds a member of the partner's own, which comes back with the result.
    ///
    /// # Errors
    ///
    /// When the name has a field of its own.
    pub fn with_partner_param(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Result<Self, ReservedName> {
        self.partner_params.set_extra(name, value)?;
        Ok(self)
    }

    /// Which of the two.
    pub fn job_type(&self) -> JobType {
        self.job_type
    }

    /// The partner's names for it.
    pub fn ids(&self) -> &JobIds {
        &self.ids
    }

    /// The body of its request.
    pub fn into_lookup(self) -> Lookup {
        Lookup::new(self.partner_params, self.id_info)
    }

    pub(crate) fn checked(
        ids: JobIds,
        job_type: JobType,
        partner_params: PartnerParams,
        id_info: IdInfo,
    ) -> Result<Self, InvalidInput> {
        Self { ids, job_type, partner_params, id_info: IdInfo::default() }.with_id_info(id_info)
    }
}
