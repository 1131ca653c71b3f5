//! Reads the situations of `tests/peers/situations.toml`.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

/// Path of the table of situations, from the root of the repository.
pub(super) const TABLE: &str = "tests/peers/situations.toml";

/// A situation in which clients are compared. The table documents the members.
pub(super) struct Situation {
    pub(super) name: String,
    pub(super) job: String,
    pub(super) fault: Option<Rule>,
    pub(super) row: Row,
}

impl Situation {
    /// Returns true if the job of the situation is a V3 job.
    pub(super) fn is_v3(&self) -> bool {
        self.job.starts_with("v3_")
    }
}

/// A fault, and the requests to which it applies.
pub(super) struct Rule {
    pub(super) endpoint: Option<String>,
    pub(super) times: Option<u32>,
    pub(super) then: Value,
}

/// Expected outcome of the first call.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    #[default]
    Result,
    /// The client returns an error.
    Told,
    /// The client reports that there is no final result yet.
    NotYet,
}

/// Input that is missing in the first calls, and present in later calls.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lack {
    /// The right API key is missing.
    Key,
    /// The image file is missing.
    Image,
}

/// Entry of the table, as written.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    name: String,
    #[serde(default)]
    at: Vec<String>,
    fault: Option<Value>,
    times: Option<u32>,
    job: Option<String>,
    #[serde(default)]
    pub(super) end: End,
    #[serde(default)]
    pub(super) polls: u32,
    pub(super) scenario: Option<Value>,
    pub(super) later: Option<String>,
    pub(super) lacks: Option<Lack>,
    #[serde(default)]
    pub(super) killed: bool,
    #[serde(default)]
    pub(super) twice: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    situation: Vec<Row>,
}

/// Loads all situations, in the order of the table.
pub(super) fn load(root: &Path) -> Result<Vec<Situation>> {
    let text = fs::read_to_string(root.join(TABLE)).with_context(|| format!("reading {TABLE}"))?;
    read(&text).with_context(|| format!("reading {TABLE}"))
}

pub(super) fn read(text: &str) -> Result<Vec<Situation>> {
    let table: Table = toml::from_str(text)?;
    let mut situations = Vec::new();
    for row in table.situation {
        let is_struck = row.fault.is_some();
        ensure!(is_struck != row.at.is_empty(), "{:?} has `fault` without `at`, or the reverse", row.name);
        ensure!(is_struck || !row.killed, "{:?} has `killed` without `fault`", row.name);
        situations.extend(of_row(&row));
    }
    Ok(situations)
}

fn of_row(row: &Row) -> Vec<Situation> {
    let situation = |name, fault| {
        let job = row.job.clone().unwrap_or_else(|| "registration".to_owned());
        Situation { name, job, fault, row: row.clone() }
    };
    let Some(then) = &row.fault else { return vec![situation(row.name.clone(), None)] };
    let struck = row.at.iter().map(|endpoint| {
        let rule = Rule { endpoint: Some(endpoint.clone()), times: row.times, then: then.clone() };
        situation(row.name.replace("{at}", &format!("`{endpoint}`")), Some(rule))
    });
    struck.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_situation_for_each_exchange() {
        let row = "[[situation]]\nname = 'cut before {at}'\nat = ['upload', 'job_status']\nfault = {}";
        let names: Vec<_> = read(row).expect("a table").into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["cut before `upload`", "cut before `job_status`"]);
    }

    #[test]
    fn a_row_that_means_nothing_is_refused() {
        for row in ["fault = {}", "at = ['upload']", "killed = true", "kiled = true", "end = 'well'"] {
            assert!(read(&format!("[[situation]]\nname = 'x'\n{row}")).is_err(), "{row}");
        }
    }
}
