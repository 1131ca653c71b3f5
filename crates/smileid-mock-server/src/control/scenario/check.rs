//! Checks scenarios: rejects those that can never apply to a request, such as a code that the product does not have.

use std::fmt;

use smileid_protocol::{
    ENDPOINTS, V3_ENDPOINTS,
    types::{Category, ErrorCode, JobType, Product, ResultCode, ResultCodeRow},
};

use super::{
    Scenario,
    product::{members, products},
    v3,
};
use crate::{
    control::rules::{Rule, RuleKind},
    request::endpoint_name,
};

/// Error: the scenario can never apply to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScenarioError {
    /// Member of the scenario that is wrong.
    pub member: &'static str,
    problem: String,
}

impl ScenarioError {
    pub(super) fn new(member: &'static str, problem: impl Into<String>) -> Self {
        Self { member, problem: problem.into() }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.member, self.problem)
    }
}

impl std::error::Error for ScenarioError {}

/// Checks the scenario in a rule.
pub(crate) fn check(rule: &Rule<Scenario>) -> Result<(), ScenarioError> {
    let Rule { when, then, .. } = rule;
    let of_v3: Vec<_> = V3_ENDPOINTS.iter().filter(|spec| when.fits_endpoint(endpoint_name(spec))).collect();
    let is_only_v3 = !ENDPOINTS.iter().any(|spec| when.fits_endpoint(endpoint_name(spec)));
    if then.is_of_v3() || is_only_v3 {
        return v3::check(then, of_v3.iter().any(|spec| v3::is_job(spec.path)));
    }
    let endpoints = Scenario::endpoints().into_iter().filter(|name| when.fits_endpoint(name));
    let of = |name| products(name, when.job_type).into_iter().map(move |product| (name, product));
    let places: Vec<Place> = endpoints.flat_map(of).collect();
    check_for(then, &places)
}

/// Endpoint, and the product whose results it returns.
pub(super) type Place = (&'static str, Product);

/// Checks a scenario for requests to one of these endpoints.
pub(super) fn check_for(scenario: &Scenario, places: &[Place]) -> Result<(), ScenarioError> {
    if scenario.is_of_v3() {
        return Err(ScenarioError::new(
            "status",
            "is the status of a V3 job, but these requests are of an older version",
        ));
    }
    if let Some(code) = &scenario.code {
        four_digits("code", code)?;
    } else if scenario.unknown || scenario.text.is_some() || scenario.status.is_some() {
        return Err(ScenarioError::new("code", "is missing, but `unknown`, `text` and `status` need it"));
    }
    if scenario.refuses() { refusal(scenario) } else { result(scenario, places) }
}

fn refusal(scenario: &Scenario) -> Result<(), ScenarioError> {
    let code = scenario.code.as_deref().unwrap_or_default();
    let is_refusal =
        |row: &&smileid_protocol::types::ErrorCodeRow| row.http_status.is_none_or(|it| it >= 400);
    if !scenario.unknown && !ErrorCode::rows().iter().filter(is_refusal).any(|row| row.code == code) {
        let codes = ErrorCode::rows().iter().filter(is_refusal).map(|row| row.code);
        let problem = format!("is not the code of an error response: use one of {}", listed(codes));
        return Err(ScenarioError::new("code", problem));
    }
    let of_results = [
        ("actions", scenario.actions.is_empty()),
        ("after", scenario.after.is_none()),
        ("review", scenario.review.is_none()),
        ("smile_secure", scenario.smile_secure.is_none()),
        ("enrols", scenario.enrols.is_none()),
        ("set", scenario.set.is_empty()),
    ];
    http_status(scenario)?;
    absent(&of_results, "applies to results, but the scenario has an error code and so no result")
}

/// Checks the HTTP status of an error.
pub(super) fn http_status(scenario: &Scenario) -> Result<(), ScenarioError> {
    match scenario.http_status() {
        Some(status) if !(400..600).contains(&status) => {
            Err(ScenarioError::new("status", "is not the HTTP status of an error: use 400 to 599"))
        }
        _ => Ok(()),
    }
}

/// Checks that a scenario has none of these members, each given as its name and true if it is absent.
pub(super) fn absent(members: &[(&'static str, bool)], problem: &str) -> Result<(), ScenarioError> {
    match members.iter().find(|(_, is_absent)| !is_absent) {
        Some((member, _)) => Err(ScenarioError::new(member, problem)),
        None => Ok(()),
    }
}

fn result(scenario: &Scenario, places: &[Place]) -> Result<(), ScenarioError> {
    let products: &[Product] = &places.iter().map(|(_, product)| product.clone()).collect::<Vec<_>>();
    if products.is_empty() {
        return Err(ScenarioError::new("code", "is a result code, but these requests have no result"));
    }
    let row = match &scenario.code {
        Some(code) if !scenario.unknown => Some(row_of("code", code, products, |_| true)?),
        _ => None,
    };
    if let Some(review) = &scenario.review {
        if row.is_some_and(|row| row.category != Category::Provisional) || scenario.code.is_none() {
            let provisional =
                |row: &ResultCodeRow| row.category == Category::Provisional && !is_by_person(row.code);
            let problem = format!("must be provisional for a `review`: {}", known(products, provisional));
            return Err(ScenarioError::new("code", problem));
        }
        four_digits("review.code", &review.code)?;
        if !scenario.unknown {
            row_of("review.code", &review.code, products, |row| is_by_person(row.code))?;
        }
    }
    if let Some(code) = &scenario.smile_secure {
        row_of("smile_secure", code, &[Product::SmileSecure], |_| true)?;
    }
    if let Some((name, _)) = scenario.set.iter().find(|(name, _)| OF_THE_PROOF.contains(name)) {
        let problem = format!(
            "cannot have `{name}`, which is part of the signature: use `stale`, `future`, `wrong_signature` or `alter` of a callback rule"
        );
        return Err(ScenarioError::new("set", problem));
    }
    possible(scenario, places)
}

/// Members with the signature of responses and callbacks, which a scenario must not set.
const OF_THE_PROOF: [&str; 2] = ["signature", "timestamp"];

/// Checks that at least one matching request supports every member of the scenario except the code.
fn possible(scenario: &Scenario, places: &[Place]) -> Result<(), ScenarioError> {
    let given = [
        ("actions", !scenario.actions.is_empty()),
        ("after", scenario.after.is_some()),
        ("enrols", scenario.enrols.is_some()),
        ("review", scenario.review.is_some()),
        ("set", !scenario.set.is_empty()),
        ("smile_secure", scenario.smile_secure.is_some()),
    ];
    let is_searched = |product: &Product| {
        product.row().is_some_and(|row| row.job_types.iter().any(|it| SEARCHED.contains(it)))
    };
    let mut left: Vec<&Place> = places.iter().collect();
    if let Some(code) = scenario.code.as_deref().filter(|_| !scenario.unknown) {
        left.retain(|(_, product)| ResultCode::from(code).row_for(product).is_some());
    }
    for (member, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
        left.retain(|(endpoint, product)| {
            members(endpoint).contains(&member) && (member != "smile_secure" || is_searched(product))
        });
        if left.is_empty() {
            return Err(ScenarioError::new(member, impossible(member)));
        }
    }
    Ok(())
}

/// Returns the reason why no matching request supports a member of the scenario.
fn impossible(member: &str) -> &'static str {
    match member {
        "actions" => "has no effect: results of these requests have no `Actions`",
        "after" => "has no effect: the response to these requests contains the result",
        "enrols" => "has no effect: these requests do not enrol users",
        "review" => "has no effect: people review only image jobs",
        "smile_secure" => "has an effect only on image jobs of type 1, 2 or 6, at the endpoint `upload`",
        _ => "has no effect on the requests that the rule matches",
    }
}

/// Job types for which the real API searches the same face under other user ids.
const SEARCHED: [JobType; 3] =
    [JobType::BiometricKyc, JobType::SmartSelfieAuthentication, JobType::DocumentVerification];

/// Returns true if a result code comes from a review by a person, according to its first two digits.
pub(crate) fn is_by_person(code: &str) -> bool {
    code.starts_with("12")
}

fn four_digits(member: &'static str, code: &str) -> Result<(), ScenarioError> {
    if code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(ScenarioError::new(member, "is not a code: use four digits in quotes, as in \"0811\""))
    }
}

/// Returns the row of the code table for this code and one of the products.
fn row_of(
    member: &'static str,
    code: &str,
    products: &[Product],
    wanted: impl Fn(&ResultCodeRow) -> bool,
) -> Result<&'static ResultCodeRow, ScenarioError> {
    let row =
        products.iter().filter_map(|product| ResultCode::from(code).row_for(product)).find(|row| wanted(row));
    row.ok_or_else(|| ScenarioError::new(member, format!("must be one of {}", known(products, wanted))))
}

/// Lists the codes that the products have, for error messages.
fn known(products: &[Product], wanted: impl Fn(&ResultCodeRow) -> bool) -> String {
    let mut all: Vec<_> = products
        .iter()
        .map(|product| {
            let rows = ResultCode::rows().iter().filter(|row| row.products.contains(product) && wanted(row));
            match listed(rows.map(|row| row.code)) {
                codes if codes.is_empty() => format!("none for {product}"),
                codes => format!("{codes} for {product}"),
            }
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    format!("{}; or set `unknown: true`", all.join("; "))
}

fn listed<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.collect::<Vec<_>>().join(", ")
}
