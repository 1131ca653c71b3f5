//! What answers: one file for each endpoint, those of the routes that are no endpoints, and what several share.

mod aml;
mod async_business_verification;
mod async_id_verification;
mod async_verify_address;
mod async_verify_phone;
mod auth_smile;
mod backfill_users;
mod bank_codes;
mod business_verification;
mod compare_user_info;
mod consent;
mod create_smile_link;
mod get_smile_link;
mod id_number_rate_limit_reset;
mod id_verification;
pub(crate) mod images;
mod job_status;
mod lookup;
mod phone;
mod products_config;
pub(crate) mod put_archive;
mod selfie;
mod services;
mod smart_selfie_authentication;
mod smart_selfie_enroll;
mod smile_link;
mod token;
mod totp_consent;
mod totp_consent_mode;
mod totp_consent_otp;
mod update_smile_link;
mod upload;
pub(crate) mod valid_documents;
mod verify;
mod verify_async;
mod verify_phone_number;

use std::cell::RefCell;

use bytes::Bytes;
use http::{Request, Response, Uri};
use smileid_protocol::{auth::Anonymous, endpoint::Endpoint, job::strict::Warning, types::PartnerParams};

use crate::{
    bounded::Newest,
    diagnose::Reason,
    millis::Millis,
    presign::ImageKey,
    processing::Processing,
    refusal::{Family, Refused},
    scenario::Chosen,
    settings::Settings,
    state::Tenants,
    tenant::Tenant,
};

/// An endpoint whose requests are signed, as the mock answers it.
pub(crate) trait Handler: Endpoint {
    /// How it refuses.
    const FAMILY: Family;

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
    const FAMILY: Family;

    /// The reply to this request, where it is the same for all time and long.
    fn kept(&self) -> Option<Response<Bytes>> {
        None
    }

    /// Answers a request that anybody may have sent.
    fn handle(self, tenants: &mut Tenants, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// What a handler may need beside the message and the tenant.
pub(crate) struct Context<'a> {
    pub(crate) now: Millis,
    pub(crate) settings: &'a Settings,
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) images: &'a Newest<ImageKey, Bytes>,
    /// The scenario of this request.
    pub(crate) chosen: Option<Chosen>,
    /// What the reply's header and the journal say of the request beside the reply.
    pub(crate) odd: RefCell<Vec<Reason>>,
}

impl Context<'_> {
    /// When what this request asks for is done.
    fn processing(&self) -> Processing {
        let takes = self.chosen.as_ref().and_then(|chosen| chosen.scenario.after);
        takes.map_or(self.settings.processing, Processing::After)
    }
}

/// The partner's names for a user and a job, both of which must be there.
fn names(params: &PartnerParams, family: Family) -> Result<(&str, &str), Refused> {
    let user_id = required(params.user_id.as_deref(), "partner_params.user_id", family)?;
    Ok((user_id, required(params.job_id.as_deref(), "partner_params.job_id", family)?))
}

/// The member `name`, a text that must be there and not be empty.
fn required<'a>(text: Option<&'a str>, name: &str, family: Family) -> Result<&'a str, Refused> {
    match text {
        None => Err(family.missing(name)),
        Some(text) if text.trim().is_empty() => Err(family.empty(name)),
        Some(text) => Ok(text),
    }
}

/// The member `name`, an address that must be there.
fn required_url<'a>(url: Option<&'a str>, name: &str, family: Family) -> Result<&'a str, Refused> {
    let url = required(url, name, family)?;
    let is_url = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if is_url { Ok(url) } else { Err(family.breaks(name, "must be a valid uri")) }
}
