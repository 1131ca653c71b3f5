//! Command `cargo xtask peers conformance`: runs the conformance suite against this project and the official packages, and writes
//! the page of deviations.

mod callbacks;
mod cases;
mod page;
mod requests;

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;

use super::{Site, node_installed, python_installed, python_recipe, side_by_side::version};
use crate::{
    command::line,
    server::{build, program},
};

/// Path of the generated page in the repository.
pub(super) const PAGE: &str = "docs/reference/peers.md";

/// Path of the guide that shows one of the tested programs.
const GUIDE: &str = "docs/guides/judging-your-implementation.md";

/// Implementation that is tested: this project or an official package.
struct Peer {
    /// Name of the implementation in its reports: `vectors-<name>.json`.
    name: &'static str,
    /// Name of the implementation on the page.
    title: String,
    /// Command of the program that answers the suite's questions.
    answers: Vec<PathBuf>,
    /// True for this project, for which a deviation is an error.
    is_ours: bool,
}

pub(super) fn run(site: &Site) -> Result<()> {
    let built = build(&site.root, "smileid-conformance", &["--bin", "smileid-conformance"])?;
    let grader = program(&built, "smileid-conformance")?;
    let peers = peers(site)?;
    let example = site.file("python", "answers_signatures.py");
    shown_in_the_guide(&site.root, &example)?;
    let example = [python_installed(site)?, example];
    let report = site.folder.join("vectors-example.json");
    let is_right = judge(grader, "vectors", &example, &["--only", "^signature/"], &report)?;
    ensure!(is_right, "the example of the guide deviates: see {}", report.display());

    let parts = [
        cases::part(site, grader, &peers)?,
        requests::part(site, grader, &peers)?,
        callbacks::part(site, grader, &peers)?,
    ];
    site.write(PAGE, &page::page(&peers, &parts), "conformance")
}

/// Checks that the guide shows the tested program, from its first import on.
fn shown_in_the_guide(root: &Path, program: &Path) -> Result<()> {
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
    let (program, guide) = (read(program)?, read(&root.join(GUIDE))?);
    let code =
        program.find("import ").and_then(|at| program.get(at..)).context("the program has an import")?;
    ensure!(guide.contains(code), "{GUIDE} does not show the tested program");
    Ok(())
}

/// Returns this project and the official packages.
fn peers(site: &Site) -> Result<Vec<Peer>> {
    let ours = build(&site.root, "smileid-tests", &["--example", "vectors"])?;
    let python = site.file("python", "requirements.txt");
    let node = site.file("node", "package.json");
    let node_folder = node_installed(site, &["vectors.cjs"])?;
    Ok(vec![
        Peer {
            name: "ours",
            title: "`smileid`".to_owned(),
            answers: vec![program(&ours, "vectors")?.to_owned()],
            is_ours: true,
        },
        Peer {
            name: "python",
            title: format!("Python `smile-id-core` {}", version(&python, "smile-id-core==")?),
            answers: vec![python_installed(site)?, site.file("python", "vectors.py")],
            is_ours: false,
        },
        Peer {
            name: "node",
            title: format!(
                "JavaScript `smile-identity-core` {}",
                version(&node, "\"smile-identity-core\": \"")?
            ),
            answers: vec!["node".into(), node_folder.join("vectors.cjs")],
            is_ours: false,
        },
    ])
}

/// Tests a program with the suite. Returns true if it passed; fails if it could not be tested.
fn judge(grader: &Path, command: &str, answers: &[PathBuf], more: &[&str], report: &Path) -> Result<bool> {
    forget(report)?;
    let mut judge = Command::new(grader);
    judge.arg(command).args(more).arg("--json").arg(report).arg("--exec").args(answers);
    println!("$ {}", line(&judge));
    let output = judge.output().with_context(|| format!("starting `{}`", line(&judge)))?;
    match output.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => bail!("the program could not be judged:\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Removes the report of an earlier run, so that it cannot be mistaken for a new one.
fn forget(report: &Path) -> Result<()> {
    match fs::remove_file(report) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", report.display()))
        }
        _ => Ok(()),
    }
}

fn read<T: DeserializeOwned>(report: &Path) -> Result<T> {
    let text = fs::read_to_string(report).with_context(|| format!("reading {}", report.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", report.display()))
}
