//! Section of the conformance page about requests: rules that the requests of each package break, found by `smileid-conformance
//! client`.
//!
//! To test the judge, the known mistakes of the official packages must be found. The requests of our client must have
//! no findings.

use std::{
    ffi::OsString,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{
    Peer, Site, forget, node_installed,
    page::{Part, line, rule},
    python_installed, python_recipe, read,
};
use crate::{
    command::{line as command_line, run as run_command},
    server::{build, program},
};

/// Exit code of `smileid-conformance client` for violations.
const VIOLATED: i32 = 1;

/// Name of the scenario with requests that are wrong on purpose, such as a wrong key or an unknown product.
const PROVOKED: &str = "refusals";

/// Quirks that this project's client has on purpose: the last digits of its timestamps are a mark (`docs/decisions/client.md`).
const DELIBERATE: [&str; 1] = ["timestamp-form"];

/// Rules about image sizes, which the small test images break with every client.
const OF_THE_IMAGES: [&str; 2] = ["image.few-bytes", "image.few-pixels"];

/// A program that uses a client, and the expected broken rules.
struct Driver {
    words: Vec<OsString>,
    /// Working directory of the program.
    folder: PathBuf,
    /// Quirks of the client that its requests show: number in section 9 of the wire reference, and broken rule.
    quirks: &'static [(u8, &'static str)],
}

/// Output of `smileid-conformance client --json`.
#[derive(Deserialize)]
struct Report {
    requests: u64,
    rules: Vec<Broken>,
}

/// A rule that the client broke.
#[derive(Deserialize)]
struct Broken {
    rule: String,
    section: String,
    quirk: Option<u8>,
    level: String,
    text: String,
}

/// Rules that the official package of version 3 breaks if its quirks are provoked. Sources: notes on the official SDKs of
/// version 12 and their runs: content types by file name, numbers with fractions, no limit of frames, jobs sent again after a
/// 401, ids that change the path, a token request for each call that a 401 meets.
const OF_V3: [&str; 6] = [
    "no-route",
    "v3-frames",
    "v3-image-content-type",
    "v3-job-after-401",
    "v3-number-form",
    "v3-token-stampede",
];

pub(super) fn part(site: &Site, grader: &Path, peers: &[Peer]) -> Result<Part> {
    recipe(site, grader)?;
    package_of_v3(site, grader, &[], &[])?;
    package_of_v3(site, grader, &["quirks"], &OF_V3)?;
    let (mut reports, mut problems) = (Vec::new(), Vec::new());
    for peer in peers {
        let driver = driver(site, peer)?;
        let mut report = judged(site, grader, peer, &driver).with_context(|| peer.title.clone())?;
        report.rules.retain(|it| !OF_THE_IMAGES.contains(&it.rule.as_str()));
        problems.extend(peer.problems(driver.quirks, &report));
        reports.push(report);
    }
    ensure!(problems.is_empty(), "the findings differ from the reference:\n  {}", problems.join("\n  "));
    Ok(Part { title: "Requests".to_owned(), text: text(peers, &reports) })
}

/// Checks the requests in the tests of a guide. Each test has its own partner, so equal job ids are not a violation.
fn recipe(site: &Site, grader: &Path) -> Result<()> {
    let mut command = Command::new(grader);
    command.args(["client", "--https", "off", "--"]).args(python_recipe(site)?);
    command.current_dir(&site.root).env("PYTHONDONTWRITEBYTECODE", "1");
    println!("$ {}", command_line(&command));
    run_command(&mut command).context("judging the recipe")
}

fn driver(site: &Site, peer: &Peer) -> Result<Driver> {
    let images = || site.root.join("docs/images").into_os_string();
    Ok(match peer.name {
        "ours" => {
            let ours = build(&site.root, "smileid-tests", &["--example", "drive"])?;
            let words = vec![program(&ours, "drive")?.into(), images()];
            Driver { words, folder: site.root.clone(), quirks: &[] }
        }
        "python" => {
            let drive = site.file("python", "drive.py");
            Driver {
                words: vec![python_installed(site)?.into(), drive.into(), PROVOKED.into()],
                folder: site.root.clone(),
                quirks: &[
                    (1, "signature-reused"),
                    (9, "entry.base64-img-string"),
                    (12, "image.file-listed-twice"),
                ],
            }
        }
        "node" => Driver {
            words: vec!["node".into(), "drive.cjs".into(), images(), PROVOKED.into()],
            folder: node_installed(site, &["drive.cjs"])?,
            quirks: &[
                (10, "image.local-path"),
                (12, "image.file-listed-twice"),
                (18, "info.no-signature"),
                (19, "id-info-in-upload"),
            ],
        },
        other => bail!("there is no driver for {other}"),
    })
}

/// Judges the requests of the official Python package of version 3, which must break exactly these rules.
fn package_of_v3(site: &Site, grader: &Path, arguments: &[&str], rules: &[&str]) -> Result<()> {
    let program = site.file("python", "judged_v3.py");
    let words = [python_installed(site)?.into(), program.into()].into_iter();
    let words = words.chain(arguments.iter().map(OsString::from)).collect();
    let driver = Driver { words, folder: site.root.clone(), quirks: &[] };
    let title = "`usesmileid`".to_owned();
    let peer = Peer { name: "python-v3", title, answers: Vec::new(), is_ours: false };
    let report = judged(site, grader, &peer, &driver)?;
    let mut broken: Vec<_> = report.rules.iter().map(|it| it.rule.as_str()).collect();
    broken.sort_unstable();
    ensure!(broken == rules, "usesmileid breaks {broken:?}, but should break {rules:?}");
    Ok(())
}

/// Runs a client's program with the mock server that checks its requests.
fn judged(site: &Site, grader: &Path, peer: &Peer, driver: &Driver) -> Result<Report> {
    let path = site.folder.join(format!("client-{}.json", peer.name));
    forget(&path)?;
    let mut command = Command::new(grader);
    command.args(["client", "--subject", &peer.title.replace('`', "")]);
    command.arg("--ca-dir").arg(site.folder.join("ca")).arg("--json").arg(&path).arg("--");
    command.args(&driver.words).current_dir(&driver.folder).env("PYTHONDONTWRITEBYTECODE", "1");
    println!("$ {}", command_line(&command));
    let output = command.output().context("starting the judge")?;
    let said = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        // Violations of our client are printed. Violations of other clients are only written to the page.
        Some(VIOLATED) if peer.is_ours => print!("{said}"),
        Some(0 | VIOLATED) => {}
        _ => bail!("the client could not be judged:\n{said}{}", String::from_utf8_lossy(&output.stderr)),
    }
    read(&path)
}

impl Peer {
    /// Returns the differences between a report and the quirks that the reference lists.
    fn problems(&self, quirks: &[(u8, &str)], report: &Report) -> Vec<String> {
        let title = &self.title;
        let is_shown =
            |quirk, rule: &str| report.rules.iter().any(|it| it.quirk == Some(quirk) && it.rule == rule);
        let missing = quirks.iter().filter(|(quirk, rule)| !is_shown(*quirk, rule));
        let missing =
            missing.map(|(quirk, rule)| format!("{title}: quirk {quirk}, {rule}, did not come out"));
        let broken = report.rules.iter().filter(|it| self.is_ours && !DELIBERATE.contains(&it.rule.as_str()));
        let broken = broken.map(|it| format!("{title}: breaks {}", it.rule));
        let is_idle = (report.requests == 0).then(|| format!("{title}: sent nothing"));
        missing.chain(broken).chain(is_idle).collect()
    }
}

fn text(peers: &[Peer], reports: &[Report]) -> String {
    let mut text = "Each package submits every kind of job that it offers, with images as files and in \
                    base64, and sends its other requests (`drive.*` in `tests/peers`). A server judges every \
                    request by [the rules for clients](client-rules.md). A violation breaks the reference, \
                    or the API refuses or misreads it. A quirk works and should be better. The table counts \
                    broken rules, each once. It leaves out what the small drawn images break with every \
                    client, and mistakes that the driver makes on purpose.\n\n"
        .to_owned();
    line(&mut text, &["Package", "Rules violated", "Quirks"]);
    rule(&mut text, 3);
    for (peer, report) in peers.iter().zip(reports) {
        let count = |level| report.rules.iter().filter(|it| it.level == level).count().to_string();
        line(&mut text, &[&peer.title, &count("violation"), &count("quirk")]);
    }
    for (peer, report) in peers.iter().zip(reports).filter(|(_, report)| !report.rules.is_empty()) {
        let _cannot_fail = writeln!(text, "\n### {}: requests\n", peer.title);
        if peer.is_ours {
            text += "On purpose: the last digits of its timestamps are a mark by which it recognises its own signatures.\n\n";
        }
        line(&mut text, &["Rule", "Section", "Level", "Mistake"]);
        rule(&mut text, 4);
        for Broken { rule, section, quirk, level, text: wrong } in &report.rules {
            let number = quirk.map(|number| format!(", number {number} in section 9"));
            let level = format!("{level}{}", number.unwrap_or_default());
            line(&mut text, &[&format!("`{rule}`"), section, &level, wrong]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(is_ours: bool) -> Peer {
        Peer { name: "one", title: "one".to_owned(), answers: Vec::new(), is_ours }
    }

    fn report() -> Report {
        serde_json::from_str(
            r#"{"requests": 7, "rules": [
                {"rule": "image.local-path", "section": "4.2", "quirk": 10, "level": "violation", "text": "a | path"},
                {"rule": "query-unread", "section": "1.2", "quirk": null, "level": "quirk", "text": "a query"}
            ]}"#,
        )
        .expect("a report")
    }

    #[test]
    fn what_does_not_come_out_is_named_and_what_ours_breaks() {
        let report = report();
        assert_eq!(peer(false).problems(&[(10, "image.local-path")], &report), [""; 0]);
        for quirk in [(1, "signature-reused"), (10, "local-path"), (9, "image.local-path")] {
            let (number, rule) = quirk;
            let missing = format!("one: quirk {number}, {rule}, did not come out");
            assert_eq!(peer(false).problems(&[quirk], &report), [missing]);
        }
        let broken = ["one: breaks image.local-path", "one: breaks query-unread"];
        assert_eq!(peer(true).problems(&[], &report), broken);
        let nothing = Report { requests: 0, rules: Vec::new() };
        assert_eq!(peer(true).problems(&[], &nothing), ["one: sent nothing"]);
    }

    #[test]
    fn what_is_broken_is_counted_and_named() {
        let nothing = Report { requests: 1, rules: Vec::new() };
        let text = text(&[peer(true), peer(false)], &[nothing, report()]);
        for row in [
            "| one | 0 | 0 |\n",
            "| one | 1 | 1 |\n",
            "| `image.local-path` | 4.2 | violation, number 10 in section 9 | a \\| path |\n",
            "| `query-unread` | 1.2 | quirk | a query |\n",
        ] {
            assert!(text.contains(row), "{row}\n{text}");
        }
    }
}
