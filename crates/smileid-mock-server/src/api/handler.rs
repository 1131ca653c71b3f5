//! Traits of request handlers, the context of a request, and checks that handlers share.

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
    /// Format of the endpoint's error responses.
    const ERROR_STYLE: ErrorStyle;

    /// Returns the warnings of the lint, with field names as in the request.
    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    /// Handles a request whose signature was verified.
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// Handler of an endpoint whose requests are not signed.
pub(crate) trait OpenHandler: Endpoint<Auth = Anonymous, ReplyAuth = Anonymous> {
    /// Format of the endpoint's error responses.
    const ERROR_STYLE: ErrorStyle;

    /// Returns a cached response, for lists that are long and never change.
    fn kept(&self) -> Option<Response<Bytes>> {
        None
    }

    /// Handles an unsigned request.
    fn handle(self, tenants: &mut Tenants, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// Context of a request: everything a handler needs except the message and the partner's state.
pub(crate) struct Context<'a> {
    pub(crate) now: UtcMillis,
    pub(crate) settings: &'a Settings,
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) images: &'a BoundedFifo<ImageKey, Bytes>,
    /// Scenario that was selected for the request, if there is one.
    pub(crate) selected: Option<SelectedScenario>,
    /// Findings about the request, for a response header and the journal.
    pub(crate) odd: RefCell<Vec<Reason>>,
}

impl Context<'_> {
    /// Returns the rule for the processing time of the job.
    pub(super) fn processing(&self) -> Processing {
        let takes = self.selected.as_ref().and_then(|selected| selected.scenario.after);
        takes.map_or(self.settings.processing, Processing::After)
    }
}

/// Returns `user_id` and `job_id`. Refuses the request if one of them is missing.
pub(super) fn names(params: &PartnerParams, family: ErrorStyle) -> Result<(&str, &str), Refused> {
    let user_id = required(params.user_id.as_deref(), "partner_params.user_id", family)?;
    Ok((user_id, required(params.job_id.as_deref(), "partner_params.job_id", family)?))
}

/// Returns the member `name`. Refuses the request if the member is missing or empty.
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

/// Returns the member `name` as a URL. Refuses the request if it is not one.
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
