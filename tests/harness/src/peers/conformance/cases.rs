//! The page's part about cases: signatures, jobs, archives and results of each package.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::{
    Peer, Site, judge,
    page::{Part, line, rule},
    read,
};

/// The tasks, and their names on the page.
const TASKS: [(&str, &str); 5] = [
    ("sign", "Signatures made"),
    ("verify", "Signatures checked"),
    ("job", "Jobs"),
    ("archive", "Archives"),
    ("verdict", "Verdicts"),
];

/// The number of cases to name where many deviate alike.
const NAMED: usize = 3;

/// The output of `vectors --json`.
#[derive(Deserialize)]
struct Report {
    items: Vec<Item>,
}

/// The outcomes of a task.
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

    /// The outcomes of a task; nothing when it was not asked.
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
    let mut text = "Each is asked, in a process of its own, what the cases of the suite ask: to sign, to check a \
                    signature, to submit a job or to refuse it before anything is sent, to make its archive, and to say \
                    what a result means. A table says how many answers are right of how many questions. A question that \
                    a package has nothing for is not counted against it.\n\n\
                    A job that must be refused is so when nothing was sent and the message names what is wrong with it. \
                    Announcements and archives may differ in the names of files and programs, in times, in the order of \
                    images, in what is optional, and in what nobody reads.\n\n\
                    The programs around the packages (`vectors.*` in `tests/peers`) only translate: a file goes under \
                    the name that the package has for it, a job that says nothing of an ID has an empty object there, \
                    and a stub in place of the network takes whatever is sent. A refusal is an error of the kinds that \
                    the package's users are told of; any other is a crash.\n\n"
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

/// A table of the deviations that differ from case to case.
fn one_by_one(text: &mut String, report: &Report) {
    let rows: Vec<_> = report.deviating().filter(|it| it.task != "archive").collect();
    if rows.is_empty() {
        return;
    }
    line(text, &["Case", "What it is", "Expected", "What the package does"]);
    rule(text, 4);
    for it in rows {
        line(text, &[&format!("`{}`", it.id), &it.description, &it.expected, &it.deviations.join("; ")]);
    }
    text.push('\n');
}

/// Archives deviate in the same ways time and again.
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
    line(text, &["What is wrong with archives", "Cases", "Of these"]);
    text.push_str("|---|--:|---|\n");
    for (way, cases) in ways {
        line(text, &[&way, &cases.len().to_string(), &named(&cases)]);
    }
}

/// The deviation without the number of an image and the name of a file.
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
