//! The third step of a BVN holder's consent: the code.

use smileid_protocol::{
    auth::Secret,
    v1::{totp::ConsentState, totp_consent_otp::Request},
};

use super::{
    consent::{self, INVALID_CODE},
    handler::{Context, Handler},
};
use crate::{
    model::config::ONE_TIME_CODE,
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Consent;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<ConsentState, Refused> {
        let session = consent::session(&self.step, tenant, context)?;
        if !session.confirm(self.step.otp.as_ref().map(Secret::expose) == Some(ONE_TIME_CODE)) {
            return Err(Refused::without_code(INVALID_CODE));
        }
        Ok(consent::taken("OTP Confirmed"))
    }
}
