//! Data of the ID authorities about a partner's users.

use serde::{Deserialize, Serialize};
use smileid_protocol::types::{JobResult, PersonalInfo};

use crate::{
    model::bounded::{BoundedFifo, Limits, text_weight},
    sandbox::outcome::lookup,
};

const RECORDS: Limits = Limits { entries: 10_000, bytes: 16 << 20 };

/// Data of the ID authorities about a partner's users, by user, country and ID type.
#[derive(Serialize, Deserialize)]
pub(crate) struct Records(pub(super) BoundedFifo<[String; 3], PersonalInfo>);

impl Records {
    pub(crate) fn new() -> Self {
        Self(BoundedFifo::new(RECORDS))
    }

    /// Stores the authority's data in the result of a lookup, if it has any.
    pub(crate) fn keep(&mut self, result: &JobResult) {
        let user_id = result.partner_params.as_ref().and_then(|params| params.user_id.clone());
        let person = &result.personal_info;
        let (Some(user_id), Some(country), Some(id_type)) =
            (user_id, person.country.clone(), person.id_type.clone())
        else {
            return;
        };
        if lookup::is_verified(result) {
            let bytes = text_weight(person);
            self.0.insert([user_id, country, id_type], person.clone(), bytes);
        }
    }

    pub(crate) fn get(&self, user_id: &str, country: &str, id_type: &str) -> Option<&PersonalInfo> {
        self.0.get(&[user_id, country, id_type].map(str::to_owned))
    }
}
