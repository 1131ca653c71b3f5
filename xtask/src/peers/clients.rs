//! `cargo xtask peers clients`: the official clients and ours before the judge of clients, `smileid-conformance client`.
//!
//! What is known to be wrong with the official ones must come out, or the judge does not see it any more; of ours nothing
//! may. The reports are left in `target/peers`, each of a client.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{Site, node_installed, python_installed, side_by_side::version};
use crate::{
    server::{build, program},
    workspace::line,
};

/// The exit code of a judge that found violations.
const VIOLATED: i32 = 1;

/// The scenario of the drivers that has wrong requests sent on purpose, with a wrong key and a product that there is not:
/// none of the client's doing.
const PROVOKED: &str = "refusals";

/// A client, and what must come of it.
struct Client {
    /// The name of its report, without `client-` and `.json`.
    file: &'static str,
    subject: String,
    /// The program that calls it.
    words: Vec<OsString>,
    /// The folder that they run in.
    folder: PathBuf,
    /// The quirks that it has by section 9 of the wire reference and that its requests show: the number of each, and the
    /// rule that it breaks.
    quirks: &'static [(u8, &'static str)],
    /// Whether it may break rules at all.
    is_ours: bool,
}

/// What `smileid-conformance client --json` writes, as far as it is of interest here.
#[derive(Deserialize)]
struct Report {
    requests: u64,
    rules: Vec<Broken>,
}

/// A rule that was broken.
#[derive(Deserialize)]
struct Broken {
    rule: String,
    quirk: Option<u8>,
    level: String,
}

pub(super) fn run(site: &Site) -> Result<()> {
    let programs = build(&site.root, "smileid-conformance", &["--bin", "smileid-conformance"])?;
    let judge = program(&programs, "smileid-conformance")?;
    let problems = clients(site)?
        .into_iter()
        .map(|client| {
            let report = judged(site, judge, &client).with_context(|| client.subject.clone())?;
            println!("{}: {} requests, {} rules broken", client.subject, report.requests, report.rules.len());
            Ok(problems(&client, &report))
        })
        .collect::<Result<Vec<_>>>()?
        .concat();
    ensure!(problems.is_empty(), "not what the reference says:\n  {}", problems.join("\n  "));
    Ok(())
}

fn clients(site: &Site) -> Result<Vec<Client>> {
    let ours = build(&site.root, "smileid-tests", &["--example", "drive"])?;
    let images = || site.root.join("docs/images").into_os_string();
    let python = python_installed(site)?;
    let requirements = version(&site.file("python", "requirements.txt"), "smile-id-core==")?;
    let manifest = version(&site.file("node", "package.json"), "\"smile-identity-core\": \"")?;
    Ok(vec![
        Client {
            file: "python",
            subject: format!("Python smile-id-core {requirements}"),
            words: vec![python.into(), site.file("python", "drive.py").into(), PROVOKED.into()],
            folder: site.root.clone(),
            quirks: &[
                (1, "signature-reused"),
                (9, "entry.base64-img-string"),
                (12, "image.file-listed-twice"),
            ],
            is_ours: false,
        },
        Client {
            file: "node",
            subject: format!("JavaScript smile-identity-core {manifest}"),
            words: vec!["node".into(), "drive.cjs".into(), images(), PROVOKED.into()],
            folder: node_installed(site, &["drive.cjs"])?,
            quirks: &[
                (10, "image.local-path"),
                (12, "image.file-listed-twice"),
                (18, "info.no-signature"),
                (19, "id-info-in-upload"),
            ],
            is_ours: false,
        },
        Client {
            file: "ours",
            subject: "Rust smileid".to_owned(),
            words: vec![program(&ours, "drive")?.into(), images()],
            folder: site.root.clone(),
            quirks: &[],
            is_ours: true,
        },
    ])
}

/// Runs the program of a client beside a judge.
fn judged(site: &Site, judge: &Path, client: &Client) -> Result<Report> {
    let path = site.folder.join(format!("client-{}.json", client.file));
    // What an earlier run left must not be read for this one.
    if path.exists() {
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
    }
    let mut command = Command::new(judge);
    command.args(["client", "--subject", &client.subject]);
    command.arg("--ca-dir").arg(site.folder.join("ca")).arg("--json").arg(&path).arg("--");
    command.args(&client.words).current_dir(&client.folder).env("PYTHONDONTWRITEBYTECODE", "1");
    println!("$ {}", line(&command));
    let status = command.status().context("starting the judge")?;
    ensure!(status.success() || status.code() == Some(VIOLATED), "the judge could not judge ({status})");
    let report = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&report).context("reading what the judge says")
}

/// Where a report is not what the reference says of the client.
fn problems(client: &Client, report: &Report) -> Vec<String> {
    let is_shown =
        |quirk, rule: &str| report.rules.iter().any(|it| it.quirk == Some(quirk) && it.rule == rule);
    let missing = client.quirks.iter().filter(|(quirk, rule)| !is_shown(*quirk, rule));
    let missing =
        missing.map(|(quirk, rule)| format!("{}: quirk {quirk}, {rule}, did not come out", client.subject));
    let violated = report.rules.iter().filter(|rule| client.is_ours && rule.level == "violation");
    let violated = violated.map(|rule| format!("{}: violates {}", client.subject, rule.rule));
    let is_idle = (report.requests == 0).then(|| format!("{}: sent nothing", client.subject));
    missing.chain(violated).chain(is_idle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(quirks: &'static [(u8, &'static str)], is_ours: bool) -> Client {
        let (subject, words, folder) = ("one".to_owned(), Vec::new(), PathBuf::new());
        Client { file: "one", subject, words, folder, quirks, is_ours }
    }

    #[test]
    fn what_does_not_come_out_is_named_and_what_ours_violates() {
        let report = r#"{"requests": 7, "rules": [
            {"rule": "image.local-path", "quirk": 10, "level": "violation", "count": 1},
            {"rule": "image.few-bytes", "quirk": null, "level": "quirk", "count": 1}
        ]}"#;
        let report: Report = serde_json::from_str(report).expect("a report");
        assert_eq!(problems(&client(&[(10, "image.local-path")], false), &report), [""; 0]);
        for quirk in [&[(1, "signature-reused")], &[(10, "local-path")], &[(9, "image.local-path")]] {
            let [(number, rule)] = *quirk;
            let missing = format!("one: quirk {number}, {rule}, did not come out");
            assert_eq!(problems(&client(quirk, false), &report), [missing]);
        }
        assert_eq!(problems(&client(&[], true), &report), ["one: violates image.local-path"]);
        let nothing = Report { requests: 0, rules: Vec::new() };
        assert_eq!(problems(&client(&[], true), &nothing), ["one: sent nothing"]);
    }
}
