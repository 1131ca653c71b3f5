//! Methods for rules (scenarios, faults, callback faults) and for the states of users.

use std::num::NonZeroU32;

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    control::{
        callback_fault::CallbackFault,
        faults::Fault,
        rules::{Active, Origin, Rule, UnknownEndpoint, When},
        scenario::{FileStatus, Scenario, ScenarioError, ScenarioFile, Seeds, check},
    },
    model::user_state::UserState,
    state::tenant::Tenant,
};

impl Service {
    /// Adds a fault, and returns its number. Of the faults that match a request, the newest applies.
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

    /// Adds a fault for the next request to `endpoint`, or to each endpoint that the pattern matches, and returns its number. The
    /// fault applies once. [Scenarios](https://github.com/smileid-rs/smileid/blob/main/docs/guides/scenarios.md#endpoints) lists
    /// the endpoints.
    ///
    /// ```
    /// # use smileid_mock_server::{Config, Service};
    /// use smileid_mock_server::{Fault, Point};
    ///
    /// # let service = Service::new(Config::new([0; 32]));
    /// service.fault_once("upload", Fault::close(Point::AfterHandling))?;
    /// let error = service.fault_once("uploads", Fault::close(Point::AfterHandling)).unwrap_err();
    /// assert!(error.to_string().contains("upload, ")); // it lists the endpoints
    /// # Ok::<(), smileid_mock_server::UnknownEndpoint>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If no endpoint has this name.
    pub fn fault_once(&self, endpoint: &str, fault: Fault) -> Result<u64, UnknownEndpoint> {
        let when = When { endpoint: Some(endpoint.parse()?), ..When::default() };
        Ok(self.add_fault(Rule { times: Some(NonZeroU32::MIN), ..Rule::new(when, fault) }))
    }

    /// Returns the faults in force with their counters, the oldest first.
    pub fn faults(&self) -> Vec<Active<Fault>> {
        self.engine().state.faults.list().to_vec()
    }

    /// Removes the fault with this number, if it exists.
    pub fn remove_fault(&self, number: u64) -> Option<Active<Fault>> {
        self.engine().state.faults.remove(number)
    }

    /// Removes the faults that [`Service::add_fault`] added: all of them, or those for one partner.
    pub fn clear_faults(&self, partner_id: Option<&PartnerId>) {
        self.engine().state.faults.reset(partner_id.map(PartnerId::as_str));
    }

    /// Adds a callback fault, and returns its number.
    pub fn add_callback_fault(&self, rule: Rule<CallbackFault>) -> u64 {
        self.engine().state.callback_faults.add(rule, Origin::Call)
    }

    /// Returns the callback faults in force, the oldest first.
    pub fn callback_faults(&self) -> Vec<Active<CallbackFault>> {
        self.engine().state.callback_faults.list().to_vec()
    }

    /// Removes the callback fault with this number, if it exists.
    pub fn remove_callback_fault(&self, id: u64) -> Option<Active<CallbackFault>> {
        self.engine().state.callback_faults.remove(id)
    }

    /// Adds a scenario with precedence over all others, and returns its number.
    ///
    /// # Errors
    ///
    /// If the scenario is impossible: the requests that it matches cannot have its code.
    pub fn add_scenario(&self, rule: Rule<Scenario>) -> Result<u64, ScenarioError> {
        check(&rule)?;
        Ok(self.engine().state.scenarios.add(rule, Origin::Call))
    }

    /// Returns the scenarios in force, the oldest first. If several match a request, the newest applies.
    pub fn scenarios(&self) -> Vec<Active<Scenario>> {
        self.engine().state.scenarios.list().to_vec()
    }

    /// Removes the scenario with this number, if it exists.
    pub fn remove_scenario(&self, id: u64) -> Option<Active<Scenario>> {
        self.engine().state.scenarios.remove(id)
    }

    /// Replaces the rules that came from the file, and adds the partners, users and jobs of the file. Those that exist do
    /// not change.
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
        state.seeds = Seeds { users: file.users, jobs: file.jobs };
        state.seed(None);
        state.scenarios.replace_file(file.scenarios);
        state.faults.replace_file(file.faults);
        state.callback_faults.replace_file(file.callbacks);
    }

    /// Returns the status of the scenario file, if the mock server watches one.
    pub fn scenario_file(&self) -> Option<FileStatus> {
        self.engine().state.scenario_file.clone()
    }

    /// Sets the state of a user, and adds the user if unknown. Returns true if the partner exists.
    pub fn set_user(&self, partner_id: &PartnerId, user_id: &str, user: UserState) -> bool {
        let mut engine = self.engine();
        let tenant = engine.state.tenants.get_mut(partner_id);
        tenant.map(|tenant| tenant.users.set(user_id, user)).is_some()
    }

    /// Returns the state of a user, if partner and user are known.
    pub fn user(&self, partner_id: &PartnerId, user_id: &str) -> Option<UserState> {
        self.engine().state.tenants.get(partner_id)?.users.get(user_id)
    }
}
