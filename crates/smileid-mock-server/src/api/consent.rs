//! Handles the three steps in which the holder of a BVN gives consent.

use serde_json::json;
use smileid_protocol::{
    auth::Secret,
    v1::{
        totp::{ConsentState, ConsentStep},
        totp_consent, totp_consent_mode, totp_consent_otp,
    },
};

use super::{
    handler::{Context, Handler, required},
    lookups::WITH_CONSENT,
};
use crate::{
    model::config::ONE_TIME_CODE,
    refusal::{Cause, ErrorStyle, Refused},
    sandbox::outcome::lookup,
    state::tenant::{Session, Tenant},
};

/// Handles the first consent step: starts a consent session for an ID number.
impl Handler for totp_consent::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Consent;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<ConsentState, Refused> {
        let country = required(self.step.country.as_deref(), "country", Self::ERROR_STYLE)?;
        let id_type = required(self.step.id_type.as_deref(), "id_type", Self::ERROR_STYLE)?;
        let id_number = required(self.step.id_number.as_deref(), "id_number", Self::ERROR_STYLE)?;
        if (country, id_type) != WITH_CONSENT || !lookup::has(country, id_type, id_number) {
            return Err(Refused::without_code(NOT_FOUND));
        }
        let session_id = tenant.next_name("consent", &context.settings.secret);
        tenant.consents.begin(&session_id, id_number, context.now);
        let modes = MODES.map(|(mode, address)| json!({mode: address}));
        let mut state = taken("Select OTP Delivery Mode");
        state.session_id = Some(session_id.into());
        state.modes = Some(modes.into());
        Ok(state)
    }
}

/// Handles the second consent step: sends the one-time code by the chosen channel.
impl Handler for totp_consent_mode::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Consent;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<ConsentState, Refused> {
        let session = session(&self.step, tenant, context)?;
        if !MODES.iter().any(|(mode, _)| Some(*mode) == self.step.mode.as_deref()) {
            return Err(Refused::without_code(INVALID_MODE));
        }
        session.send_code();
        Ok(taken("OTP Delivery Mode Selected"))
    }
}

/// Handles the third consent step: checks the one-time code.
impl Handler for totp_consent_otp::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Consent;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<ConsentState, Refused> {
        let session = session(&self.step, tenant, context)?;
        if !session.confirm(self.step.otp.as_ref().map(Secret::expose) == Some(ONE_TIME_CODE)) {
            return Err(Refused::without_code(INVALID_CODE));
        }
        Ok(taken("OTP Confirmed"))
    }
}

/// Channels that can send the one-time code, each with the masked address that the person sees.
pub(super) const MODES: [(&str, &str); 2] = [("sms", "0800*****67"), ("email", "jo*****eo@example.com")];

/// Error texts for consent steps that Smile ID's web SDK recognizes.
pub(super) const NOT_FOUND: &str = "Result Not Found";
pub(super) const INVALID_MODE: &str = "Invalid Mode";
pub(super) const INVALID_CODE: &str = "Invalid OTP";

/// Creates the response to a successful consent step.
pub(super) fn taken(message: &str) -> ConsentState {
    let mut state = ConsentState::default();
    state.success = Some(true);
    state.message = Some(message.to_owned());
    state
}

/// Returns the consent session that a request continues.
pub(super) fn session<'a>(
    step: &ConsentStep,
    tenant: &'a mut Tenant,
    context: &Context<'_>,
) -> Result<&'a mut Session, Refused> {
    let session_id =
        required(step.session_id.as_ref().map(Secret::expose), "session_id", ErrorStyle::Consent)?;
    let session = tenant.consents.session(session_id, context.now);
    session.ok_or_else(|| {
        Refused::without_code(NOT_FOUND).because(Cause::Rule("the consent session is unknown or has ended"))
    })
}
