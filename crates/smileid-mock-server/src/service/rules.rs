//! The rules in force: scenarios, faults, what disturbs callbacks; and how users stand.

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    control::{
        callback_fault::CallbackFault,
        faults::Fault,
        rules::{Active, Origin, Rule},
        scenario::{FileStatus, Scenario, ScenarioError, ScenarioFile, check},
    },
    state::tenant::{Tenant, UserState},
};

impl Service {
    /// Puts a fault in force, and says its number. Of those that fit a request, the newest strikes.
    ///
    /// ```
    /// # use std::num::NonZeroU32;
    /// #
    /// # use smileid_mock_server::{Config, Service};
    /// use smileid_mock_server::{Fault, Point, Rule, When};
    ///
    /// # let service = Service::new(Config::new([0; 32]));
    /// let mut rule = Rule::new(When::default(), Fault::reset(Point::AfterHandling));
    /// rule.times = NonZeroU32::new(1);
    /// let number = service.add_fault(rule);
    /// assert_eq!(service.faults()[0].used, 0);
    /// assert!(service.remove_fault(number).is_some());
    /// ```
    pub fn add_fault(&self, rule: Rule<Fault>) -> u64 {
        self.engine().state.faults.add(rule, Origin::Call)
    }

    /// The faults in force, the oldest first, and how often each struck.
    pub fn faults(&self) -> Vec<Active<Fault>> {
        self.engine().state.faults.list().to_vec()
    }

    /// Takes a fault out of force, if there is one of that number.
    pub fn remove_fault(&self, number: u64) -> Option<Active<Fault>> {
        self.engine().state.faults.remove(number)
    }

    /// Takes out of force what [`Service::add_fault`] put there: all of it, or what is for one partner alone.
    pub fn clear_faults(&self, partner_id: Option<&PartnerId>) {
        self.engine().state.faults.reset(partner_id.map(PartnerId::as_str));
    }

    /// Disturbs callbacks from now on. Says the rule's number.
    pub fn add_callback_fault(&self, rule: Rule<CallbackFault>) -> u64 {
        self.engine().state.callback_faults.add(rule, Origin::Call)
    }

    /// The rules by which callbacks are disturbed, the oldest first.
    pub fn callback_faults(&self) -> Vec<Active<CallbackFault>> {
        self.engine().state.callback_faults.list().to_vec()
    }

    /// Takes a rule out of force by which callbacks are disturbed.
    pub fn remove_callback_fault(&self, id: u64) -> Option<Active<CallbackFault>> {
        self.engine().state.callback_faults.remove(id)
    }

    /// Puts a scenario in force before all others, and says its number.
    ///
    /// # Errors
    ///
    /// When it cannot come true: its code is none that the requests it fits can bring.
    pub fn add_scenario(&self, rule: Rule<Scenario>) -> Result<u64, ScenarioError> {
        check(&rule)?;
        Ok(self.engine().state.scenarios.add(rule, Origin::Call))
    }

    /// The scenarios in force, the oldest first: of those that fit a request the newest decides.
    pub fn scenarios(&self) -> Vec<Active<Scenario>> {
        self.engine().state.scenarios.list().to_vec()
    }

    /// Takes a scenario out of force, if there is one of this number.
    pub fn remove_scenario(&self, id: u64) -> Option<Active<Scenario>> {
        self.engine().state.scenarios.remove(id)
    }

    /// Puts what a file holds in force, in the place of what it held before. Partners that are known stay as they are.
    pub fn set_file_rules(&self, file: ScenarioFile) {
        let mut engine = self.engine();
        let state = &mut engine.state;
        for partner in file.partners {
            let turn = state.turn();
            if let Some(known) = state.tenants.get_mut(partner.partner_id()) {
                known.is_pinned = true;
            } else {
                state.tenants.insert(Tenant::new(partner, self.settings.clock, turn).pinned());
            }
        }
        state.scenarios.replace_file(file.scenarios);
        state.faults.replace_file(file.faults);
        state.callback_faults.replace_file(file.callbacks);
    }

    /// How the file of scenarios stands, if the mock looks after one.
    pub fn scenario_file(&self) -> Option<FileStatus> {
        self.engine().state.scenario_file.clone()
    }

    #[cfg(feature = "server")]
    pub(crate) fn note_file(&self, status: FileStatus) {
        self.engine().state.scenario_file = Some(status);
    }

    /// Says how a partner's user stands, known or not. Whether there is such a partner.
    pub fn set_user(&self, partner_id: &PartnerId, user_id: &str, user: UserState) -> bool {
        let mut engine = self.engine();
        let tenant = engine.state.tenants.get_mut(partner_id);
        tenant.map(|tenant| tenant.users.set(user_id, user)).is_some()
    }

    /// How a partner's user stands, if there is any such partner and user.
    pub fn user(&self, partner_id: &PartnerId, user_id: &str) -> Option<UserState> {
        self.engine().state.tenants.get(partner_id)?.users.get(user_id)
    }
}
