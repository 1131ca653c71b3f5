//! Changing a link that was made before.

use serde_json::Value;
use smileid_protocol::v1::{create_smile_link, create_smile_link::SmileLink, update_smile_link::Request};

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
        let before = smile_link::find(&self.ref_id, tenant)?;
        let mut members = smile_link::members(&before.made)?;
        members.extend(smile_link::members(&self.settings)?);
        members.extend(self.callback_url.map(|url| ("callback_url".to_owned(), url.into())));
        let made: create_smile_link::Request = serde_json::from_value(Value::Object(members))
            .map_err(|_| Self::FAMILY.malformed("a changed member of the link cannot be read"))?;
        smile_link::check(&made, context)?;

        let link = Link { made, is_disabled: self.is_disabled.unwrap_or(before.is_disabled) };
        tenant.smile_links.keep(&self.ref_id, link.clone());
        smile_link::shown(&self.ref_id, &link, tenant, context)
    }
}
