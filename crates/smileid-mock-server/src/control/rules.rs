//! Rules: the common form of scenarios, faults and callback faults.

mod when;

pub use when::{EndpointPattern, UnknownEndpoint, When};

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{
    model::{bounded::weight, secret::Secret},
    request::RequestInfo,
};

/// Maximum number of rules of one kind.
const RULES: usize = 10_000;
/// Maximum memory use of the rules of one kind that do not come from the scenario file, in bytes.
const RULES_BYTES: usize = 4 << 20;

/// Effect of a rule: [`Scenario`](crate::Scenario), [`Fault`](crate::Fault) or [`CallbackFault`](crate::CallbackFault).
pub trait RuleKind {
    /// Name of this kind of rule, such as `scenario`.
    const NAME: &'static str;

    /// Endpoints to which rules of this kind can apply. Requests to other endpoints never match.
    fn endpoints() -> Vec<&'static str>;

    /// Returns the reason why the effect is impossible, if it is. A rule with an impossible effect is refused.
    fn problem(&self) -> Option<String> {
        None
    }
}

/// Rule: an effect, the condition for requests to which it applies, and the number of times.
///
/// If several rules match a request, the newest decides. A rule is skipped if its `times` are used up, or if its
/// `probability` excludes the request; the next rule then decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "T: RuleKind + Deserialize<'de>"))]
#[schemars(rename = "RuleOf{T}", bound = "T: RuleKind + JsonSchema")]
#[non_exhaustive]
pub struct Rule<T> {
    /// Condition for the requests to which the rule applies. If absent, it applies to all requests.
    #[serde(default, skip_serializing_if = "When::is_everything")]
    pub when: When<T>,
    /// Number of matching requests that are ignored before the rule applies.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skip: u32,
    /// Maximum number of requests to which the rule applies, from 1. If absent, there is no maximum.
    #[serde(default, deserialize_with = "from_one", skip_serializing_if = "Option::is_none")]
    pub times: Option<NonZeroU32>,
    /// Part of the matching requests to which the rule applies, from 0 to 1. If absent, it applies to all. The same seed and the
    /// same requests give the same choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// Effect of the rule.
    #[serde(deserialize_with = "possible")]
    pub then: T,
}

impl<T> Rule<T> {
    /// Creates a rule that applies `then` to every request that matches `when`.
    pub fn new(when: When<T>, then: T) -> Self {
        Self { when, skip: 0, times: None, probability: None, then }
    }
}

/// Deserializes the effect of a rule, and refuses one that is not possible.
fn possible<'de, D: Deserializer<'de>, T: RuleKind + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let then = T::deserialize(deserializer)?;
    match then.problem() {
        None => Ok(then),
        Some(problem) => Err(D::Error::custom(problem)),
    }
}

/// Deserializes an optional count that must not be 0.
pub(crate) fn from_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NonZeroU32>, D::Error> {
    let advice =
        || D::Error::custom("0 has no effect: use a whole number from 1, or leave it out for no limit");
    let times = Option::<u32>::deserialize(deserializer)?;
    times.map(|times| NonZeroU32::new(times).ok_or_else(advice)).transpose()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Probability, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Returns true with this probability. `chance` is a uniformly distributed random number.
    #[expect(clippy::cast_precision_loss, reason = "an error of 2^-53 does not matter")]
    fn includes(self, chance: u64) -> bool {
        (chance as f64) / (u64::MAX as f64) < self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = NotAProbability;

    fn try_from(part: f64) -> Result<Self, NotAProbability> {
        if (0.0..=1.0).contains(&part) { Ok(Self(part)) } else { Err(NotAProbability) }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

/// Error for a number that is not a [`Probability`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid probability: expected a number from 0 to 1, such as 0.25")]
#[non_exhaustive]
pub struct NotAProbability;

/// Origin of a rule: the scenario file, or a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// The rule is from the scenario file with which the mock server was started.
    File,
    /// The rule was added by a control request, or by a method call of the program that runs the mock server.
    Call,
}

/// A rule in force, with its counters.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ActiveRuleOf{T}", bound = "T: RuleKind + JsonSchema")]
#[non_exhaustive]
pub struct Active<T> {
    /// Number of the rule. Numbers of removed rules are not used again.
    pub id: u64,
    /// Origin of the rule: the scenario file, or a call.
    pub origin: Origin,
    /// Number of requests that matched the condition of the rule.
    pub seen: u32,
    /// Number of requests to which the rule was applied.
    pub used: u32,
    /// Rule as it was added.
    #[serde(flatten)]
    pub rule: Rule<T>,
}

/// All rules of one kind, the oldest first.
pub(crate) struct Rules<T> {
    last_id: u64,
    list: Vec<Active<T>>,
}

impl<T: RuleKind + Serialize> Rules<T> {
    pub(crate) fn new() -> Self {
        Self { last_id: 0, list: Vec::new() }
    }

    /// Returns the rules in force, the oldest first.
    pub(crate) fn list(&self) -> &[Active<T>] {
        &self.list
    }

    /// Adds a rule, and returns its number. The oldest rule is removed if there are too many.
    pub(crate) fn add(&mut self, rule: Rule<T>, origin: Origin) -> u64 {
        self.last_id += 1;
        if self.list.len() >= RULES {
            self.list.remove(0);
        }
        if origin == Origin::Call {
            self.make_room(weight(&rule));
        }
        self.list.push(Active { id: self.last_id, origin, seen: 0, used: 0, rule });
        self.last_id
    }

    /// Removes the oldest rules that are not from the scenario file, until a rule of `bytes` bytes fits.
    fn make_room(&mut self, bytes: usize) {
        let called = |active: &Active<T>| active.origin == Origin::Call;
        let mut held =
            self.list.iter().filter(|it| called(it)).map(|it| weight(&it.rule)).sum::<usize>() + bytes;
        self.list.retain(|active| {
            let goes = held > RULES_BYTES && called(active);
            held -= if goes { weight(&active.rule) } else { 0 };
            !goes
        });
    }

    /// Replaces the rules from the scenario file.
    pub(crate) fn replace_file(&mut self, rules: Vec<Rule<T>>) {
        self.list.retain(|active| active.origin != Origin::File);
        let later = std::mem::take(&mut self.list);
        for rule in rules {
            self.add(rule, Origin::File);
        }
        self.list.extend(later); // rules that were added by calls precede those of the file, even newer ones
    }

    /// Removes the rule with this number, if it exists.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Active<T>> {
        let place = self.list.iter().position(|active| active.id == id)?;
        Some(self.list.remove(place))
    }

    /// Removes the rules that are not from the scenario file: those for one partner, or all.
    pub(crate) fn reset(&mut self, partner_id: Option<&str>) {
        self.list.retain(|active| {
            active.origin == Origin::File
                || partner_id.is_some_and(|partner| active.rule.when.partner_id.as_deref() != Some(partner))
        });
    }

    /// Returns the effect of the rule that applies to a request, if there is one.
    pub(crate) fn pick(&mut self, info: &RequestInfo, secret: &Secret) -> Option<&T> {
        self.pick_if(info, secret, |_| true)
    }

    /// Returns the effect of the rule that applies to a request, among the rules for which `is_about` returns true.
    pub(crate) fn pick_if(
        &mut self,
        info: &RequestInfo,
        secret: &Secret,
        is_about: impl Fn(&Rule<T>) -> bool,
    ) -> Option<&T> {
        Some(&self.pick_active(info, secret, is_about)?.rule.then)
    }

    /// Returns the rule that applies to a request, with its number and counters, among the rules for which `is_about` returns
    /// true.
    pub(crate) fn pick_active(
        &mut self,
        info: &RequestInfo,
        secret: &Secret,
        is_about: impl Fn(&Rule<T>) -> bool,
    ) -> Option<&Active<T>> {
        let mut rules = self.list.iter_mut().rev().filter(|active| is_about(&active.rule));
        rules.find_map(|active| active.applies(info, secret).then_some(&*active))
    }
}

impl<T: RuleKind> Active<T> {
    fn applies(&mut self, info: &RequestInfo, secret: &Secret) -> bool {
        if !self.rule.when.fits(info) || self.rule.times.is_some_and(|times| self.used >= times.get()) {
            return false;
        }
        self.seen = self.seen.saturating_add(1);
        if self.seen <= self.rule.skip {
            return false;
        }
        if let Some(probability) = self.rule.probability {
            // The kind is included so that rules of different kinds with the same number draw independent random
            // numbers.
            let chance = secret.number(&["chance", T::NAME, &self.id.to_string(), &self.seen.to_string()]);
            if !probability.includes(chance) {
                return false;
            }
        }
        self.used = self.used.saturating_add(1);
        true
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;

    impl RuleKind for char {
        const NAME: &'static str = "test";

        fn endpoints() -> Vec<&'static str> {
            vec!["upload"]
        }
    }

    fn info(user_id: &str) -> RequestInfo {
        let body = Bytes::from(format!(r#"{{"smile_client_id":"085","user_id":"{user_id}"}}"#));
        let request = Request::post("/v1/upload").body(body).unwrap();
        RequestInfo::read(&request)
    }

    fn rule(json: &str) -> Rule<char> {
        serde_json::from_str(json).unwrap()
    }

    fn picked(rules: &mut Rules<char>, users: &str) -> String {
        let secret = Secret::new([1; 32]);
        users
            .chars()
            .map(|user| rules.pick(&info(&user.to_string()), &secret).copied().unwrap_or('-'))
            .collect()
    }

    #[test]
    fn the_newest_that_fits_decides_as_often_as_it_may() {
        let mut rules = Rules::new();
        rules.add(rule(r#"{"then":"a"}"#), Origin::File);
        rules.add(rule(r#"{"when":{"user_id":"u"},"skip":1,"times":2,"then":"b"}"#), Origin::Call);
        assert_eq!(picked(&mut rules, "uxuuxu"), "aabbaa");
        assert_eq!(rules.list().iter().map(|it| (it.seen, it.used)).collect::<Vec<_>>(), [(4, 4), (3, 2)]);
    }

    #[test]
    fn chance_is_the_same_for_the_same_secret() {
        let choose = || {
            let mut rules = Rules::new();
            rules.add(rule(r#"{"probability":0.25,"then":"a"}"#), Origin::Call);
            picked(&mut rules, &"u".repeat(400))
        };
        let chosen = choose();
        let count = chosen.matches('a').count();
        assert!((60..140).contains(&count), "{count} of 400");
        assert_eq!(chosen, choose());
    }

    #[test]
    fn a_file_is_replaced_and_outranked() {
        let mut rules = Rules::new();
        rules.replace_file(vec![rule(r#"{"then":"f"}"#)]);
        rules.add(rule(r#"{"when":{"partner_id":"085"},"times":1,"then":"c"}"#), Origin::Call);
        rules.add(rule(r#"{"when":{"partner_id":"086"},"then":"d"}"#), Origin::Call);
        rules.replace_file(vec![rule(r#"{"then":"g"}"#)]);
        assert_eq!(picked(&mut rules, "uu"), "cg");
        rules.reset(Some("085"));
        assert_eq!(rules.list().iter().map(|it| it.rule.then).collect::<String>(), "gd");
        rules.reset(None);
        assert_eq!(rules.list().iter().map(|it| it.rule.then).collect::<String>(), "g");
        let id = rules.list()[0].id;
        assert!(rules.remove(id).is_some() && rules.remove(id).is_none());
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for json in [
            r#"{"then":"a","sometimes":1}"#,
            r#"{"then":"a","probability":1.5}"#,
            r#"{"then":"a","times":0}"#,
            r#"{"when":{"endpoint":"token"},"then":"a"}"#,
            r#"{"when":{"endpoint":""},"then":"a"}"#,
            r#"{"when":{"endpoint":"*x"},"then":"a"}"#,
            r#"{"when":{"job":1},"then":"a"}"#,
        ] {
            assert!(serde_json::from_str::<Rule<char>>(json).is_err(), "{json}");
        }
    }
}
