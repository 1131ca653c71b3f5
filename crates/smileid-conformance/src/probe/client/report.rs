//! Report about an API client: the rules that it broke.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rule::{Level, Rule};
use crate::{
    case::ApiVersion,
    report::{Outcome, junit},
};

/// Report about an API client: the rules that it broke. `Display` writes it for people.
///
/// Shows names of members and places, but no values of requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientReport {
    /// Name of the client, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The version of the API whose rules JUnit reports list. Broken rules are listed always.
    #[serde(skip)]
    pub version: ApiVersion,
    /// Number of requests that were checked.
    pub requests: u64,
    /// Broken rules, violations first.
    pub rules: Vec<BrokenRule>,
}

/// A rule that a client broke.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BrokenRule {
    /// Code of the rule.
    pub rule: String,
    /// Number of the section in the wire reference.
    pub section: String,
    /// Title of the section.
    pub title: String,
    /// Number of the quirk, from section 9 of the wire reference.
    pub quirk: Option<u8>,
    /// Severity of breaking the rule.
    pub level: Level,
    /// True for a rule that is ignored.
    #[serde(default)]
    pub allowed: bool,
    /// Number of requests that break the rule.
    pub count: u64,
    /// The first places where the rule was broken.
    pub places: Vec<String>,
    /// Description of the mistake.
    pub text: String,
    /// Advice for correcting the mistake.
    pub advice: String,
}

impl ClientReport {
    /// Sets the name of the client.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets the version of the API whose rules JUnit reports list.
    #[must_use]
    pub fn with_version(self, version: ApiVersion) -> Self {
        Self { version, ..self }
    }

    /// Sets the rules that are ignored.
    #[must_use]
    pub fn with_allowed(mut self, allowed: &[&str]) -> Self {
        self.rules.iter_mut().for_each(|rule| rule.allowed = allowed.contains(&rule.rule.as_str()));
        self
    }

    /// Returns true if no request was checked.
    pub fn is_empty(&self) -> bool {
        self.requests == 0
    }

    /// Returns true if every violation is of an ignored rule.
    pub fn is_good(&self) -> bool {
        !self.rules.iter().any(BrokenRule::is_failure)
    }

    /// Returns the numbers of requests and broken rules, in one line.
    pub fn summary(&self) -> String {
        let count = |is: fn(&&BrokenRule) -> bool| self.rules.iter().filter(is).count();
        let violated = count(|rule| rule.is_failure());
        let quirks = count(|rule| rule.level == Level::Quirk && !rule.allowed);
        let allowed = count(|rule| rule.allowed);
        let subject = self.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
        let s = |is_one| if is_one { "" } else { "s" };
        format!(
            "{subject}{} request{} judged: {violated} rule{} violated, {quirks} quirk{}, {allowed} allowed",
            self.requests,
            s(self.requests == 1),
            s(violated == 1),
            s(quirks == 1),
        )
    }

    /// Writes the report as JUnit XML, with one test for each rule.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub fn to_junit(&self) -> Result<String, fmt::Error> {
        let is_listed = |rule: &&Rule| {
            rule.version() == self.version || self.rules.iter().any(|broken| broken.rule == rule.code)
        };
        let rules = Rule::listed().iter().filter(is_listed);
        let ids: Vec<_> = rules.map(|rule| (format!("client/{}", rule.code), rule.code)).collect();
        let rows = ids.iter().map(|(id, code)| {
            let broken = self.rules.iter().find(|broken| broken.rule == *code);
            let outcome = match broken {
                Some(broken) if broken.is_failure() => Outcome::Failed { step: 0, why: broken.text.clone() },
                Some(broken) => Outcome::Skipped { why: broken.text.clone() },
                None => Outcome::Passed,
            };
            let text = broken.map(ToString::to_string).unwrap_or_default();
            junit::Row { id, millis: 0, outcome, text }
        });
        junit::xml("smileid-conformance client", rows)
    }
}

impl BrokenRule {
    pub(super) fn new(rule: &Rule, count: u64, places: Vec<String>) -> Self {
        Self {
            rule: rule.code.to_owned(),
            section: rule.section.to_owned(),
            title: rule.title().to_owned(),
            quirk: rule.quirk,
            level: rule.level,
            allowed: false,
            count,
            places,
            text: rule.says.to_owned(),
            advice: rule.advice.to_owned(),
        }
    }

    fn is_failure(&self) -> bool {
        self.level == Level::Violation && !self.allowed
    }
}

impl fmt::Display for ClientReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.iter().try_for_each(|rule| write!(f, "{rule}"))?;
        f.write_str(&self.summary())
    }
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.level {
            _ if self.allowed => "allowed  ",
            Level::Violation => "VIOLATION",
            Level::Quirk => "quirk    ",
        };
        let requests = if self.count == 1 { "request" } else { "requests" };
        writeln!(f, "{word}  {}, in {} {requests}: {}", self.rule, self.count, self.text)?;
        let quirk =
            self.quirk.map(|quirk| format!("; quirk {quirk} of the official SDKs")).unwrap_or_default();
        writeln!(f, "  section {} of the wire reference, {}{quirk}", self.section, self.title)?;
        writeln!(f, "  advice: {}", self.advice)?;
        self.places.iter().try_for_each(|place| writeln!(f, "  in {place}"))
    }
}
