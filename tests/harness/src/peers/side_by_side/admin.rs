//! Client of the mock server's control routes.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::situation::Rule;
use crate::server::Server;

/// A partner of the mock server, for one situation.
pub(super) struct Partner<'a> {
    server: &'a Server,
    pub(super) id: String,
    pub(super) api_key: String,
}

impl<'a> Partner<'a> {
    pub(super) fn make(server: &'a Server) -> Result<Self> {
        let made = ask(server, "POST", "partners", Some(&json!({})))?;
        let text =
            |name: &str| made[name].as_str().map(str::to_owned).context("a partner has an id and a key");
        Ok(Self { server, id: text("partner_id")?, api_key: text("api_key")? })
    }

    /// Adds a fault or a scenario.
    pub(super) fn add(&self, kind: &str, rule: &Rule) -> Result<()> {
        let mut body = json!({"when": {"partner_id": self.id}, "then": rule.then});
        if let Some(endpoint) = &rule.endpoint {
            body["when"]["endpoint"] = json!(endpoint);
        }
        if let Some(times) = rule.times {
            body["times"] = json!(times);
        }
        ask(self.server, "POST", kind, Some(&body)).map(drop)
    }

    /// Removes all faults.
    pub(super) fn clear_faults(&self) -> Result<()> {
        ask(self.server, "DELETE", &self.about("faults"), None).map(drop)
    }

    /// Returns true if the journal contains a request to which a fault was applied.
    pub(super) fn was_struck(&self) -> Result<bool> {
        let is_a_fault = |reason: &Value| reason["code"] == "fault";
        let is_struck = |entry: &Value| {
            entry["diagnosis"].as_array().is_some_and(|reasons| reasons.iter().any(is_a_fault))
        };
        Ok(self.journal()?.iter().any(is_struck))
    }

    pub(super) fn advance_clock(&self, time: &str) -> Result<()> {
        let change = json!({"partner_id": self.id, "advance": time});
        ask(self.server, "POST", "clock", Some(&change)).map(drop)
    }

    /// Returns the number of requests that the partner sent.
    pub(super) fn requests(&self) -> Result<usize> {
        Ok(self.journal()?.len())
    }

    fn journal(&self) -> Result<Vec<Value>> {
        let journal = self.get("journal")?;
        Ok(journal["entries"].as_array().context("a journal has entries")?.clone())
    }

    /// Returns the number of charges of the partner.
    pub(super) fn bill(&self) -> Result<u64> {
        self.get("billing")?["total"].as_u64().context("a bill has a total")
    }

    /// Returns the result code of each image job that has a result; or the status of each V3 job.
    pub(super) fn jobs(&self, is_v3: bool) -> Result<Vec<Option<String>>> {
        let (list, member) = if is_v3 { ("v3_jobs", "status") } else { ("jobs", "result_code") };
        let jobs = self.get("jobs")?;
        let jobs = jobs[list].as_array().context("the mock lists its jobs")?;
        Ok(jobs.iter().map(|job| job[member].as_str().map(str::to_owned)).collect())
    }

    fn get(&self, what: &str) -> Result<Value> {
        ask(self.server, "GET", &self.about(what), None)
    }

    fn about(&self, what: &str) -> String {
        format!("{what}?partner_id={}", self.id)
    }
}

/// Sends a request and returns the JSON of the response.
fn ask(server: &Server, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let address = server.address();
    let body = body.map(Value::to_string).unwrap_or_default();
    let exchange = || -> Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} /_mock/{path} HTTP/1.0\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = exchange().with_context(|| format!("asking the mock: {method} {path}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer has a head")?;
    let is_success = head.split(' ').nth(1).is_some_and(|status| status.starts_with('2'));
    ensure!(is_success, "the mock refuses {method} {path}: {body}");
    serde_json::from_str(body).with_context(|| format!("reading the answer to {method} {path}"))
}

const PATIENCE: Duration = Duration::from_secs(30);
