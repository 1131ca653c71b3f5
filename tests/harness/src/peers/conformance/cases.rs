//! Section of the conformance page about signatures, jobs, archives and results.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::{
    Peer, Site, judge,
    page::{Part, line, rule},
    read,
};

/// Tasks, each with its name on the page.
const TASKS: [(&str, &str); 5] = [
    ("sign", "Signatures made"),
    ("verify", "Signatures checked"),
    ("job", "Jobs"),
    ("archive", "Archives"),
    ("verdict", "Verdicts"),
];

/// Number of case ids to list if many cases have the same deviation.
const NAMED: usize = 3;

/// Output of `smileid-conformance vectors --json`.
#[derive(Deserialize)]
struct Report {
    items: Vec<Item>,
}

/// Number of each outcome for a task.
#[derive(Clone, Copy, Default)]
struct Counts {
    passed: usize,
    failed: usize,
    unsupported: usize,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    task: String,
    description: String,
    expected: String,
    outcome: String,
    #[serde(default)]
    deviations: Vec<String>,
    #[serde(default)]
    why: String,
}

pub(super) fn part(site: &Site, grader: &Path, peers: &[Peer]) -> Result<Part> {
    let mut reports = Vec::new();
    for peer in peers {
        let path = site.folder.join(format!("vectors-{}.json", peer.name));
        judge(grader, "vectors", &peer.answers, &[], &path)?;
        let report: Report = read(&path)?;
        let deviating: Vec<_> = report.deviating().map(|it| it.id.as_str()).collect();
        ensure!(!peer.is_ours || deviating.is_empty(), "ours deviates: {}", deviating.join(", "));
        reports.push(report);
    }
    Ok(Part { title: "Cases".to_owned(), text: text(peers, &reports) })
}

impl Report {
    fn deviating(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|it| !it.deviations.is_empty())
    }

    /// Returns the numbers of a task's outcomes. None if the task was not part of the run.
    fn counts(&self, task: &str) -> Option<Counts> {
        let mut counts = None;
        for item in self.items.iter().filter(|item| item.task == task) {
            let Counts { passed, failed, unsupported } = counts.get_or_insert_default();
            match item.outcome.as_str() {
                "passed" => *passed += 1,
                "skipped" => *unsupported += 1,
                _ => *failed += 1,
            }
        }
        counts
    }
}

fn text(peers: &[Peer], reports: &[Report]) -> String {
    let mut text = "The suite asks each package the questions of its cases, in a separate process: to sign, \
                    to check a signature, to submit a job or refuse it before anything is sent, to build its \
                    archive, and to judge a result. The table shows the number of right answers. Questions \
                    that a package has no function for are not counted.\n\n\
                    A job that must be refused passes if nothing was sent and the message names the mistake. \
                    Announcements and archives may differ in the names of files and programs, in times, in \
                    the order of images, in optional members, and in what the server does not read.\n\n\
                    The programs for the packages (`vectors.*` in `tests/peers`) only translate: they use \
                    the package's names for files, they pass an empty object for a job without ID \
                    information, and a stub replaces the network and accepts everything. A refusal is a \
                    documented error of the package; any other error is a crash.\n\n"
        .to_owned();
    line(&mut text, &[&["Package"], &TASKS.map(|(_, title)| title)[..]].concat());
    rule(&mut text, TASKS.len() + 1);
    for (peer, report) in peers.iter().zip(reports) {
        let counts = TASKS.map(|(task, _)| report.counts(task).map_or_else(String::new, Counts::words));
        line(&mut text, &[&[peer.title.as_str()], &counts.each_ref().map(String::as_str)[..]].concat());
    }
    for (peer, report) in peers.iter().zip(reports).filter(|(peer, _)| !peer.is_ours) {
        let _cannot_fail = writeln!(text, "\n### {}\n", peer.title);
        let mut unsupported = BTreeMap::<&str, Vec<&str>>::new();
        for it in report.items.iter().filter(|it| it.outcome == "skipped") {
            unsupported.entry(&it.why).or_default().push(&it.id);
        }
        for (why, ids) in unsupported {
            let _cannot_fail = writeln!(text, "Not offered ({}): {why}.\n", named(&ids));
        }
        one_by_one(&mut text, report);
        all_alike(&mut text, report);
    }
    text
}

impl Counts {
    fn words(self) -> String {
        let asked = self.passed + self.failed;
        match (asked, self.unsupported) {
            (0, _) => "not offered".to_owned(),
            (_, 0) => format!("{} of {asked}", self.passed),
            (_, unsupported) => format!("{} of {asked}; {unsupported} not offered", self.passed),
        }
    }
}

/// Writes a table with one line for each case that deviates.
fn one_by_one(text: &mut String, report: &Report) {
    let rows: Vec<_> = report.deviating().filter(|it| it.task != "archive").collect();
    if rows.is_empty() {
        return;
    }
    line(text, &["Case", "Purpose", "Expected", "Behaviour of the package"]);
    rule(text, 4);
    for it in rows {
        line(text, &[&format!("`{}`", it.id), &it.description, &it.expected, &it.deviations.join("; ")]);
    }
    text.push('\n');
}

/// Writes the deviations of archives, grouped, because many cases have the same ones.
fn all_alike(text: &mut String, report: &Report) {
    let archives = || report.deviating().filter(|it| it.task == "archive");
    let mut ways = BTreeMap::<String, Vec<&str>>::new();
    for it in archives() {
        for deviation in &it.deviations {
            let cases = ways.entry(alike(deviation)).or_default();
            if cases.last() != Some(&it.id.as_str()) {
                cases.push(&it.id);
            }
        }
    }
    if ways.is_empty() {
        return;
    }
    line(text, &["Mistake in archives", "Cases", "Examples"]);
    text.push_str("|---|--:|---|\n");
    for (way, cases) in ways {
        line(text, &[&way, &cases.len().to_string(), &named(&cases)]);
    }
}

/// Returns a deviation without image numbers and file names, so that equal ones can be grouped.
fn alike(deviation: &str) -> String {
    let mut alike = String::new();
    let mut digits = false;
    for c in deviation.chars() {
        let is_digit = c.is_ascii_digit() && (digits || alike.ends_with(['/', '[']));
        if is_digit && !digits {
            alike.push('n');
        }
        if !is_digit {
            alike.push(c);
        }
        digits = is_digit;
    }
    alike
}

fn named(ids: &[&str]) -> String {
    let first: Vec<_> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    match ids.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deviates_alike_is_one_row() {
        assert_eq!(
            alike("`image.local-path`: info.json at /images/12/image: a path"),
            "`image.local-path`: info.json at /images/n/image: a path"
        );
        assert_eq!(alike("info.json: `images[3]` leads to none"), "info.json: `images[n]` leads to none");
        assert_eq!(alike("makes 3 of 4"), "makes 3 of 4");
    }

    #[test]
    fn each_count_is_said() {
        let words = |passed, failed, unsupported| Counts { passed, failed, unsupported }.words();
        assert_eq!(words(31, 1, 0), "31 of 32");
        assert_eq!(words(0, 0, 7), "not offered");
        assert_eq!(words(3, 1, 2), "3 of 4; 2 not offered");
    }
}
