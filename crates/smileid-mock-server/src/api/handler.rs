//! What answers: one file for each endpoint, those of the routes that are no endpoints, and what several share.

use std::cell::RefCell;

use bytes::Bytes;
use http::{Request, Response, Uri};
use smileid_protocol::{auth::Anonymous, endpoint::Endpoint, job::strict::Warning, types::PartnerParams};

use super::settings::Settings;
use crate::{
    control::scenario::SelectedScenario,
    diagnose::Reason,
    model::{bounded::BoundedFifo, millis::UtcMillis, processing::Processing},
    refusal::{ErrorStyle, Refused},
    request::presign::ImageKey,
    state::{Tenants, tenant::Tenant},
};

/// An endpoint whose requests are signed, as the mock answers it.
pub(crate) trait Handler: Endpoint {
    /// How it refuses.
    const ERROR_STYLE: ErrorStyle;

    /// What the strict checks say of the request, whose fields are named as it has them.
    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    /// Answers a request whose proof was checked.
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// An endpoint whose requests prove nothing, as the mock answers it.
pub(crate) trait OpenHandler: Endpoint<Auth = Anonymous, ReplyAuth = Anonymous> {
    /// How it refuses.
    const ERROR_STYLE: ErrorStyle;

    /// The reply to this request, where it is the same for all time and long.
    fn kept(&self) -> Option<Response<Bytes>> {
        None
    }

    /// Answers a request that anybody may have sent.
    fn handle(self, tenants: &mut Tenants, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// What a handler may need beside the message and the tenant.
pub(crate) struct Context<'a> {
    pub(crate) now: UtcMillis,
    pub(crate) settings: &'a Settings,
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) images: &'a BoundedFifo<ImageKey, Bytes>,
    /// The scenario of this request.
    pub(crate) chosen: Option<SelectedScenario>,
    /// What the reply's header and the journal say of the request beside the reply.
    pub(crate) odd: RefCell<Vec<Reason>>,
}

impl Context<'_> {
    /// When what this request asks for is done.
    pub(super) fn processing(&self) -> Processing {
        let takes = self.chosen.as_ref().and_then(|chosen| chosen.scenario.after);
        takes.map_or(self.settings.processing, Processing::After)
    }
}

/// The partner's names for a user and a job, both of which must be there.
pub(super) fn names(params: &PartnerParams, family: ErrorStyle) -> Result<(&str, &str), Refused> {
    let user_id = required(params.user_id.as_deref(), "partner_params.user_id", family)?;
    Ok((user_id, required(params.job_id.as_deref(), "partner_params.job_id", family)?))
}

/// The member `name`, a text that must be there and not be empty.
pub(super) fn required<'a>(
    text: Option<&'a str>,
    name: &str,
    family: ErrorStyle,
) -> Result<&'a str, Refused> {
    match text {
        None => Err(family.missing(name)),
        Some(text) if text.trim().is_empty() => Err(family.empty(name)),
        Some(text) => Ok(text),
    }
}

/// The member `name`, an address that must be there.
pub(super) fn required_url<'a>(
    url: Option<&'a str>,
    name: &str,
    family: ErrorStyle,
) -> Result<&'a str, Refused> {
    let url = required(url, name, family)?;
    let is_url = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if is_url { Ok(url) } else { Err(family.breaks(name, "must be a valid uri")) }
}
