//! Route that resets the state of one or all partners.

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use smileid_protocol::auth::PartnerId;

use super::{Call, Failure, Json, Nothing, OfPartner, Operation};
use crate::model::observer::Seen;

/// Resets one or all partners: removes jobs, users, images, callbacks, journal entries, charges, changes of the clock, and the
/// rules that were added through control routes. Adds the users and jobs of the scenario file again.
pub(super) struct Reset;

#[derive(Serialize, JsonSchema)]
pub(super) struct Done {
    /// Number of partners that were reset. The partners and their API keys remain.
    partners: usize,
}

impl Operation for Reset {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/reset";
    const SUMMARY: &'static str =
        "Resets one partner, or all: jobs, users, images, callbacks, journal, billing, clock, rules";
    type Params = OfPartner;
    type Body = Nothing;
    type Reply = Json<Done>;

    fn answer(call: Call<'_>, of: OfPartner, _: Nothing) -> Result<Json<Done>, Failure> {
        let partner = of.partner(call)?;
        let is_meant = |id: &PartnerId| partner.as_ref().is_none_or(|partner| partner == id);
        let mut engine = call.service.engine();
        let state = &mut engine.state;
        let turn = state.turn();
        let mut partners = 0;
        for tenant in state.tenants.values_mut().filter(|it| is_meant(it.credentials().partner_id())) {
            tenant.reset(call.service.settings().clock, turn);
            partners += 1;
        }
        state.seed(partner.as_ref());
        state.reset_rules(partner.as_ref());
        state.images.retain(|key| !is_meant(&key.partner));
        drop(engine);
        call.service.engine().changed();
        call.service.lock_journal().clear(partner.as_ref());
        call.service.show(Seen::Reset { partner_id: partner.as_ref() });
        Ok(Json(Done { partners }))
    }
}
