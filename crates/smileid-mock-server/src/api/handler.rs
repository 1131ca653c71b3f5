//! Handler traits, the context of a request, and checks that handlers share.

use std::cell::RefCell;

use bytes::Bytes;
use http::{Request, Response, Uri};
use smileid_protocol::{auth::Anonymous, endpoint::Endpoint, job::lint::Warning, types::PartnerParams};

use super::settings::Settings;
use crate::{
    control::scenario::SelectedScenario,
    diagnose::Reason,
    model::{bounded::BoundedFifo, processing::Processing, utc_millis::UtcMillis},
    refusal::{ErrorStyle, Refused},
    request::presign::ImageKey,
    state::{Tenants, tenant::Tenant},
};

/// Handler of an endpoint whose requests are signed.
pub(crate) trait Handler: Endpoint {
    /// Style of its refusals.
    const ERROR_STYLE: ErrorStyle;

    /// Returns the warnings of the strict checks. Their fields have the names in the request.
    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    /// Handles a request whose proof was checked.
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// Handler of an endpoint whose requests have no proof.
pub(crate) trait OpenHandler: Endpoint<Auth = Anonymous, ReplyAuth = Anonymous> {
    /// Style of its refusals.
    const ERROR_STYLE: ErrorStyle;

    /// Returns a kept response, for requests whose response is long and never changes.
    fn kept(&self) -> Option<Response<Bytes>> {
        None
    }

    /// Handles a request from an unknown sender.
    fn handle(self, tenants: &mut Tenants, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// Context of a request, beside the message and the tenant.
pub(crate) struct Context<'a> {
    pub(crate) now: UtcMillis,
    pub(crate) settings: &'a Settings,
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) images: &'a BoundedFifo<ImageKey, Bytes>,
    /// Scenario of the request.
    pub(crate) selected: Option<SelectedScenario>,
    /// Findings about the request, for the response's header and the journal.
    pub(crate) odd: RefCell<Vec<Reason>>,
}

impl Context<'_> {
    /// Returns the processing policy for the request.
    pub(super) fn processing(&self) -> Processing {
        let takes = self.selected.as_ref().and_then(|selected| selected.scenario.after);
        takes.map_or(self.settings.processing, Processing::After)
    }
}

/// Returns the partner's names for a user and a job. Both are required.
pub(super) fn names(params: &PartnerParams, family: ErrorStyle) -> Result<(&str, &str), Refused> {
    let user_id = required(params.user_id.as_deref(), "partner_params.user_id", family)?;
    Ok((user_id, required(params.job_id.as_deref(), "partner_params.job_id", family)?))
}

/// Returns the member `name`, a required text that must not be empty.
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

/// Returns the member `name`, a required URL.
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
