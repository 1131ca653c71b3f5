//! Routes that show and set the state of a user.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Failure, Json, Nothing, OfPartner, Operation};
use crate::model::user_state::UserState;

/// Shows the state of a user, such as enrolled.
pub(super) struct Show;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    /// Id of the partner.
    partner_id: String,
    /// The id that the partner gave the user.
    user_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct User {
    user_id: String,
    /// State of the user; none for an unknown user.
    state: Option<UserState>,
}

impl Operation for Show {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/users/{user_id}";
    const SUMMARY: &'static str = "Shows the state of a partner's user";
    type Params = Named;
    type Body = Nothing;
    type Reply = Json<User>;

    fn answer(call: Call<'_>, named: Named, _: Nothing) -> Result<Json<User>, Failure> {
        let Named { partner_id, user_id } = named;
        let partner = OfPartner { partner_id: Some(partner_id) }.partner(call)?;
        let state = partner.and_then(|partner| call.service.user(&partner, &user_id));
        Ok(Json(User { user_id, state }))
    }
}

/// Sets the state of a user, such as enrolled.
pub(super) struct Set;

impl Operation for Set {
    const METHOD: Method = Method::PUT;
    const PATH: &'static str = "/users/{user_id}";
    const SUMMARY: &'static str = "Sets the state of a partner's user, and creates the user if needed";
    type Params = Named;
    type Body = UserState;
    type Reply = Json<User>;

    fn answer(call: Call<'_>, named: Named, state: UserState) -> Result<Json<User>, Failure> {
        let Named { partner_id, user_id } = named;
        let partner = OfPartner { partner_id: Some(partner_id) }.partner(call)?;
        let partner = partner.ok_or_else(Failure::unknown_partner)?;
        call.service.set_user(&partner, &user_id, state);
        Ok(Json(User { user_id, state: Some(state) }))
    }
}
