//! A link that was made before.

use smileid_protocol::v1::{create_smile_link::SmileLink, get_smile_link::Request};

use super::{
    handler::{Context, Handler},
    smile_link,
};
use crate::{
    refusal::{Family, Refused},
    state::tenant::Tenant,
};

impl Handler for Request {
    const FAMILY: Family = Family::Links;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SmileLink, Refused> {
        let link = smile_link::find(&self.ref_id, tenant)?;
        smile_link::shown(&self.ref_id, &link, tenant, context)
    }
}
