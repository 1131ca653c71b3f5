//! Signing for a mobile app, which has a token instead of the API key.

use serde_json::json;
use smileid_protocol::{
    types::PartnerParams,
    v1::auth_smile::{Request, Response},
};

use super::handler::{Context, OpenHandler};
use crate::{
    model::config::AUTH_TOKEN,
    refusal::{Cause, Family, Refused},
    sandbox::catalogue,
    state::Tenants,
};

impl OpenHandler for Request {
    const FAMILY: Family = Family::IdApi;

    fn handle(self, tenants: &mut Tenants, context: &Context<'_>) -> Result<Response, Refused> {
        let refused = |cause| Refused::not_authorized().because(cause);
        let tenant = tenants.get_mut(&self.partner_id).ok_or_else(|| refused(Cause::UnknownPartner))?;
        if self.auth_token.expose() != AUTH_TOKEN {
            return Err(refused(Cause::Rule("the auth_token is not the mock's, which is `mock-auth-token`")));
        }

        let mut made = |given: Option<String>, kind| {
            given
                .filter(|name| !name.trim().is_empty())
                .unwrap_or_else(|| tenant.next_name(kind, &context.settings.secret))
        };
        let (user_id, job_id) = (made(self.user_id, "user"), made(self.job_id, "job"));
        let needs_consent = match (&self.country, &self.id_type) {
            (Some(country), Some(id_type)) => catalogue::needs_consent(country, id_type),
            _ => false,
        };
        let mut response = Response::default();
        response.success = Some(true);
        if self.signature {
            let timestamp = context.now.timestamp();
            response.signature = Some(tenant.credentials().sign(&timestamp));
            response.timestamp = Some(timestamp);
        }
        response.partner_params = Some(PartnerParams::new(user_id, job_id, self.job_type));
        response.policy = Some(json!({}));
        response.consent_info = Some(json!({"can_access": true, "consent_required": needs_consent}));
        Ok(response)
    }
}
