//! The core's own controls: which scenarios are in force, and how users stand.

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    rules::{Active, Origin, Rule},
    scenario::{FileStatus, Scenario, ScenarioError, ScenarioFile, check},
    tenant::{Tenant, UserState},
};

impl Service {
    /// Puts a scenario in force before all others, and says its number.
    ///
    /// # Errors
    ///
    /// When it cannot come true: its code is none that the requests it fits can bring.
    pub fn add_scenario(&self, rule: Rule<Scenario>) -> Result<u64, ScenarioError> {
        check(&rule)?;
        Ok(self.state().scenarios.add(rule, Origin::Call))
    }

    /// The scenarios in force, the oldest first: of those that fit a request the newest decides.
    pub fn scenarios(&self) -> Vec<Active<Scenario>> {
        self.state().scenarios.list().to_vec()
    }

    /// Takes a scenario out of force, if there is one of this number.
    pub fn remove_scenario(&self, id: u64) -> Option<Active<Scenario>> {
        self.state().scenarios.remove(id)
    }

    /// Puts what a file holds in force, in the place of what it held before. Partners that are known stay as they are.
    pub fn set_file_rules(&self, file: ScenarioFile) {
        let mut state = self.state();
        for partner in file.partners {
            let partner_id = partner.partner_id().clone();
            let turn = state.turn();
            let made =
                state.tenants.entry(partner_id).or_insert_with(|| Tenant::new(partner, self.clock, turn));
            made.is_pinned = true;
        }
        state.scenarios.replace_file(file.scenarios);
        state.faults.replace_file(file.faults);
        state.mischief.replace_file(file.callbacks);
    }

    /// How the file of scenarios stands, if the mock looks after one.
    pub fn scenario_file(&self) -> Option<FileStatus> {
        self.state().scenario_file.clone()
    }

    #[cfg(feature = "server")]
    pub(crate) fn note_file(&self, status: FileStatus) {
        self.state().scenario_file = Some(status);
    }

    /// Says how a partner's user stands, known or not. Whether there is such a partner.
    pub fn set_user(&self, partner_id: &PartnerId, user_id: &str, user: UserState) -> bool {
        let mut state = self.state();
        let tenant = state.tenants.get_mut(partner_id);
        tenant.map(|tenant| tenant.users.set(user_id, user)).is_some()
    }

    /// How a partner's user stands, if there is any such partner and user.
    pub fn user(&self, partner_id: &PartnerId, user_id: &str) -> Option<UserState> {
        self.state().tenants.get(partner_id)?.users.get(user_id)
    }
}
