//! Routes that list, add and remove rules: scenarios, faults and callback faults.

use std::marker::PhantomData;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use smileid_protocol::auth::PartnerId;

use super::{Call, Created, Failure, Json, Nothing, OfPartner, Operation};
use crate::{
    control::{
        callback_fault::CallbackFault,
        faults::Fault,
        rules::{Active, Rule, RuleKind},
        scenario::{FileStatus, Scenario},
    },
    service::Service,
};

/// Kind of rule that control routes can manage.
pub(super) trait Ruled: RuleKind + Serialize + DeserializeOwned + JsonSchema + Sized {
    const PATH: &'static str;
    const ONE: &'static str;
    const LIST: &'static str;
    const ADD: &'static str;
    const REMOVE: &'static str;
    const CLEAR: &'static str;

    fn list(service: &Service) -> Vec<Active<Self>>;
    fn add(service: &Service, rule: Rule<Self>) -> Result<u64, Failure>;
    fn remove(service: &Service, id: u64) -> Option<Active<Self>>;
    fn clear(service: &Service, partner_id: Option<&PartnerId>);
}

impl Ruled for Scenario {
    const PATH: &'static str = "/scenarios";
    const ONE: &'static str = "/scenarios/{id}";
    const LIST: &'static str = "Lists the scenarios, oldest first; the newest that matches applies";
    const ADD: &'static str = "Adds a scenario that takes precedence over all others";
    const REMOVE: &'static str = "Removes a scenario";
    const CLEAR: &'static str = "Removes all scenarios except those of the scenario file";

    fn list(service: &Service) -> Vec<Active<Self>> {
        service.scenarios()
    }

    fn add(service: &Service, rule: Rule<Self>) -> Result<u64, Failure> {
        service
            .add_scenario(rule)
            .map_err(|error| Failure::invalid(&format!("then.{}", error.member), error.to_string()))
    }

    fn remove(service: &Service, id: u64) -> Option<Active<Self>> {
        service.remove_scenario(id)
    }

    fn clear(service: &Service, partner_id: Option<&PartnerId>) {
        service.engine().state.scenarios.reset(partner_id.map(PartnerId::as_str));
    }
}

impl Ruled for Fault {
    const PATH: &'static str = "/faults";
    const ONE: &'static str = "/faults/{id}";
    const LIST: &'static str = "Lists the faults, oldest first; the newest that matches applies";
    const ADD: &'static str = "Adds a fault that takes precedence over all others";
    const REMOVE: &'static str = "Removes a fault";
    const CLEAR: &'static str = "Removes all faults except those of the scenario file";

    fn list(service: &Service) -> Vec<Active<Self>> {
        service.faults()
    }

    fn add(service: &Service, rule: Rule<Self>) -> Result<u64, Failure> {
        Ok(service.add_fault(rule))
    }

    fn remove(service: &Service, id: u64) -> Option<Active<Self>> {
        service.remove_fault(id)
    }

    fn clear(service: &Service, partner_id: Option<&PartnerId>) {
        service.clear_faults(partner_id);
    }
}

impl Ruled for CallbackFault {
    const PATH: &'static str = "/callbacks/rules";
    const ONE: &'static str = "/callbacks/rules/{id}";
    const LIST: &'static str = "Lists the callback faults, oldest first; the newest that matches applies";
    const ADD: &'static str = "Adds a callback fault that takes precedence over all others";
    const REMOVE: &'static str = "Removes a callback fault";
    const CLEAR: &'static str = "Removes all callback faults except those of the scenario file";

    fn list(service: &Service) -> Vec<Active<Self>> {
        service.callback_faults()
    }

    fn add(service: &Service, rule: Rule<Self>) -> Result<u64, Failure> {
        Ok(service.add_callback_fault(rule))
    }

    fn remove(service: &Service, id: u64) -> Option<Active<Self>> {
        service.remove_callback_fault(id)
    }

    fn clear(service: &Service, partner_id: Option<&PartnerId>) {
        service.engine().state.callback_faults.reset(partner_id.map(PartnerId::as_str));
    }
}

/// Lists the rules of one kind, such as scenarios.
pub(super) struct List<K>(PhantomData<K>);

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RulesOf{K}", bound = "K: RuleKind + JsonSchema")]
pub(super) struct Rules<K> {
    rules: Vec<Active<K>>,
    /// Status of the scenario file with which the mock server was started, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileStatus>,
}

impl<K: Ruled> Rules<K> {
    fn new(service: &Service) -> Self {
        Self { rules: K::list(service), file: service.scenario_file() }
    }
}

impl<K: Ruled> Operation for List<K> {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = K::PATH;
    const SUMMARY: &'static str = K::LIST;
    type Params = Nothing;
    type Body = Nothing;
    type Reply = Json<Rules<K>>;

    fn answer(call: Call<'_>, _: Nothing, _: Nothing) -> Result<Json<Rules<K>>, Failure> {
        Ok(Json(Rules::new(call.service)))
    }
}

/// Adds a rule.
pub(super) struct Add<K>(PhantomData<K>);

#[derive(Serialize, JsonSchema)]
pub(super) struct Added {
    /// Number of the rule, with which it can be removed.
    id: u64,
}

impl<K: Ruled> Operation for Add<K> {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = K::PATH;
    const SUMMARY: &'static str = K::ADD;
    type Params = Nothing;
    type Body = Rule<K>;
    type Reply = Created<Added>;

    fn answer(call: Call<'_>, _: Nothing, rule: Rule<K>) -> Result<Created<Added>, Failure> {
        K::add(call.service, rule).map(|id| Created(Added { id }))
    }
}

/// Removes the rule with a number.
pub(super) struct Remove<K>(PhantomData<K>);

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Numbered {
    /// Number of the rule to remove.
    id: u64,
}

impl<K: Ruled> Operation for Remove<K> {
    const METHOD: Method = Method::DELETE;
    const PATH: &'static str = K::ONE;
    const SUMMARY: &'static str = K::REMOVE;
    type Params = Numbered;
    type Body = Nothing;
    type Reply = Json<Active<K>>;

    fn answer(call: Call<'_>, numbered: Numbered, _: Nothing) -> Result<Json<Active<K>>, Failure> {
        let removed = K::remove(call.service, numbered.id);
        removed.map(Json).ok_or_else(|| {
            Failure::not_found("id", "there is no rule with this number: list the rules for their numbers")
        })
    }
}

/// Removes all rules of one kind, except those in the scenario file.
pub(super) struct Clear<K>(PhantomData<K>);

impl<K: Ruled> Operation for Clear<K> {
    const METHOD: Method = Method::DELETE;
    const PATH: &'static str = K::PATH;
    const SUMMARY: &'static str = K::CLEAR;
    type Params = OfPartner;
    type Body = Nothing;
    type Reply = Json<Rules<K>>;

    fn answer(call: Call<'_>, of: OfPartner, _: Nothing) -> Result<Json<Rules<K>>, Failure> {
        let partner_id = of.partner(call)?;
        K::clear(call.service, partner_id.as_ref());
        Ok(Json(Rules::new(call.service)))
    }
}
