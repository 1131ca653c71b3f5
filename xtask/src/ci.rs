//! Command `cargo xtask ci`: runs all checks of the repository, the fastest first.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    codegen::{self, Stale},
    dist, docs, fresh, harness, layers, pages, quickstarts, tidy, tools,
    workspace::{cargo, echo_and_run},
};

/// Prints the names of the CI steps.
pub(crate) fn list() {
    for Step { name, about, when, .. } in STEPS {
        let note = if *when == When::Full { " (with --full)" } else { "" };
        println!("{name:<11}  {about}{note}");
    }
}

/// Runs the named CI steps, or all steps of a change or a release, until one fails.
pub(crate) fn run(root: &Path, names: &[String], is_full: bool) -> Result<()> {
    let steps = chosen(names, is_full)?;
    let mut times = Vec::new();
    for step in &steps {
        println!("=== {}: {}", step.name, step.about);
        let start = Instant::now();
        let result = (step.run)(root);
        let time = start.elapsed();
        times.push((step.name, time));
        if let Err(error) = result {
            summary(&times, steps.len(), "FAILED");
            return Err(error)
                .with_context(|| format!("step {0} failed; to run it alone: cargo xtask ci {0}", step.name));
        }
        println!("=== {}: {}", step.name, seconds(time));
    }
    summary(&times, steps.len(), "ok");
    Ok(())
}

struct Step {
    name: &'static str,
    about: &'static str,
    when: When,
    run: fn(&Path) -> Result<()>,
}

/// Occasion on which a CI step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// The step runs for every change.
    Gate,
    /// The step runs before a release, with `--full`.
    Full,
}

const fn step(name: &'static str, about: &'static str, run: fn(&Path) -> Result<()>) -> Step {
    Step { name, about, when: When::Gate, run }
}

impl Step {
    /// Marks the step to run only with `--full`.
    const fn full(self) -> Self {
        Self { when: When::Full, ..self }
    }
}

const STEPS: &[Step] = &[
    step("fmt", "the code is formatted", fmt),
    step("codegen", "generated files match the tables", codegen),
    step("layers", "crates have only allowed dependencies", layers::run),
    step("tidy", "rules of this repository that linters do not check", tidy::run),
    step("deny", "licences, forbidden packages and registries (cargo-deny)", tools::deny),
    step("links", "links of pages lead to existing files and headings (lychee)", tools::links),
    step("docs", "the book builds, and its links lead to existing pages (mdBook, lychee)", docs::build),
    step("typos", "spelling (typos)", tools::typos),
    step("clippy", "lints, also without default features", clippy),
    step(
        "alone",
        "each crate builds by itself, with each set of features; the README's first command runs",
        alone,
    ),
    step(
        "pages",
        "the commands of README and book run, and no code block is unchecked without a reason",
        pages::run,
    ),
    step("fresh", "the programs of the pages compile and pass in new crates", fresh::run),
    step("doc", "the documentation builds, and its links resolve", doc),
    step("peers", "the official Python packages pass against the mock server", |root| {
        peers(root, &["python"])
    }),
    step(
        "all-peers",
        "all official libraries and recipes pass, and the pages about them are right",
        |root| peers(root, &[]),
    )
    .full(),
    step("fuzz", "the fuzz targets pass, for a few seconds each", fuzz).full(),
    step("quickstarts", "the programs of docs/quickstarts run, in every language", |root| {
        quickstarts::run(root, &[])
    })
    .full(),
    step("dist", "the packages install without Rust, and quickstarts run there", |root| {
        dist::run(root, true)
    })
    .full(),
];

/// Crates that must also compile without their default features.
const WITHOUT_DEFAULT_FEATURES: [&str; 5] =
    ["smileid-types", "smileid-protocol", "smileid-client", "smileid", "smileid-mock-server"];

/// Feature sets of the mock server that compile different code. `client` and `wiremock` are not included, because they only add
/// one module each.
const MOCK_FEATURES: [&str; 6] =
    ["server", "client", "wiremock", "scenario-file", "tls", "client,scenario-file,tls,wiremock"];

/// Features of the crate `smileid` that can be combined freely.
const SMILEID_FEATURES: [&str; 4] = ["reqwest", "ureq", "ring", "diagnostics"];

/// Returns every nonempty set of features, in the format of `--features`.
fn subsets(features: &[&str]) -> Vec<String> {
    let is_in = |set: usize, index: usize| set >> index & 1 == 1;
    let names = |set: usize| features.iter().enumerate().filter(move |(index, _)| is_in(set, *index));
    let join = |set| names(set).map(|(_, name)| *name).collect::<Vec<_>>().join(",");
    (1..1 << features.len()).map(join).collect()
}

fn chosen(names: &[String], is_full: bool) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step `{unknown}`; the steps are: {}", known.join(", "));
    }
    let is_chosen = |step: &&Step| {
        if names.is_empty() {
            is_full || step.when == When::Gate
        } else {
            names.iter().any(|name| name == step.name)
        }
    };
    Ok(STEPS.iter().filter(is_chosen).collect())
}

fn fmt(root: &Path) -> Result<()> {
    echo_and_run(&mut cargo(root, ["fmt", "--all", "--check"])).context("run `cargo fmt --all`")
}

fn codegen(root: &Path) -> Result<()> {
    codegen::run(root, Stale::Refuse)
}

fn clippy(root: &Path) -> Result<()> {
    echo_and_run(&mut cargo(
        root,
        ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
    ))?;
    for package in WITHOUT_DEFAULT_FEATURES {
        let arguments = ["clippy", "-p", package, "--no-default-features", "--", "-D", "warnings"];
        echo_and_run(&mut cargo(root, arguments))?;
    }
    for features in MOCK_FEATURES {
        let command = "clippy -p smileid-mock-server --all-targets --no-default-features --features";
        let arguments = command.split(' ').chain([features, "--", "-D", "warnings"]);
        echo_and_run(&mut cargo(root, arguments))?;
    }
    Ok(())
}

/// Builds each crate separately, because in a common build a crate gets features that another crate enables.
fn alone(root: &Path) -> Result<()> {
    for package in ["smileid", "smileid-mock-server", "smileid-conformance"] {
        echo_and_run(&mut cargo(root, ["check", "-p", package]))?;
    }
    for features in subsets(&SMILEID_FEATURES) {
        let arguments = ["check", "-p", "smileid", "--no-default-features", "--features", &features];
        echo_and_run(&mut cargo(root, arguments))?;
    }
    let command =
        "run -p smileid-cli -- submit --env mock --job-type 4 --selfie docs/images/selfie.jpg --wait";
    echo_and_run(&mut cargo(root, command.split(' ')))
}

fn doc(root: &Path) -> Result<()> {
    let mut cargo = cargo(root, ["doc", "--workspace", "--no-deps", "--all-features"]);
    echo_and_run(cargo.env("RUSTDOCFLAGS", "-Dwarnings")).context("with RUSTDOCFLAGS=-Dwarnings")
}

fn fuzz(root: &Path) -> Result<()> {
    crate::fuzz::run(root, None, 10)
}

fn peers(root: &Path, names: &[&str]) -> Result<()> {
    let arguments: Vec<_> = ["--check"].iter().chain(names).map(|it| (*it).to_owned()).collect();
    harness::run(root, "peers", &arguments)
}

fn summary(times: &[(&str, Duration)], all: usize, last: &str) {
    println!();
    for (index, (name, time)) in times.iter().enumerate() {
        let outcome = if index + 1 == times.len() { last } else { "ok" };
        println!("{name:<11}  {:>8}  {outcome}", seconds(*time));
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{} of {all} steps run, {}", times.len(), seconds(total));
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{STEPS, chosen, subsets};

    #[test]
    fn every_combination_is_a_set() {
        assert_eq!(subsets(&["a", "b"]), ["a", "b", "a,b"]);
        assert_eq!(subsets(&["a", "b", "c", "d"]).len(), 15);
    }

    #[test]
    fn steps_run_in_their_order_whatever_the_order_asked_for() {
        let names = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            chosen(&names, false).map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["doc", "fmt"]).expect("known steps"), ["fmt", "doc"]);
        let gate = names(&[]).expect("all steps of the gate");
        assert!(gate.contains(&"peers") && !gate.contains(&"fuzz"), "{gate:?}");
        assert_eq!(chosen(&[], true).expect("all steps").len(), STEPS.len());
        assert_eq!(names(&["fuzz"]).expect("a known step"), ["fuzz"]);
        let refusal = names(&["fnt"]).expect_err("there is no such step").to_string();
        assert!(refusal.contains("fnt") && refusal.contains("clippy"), "{refusal}");
    }
}
