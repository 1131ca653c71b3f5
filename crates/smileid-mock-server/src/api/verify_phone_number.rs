//! Checking whose phone number it is.

use smileid_protocol::{types::PhoneResult, v1::verify_phone_number::Request};

use super::{
    handler::{Context, Handler},
    phone,
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Newer;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<PhoneResult, Refused> {
        phone::check(&self.check, tenant, context)
    }
}
