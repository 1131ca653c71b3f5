//! Command `vectors`: runs the cases against this project's own code or against another program.

mod program;

use std::{
    error::Error,
    fs,
    io::{self, Write as _},
    path::{Component, Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use bytes::Bytes;
use clap::Args;
use regex_lite::Regex;
use smileid_conformance::{
    Outcome, Probe, Report, Suite,
    program::{Question, Task},
};

use crate::write_file;
use program::Program;

#[derive(Args)]
pub(crate) struct Vectors {
    /// Use the cases in this folder instead of the embedded ones
    #[arg(long, value_name = "FOLDER")]
    pub(crate) cases: Option<PathBuf>,
    /// Write a JSON report to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Run this program, and ask it questions over standard input and output. Arguments that begin with a hyphen follow after
    /// `--`
    #[arg(long, value_name = "CMD [ARG…]", num_args = 1..)]
    exec: Vec<String>,
    /// Write a JUnit report to this file
    #[arg(long, value_name = "FILE", requires = "exec")]
    junit: Option<PathBuf>,
    /// Ask only the questions whose ids match this regular expression
    #[arg(long, value_name = "PATTERN", requires = "exec")]
    only: Option<Regex>,
    /// Task that the program must support: `sign`, `verify`, `job`, `archive` or `verdict`; can be repeated. If the program answers
    /// `unsupported` to it, the case fails
    #[arg(long, value_name = "TASK", requires = "exec", value_parser = task)]
    require: Vec<Task>,
    /// Time limit for a response of the program, in seconds
    #[arg(long, value_name = "SECONDS", requires = "exec", default_value = "30")]
    timeout: u64,
    #[arg(last = true, value_name = "ARG", requires = "exec")]
    further: Vec<String>,
}

impl Vectors {
    pub(crate) fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        let suite = self.cases.as_deref().map_or_else(Suite::embedded, Suite::load)?;
        if self.exec.is_empty() { self.own(&suite) } else { self.ask(&suite) }
    }

    fn own(&self, suite: &Suite) -> Result<ExitCode, Box<dyn Error>> {
        let report = suite.run();
        let mut out = io::stdout().lock();
        for item in report.failures() {
            if let Outcome::Failed { why, .. } = &item.outcome {
                writeln!(out, "FAILED {}\n  {why}\n  source: {}", item.id, item.source)?;
            }
        }
        writeln!(out, "{} cases, {}", suite.cases().len(), report.summary())?;
        if let Some(path) = &self.json {
            write_file(path, &(serde_json::to_string_pretty(&report)? + "\n"))?;
        }
        Ok(if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn ask(&self, suite: &Suite) -> Result<ExitCode, Box<dyn Error>> {
        let is_wanted = |it: &Question| self.only.as_ref().is_none_or(|pattern| pattern.is_match(it.id()));
        let questions: Vec<_> = suite.questions().into_iter().filter(is_wanted).collect();
        if questions.is_empty() {
            return Err("no question matches --only".into());
        }
        if let Some(task) = self.require.iter().find(|task| questions.iter().all(|it| it.task() != **task)) {
            return Err(format!("no question has the required task `{task}`").into());
        }
        let command: Vec<_> = self.exec.iter().chain(&self.further).cloned().collect();
        let mut program = Program::start(&command, Duration::from_secs(self.timeout))?;
        let folder = tempfile::tempdir()?;
        let mut report = Report::new(Probe::Program, command.join(" "));
        let mut out = io::stdout().lock();
        for (index, question) in questions.iter().enumerate() {
            let folder = folder.path().join(index.to_string());
            for (name, content) in question.files() {
                lay_out(&folder, name, content)?;
            }
            let item = program.ask(question, &folder)?;
            if !question.files().is_empty() {
                fs::remove_dir_all(&folder)?;
            }
            let is_required = self.require.contains(&question.task());
            let item = if is_required { item.required() } else { item };
            write!(out, "{item}")?;
            report.push(item);
        }
        program.end()?;
        writeln!(out, "{}", report.summary())?;
        if let Some(path) = &self.json {
            write_file(path, &(serde_json::to_string_pretty(&report)? + "\n"))?;
        }
        if let Some(path) = &self.junit {
            write_file(path, &report.to_junit()?)?;
        }
        // A program that answers only `unsupported` was not judged.
        Ok(match report.failed {
            0 if report.passed == 0 => ExitCode::from(2),
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }
}

fn task(word: &str) -> Result<Task, String> {
    let all = Task::ALL;
    let named = all.into_iter().find(|task| task.to_string() == word);
    named.ok_or_else(|| format!("expected one of: {}", all.map(|task| task.to_string()).join(", ")))
}

/// Writes an image to the path that the question contains.
fn lay_out(folder: &Path, name: &str, content: &Bytes) -> Result<(), Box<dyn Error>> {
    let is_plain = |part| matches!(part, Component::Normal(_));
    if !Path::new(name).components().all(is_plain) {
        return Err(format!("a case names the file `{name}`, which is outside its folder").into());
    }
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    Ok(fs::write(path, content)?)
}
