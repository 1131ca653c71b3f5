//! What the three steps of a BVN holder's consent have in common.

use smileid_protocol::{
    auth::Secret,
    v1::totp::{ConsentState, ConsentStep},
};

use super::handler::{Context, required};
use crate::{
    refusal::{Cause, Family, Refused},
    state::tenant::{Session, Tenant},
};

/// Where the code can be sent, and the address as the holder sees it.
pub(super) const MODES: [(&str, &str); 2] = [("sms", "0800*****67"), ("email", "jo*****eo@example.com")];

/// The refusals of the steps, as the web SDK knows them.
pub(super) const NOT_FOUND: &str = "Result Not Found";
pub(super) const INVALID_MODE: &str = "Invalid Mode";
pub(super) const INVALID_CODE: &str = "Invalid OTP";

/// A step that was taken.
pub(super) fn taken(message: &str) -> ConsentState {
    let mut state = ConsentState::default();
    state.success = Some(true);
    state.message = Some(message.to_owned());
    state
}

/// The session that a step goes on with.
pub(super) fn session<'a>(
    step: &ConsentStep,
    tenant: &'a mut Tenant,
    context: &Context<'_>,
) -> Result<&'a mut Session, Refused> {
    let session_id = required(step.session_id.as_ref().map(Secret::expose), "session_id", Family::Consent)?;
    let session = tenant.consents.session(session_id, context.now);
    session.ok_or_else(|| {
        Refused::without_code(NOT_FOUND).because(Cause::Rule("no session has this name, or it is over"))
    })
}
