//! The report in the XML that build servers read as JUnit's.

use std::fmt;

use serde::Serialize;

use super::{Outcome, ScenarioReport, ServerReport};

#[derive(Serialize)]
#[serde(rename = "testsuites")]
struct Suites<'a> {
    testsuite: Suite<'a>,
}

#[derive(Serialize)]
struct Suite<'a> {
    #[serde(rename = "@name")]
    name: &'a str,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    #[serde(rename = "@skipped")]
    skipped: usize,
    testcase: Vec<Case<'a>>,
}

#[derive(Serialize)]
struct Case<'a> {
    #[serde(rename = "@classname")]
    class: &'a str,
    #[serde(rename = "@name")]
    name: &'a str,
    #[serde(rename = "@time")]
    seconds: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Why>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Why>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<Why>,
}

#[derive(Serialize)]
struct Why {
    #[serde(rename = "@message")]
    message: String,
    #[serde(rename = "$text", skip_serializing_if = "String::is_empty")]
    text: String,
}

pub(super) fn of(report: &ServerReport) -> Result<String, fmt::Error> {
    let [_, failures, errors, skipped] = report.counts();
    let suites = Suites {
        testsuite: Suite {
            name: "smileid-conformance server",
            tests: report.scenarios.len(),
            failures,
            errors,
            skipped,
            testcase: report.scenarios.iter().map(case).collect(),
        },
    };
    let xml = quick_xml::se::to_string(&suites).map_err(|_| fmt::Error)?;
    Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n"))
}

fn case(scenario: &ScenarioReport) -> Case<'_> {
    let (class, name) = scenario.case.split_once('/').unwrap_or_default();
    let seconds = format!("{}.{:03}", scenario.millis / 1000, scenario.millis % 1000);
    let why = |why: &str, text: String| Some(Why { message: printable(why), text: printable(&text) });
    let mut case = Case { class, name, seconds, failure: None, error: None, skipped: None };
    match &scenario.outcome {
        Outcome::Passed => {}
        Outcome::Failed { why: it, .. } => case.failure = why(it, scenario.to_string()),
        Outcome::Error { why: it, .. } => case.error = why(it, scenario.to_string()),
        Outcome::Skipped { why: it } => case.skipped = why(it, String::new()),
    }
    case
}

/// XML cannot hold control characters, not even escaped.
fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_its_element() {
        let mut report = ServerReport::new("http://127.0.0.1");
        for (case, outcome) in [
            ("server/a", Outcome::Passed),
            ("server/b", Outcome::Failed { step: 1, why: "expected \"<\",\u{1b} got '&'".to_owned() }),
            ("server/c", Outcome::Error { step: 1, why: "reset".to_owned() }),
            ("server/d", Outcome::Skipped { why: "no mock".to_owned() }),
        ] {
            report.scenarios.push(ScenarioReport {
                case: case.to_owned(),
                description: "d".to_owned(),
                source: "s".to_owned(),
                outcome,
                millis: 1234,
                steps: Vec::new(),
            });
        }
        let xml = report.to_junit().unwrap_or_default();
        for part in [
            r#"<testsuite name="smileid-conformance server" tests="4" failures="1" errors="1" skipped="1">"#,
            r#"<testcase classname="server" name="a" time="1.234"/>"#,
            "expected &quot;&lt;&quot;,  got",
            r#"<error message="reset">ERROR    server/c: d"#,
            r#"<skipped message="no mock"/>"#,
        ] {
            assert!(xml.contains(part), "{part}\n{xml}");
        }
    }
}
