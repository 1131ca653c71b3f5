//! A token with which a browser may run one job.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use smileid_protocol::{
    types::{ErrorCode, Product},
    v1::token::{Request, Response},
};

use super::handler::{Context, Handler, required};
use crate::{
    model::secret::Secret,
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

/// How long a token is good for. Inferred: no source says.
const LIFE: Duration = Duration::from_secs(15 * 60);

impl Handler for Request {
    const FAMILY: Family = Family::Upload;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Response, Refused> {
        required(Some(&self.user_id), "user_id", Self::FAMILY)?;
        required(Some(&self.job_id), "job_id", Self::FAMILY)?;
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
        Ok(Response::new(signed(&claims, &context.settings.secret)))
    }
}

/// Whether a browser can run what the official SDKs and the web SDK call so.
fn has_tokens(product: &str) -> bool {
    // Signing documents has no jobs, so the tables do not have it.
    product == "e_signature" || Product::rows().iter().any(|row| row.token_keywords.contains(&product))
}

/// Claims in the form of a JSON Web Token. Nobody but the mock can make or check it.
fn signed(claims: &Value, secret: &Secret) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}", encode(&json!({"alg": "HS256", "typ": "JWT"})), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(secret.digest(&["web token", &unsigned]));
    format!("{unsigned}.{signature}")
}
