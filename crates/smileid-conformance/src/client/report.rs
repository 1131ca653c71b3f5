//! What came of watching a client.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rule::{Level, Rule};
use crate::junit::{self, Item, Mark};

/// The rules that a client broke. `Display` is the report for people.
///
/// It shows the names of members and where they stand, and no value of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientReport {
    /// What the client is, when somebody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// How many requests were judged.
    pub requests: u64,
    /// The rules that were broken, violations first.
    pub rules: Vec<BrokenRule>,
}

/// A rule that a client broke.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BrokenRule {
    /// Its code.
    pub rule: String,
    /// The section of the wire reference that it is from.
    pub section: String,
    /// The title of that section.
    pub title: String,
    /// The number of the quirk that it is, in section 9 of the wire reference.
    pub quirk: Option<u8>,
    /// How much it matters.
    pub level: Level,
    /// Whether it was allowed.
    #[serde(default)]
    pub allowed: bool,
    /// How many requests break it.
    pub count: u64,
    /// Where: the first places.
    pub places: Vec<String>,
    /// What is wrong.
    pub text: String,
    /// What to do.
    pub advice: String,
}

impl ClientReport {
    /// With what the client is.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// With rules that may be broken.
    #[must_use]
    pub fn allowing(mut self, allowed: &[&str]) -> Self {
        self.rules.iter_mut().for_each(|rule| rule.allowed = allowed.contains(&rule.rule.as_str()));
        self
    }

    /// Whether nothing was judged.
    pub fn is_empty(&self) -> bool {
        self.requests == 0
    }

    /// Whether there is no violation that is not allowed.
    pub fn is_good(&self) -> bool {
        !self.rules.iter().any(BrokenRule::is_failure)
    }

    /// The counts, in one line.
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

    /// The report in the XML that build servers read as JUnit's: a test for each rule there is.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn to_junit(&self) -> Result<String, fmt::Error> {
        let ids: Vec<_> =
            Rule::listed().iter().map(|rule| (format!("client/{}", rule.code), rule.code)).collect();
        let items = ids.iter().map(|(id, code)| {
            let mark = match self.rules.iter().find(|broken| broken.rule == *code) {
                Some(broken) if broken.is_failure() => {
                    Mark::Failed { why: broken.text.clone(), text: broken.to_string() }
                }
                Some(broken) => Mark::Skipped { why: broken.text.clone() },
                None => Mark::Passed,
            };
            Item { id, millis: 0, mark }
        });
        junit::of("smileid-conformance client", items)
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
        writeln!(f, "  what to do: {}", self.advice)?;
        self.places.iter().try_for_each(|place| writeln!(f, "  in {place}"))
    }
}
