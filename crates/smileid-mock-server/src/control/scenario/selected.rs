//! Selects the scenario for a request, and applies it to results.

use bytes::Bytes;
use http::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smileid_protocol::types::{
    Actions, AmlResult, Extra, JobResult, PhoneResult, Product, ResultCode, SelfieResult,
    v3::JobResult as V3JobResult,
};

use super::{Scenario, header, product::products};
use crate::{
    control::rules::{Rule, Rules},
    model::secret::Secret,
    refusal::{Cause, Refused},
    request::RequestInfo,
};

/// Scenario that was selected for a request, and the product whose result it chooses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SelectedScenario {
    pub(crate) scenario: Scenario,
    pub(crate) product: Product,
}

/// Selects the scenario for a request whose signature was verified: from its header, otherwise from a rule. Returns the error
/// response if the scenario chooses one.
pub(crate) fn select(
    request: &Request<Bytes>,
    info: &RequestInfo,
    rules: &mut Rules<Scenario>,
    secret: &Secret,
) -> Result<Option<SelectedScenario>, Refused> {
    let endpoint = info.route.name().unwrap_or_default();
    let products = products(endpoint, info.subject.job_type);
    let product = products.first();
    let places: Vec<_> = products.iter().map(|product| (endpoint, product.clone())).collect();
    let header = header::read(request.headers(), &places);
    let scenario = match header.map_err(|error| Refused::without_code(error.to_string()))? {
        Some(scenario) => scenario,
        None => match rules.pick_if(info, secret, |rule| is_about(rule, info, product)) {
            Some(scenario) => scenario.clone(),
            None => return Ok(None),
        },
    };
    if scenario.refuses() {
        return Err(refusal(&scenario));
    }
    Ok(product.map(|product| SelectedScenario { scenario, product: product.clone() }))
}

/// Returns true if the scenario of a rule can apply to a request.
fn is_about(rule: &Rule<Scenario>, info: &RequestInfo, product: Option<&Product>) -> bool {
    let code = rule.then.code.as_deref();
    if rule.then.is_of_v3() || (rule.then.refuses() && code.is_none()) {
        return false;
    }
    if rule.then.refuses() {
        return if rule.when.endpoint.is_some() {
            true
        } else if code.is_some_and(|code| code.starts_with("23")) {
            info.route.name() == Some("job_status")
        } else {
            product.is_some()
        };
    }
    product.is_some_and(|product| {
        rule.then.unknown || code.is_none_or(|code| ResultCode::from(code).row_for(product).is_some())
    })
}

fn refusal(scenario: &Scenario) -> Refused {
    let code = scenario.error_code().unwrap_or_else(|| "".into());
    let refused = match &scenario.text {
        Some(text) => Refused::with_text(code, text.clone()),
        None => Refused::new(code),
    };
    let refused = refused.because(Cause::Scenario);
    match scenario.http_status().and_then(|status| http::StatusCode::from_u16(status).ok()) {
        Some(status) => refused.with_status(status),
        None => refused,
    }
}

impl SelectedScenario {
    /// Returns true if the scenario chooses the result of the ID lookup in a job, not the result of its images.
    pub(crate) fn is_lookup(&self) -> bool {
        let code = self.scenario.code.as_deref().filter(|_| !self.scenario.unknown);
        let row = code.and_then(|code| ResultCode::from(code).row_for(&self.product));
        row.is_some_and(|row| row.lookup)
    }

    /// Applies the members `actions` and `set` of the scenario to a result.
    pub(crate) fn finish<T: PatchedResult>(&self, mut result: T) -> T {
        let Scenario { actions, set, .. } = &self.scenario;
        if let Some(steps) = result.actions() {
            steps.extend(actions.iter().map(|(step, value)| (step.clone(), value.clone())));
        }
        with_members(result, set)
    }
}

/// Result of any product, whose members a scenario can change.
pub(crate) trait PatchedResult: serde::Serialize + serde::de::DeserializeOwned {
    /// Returns the `Actions` of the result, if the product has any.
    fn actions(&mut self) -> Option<&mut Actions>;

    /// Returns the members for which the type has no field.
    fn extra(&mut self) -> &mut Extra;
}

macro_rules! altered {
    ($($result:ident: |$it:ident| $actions:expr),+) => {
        $(impl PatchedResult for $result {
            fn actions(&mut self) -> Option<&mut Actions> {
                let $it = self;
                $actions
            }

            fn extra(&mut self) -> &mut Extra {
                &mut self.extra
            }
        })+
    };
}

altered!(
    AmlResult: |result| result.actions.as_mut(),
    JobResult: |result| result.actions.as_mut(),
    PhoneResult: |_result| None,
    SelfieResult: |_result| None,
    V3JobResult: |_result| None
);

/// Sets members of a result, or removes those that are null.
pub(crate) fn with_members<T: PatchedResult>(result: T, set: &Extra) -> T {
    if set.is_empty() { result } else { altered(&result, set).unwrap_or(result) }
}

/// Sets members of a result, and removes those that are null. Set members are stored in `extra`, so that they can have any JSON
/// type.
fn altered<T: PatchedResult>(result: &T, set: &Extra) -> Option<T> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(result) else { return None };
    for (name, _) in set.iter() {
        members.remove(name);
    }
    let mut result: T = serde_json::from_value(members.into()).ok()?;
    let kept = result.extra().iter().chain(set.iter().filter(|(_, value)| !value.is_null()));
    let extra: Map<String, Value> = kept.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    *result.extra() = serde_json::from_value(extra.into()).ok()?;
    Some(result)
}
