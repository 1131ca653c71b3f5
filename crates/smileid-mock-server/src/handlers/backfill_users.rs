//! Enrolling a user with a photo that the partner has.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use smileid_protocol::{
    job::ImageFormat,
    types::{ErrorCode, JobResult, JobType, PartnerParams},
    v1::backfill_users::Request,
};

use super::{Context, Handler, required};
use crate::{
    outcome::selfie,
    refusal::{Family, Refused},
    tenant::Tenant,
};

/// How large a photo may be: 5 MB, read as the larger of the two things that can mean.
const MOST_BYTES: usize = 5 << 20;

impl Handler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        let user_id = required(Some(&self.user_id), "user_id", Self::FAMILY)?;
        required(Some(&self.user_created_at), "user_created_at", Self::FAMILY)?;
        let photo = required(Some(&self.photo), "photo", Self::FAMILY)?;
        // A `data:` prefix is no base64.
        let photo = STANDARD.decode(photo).map_err(|_| Self::FAMILY.malformed())?;
        if ImageFormat::of(&photo).is_none() || photo.len() > MOST_BYTES {
            return Err(Self::FAMILY.malformed());
        }
        if tenant.is_enrolled(user_id) {
            return Err(Refused::new(ErrorCode::ALREADY_ENROLLED));
        }

        let job_id = tenant.next_name("backfill", context.secret);
        let params = PartnerParams::new(user_id, job_id, JobType::SmartSelfieRegistration);
        let number = tenant.next_number();
        tenant.enrol(user_id);
        selfie::enrolled(&number, params).ok_or_else(|| Self::FAMILY.fault())
    }
}
