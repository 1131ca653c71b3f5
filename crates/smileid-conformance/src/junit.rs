//! The report in the XML that build servers read as JUnit's.

use std::{fmt, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// One row of a report.
pub(crate) struct Item<'a> {
    /// What it is about: the part before the first `/` is its class.
    pub(crate) id: &'a str,
    /// How long it took, in milliseconds.
    pub(crate) millis: u64,
    pub(crate) mark: Mark,
}

/// What came of it.
pub(crate) enum Mark {
    Passed,
    Failed { why: String, text: String },
    Error { why: String, text: String },
    Skipped { why: String },
}

pub(crate) fn of<'a>(name: &str, items: impl Iterator<Item = Item<'a>>) -> Result<String, fmt::Error> {
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(items.map(case));
    let mut report = Report::new(name);
    report.add_test_suite(suite);
    report.to_string().map_err(|_| fmt::Error)
}

fn case(item: Item<'_>) -> TestCase {
    let (class, name) = item.id.split_once('/').unwrap_or_default();
    let not_passed = |kind, why: String, text: String| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(why).set_description(text);
        status
    };
    let status = match item.mark {
        Mark::Passed => TestCaseStatus::success(),
        Mark::Failed { why, text } => not_passed(NonSuccessKind::Failure, why, text),
        Mark::Error { why, text } => not_passed(NonSuccessKind::Error, why, text),
        Mark::Skipped { why } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why);
            status
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(class).set_time(Duration::from_millis(item.millis));
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_its_element() {
        let item = |id, mark| Item { id, millis: 1234, mark };
        let text = || "ERROR    server/c: d".to_owned();
        let items = [
            item("server/a", Mark::Passed),
            item(
                "server/b",
                Mark::Failed { why: "expected \"<\",\u{1b}[1m got '&'".to_owned(), text: text() },
            ),
            item("server/c", Mark::Error { why: "reset".to_owned(), text: text() }),
            item("server/d", Mark::Skipped { why: "no mock".to_owned() }),
        ];
        let xml = of("smileid-conformance server", items.into_iter()).unwrap_or_default();
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
