//! Writes reports as JUnit XML.

use std::{fmt, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Outcome;

/// A test case in a JUnit report.
pub(crate) struct Row<'a> {
    /// Id of the test case. The part before the first `/` is the class of the test.
    pub(crate) id: &'a str,
    /// Duration of the test, in milliseconds.
    pub(crate) millis: u64,
    pub(crate) outcome: Outcome,
    /// Text of the failure or error.
    pub(crate) text: String,
}

/// Writes a JUnit report with one suite.
pub(crate) fn xml<'a>(name: &str, rows: impl Iterator<Item = Row<'a>>) -> Result<String, fmt::Error> {
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(rows.map(case));
    let mut report = Report::new(name);
    report.add_test_suite(suite);
    report.to_string().map_err(|_| fmt::Error)
}

fn case(row: Row<'_>) -> TestCase {
    let (class, name) = row.id.split_once('/').unwrap_or_default();
    let not_passed = |kind, why: String| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(why).set_description(row.text);
        status
    };
    let status = match row.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed { why, .. } => not_passed(NonSuccessKind::Failure, why),
        Outcome::Error { why, .. } => not_passed(NonSuccessKind::Error, why),
        Outcome::Skipped { why } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why);
            status
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(class).set_time(Duration::from_millis(row.millis));
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_becomes_an_element() {
        let row = |id, outcome| Row { id, millis: 1234, outcome, text: "ERROR    server/c: d".to_owned() };
        let rows = [
            row("server/a", Outcome::Passed),
            row("server/b", Outcome::Failed { step: 1, why: "expected \"<\",\u{1b}[1m got '&'".to_owned() }),
            row("server/c", Outcome::Error { step: 1, why: "reset".to_owned() }),
            row("server/d", Outcome::Skipped { why: "no mock".to_owned() }),
        ];
        let xml = xml("smileid-conformance server", rows.into_iter()).unwrap_or_default();
        for part in [
            r#"<testsuite name="smileid-conformance server" tests="4" skipped="1" errors="1" failures="1">"#,
            r#"<testcase name="a" classname="server" time="1.234"/>"#,
            "expected &quot;&lt;&quot;, got",
            r#"<error message="reset">ERROR    server/c: d"#,
            r#"<skipped message="no mock"/>"#,
        ] {
            assert!(xml.contains(part), "{part}\n{xml}");
        }
    }
}
