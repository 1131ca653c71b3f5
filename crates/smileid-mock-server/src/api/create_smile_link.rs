//! Making a link that leads a person through a verification.

use smileid_protocol::v1::create_smile_link::{Request, SmileLink};

use super::{
    handler::{Context, Handler},
    smile_link,
};
use crate::{
    refusal::{Family, Refused},
    request::origin,
    state::tenant::{Link, Tenant},
};

impl Handler for Request {
    const FAMILY: Family = Family::Links;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<SmileLink, Refused> {
        origin::of(context.request)?;
        smile_link::check(&self, context)?;
        let ref_id = tenant.next_name("smile link", &context.settings.secret);
        let link = Link { made: self, is_disabled: false };
        tenant.smile_links.keep(&ref_id, link.clone());
        smile_link::shown(&ref_id, &link, tenant, context)
    }
}
