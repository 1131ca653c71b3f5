//! `cargo xtask ci`: runs every check, the fastest first.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    codegen::{self, Stale},
    fresh, harness, layers, tidy, tools,
    workspace::{cargo, echo_and_run},
};

/// Prints the names of the steps.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:<8}  {}", step.name, step.about);
    }
}

/// Runs the named steps, or all, until one fails.
pub(crate) fn run(root: &Path, names: &[String]) -> Result<()> {
    let steps = chosen(names)?;
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
    run: fn(&Path) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", about: "the code is formatted", run: fmt },
    Step { name: "codegen", about: "generated files match the tables", run: codegen },
    Step { name: "layers", about: "crates have only allowed dependencies", run: layers::run },
    Step { name: "tidy", about: "rules of this repository that linters do not check", run: tidy::run },
    Step {
        name: "deny",
        about: "licences, forbidden packages and registries (cargo-deny)",
        run: tools::deny,
    },
    Step {
        name: "links",
        about: "links of pages lead to existing files and headings (lychee)",
        run: tools::links,
    },
    Step { name: "typos", about: "spelling (typos)", run: tools::typos },
    Step { name: "clippy", about: "lints, also without default features", run: clippy },
    Step {
        name: "alone",
        about: "each crate builds by itself, and the README's first command runs",
        run: alone,
    },
    Step {
        name: "fresh",
        about: "the programs of the pages compile and pass in new crates",
        run: fresh::run,
    },
    Step { name: "doc", about: "the documentation builds, and its links resolve", run: doc },
    Step { name: "fuzz", about: "the fuzz targets pass, for a few seconds each", run: fuzz },
    Step { name: "peers", about: "official libraries and recipes pass against the mock server", run: peers },
];

/// Crates that must also compile without their default features.
const WITHOUT_DEFAULT_FEATURES: [&str; 5] =
    ["smileid-types", "smileid-protocol", "smileid-client", "smileid", "smileid-mock-server"];

/// Feature sets of the mock that compile different code. `client` and `wiremock` are not included, as they only add one
/// module each.
const MOCK_FEATURES: [&str; 6] =
    ["server", "client", "wiremock", "scenario-file", "tls", "client,scenario-file,tls,wiremock"];

fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step `{unknown}`; the steps are: {}", known.join(", "));
    }
    Ok(STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name)).collect())
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

/// Builds each crate alone. In a common build, a crate would get features that another crate enables.
fn alone(root: &Path) -> Result<()> {
    for package in ["smileid", "smileid-mock-server", "smileid-conformance"] {
        echo_and_run(&mut cargo(root, ["check", "-p", package]))?;
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

fn peers(root: &Path) -> Result<()> {
    harness::run(root, "peers", &["--check".to_owned()])
}

fn summary(times: &[(&str, Duration)], all: usize, last: &str) {
    println!();
    for (index, (name, time)) in times.iter().enumerate() {
        let outcome = if index + 1 == times.len() { last } else { "ok" };
        println!("{name:<8}  {:>8}  {outcome}", seconds(*time));
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{} of {all} steps run, {}", times.len(), seconds(total));
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{STEPS, chosen};

    #[test]
    fn steps_run_in_their_order_whatever_the_order_asked_for() {
        let names = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            chosen(&names).map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["doc", "fmt"]).expect("known steps"), ["fmt", "doc"]);
        assert_eq!(names(&[]).expect("all steps").len(), STEPS.len());
        let refusal = names(&["fnt"]).expect_err("there is no such step").to_string();
        assert!(refusal.contains("fnt") && refusal.contains("clippy"), "{refusal}");
    }
}
