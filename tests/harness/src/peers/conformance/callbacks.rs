//! Section of the conformance page about callbacks: grades of receivers written with each package as its documentation shows. The
//! receiver with this project must pass every case.

use std::{fmt::Write as _, net::TcpListener, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{
    Peer, Site, forget, node_installed,
    page::{Part, line, rule},
    python_installed, read,
};
use crate::{
    command::line as command_line,
    server::{Server, build, program},
};

/// Credentials of the partner that gets the callbacks: the mock server's default partner.
const PARTNER: [(&str, &str); 2] =
    [("SMILE_ID_PARTNER_ID", "085"), ("SMILE_ID_API_KEY", "mock-api-key-0000")];

/// Output of `smileid-conformance callback --json`.
#[derive(Deserialize)]
struct Report {
    passed: usize,
    failed: usize,
    errors: usize,
    skipped: usize,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    description: String,
    outcome: String,
    /// Number of the first failed step, from 1.
    #[serde(default)]
    step: usize,
    steps: Vec<Step>,
}

#[derive(Default, Deserialize)]
struct Step {
    #[serde(rename = "step")]
    title: String,
    #[serde(default)]
    got: String,
    status: Option<u16>,
}

pub(super) fn part(site: &Site, grader: &Path, peers: &[Peer]) -> Result<Part> {
    let mut reports = Vec::new();
    for peer in peers {
        // The receiver gets the address of the API before the API starts.
        let api =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).context("finding a free port")?;
        let api = api.to_string();
        let report = grade(site, grader, peer, &mut receiver(site, peer, &api)?, &api)?;
        let is_perfect = report.failed + report.errors + report.skipped == 0;
        ensure!(!peer.is_ours || is_perfect, "our own receiver of callbacks fails a case");
        reports.push(report);
    }
    Ok(Part { title: "Callbacks".to_owned(), text: text(peers, &reports) })
}

fn receiver(site: &Site, peer: &Peer, api: &str) -> Result<Command> {
    let mut command = match peer.name {
        "ours" => {
            let features = ["--example", "callback_receiver"];
            let examples = build(&site.root, "smileid", &features)?;
            let mut command = Command::new(program(&examples, "callback_receiver")?);
            command.arg("127.0.0.1:0").env("SMILE_ID_ENVIRONMENT", format!("http://{api}"));
            command
        }
        "python" => {
            let mut command = Command::new(python_installed(site)?);
            command.arg(site.file("python", "receiver.py")).env("PYTHONDONTWRITEBYTECODE", "1");
            command
        }
        "node" => {
            let mut command = Command::new("node");
            command.arg(node_installed(site, &["receiver.cjs"])?.join("receiver.cjs"));
            command
        }
        other => bail!("there is no receiver with {other}"),
    };
    command.envs(PARTNER);
    Ok(command)
}

/// Grades a callback receiver that prints its URL.
fn grade(site: &Site, grader: &Path, peer: &Peer, receiver: &mut Command, api: &str) -> Result<Report> {
    let receiver = Server::start(receiver)?;
    let path = site.folder.join(format!("callbacks-{}.json", peer.name));
    forget(&path)?;
    let mut command = Command::new(grader);
    command.args(["callback", "--url", &format!("{}/callback", receiver.ready.http), "--api-address", api]);
    command.args(["--subject", &peer.title.replace('`', ""), "--json"]).arg(&path).envs(PARTNER);
    println!("$ {}", command_line(&command));
    let output = command.output().context("starting the grader")?;
    let said = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        // Failures of our own receiver are printed. Failures of other receivers are only written to the page.
        Some(1) if peer.is_ours => print!("{said}"),
        Some(0 | 1) => {}
        _ => bail!("the receiver could not be graded:\n{said}{}", String::from_utf8_lossy(&output.stderr)),
    }
    read(&path)
}

fn text(peers: &[Peer], reports: &[Report]) -> String {
    let mut text =
        "A program receives callbacks with each package as its documentation shows: it checks the \
                    signature with the package (`confirm_signature`), responds, and stores the result of the \
                    job (`receiver.*` in `tests/peers`). Ours is the example `callback_receiver`. The suite \
                    sends all of them the same callbacks, genuine ones and others, and [grades \
                    them](../guides/grading-a-callback-receiver.md) by their responses and by what they \
                    accepted.\n\n\
                    The packages leave the handling of accepted results to their users. So these receivers \
                    let the last callback win and do not ask the API. A response with 500 is mostly an \
                    exception of `confirm_signature`, or of looking for the signature in a value that is not \
                    an object.\n\n"
            .to_owned();
    line(&mut text, &["Package", "Passed", "Not graded"]);
    rule(&mut text, 3);
    for (peer, report) in peers.iter().zip(reports) {
        let Report { passed, failed, errors, skipped, .. } = report;
        let passed = format!("{passed} of {}", passed + failed + errors);
        line(&mut text, &[&peer.title, &passed, &skipped.to_string()]);
    }
    for (peer, report) in peers.iter().zip(reports).filter(|(peer, _)| !peer.is_ours) {
        let _cannot_fail = writeln!(text, "\n### {}: callbacks\n", peer.title);
        line(&mut text, &["Case", "Requirement", "Behaviour of the receiver"]);
        rule(&mut text, 3);
        for item in report.items.iter().filter(|item| item.outcome != "passed" && item.outcome != "skipped") {
            line(&mut text, &[&format!("`{}`", item.id), &item.description, &item.does()]);
        }
    }
    text
}

impl Item {
    /// Describes the behaviour of the receiver in the failed step, without details that change from run to run.
    fn does(&self) -> String {
        let Some(step) = self.step.checked_sub(1).and_then(|index| self.steps.get(index)) else {
            return String::new();
        };
        if step.title != "state" {
            return match step.status {
                Some(_) => format!("responds with {}", step.got),
                None => "does not respond".to_owned(),
            };
        }
        let of_job = |line: &str| {
            let (job, said) = line.split_once(": ")?;
            let is_another = ["other-", "second-"].iter().any(|prefix| job.starts_with(prefix));
            let job = if is_another { "another job" } else { "the job" };
            let said: serde_json::Value = serde_json::from_str(said).unwrap_or_default();
            let decision = said.get("decision").and_then(serde_json::Value::as_str);
            Some(
                decision
                    .map_or_else(|| format!("does not know {job}"), |word| format!("has {job} as {word}")),
            )
        };
        step.got.lines().filter_map(of_job).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn step(title: &str, status: Option<u16>, got: &str) -> Step {
        Step { title: title.to_owned(), status, got: got.to_owned() }
    }

    #[test]
    fn what_a_receiver_does_is_said_alike_in_every_run() {
        let state = "job-1-a: {\"decision\":\"approved\"}\nother-1-a: not there\nsecond-1-a: not there\n1234567890: {\"decision\":\"unknown\"}";
        for (step, does) in [
            (step("delivery 1", Some(401), "401 Unauthorized"), "responds with 401 Unauthorized"),
            (step("delivery 1", None, "no answer: io: Broken pipe"), "does not respond"),
            (
                step("state", None, state),
                "has the job as approved, does not know another job, does not know another job, has the job as unknown",
            ),
        ] {
            let (id, description, outcome) = (String::new(), String::new(), String::new());
            let item = Item { id, description, outcome, step: 1, steps: vec![step] };
            assert_eq!(item.does(), does);
        }
    }

    #[test]
    fn what_failed_is_named_and_what_was_not_graded_is_counted() {
        let peer = |name: &'static str, is_ours| Peer {
            name,
            title: name.to_owned(),
            answers: Vec::<PathBuf>::new(),
            is_ours,
        };
        let report = |outcomes: [&str; 3]| Report {
            passed: outcomes.iter().filter(|it| **it == "passed").count(),
            failed: outcomes.iter().filter(|it| **it == "failed").count(),
            errors: 0,
            skipped: outcomes.iter().filter(|it| **it == "skipped").count(),
            items: outcomes
                .into_iter()
                .enumerate()
                .map(|(index, outcome)| Item {
                    id: format!("receiver/{index}"),
                    description: "it | must".to_owned(),
                    outcome: outcome.to_owned(),
                    step: 1,
                    steps: vec![step("delivery 1", Some(500), "500 Internal Server Error")],
                })
                .collect(),
        };
        let text = text(
            &[peer("ours", true), peer("python", false)],
            &[report(["passed"; 3]), report(["passed", "failed", "skipped"])],
        );
        for row in [
            "| ours | 3 of 3 | 0 |\n",
            "| python | 1 of 2 | 1 |\n",
            "| `receiver/1` | it \\| must | responds with 500 Internal Server Error |\n",
        ] {
            assert!(text.contains(row), "{row}\n{text}");
        }
        assert!(!text.contains("`receiver/0`") && !text.contains("`receiver/2`"), "{text}");
    }
}
