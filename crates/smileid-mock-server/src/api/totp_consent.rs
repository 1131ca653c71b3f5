//! The first step of a BVN holder's consent: a session for a number.

use serde_json::json;
use smileid_protocol::v1::{totp::ConsentState, totp_consent::Request};

use super::{
    consent::{self, MODES, NOT_FOUND},
    handler::{Context, Handler, required},
    lookup::WITH_CONSENT,
};
use crate::{
    refusal::{Family, Refused},
    sandbox::outcome::lookup,
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Consent;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<ConsentState, Refused> {
        let country = required(self.step.country.as_deref(), "country", Self::FAMILY)?;
        let id_type = required(self.step.id_type.as_deref(), "id_type", Self::FAMILY)?;
        let id_number = required(self.step.id_number.as_deref(), "id_number", Self::FAMILY)?;
        if (country, id_type) != WITH_CONSENT || !lookup::has(country, id_type, id_number) {
            return Err(Refused::without_code(NOT_FOUND));
        }
        let session_id = tenant.next_name("consent", &context.settings.secret);
        tenant.consents.begin(&session_id, id_number, context.now);
        let modes = MODES.map(|(mode, address)| json!({mode: address}));
        let mut state = consent::taken("Select OTP Delivery Mode");
        state.session_id = Some(session_id.into());
        state.modes = Some(modes.into());
        Ok(state)
    }
}
