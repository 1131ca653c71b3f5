//! Handlers of the V3 endpoints: tokens, jobs, results, fraud reports and lists.

mod fraud;
mod jobs;
mod results;
mod services;
mod tokens;

use bytes::Bytes;
use http::Request;
use smileid_protocol::{
    auth::{ApiKeyHeader, AuthScheme, TokenHeaders},
    endpoint::Endpoint,
    types::v3::Product,
    v3,
};

use self::tokens::Claims;
use super::{Call, Decoded, Gate, HandlerResult, settings::Settings};
use crate::{
    control::scenario::{self, Scenario},
    model::utc_millis::UtcMillis,
    refusal::{Refused, v3 as refusal},
    state::tenant::Tenant,
};

/// Handler of a V3 endpoint whose requests need an access token.
pub(super) trait TokenHandler: Endpoint {
    /// Product to which an access token for this endpoint can be limited. None if its requests are not jobs.
    const PRODUCT: Option<Product> = None;

    /// Handles a request whose access token was checked.
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// Context of a V3 request for its handler: time, settings, content of the access token, and scenario.
pub(super) struct Context<'a> {
    now: UtcMillis,
    settings: &'a Settings,
    claims: Claims,
    /// Scenario that was selected for the request, if there is one.
    scenario: Option<Scenario>,
}

impl<E: TokenHandler<Auth = Self>, const PARTNER: bool> Gate<E> for TokenHeaders<PARTNER> {
    fn answer(request: &Request<Bytes>, message: Decoded<E>, call: Call<'_>) -> HandlerResult {
        with_token::<E>(request, message, call)
    }
}

/// Finds the partner, checks the access token, handles the request and encodes the response.
fn with_token<E: TokenHandler>(
    request: &Request<Bytes>,
    message: Decoded<E>,
    call: Call<'_>,
) -> HandlerResult {
    let Call { state, settings, info, now } = call;
    let partner = info.subject.partner_id.as_ref();
    let Some(tenant) = partner.and_then(|id| state.tenants.get_mut(id)) else {
        return Err(refusal::not_authorized("the request has no token of a partner that this mock knows"));
    };
    // The token is checked first, also where the rest of the request cannot be read.
    let claims = Claims::of_request(request.headers(), tenant, (now, &settings.secret))?;
    claims.check_product(E::PRODUCT.as_ref())?;
    let is_about_job = E::SPEC.path.ends_with("/{job_id}");
    if is_about_job && info.subject.job_id.as_ref().is_none_or(|id| id.parse::<v3::JobId>().is_err()) {
        let rule = "must be `job_` and 26 small letters and digits";
        return Err(refusal::breaks("job_id", rule, "\"jobId\" must be a valid TypeID with prefix 'job_'"));
    }
    let message = message.map_err(|error| refusal::unreadable(&error))?;
    let scenario = scenario::v3::select(request, info, &mut state.scenarios, &settings.secret)?;
    let context = Context { now, settings, claims, scenario };
    let (message, _) = message.trust_without_checking(); // its token was checked
    let reply = message.handle(tenant, &context)?;
    Ok(encoded::<E>(&reply, tenant, now)?.into())
}

/// Handles the request that exchanges an API key for an access token.
impl Gate<v3::token::Request> for ApiKeyHeader {
    fn answer(
        request: &Request<Bytes>,
        message: Decoded<v3::token::Request>,
        call: Call<'_>,
    ) -> HandlerResult {
        let Call { state, settings, info, now } = call;
        let message = message.map_err(|error| refusal::unreadable(&error))?;
        let partner = info.subject.partner_id.as_ref();
        let tenant = partner.and_then(|id| state.tenants.get(id));
        let Some(tenant) = tenant else {
            return Err(refusal::not_authorized(
                "this mock does not know the partner in `smileid-partner-id`",
            ));
        };
        if ApiKeyHeader::check(message.proof(), tenant.credentials()).is_err() {
            return Err(refusal::not_authorized(tokens::wrong_key(message.proof())));
        }
        scenario::v3::select(request, info, &mut state.scenarios, &settings.secret)?;
        let (message, _) = message.trust_without_checking(); // its key was checked
        let reply = tokens::mint(&message, tenant, request, (now, &settings.secret))?;
        Ok(encoded::<v3::token::Request>(&reply, tenant, now)?.into())
    }
}

fn encoded<E: Endpoint>(
    reply: &E::Response,
    tenant: &Tenant,
    now: UtcMillis,
) -> Result<http::Response<Bytes>, Refused> {
    let status = http::StatusCode::INTERNAL_SERVER_ERROR;
    let proof = E::ReplyAuth::prove(tenant.credentials(), &now.timestamp());
    E::encode_reply(reply, &proof).map_err(|_| refusal::refused(status, refusal::usual_message(status)))
}
