//! Handles V3 requests that report fraud by a person, or withdraw a report.

use http::StatusCode;
use smileid_protocol::v3::{Accepted, report_fraud};

use super::{Context, TokenHandler};
use crate::{
    model::user_state::UserState,
    refusal::{Refused, v3 as refusal},
    state::tenant::Tenant,
};

impl TokenHandler for report_fraud::Request {
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let user_id = self.user_id();
        context.claims.check_user(Some(user_id))?;
        let notes = self.notes().as_deref().unwrap_or_default();
        let reason = self.reason().as_deref();
        if *self.is_fraud() && !reason.is_some_and(report_fraud::Reason::is_known) {
            return Err(refusal::invalid("reason", "must be one of the API's reasons"));
        }
        if notes.is_empty() && (!self.is_fraud() || reason == Some(report_fraud::Reason::Other.as_str())) {
            return Err(refusal::invalid("notes", "is required without fraud, and with the reason OTHER"));
        }
        if notes.chars().count() > 500 {
            return Err(refusal::invalid("notes", "has more than 500 characters"));
        }
        if !self.reported_by().contains('@') {
            return Err(refusal::invalid("reported_by", "must be an e-mail address"));
        }
        let id = user_id.as_str();
        let known = tenant.users.get(id);
        if known.is_none() && !tenant.v3_jobs.has_user(id) {
            return Err(refusal::refused(StatusCode::NOT_FOUND, "User not found"));
        }
        let photo = known.is_some_and(|user| user.photo);
        let before = known.unwrap_or(UserState { photo, ..UserState::default() });
        tenant.users.set(id, UserState { is_fraudulent: *self.is_fraud(), ..before });
        let mut accepted = Accepted::default();
        accepted.status = Some("accepted".to_owned());
        accepted.user_id = Some(id.to_owned());
        Ok(accepted)
    }
}
