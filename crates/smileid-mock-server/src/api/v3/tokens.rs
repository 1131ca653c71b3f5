//! Handles requests for V3 access tokens. The tokens are JSON Web Tokens that only this mock server can create and verify.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smileid_protocol::{
    auth::{ApiKeyProof, PartnerId},
    timestamp::Timestamp,
    types::v3::Product,
    v3::{UserId, token},
};

use crate::{
    model::{config::AUTH_TOKEN, secret::Secret, type_id::type_id, utc_millis::UtcMillis},
    refusal::{Refused, v3 as refusal},
    request::origin,
    sandbox::web_token,
    state::tenant::Tenant,
};

/// Lifetime of an access token.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// Value of the claim `policy`: the only one in the sources.
const POLICY: u32 = 15;
const HEADER: &str = "smileid-token";
/// Members of `payload` that the access token contains in clear text.
const READABLE: [&str; 3] = ["country", "id_type", "consent"];
/// Members of `payload` whose values the access token does not contain: it contains references to them.
const BOUND: [&str; 6] = ["id_number", "given_names", "last_name", "email", "phone_number", "callback_url"];

/// Claims of an access token (content of the JSON Web Token).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    iat: i64,
    exp: i64,
    partner_id: PartnerId,
    api_url: String,
    policy: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    payload: Map<String, Value>,
}

/// Creates an access token for a partner whose API key was checked.
pub(super) fn mint(
    message: &token::Request,
    tenant: &Tenant,
    request: &Request<Bytes>,
    (now, secret): (UtcMillis, &Secret),
) -> Result<token::Response, Refused> {
    if let Some(product) = message.product() {
        let has_token = product.row().is_some_and(|row| row.has_token);
        if !has_token {
            return Err(refusal::invalid("product", "is no product that a token can be bound to"));
        }
    }
    let payload = match message.payload() {
        Some(payload) => bound(payload.iter(), (now, secret))?,
        None => Map::new(),
    };
    let claims = Claims {
        iat: now.seconds(),
        exp: now.after(LIFE).seconds(),
        partner_id: tenant.credentials().partner_id().without_zeros(),
        api_url: format!("{}/v3", origin::from_request(request)?),
        policy: POLICY,
        product: message.product().as_ref().map(|product| product.as_str().to_owned()),
        user_id: message.user_id().as_ref().map(|id| id.as_str().to_owned()),
        payload,
    };
    let claims = serde_json::to_value(claims).unwrap_or_default();
    Ok(token::Response::new(web_token::sign(&claims, secret)))
}

/// Returns the payload as the access token contains it: with references instead of personal data. The same value always has the
/// same reference.
fn bound<'a>(
    payload: impl Iterator<Item = (&'a str, &'a Value)>,
    (now, secret): (UtcMillis, &Secret),
) -> Result<Map<String, Value>, Refused> {
    let mut bound = Map::new();
    for (name, value) in payload {
        let value = if READABLE.contains(&name) {
            value.clone()
        } else if BOUND.contains(&name) {
            let prefix = if name == "callback_url" { "callback" } else { "pii" };
            let text = value.as_str().ok_or_else(|| refusal::invalid(name, "must be a text"))?;
            // No time is hashed, so that the reference depends only on the value.
            let start = UtcMillis::from_utc_millis(0);
            type_id(prefix, start, &["bound", name, text], secret).into()
        } else {
            return Err(refusal::invalid(name, "is no value that a token can be bound to"));
        };
        bound.insert(name.to_owned(), value);
    }
    if let Some(consent) = bound.get("consent") {
        check_consent(consent, now)?;
    }
    Ok(bound)
}

/// Checks that the consent in a payload has exactly the four required members.
fn check_consent(consent: &Value, now: UtcMillis) -> Result<(), Refused> {
    const MEMBERS: [&str; 4] = ["granted", "granted_at", "notice_language", "notice_privacy_policy_url"];
    let invalid = |member: &str| Err(refusal::invalid(&format!("consent.{member}"), "is not valid"));
    let Some(members) = consent.as_object() else {
        return Err(refusal::invalid("consent", "must be an object"));
    };
    if let Some(member) = MEMBERS.into_iter().find(|name| !members.contains_key(*name)) {
        return invalid(member);
    }
    if let Some(other) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return invalid(other);
    }
    let at = consent["granted_at"].as_str().and_then(|at| Timestamp::new(at).ok());
    let at = at.as_ref().and_then(granted_at);
    let latest = now.after(Duration::from_secs(60)).to_utc_millis();
    if consent["granted"] != true {
        return invalid("granted");
    }
    if at.is_none_or(|at| at > latest) { invalid("granted_at") } else { Ok(()) }
}

/// Returns the time of a consent. A time without a time zone counts as UTC.
pub(super) fn granted_at(at: &Timestamp) -> Option<i64> {
    at.to_utc_millis().or_else(|| Timestamp::new(format!("{at}Z")).ok()?.to_utc_millis())
}

/// Returns the reason why an API key was refused.
pub(super) fn wrong_key(proof: &ApiKeyProof) -> &'static str {
    if proof.api_key.expose() == AUTH_TOKEN {
        "the key is the `auth_token` of mobile apps: V3 takes only the API key of the partner portal"
    } else {
        "the key is not that of the partner: check `SMILE_ID_API_KEY`, and that it is for this environment"
    }
}

impl Claims {
    /// Checks the access token of a request for a partner.
    pub(super) fn of_request(
        headers: &HeaderMap,
        tenant: &Tenant,
        (now, secret): (UtcMillis, &Secret),
    ) -> Result<Self, Refused> {
        let token = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let token = token.ok_or_else(|| refusal::not_authorized("the header `SmileID-Token` is missing"))?;
        let claims: Option<Self> = web_token::verify(token, secret);
        let claims = claims.ok_or_else(|| {
            refusal::not_authorized("the token was not made by this mock, or was altered: request a new one")
        })?;
        if claims.partner_id != tenant.credentials().partner_id().without_zeros() {
            return Err(refusal::not_authorized(
                "the token is another partner's than `SmileID-Partner-ID` names",
            ));
        }
        if claims.exp <= now.seconds() {
            return Err(refusal::not_authorized(
                "the token has expired: it is valid for 15 minutes by the partner's clock in this mock",
            ));
        }
        Ok(claims)
    }

    /// Checks that the access token may be used for jobs of a product.
    pub(super) fn check_product(&self, product: Option<&Product>) -> Result<(), Refused> {
        match (&self.product, product) {
            (Some(bound), Some(product)) if bound != product.as_str() => Err(refusal::not_authorized(
                "the token is bound to another product: request one with this job's `product`, or with none",
            )),
            _ => Ok(()),
        }
    }

    /// Checks that the access token may be used for a person.
    pub(super) fn check_user(&self, user_id: Option<&UserId>) -> Result<(), Refused> {
        match (&self.user_id, user_id) {
            (Some(bound), Some(user_id)) if bound != user_id.as_str() => {
                Err(refusal::refused(StatusCode::FORBIDDEN, "Token is not authorized for this user ID."))
            }
            _ => Ok(()),
        }
    }

    /// Returns the person to whom the access token is limited.
    pub(super) fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// Returns true if the access token contains references to a person's data.
    pub(super) fn has_identity(&self) -> bool {
        ["given_names", "last_name", "email"].into_iter().any(|name| self.payload.contains_key(name))
    }
}
