//! Checking whose phone number it is, for an answer later.

use smileid_protocol::{
    callback::Callback,
    v1::{accepted::Accepted, async_verify_phone::Request},
};

use super::{
    handler::{Context, Handler, required_url},
    phone,
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Newer;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let url = required_url(self.check.callback_url.as_deref(), "callback_url", Self::FAMILY)?;
        let result = phone::check(&self.check, tenant, context)?;
        let number = result.job_id.clone().unwrap_or_default();
        let found = (url.to_owned(), Callback::Phone(Box::new(result)));
        tenant.look_up(&number, found, context.processing(), context.now);
        Ok(Accepted::yes())
    }
}
