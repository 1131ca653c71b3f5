//! Handles requests for web tokens, and for signatures that mobile apps use.

use std::time::Duration;

use serde_json::json;
use smileid_protocol::{
    types::{ErrorCode, PartnerParams, Product},
    v1::{auth_smile, token},
};

use super::handler::{Context, Handler, OpenHandler, required};
use crate::{
    model::config::AUTH_TOKEN,
    refusal::{Cause, ErrorStyle, Refused},
    sandbox::{catalogue, web_token},
    state::{Tenants, tenant::Tenant},
};

/// Handles the request of a mobile app, which has a token instead of the API key, for a signature.
impl OpenHandler for auth_smile::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, tenants: &mut Tenants, context: &Context<'_>) -> Result<auth_smile::Response, Refused> {
        let refused = |cause| Refused::not_authorized().because(cause);
        let tenant = tenants.get_mut(&self.partner_id).ok_or_else(|| refused(Cause::UnknownPartner))?;
        if self.auth_token.expose() != AUTH_TOKEN {
            return Err(refused(Cause::Rule(
                "the auth_token is wrong: use `mock-auth-token` with this mock",
            )));
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
        let mut response = auth_smile::Response::default();
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

/// Lifetime of a web token. Inferred: no source documents it.
const LIFE: Duration = Duration::from_secs(15 * 60);

impl Handler for token::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Upload;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<token::Response, Refused> {
        required(Some(&self.user_id), "user_id", Self::ERROR_STYLE)?;
        required(Some(&self.job_id), "job_id", Self::ERROR_STYLE)?;
        if !has_tokens(&self.product) {
            return Err(Refused::new(ErrorCode::INVALID_PRODUCT));
        }
        let claims = json!({
            "partner_id": tenant.credentials().partner_id(),
            "user_id": self.user_id,
            "job_id": self.job_id,
            "product": self.product,
            "callback_url": self.callback_url,
            "iat": context.now.seconds(),
            "exp": context.now.after(LIFE).seconds(),
        });
        Ok(token::Response::new(web_token::sign(&claims, &context.settings.secret)))
    }
}

/// Returns true if web tokens exist for a product, given by its name in the official SDKs.
fn has_tokens(product: &str) -> bool {
    // `e_signature` has no jobs, so it is not in the table of products.
    product == "e_signature" || Product::rows().iter().any(|row| row.token_keywords.contains(&product))
}
