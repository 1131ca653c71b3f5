//! Handles the two SmartSelfie endpoints whose response contains the result.

use smileid_protocol::{
    callback::Callback,
    job::ImageFormat,
    types::{JobType, Product, SelfieResult},
    v1::{selfie_form::SelfieForm, smart_selfie_authentication, smart_selfie_enroll},
};

use super::handler::{Context, Handler, required, required_url};
use crate::{
    model::processing::Processing,
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::{self, selfie::Judgement},
    state::tenant::{Charge, Purpose, Tenant},
};

/// Handles a request that enrols a user with a selfie.
impl Handler for smart_selfie_enroll::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SelfieResult, Refused> {
        judge(&self.form, (JobType::SmartSelfieRegistration, "smart_selfie_enrollment"), tenant, context)
    }
}

/// Handles a request that compares a selfie with the enrolled selfie.
impl Handler for smart_selfie_authentication::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::IdApi;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SelfieResult, Refused> {
        judge(
            &self.form,
            (JobType::SmartSelfieAuthentication, "smart_selfie_authentication"),
            tenant,
            context,
        )
    }
}

/// Maximum number of liveness images that the API accepts.
const MOST_FRAMES: usize = 8;

/// Decides the result of a selfie as for a job of type `job_type`. `product` is the name of the product in the response.
pub(super) fn judge(
    form: &SelfieForm,
    (job_type, product): (JobType, &str),
    tenant: &mut Tenant,
    context: &Context<'_>,
) -> Result<SelfieResult, Refused> {
    let family = ErrorStyle::IdApi;
    let enrols = job_type == JobType::SmartSelfieRegistration;
    let made_up;
    let user_id = match form.user_id.as_deref() {
        // Some mobile clients send no `user_id` when they enrol a user, and use the one in the response.
        None if enrols => {
            made_up = format!("user-{}", tenant.next_number());
            &made_up
        }
        user_id => required(user_id, "user_id", family)?,
    };
    let frames = form.liveness_images.iter().map(|image| ("liveness_images", image));
    let mut images = std::iter::once(("selfie_image", &form.selfie_image)).chain(frames);
    if let Some((name, other)) = images.find(|(_, image)| !ImageFormat::is_image(image.head())) {
        let is = ImageFormat::describe_other(other.head());
        return Err(family.breaks(name, &format!("must be a JPEG or PNG image, but it is {is}")));
    }
    if form.liveness_images.len() > MOST_FRAMES {
        return Err(family.malformed("at most 8 liveness images are allowed"));
    }
    let url = form.callback_url.as_deref().filter(|url| !url.is_empty());
    let url = url.map(|url| required_url(Some(url), "callback_url", family)).transpose()?;

    let purpose =
        if enrols { Purpose::Enrol { again: form.allow_new_enroll == Some(true) } } else { Purpose::Compare };
    if let Some(code) = tenant.users.refusal(user_id, purpose) {
        return Err(Refused::new(code));
    }

    let fraud = tenant.users.is_fraudulent(user_id).then(|| outcome::rejecting(job_type)).flatten();
    let selected = context.selected.as_ref().or(fraud.as_ref());
    let judgement = Judgement::new(form, job_type, selected).ok_or_else(|| family.fault())?;
    let is_enrolling =
        selected.and_then(|selected| selected.scenario.enrols).unwrap_or(judgement.is_approved());
    if enrols && is_enrolling {
        tenant.enrol(user_id);
    }
    let number = tenant.next_number();
    let mut result = judgement.into_result();
    result.job_id = Some(number.clone());
    result.job_type = Some(product.to_owned());
    result.partner_id = Some(tenant.credentials().partner_id().to_string());
    result.partner_params = Some(form.partner_params.clone().unwrap_or_default());
    result.user_id = Some(user_id.to_owned());
    result.created_at = Some(context.now.timestamp().to_string());
    result.updated_at.clone_from(&result.created_at);
    if let Some(selected) = selected {
        result = selected.finish(result);
    }
    let charged_as = match job_type {
        JobType::SmartSelfieRegistration => Product::SmartSelfieRegistration,
        _ => Product::SmartSelfieAuthentication,
    };
    let mut charge = Charge::new(charged_as, result.partner_params.as_ref(), number.clone(), context.now);
    charge.job_type = Some(job_type);
    charge.user_id = Some(user_id.to_owned());
    tenant.billing.charge(charge, result.code.as_ref());
    if let Some(url) = url {
        let callback = Callback::Selfie(Box::new(result.clone()));
        // The result exists already, so the callback is sent at once.
        tenant.look_up(&number, (url.to_owned(), callback), Processing::Immediate, context.now);
    }
    Ok(result)
}
