//! Handles lookups of a person's ID and of a business, with the result in the response or in a callback.

use smileid_protocol::{
    callback::Callback,
    job::lint::{self, Warning},
    types::{ErrorCode, JobResult, JobType, Product, id_type},
    v1::{
        accepted::Accepted, async_business_verification, async_id_verification, business_verification,
        id_number_rate_limit_reset, id_verification, lookup::Lookup, verify, verify_async,
    },
};

use super::handler::{Context, Handler, names, required, required_url};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::{basic_kyc, lookup},
    state::tenant::Tenant,
};

/// Handles a lookup of an ID number, with the result in the response.
impl Handler for id_verification::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        warnings(&self.lookup, JobType::EnhancedKyc)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        enhanced_kyc(self.lookup, tenant, context)
    }
}

/// Handles a lookup of an ID number, with the result in a callback.
impl Handler for async_id_verification::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        warnings(&self.lookup, JobType::EnhancedKyc)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = callback_url(&self.lookup, Self::ERROR_STYLE)?;
        let result = enhanced_kyc(self.lookup, tenant, context)?;
        Ok(later(url, result, tenant, context))
    }
}

/// Handles a Basic KYC, with the result in the response.
impl Handler for verify::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        warnings(&self.lookup, JobType::EnhancedKyc)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        basic_kyc(self.lookup, tenant, context)
    }
}

/// Handles a Basic KYC, with the result in a callback.
impl Handler for verify_async::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn warnings(&self) -> Vec<Warning> {
        warnings(&self.lookup, JobType::EnhancedKyc)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = callback_url(&self.lookup, Self::ERROR_STYLE)?;
        let result = basic_kyc(self.lookup, tenant, context)?;
        Ok(later(url, result, tenant, context))
    }
}

/// Handles a lookup of a business, with the result in the response.
impl Handler for business_verification::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Business;

    fn warnings(&self) -> Vec<Warning> {
        warnings(&self.lookup, JobType::BusinessVerification)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobResult, Refused> {
        business(&self.lookup, tenant, context)
    }
}

/// Handles a lookup of a business, with the result in a callback.
impl Handler for async_business_verification::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Business;

    fn warnings(&self) -> Vec<Warning> {
        warnings(&self.lookup, JobType::BusinessVerification)
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = callback_url(&self.lookup, Self::ERROR_STYLE)?;
        let result = business(&self.lookup, tenant, context)?;
        Ok(later(url, result, tenant, context))
    }
}

/// Unblocks an ID number that was looked up too often. The response is the same if the number was not blocked.
impl Handler for id_number_rate_limit_reset::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(
        self,
        tenant: &mut Tenant,
        _: &Context<'_>,
    ) -> Result<id_number_rate_limit_reset::Response, Refused> {
        let id_type = required(Some(&self.id_type), "id_type", Self::ERROR_STYLE)?;
        let id_number = required(Some(&self.id_number), "id_number", Self::ERROR_STYLE)?;
        tenant.id_numbers.reset(id_type, id_number);
        let mut response = id_number_rate_limit_reset::Response::default();
        response.message = Some("Rate limit reset successful".to_owned());
        response.success = Some(true);
        Ok(response)
    }
}

/// Country and ID type of the only lookup that requires the consent of the person.
pub(super) const WITH_CONSENT: (&str, &str) = ("NG", "BVN_MFA");

/// Text of error code `2413` in the API's table of errors; a test compares the two.
const NO_SUCH_BUSINESS: &str = "Unsupported business type";

/// Looks up an ID number. A `job_id` may be used again, because no source says that this endpoint refuses it.
pub(super) fn enhanced_kyc(
    lookup: Lookup,
    tenant: &mut Tenant,
    context: &Context<'_>,
) -> Result<JobResult, Refused> {
    job_type(&lookup, JobType::EnhancedKyc, ErrorStyle::IdApi)?;
    let lookup = with_number(lookup, tenant, context)?;
    count(&lookup, tenant, context)?;
    let result =
        lookup::id(&tenant.next_number(), &lookup.partner_params, &lookup.id_info, context.selected.as_ref());
    tenant.records.keep(&result);
    tenant.billing.charge_result(Product::EnhancedKyc, &result, context.now);
    Ok(result)
}

/// Compares submitted data with the authority's data. The job type is optional.
pub(super) fn basic_kyc(
    lookup: Lookup,
    tenant: &mut Tenant,
    context: &Context<'_>,
) -> Result<JobResult, Refused> {
    if lookup.partner_params.job_type.is_some() {
        job_type(&lookup, JobType::EnhancedKyc, ErrorStyle::IdApi)?;
    }
    let lookup = with_number(lookup, tenant, context)?;
    if !basic_kyc::says_something(&lookup.id_info) {
        return Err(ErrorStyle::IdApi.missing("first_name"));
    }
    count(&lookup, tenant, context)?;
    let number = tenant.next_number();
    let result =
        basic_kyc::result(&number, &lookup.partner_params, &lookup.id_info, context.selected.as_ref());
    tenant.billing.charge_result(Product::BasicKyc, &result, context.now);
    Ok(result)
}

/// Looks up a business.
pub(super) fn business(
    lookup: &Lookup,
    tenant: &mut Tenant,
    context: &Context<'_>,
) -> Result<JobResult, Refused> {
    let family = ErrorStyle::Business;
    job_type(lookup, JobType::BusinessVerification, family)?;
    check(lookup, family)?;
    required(lookup.id_info.id_number.as_deref(), "id_number", family)?;
    let id_type = lookup.id_info.id_type.as_deref();
    if !id_type::business_rows().iter().any(|row| Some(row.id_type) == id_type) {
        return Err(Refused::with_text(ErrorCode::INVALID_REQUEST, NO_SUCH_BUSINESS));
    }
    let number = tenant.next_number();
    let result =
        lookup::business(&number, &lookup.partner_params, &lookup.id_info, context.selected.as_ref());
    tenant.billing.charge_result(Product::BusinessVerification, &result, context.now);
    Ok(result)
}

/// Returns the lint warnings about a lookup, whose ID members are at the top level.
pub(super) fn warnings(lookup: &Lookup, job_type: JobType) -> Vec<Warning> {
    let mut params = lookup.partner_params.clone();
    params.job_type = Some(job_type); // optional in requests, but the checks need it
    let mut warnings = lint::received(&params, &lookup.id_info, &[]);
    for warning in &mut warnings {
        if let Some(member) = warning.field.strip_prefix("id_info.") {
            warning.field = member.to_owned();
        }
    }
    warnings
}

/// Returns the callback URL of an asynchronous lookup, which the mock server requires. At the real API, a partner may set it in
/// the portal instead.
pub(super) fn callback_url(lookup: &Lookup, family: ErrorStyle) -> Result<String, Refused> {
    required_url(lookup.callback_url.as_deref(), "callback_url", family).map(str::to_owned)
}

/// Stores the result of an asynchronous lookup until its callback is sent.
pub(super) fn later(url: String, result: JobResult, tenant: &mut Tenant, context: &Context<'_>) -> Accepted {
    let number = result.smile_job_id.clone().unwrap_or_default();
    let found = (url, Callback::Result(Box::new(result)));
    tenant.look_up(&number, found, context.processing(), context.now);
    Accepted::yes()
}

fn job_type(lookup: &Lookup, expected: JobType, family: ErrorStyle) -> Result<(), Refused> {
    match lookup.partner_params.job_type {
        None => Err(family.missing("partner_params.job_type")),
        Some(job_type) if job_type == expected => Ok(()),
        Some(_) => Err(Refused::new(ErrorCode::INVALID_JOB_TYPE)),
    }
}

fn check(lookup: &Lookup, family: ErrorStyle) -> Result<(), Refused> {
    names(&lookup.partner_params, family)?;
    required(lookup.id_info.country.as_deref(), "country", family)?;
    required(lookup.id_info.id_type.as_deref(), "id_type", family)?;
    Ok(())
}

/// Checks a lookup and returns it with its ID number, which may come from a consent session.
fn with_number(mut lookup: Lookup, tenant: &Tenant, context: &Context<'_>) -> Result<Lookup, Refused> {
    let family = ErrorStyle::IdApi;
    check(&lookup, family)?;
    let id = (lookup.id_info.country.as_deref(), lookup.id_info.id_type.as_deref());
    let session = lookup.id_info.session_id.as_deref();
    if let Some(session) = session.filter(|_| id == (Some(WITH_CONSENT.0), Some(WITH_CONSENT.1))) {
        let id_number = tenant.consents.id_number(session, context.now);
        let no_session =
            || family.malformed("the consent session is unknown, has no consent yet, or has expired");
        lookup.id_info.id_number = Some(id_number.ok_or_else(no_session)?.to_owned());
    }
    required(lookup.id_info.id_number.as_deref(), "id_number", family)?;
    Ok(lookup)
}

/// Counts the lookups of an ID number, and refuses those above the limit, if a limit is configured.
fn count(lookup: &Lookup, tenant: &mut Tenant, context: &Context<'_>) -> Result<(), Refused> {
    let Some(limit) = context.settings.id_number_limit else { return Ok(()) };
    let id_type = lookup.id_info.id_type.as_deref().unwrap_or_default();
    let id_number = lookup.id_info.id_number.as_deref().unwrap_or_default();
    if tenant.id_numbers.count(id_type, id_number, context.now) > limit {
        return Err(Refused::new(ErrorCode::ID_NUMBER_BLOCKED));
    }
    Ok(())
}
