//! Handles requests that enrol a user with a photo that the partner already has.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use smileid_protocol::{
    job::ImageFormat,
    types::{JobResult, JobType, PartnerParams},
    v1::backfill_users::Request,
};

use super::handler::{Context, Handler, required};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::selfie,
    state::tenant::{Purpose, Tenant},
};

/// Maximum size of a photo: 5 MiB. The documentation says 5 MB.
const MOST_BYTES: usize = 5 << 20;

impl Handler for Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        let user_id = required(Some(&self.user_id), "user_id", Self::ERROR_STYLE)?;
        required(Some(&self.user_created_at), "user_created_at", Self::ERROR_STYLE)?;
        let photo = required(Some(&self.photo), "photo", Self::ERROR_STYLE)?;
        let photo = STANDARD.decode(photo).map_err(|_| {
            Self::ERROR_STYLE.malformed("the photo is not base64: send base64 without a `data:` prefix")
        })?;
        if !ImageFormat::is_image(&photo) {
            let is = ImageFormat::describe_other(&photo);
            return Err(Self::ERROR_STYLE
                .breaks("photo", &format!("must be a JPEG or PNG image in base64, but it is {is}")));
        }
        if photo.len() > MOST_BYTES {
            return Err(Self::ERROR_STYLE.malformed("the photo must not be larger than 5 MB"));
        }
        if let Some(code) = tenant.users.refusal(user_id, Purpose::Enrol { again: false }) {
            return Err(Refused::new(code));
        }

        let job_id = tenant.next_name("backfill", &context.settings.secret);
        let params = PartnerParams::new(user_id, job_id, JobType::SmartSelfieRegistration);
        let number = tenant.next_number();
        let enrolled = selfie::enrolled(&number, params, context.selected.as_ref());
        let (result, enrols) = enrolled.ok_or_else(|| Self::ERROR_STYLE.fault())?;
        if enrols {
            tenant.enrol(user_id);
        }
        Ok(result)
    }
}
