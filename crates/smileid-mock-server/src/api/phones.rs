//! Handles phone number verifications, with the result in the response or in a callback.

use smileid_protocol::{
    callback::Callback,
    types::{PhoneResult, Product},
    v1::{accepted::Accepted, async_verify_phone, phone::PhoneCheck, verify_phone_number},
};

use super::handler::{Context, Handler, required, required_url};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::{
        lookup,
        phone::{self, COUNTRIES, Country},
    },
    state::tenant::{Charge, Tenant},
};

/// Handles a phone number verification, with the result in the response.
impl Handler for verify_phone_number::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Newer;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<PhoneResult, Refused> {
        check(&self.check, tenant, context)
    }
}

/// Handles a phone number verification, with the result in a callback.
impl Handler for async_verify_phone::Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Newer;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = required_url(self.check.callback_url.as_deref(), "callback_url", Self::ERROR_STYLE)?;
        let result = check(&self.check, tenant, context)?;
        let number = result.job_id.clone().unwrap_or_default();
        let found = (url.to_owned(), Callback::Phone(Box::new(result)));
        tenant.look_up(&number, found, context.processing(), context.now);
        Ok(Accepted::yes())
    }
}

/// Compares submitted data with the data of a phone number's owner.
pub(super) fn check(
    check: &PhoneCheck,
    tenant: &mut Tenant,
    context: &Context<'_>,
) -> Result<PhoneResult, Refused> {
    let country = country(check)?;
    let number = tenant.next_number();
    let partner = tenant.credentials().partner_id();
    let result = phone::result(&number, partner, check, country, context.now, context.selected.as_ref());
    let params = result.partner_params.as_ref();
    let charge = Charge::new(Product::PhoneNumberVerification, params, number, context.now);
    tenant.billing.charge(charge, result.code.as_ref());
    Ok(result)
}

fn country(check: &PhoneCheck) -> Result<&'static Country, Refused> {
    let family = ErrorStyle::Newer;
    let code = required(Some(&check.country), "country", family)?;
    let country = COUNTRIES.iter().find(|country| country.code == code).ok_or_else(|| {
        family.not_one_of("country", &COUNTRIES.iter().map(|country| country.code).collect::<Vec<_>>())
    })?;

    let phone_number = required(Some(&check.phone_number), "phone_number", family)?;
    let is_one =
        phone_number.len() == country.digits && phone_number.bytes().all(|byte| byte.is_ascii_digit());
    // In the sandbox, a last digit of 2 means an invalid number.
    if !is_one || lookup::digit(Some(phone_number)) == Some('2') {
        return Err(family.malformed("the phone number has another length than numbers of its country, or ends in 2, which simulates an invalid number"));
    }
    match country.fields {
        fields if fields.iter().any(|field| field.said(&check.match_fields).is_some()) => Ok(country),
        [only] => Err(family.missing(&format!("match_fields.{}", only.name))),
        fields => {
            let names: Vec<_> = fields.iter().map(|field| field.name).collect();
            let rule = format!("must contain at least one of [{}]", names.join(", "));
            Err(family.breaks("match_fields", &rule))
        }
    }
}
