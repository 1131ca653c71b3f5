//! The report in the XML that build servers read as JUnit's.

use std::fmt;

use serde::Serialize;

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

pub(crate) fn of<'a>(name: &str, items: impl Iterator<Item = Item<'a>>) -> Result<String, fmt::Error> {
    let testcase: Vec<_> = items.map(case).collect();
    let count = |is: fn(&Case) -> bool| testcase.iter().filter(|case| is(case)).count();
    let suites = Suites {
        testsuite: Suite {
            name,
            tests: testcase.len(),
            failures: count(|case| case.failure.is_some()),
            errors: count(|case| case.error.is_some()),
            skipped: count(|case| case.skipped.is_some()),
            testcase,
        },
    };
    let xml = quick_xml::se::to_string(&suites).map_err(|_| fmt::Error)?;
    Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n"))
}

fn case(item: Item<'_>) -> Case<'_> {
    let (class, name) = item.id.split_once('/').unwrap_or_default();
    let seconds = format!("{}.{:03}", item.millis / 1000, item.millis % 1000);
    let why = |why: &str, text: &str| Some(Why { message: printable(why), text: printable(text) });
    let mut case = Case { class, name, seconds, failure: None, error: None, skipped: None };
    match item.mark {
        Mark::Passed => {}
        Mark::Failed { why: it, text } => case.failure = why(&it, &text),
        Mark::Error { why: it, text } => case.error = why(&it, &text),
        Mark::Skipped { why: it } => case.skipped = why(&it, ""),
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
        let item = |id, mark| Item { id, millis: 1234, mark };
        let text = || "ERROR    server/c: d".to_owned();
        let items = [
            item("server/a", Mark::Passed),
            item("server/b", Mark::Failed { why: "expected \"<\",\u{1b} got '&'".to_owned(), text: text() }),
            item("server/c", Mark::Error { why: "reset".to_owned(), text: text() }),
            item("server/d", Mark::Skipped { why: "no mock".to_owned() }),
        ];
        let xml = of("smileid-conformance server", items.into_iter()).unwrap_or_default();
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
