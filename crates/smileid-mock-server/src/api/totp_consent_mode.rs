//! The second step of a BVN holder's consent: where the code is sent.

use smileid_protocol::v1::{totp::ConsentState, totp_consent_mode::Request};

use super::{
    consent::{self, INVALID_MODE, MODES},
    handler::{Context, Handler},
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Consent;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<ConsentState, Refused> {
        let session = consent::session(&self.step, tenant, context)?;
        if !MODES.iter().any(|(mode, _)| Some(*mode) == self.step.mode.as_deref()) {
            return Err(Refused::without_code(INVALID_MODE));
        }
        session.send_code();
        Ok(consent::taken("OTP Delivery Mode Selected"))
    }
}
