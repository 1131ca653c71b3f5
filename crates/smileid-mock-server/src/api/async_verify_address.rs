//! Handles asynchronous address verification.

use smileid_protocol::{
    callback::Callback,
    types::Product,
    v1::{accepted::Accepted, async_verify_address::Request},
};

use super::handler::{Context, Handler, required, required_url};
use crate::{
    refusal::{ErrorStyle, Refused},
    sandbox::outcome::{address, lookup},
    state::tenant::Tenant,
};

const NIGERIA: &str = "NG";
const SOUTH_AFRICA: &str = "ZA";

/// Number of digits of a South African ID number.
const ID_DIGITS: usize = 13;

impl Handler for Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Newer;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let account = account(&self)?;
        required(Some(&self.address), "address", Self::ERROR_STYLE)?;
        let url = required_url(Some(&self.callback_url), "callback_url", Self::ERROR_STYLE)?.to_owned();
        // In the sandbox, a last digit of 2 means an invalid number.
        if lookup::digit(Some(account)) == Some('2') {
            return Err(
                Self::ERROR_STYLE.malformed("the number ends in 2, which simulates an invalid number")
            );
        }
        let number = tenant.next_number();
        let result = address::result(&number, &self, account, context.selected.as_ref());
        tenant.billing.charge_result(Product::AddressVerification, &result, context.now);
        let found = (url, Callback::Result(Box::new(result)));
        tenant.look_up(&number, found, context.processing(), context.now);
        Ok(Accepted::yes())
    }
}

/// Returns the number that the address is verified with: a utility account in Nigeria, an ID number in South Africa.
fn account(request: &Request) -> Result<&str, Refused> {
    let family = Request::ERROR_STYLE;
    match required(Some(&request.country), "country", family)? {
        NIGERIA => {
            required(request.utility_provider.as_deref(), "utility_provider", family)?;
            required(request.utility_number.as_deref(), "utility_number", family)
        }
        SOUTH_AFRICA => {
            let id_number = required(request.id_number.as_deref(), "id_number", family)?;
            let is_one = id_number.len() == ID_DIGITS && id_number.bytes().all(|byte| byte.is_ascii_digit());
            if is_one { Ok(id_number) } else { Err(family.malformed("the ID number must have 13 digits")) }
        }
        _ => Err(family.not_one_of("country", &[NIGERIA, SOUTH_AFRICA])),
    }
}
