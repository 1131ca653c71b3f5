//! Handles requests that create, read and change Smile Links. The mock server does not serve the web pages of the links.

use serde::Serialize;
use serde_json::{Map, Value};
use smileid_protocol::{
    timestamp::Timestamp,
    types::ErrorCode,
    v1::{
        create_smile_link::{self, LinkIdType, Request, SmileLink},
        get_smile_link, update_smile_link,
    },
};

use super::handler::{Context, Handler, required, required_url};
use crate::{
    refusal::{ErrorStyle, Refused},
    request::{origin, presign},
    state::tenant::{Link, Tenant},
};

/// Handles the request that creates a Smile Link.
impl Handler for create_smile_link::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Links;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SmileLink, Refused> {
        origin::from_request(context.request)?;
        check(&self, context)?;
        let ref_id = tenant.next_name("smile link", &context.settings.secret);
        let link = Link { made: self, is_disabled: false };
        tenant.smile_links.keep(&ref_id, link.clone());
        shown(&ref_id, &link, tenant, context)
    }
}

/// Handles the request that returns a Smile Link.
impl Handler for get_smile_link::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Links;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SmileLink, Refused> {
        let link = find(&self.ref_id, tenant)?;
        shown(&self.ref_id, &link, tenant, context)
    }
}

/// Handles the request that changes a Smile Link.
impl Handler for update_smile_link::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Links;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SmileLink, Refused> {
        origin::from_request(context.request)?;
        let before = find(&self.ref_id, tenant)?;
        let mut made = members(&before.made)?;
        made.extend(members(&self.settings)?);
        made.extend(self.callback_url.map(|url| ("callback_url".to_owned(), url.into())));
        let made: create_smile_link::Request = serde_json::from_value(Value::Object(made)).map_err(|_| {
            Self::ERROR_STYLE.malformed("a changed member of the Smile Link has the wrong type")
        })?;
        check(&made, context)?;

        let link = Link { made, is_disabled: self.is_disabled.unwrap_or(before.is_disabled) };
        tenant.smile_links.keep(&self.ref_id, link.clone());
        shown(&self.ref_id, &link, tenant, context)
    }
}

/// Verification methods that a Smile Link can require for an ID type.
const METHODS: [&str; 4] =
    ["biometric_kyc", "doc_verification", "enhanced_document_verification", "enhanced_kyc"];

/// Maximum time until a Smile Link expires, in milliseconds.
const MOST_MILLIS: i64 = 90 * 24 * 60 * 60 * 1000;

/// Checks the settings of a new or changed Smile Link.
pub(super) fn check(link: &Request, context: &Context<'_>) -> Result<(), Refused> {
    let family = ErrorStyle::Links;
    let settings = &link.settings;
    required(settings.name.as_deref(), "name", family)?;
    required(settings.company_name.as_deref(), "company_name", family)?;
    let id_types = settings.id_types.as_deref().ok_or_else(|| family.missing("id_types"))?;
    if id_types.is_empty() {
        return Err(family.breaks("id_types", "does not contain 1 required value(s)"));
    }
    for (index, id_type) in id_types.iter().enumerate() {
        check_id_type(index, id_type)?;
    }
    required_url(Some(&link.callback_url), "callback_url", family)?;
    required_url(settings.data_privacy_policy_url.as_deref(), "data_privacy_policy_url", family)?;
    for (name, url) in [("redirect_url", &settings.redirect_url), ("logo_url", &settings.logo_url)] {
        if url.is_some() {
            required_url(url.as_deref(), name, family)?;
        }
    }
    // A date without a time is not a point in time, so it is accepted.
    let expires = settings.expires_at.as_deref().and_then(|text| Timestamp::new(text).ok()?.to_utc_millis());
    match expires.map(|expires| expires.saturating_sub(context.now.to_utc_millis())) {
        Some(..=0) => Err(family.breaks("expires_at", "must be greater than \"now\"")),
        Some(ahead) if ahead > MOST_MILLIS => Err(family.breaks("expires_at", "must be within 90 days")),
        _ => Ok(()),
    }
}

fn check_id_type(index: usize, id_type: &LinkIdType) -> Result<(), Refused> {
    let family = ErrorStyle::Links;
    let name = |member: &str| format!("id_types[{index}].{member}");
    required(id_type.country.as_deref(), &name("country"), family)?;
    required(id_type.id_type.as_deref(), &name("id_type"), family)?;
    let method = required(id_type.verification_method.as_deref(), &name("verification_method"), family)?;
    if METHODS.contains(&method) {
        Ok(())
    } else {
        Err(family.not_one_of(&name("verification_method"), &METHODS))
    }
}

/// Returns the Smile Link with this `ref_id`.
pub(super) fn find(ref_id: &str, tenant: &Tenant) -> Result<Link, Refused> {
    // No source documents the error for an unknown link, so the error code for unknown jobs is used.
    let unknown = || Refused::with_text(ErrorCode::JOB_NOT_FOUND, "Link not found");
    tenant.smile_links.get(ref_id).cloned().ok_or_else(unknown)
}

/// Creates the response of all endpoints of Smile Links: the URL of the link, and its settings.
pub(super) fn shown(
    ref_id: &str,
    link: &Link,
    tenant: &Tenant,
    context: &Context<'_>,
) -> Result<SmileLink, Refused> {
    let partner = tenant.credentials().partner_id();
    let address = presign::smile_link(&origin::from_request(context.request)?, partner, ref_id);
    let mut members = members(&link.made)?;
    members.insert("ref_id".to_owned(), ref_id.into());
    members.insert("link".to_owned(), address.into());
    members.insert("is_disabled".to_owned(), link.is_disabled.into());
    serde_json::from_value(members.into()).map_err(|_| ErrorStyle::Links.fault())
}

/// Returns the settings of a Smile Link as JSON members.
pub(super) fn members(made: &impl Serialize) -> Result<Map<String, Value>, Refused> {
    match serde_json::to_value(made) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(ErrorStyle::Links.fault()),
    }
}
