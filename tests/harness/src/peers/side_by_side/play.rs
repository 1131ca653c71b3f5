//! Runs one client through one situation.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::{
    Client,
    admin::Partner,
    callbacks::Callbacks,
    grade::{Call, Facts, Got, When},
    situation::{Lack, Rule, Situation},
};
use crate::{peers::Site, server::Server};

/// Time after which a call counts as hanging. Pauses of the clients are reduced to a twentieth, so that a call that
/// ends needs at most half of this time.
pub(super) const LIMIT: Duration = Duration::from_secs(15);
/// Pause between two checks of a process.
const LOOK: Duration = Duration::from_millis(10);
/// Result code of a lookup of the sandbox's sample person: exact match.
const LOOKED_UP: &str = "1012";

/// Servers and files that all situations share.
pub(super) struct Stage<'a> {
    /// Mock servers, by the number of status requests without a result.
    servers: &'a [(u32, Server)],
    image: PathBuf,
    /// Folder for the clients' files and images.
    kept: PathBuf,
    callbacks: Callbacks,
}

impl<'a> Stage<'a> {
    pub(super) fn new(site: &Site, servers: &'a [(u32, Server)]) -> Result<Self> {
        let kept = site.folder.join("kept");
        if kept.exists() {
            fs::remove_dir_all(&kept).context("removing the files of the last run")?;
        }
        fs::create_dir_all(&kept).context("creating the folder for the clients' files")?;
        let callbacks = Callbacks::start(&kept)?;
        Ok(Self { servers, image: site.root.join("docs/images/selfie.jpg"), kept, callbacks })
    }

    /// Runs a client in a situation. `number` must be unique, because it is part of the ids.
    pub(super) fn play(&self, number: usize, situation: &Situation, client: &Client) -> Result<Facts> {
        let row = &situation.row;
        let server = self.servers.iter().find(|(polls, _)| *polls == row.polls);
        let (_, server) = server.context("there is a server for each number of status requests")?;
        let partner = Partner::make(server)?;
        if let Some(fault) = &situation.fault {
            partner.add("faults", fault)?;
        }
        if let Some(then) = &row.scenario {
            partner.add("scenarios", &Rule { endpoint: None, times: None, then: then.clone() })?;
        }
        let call = |when| self.start(number, situation, client, server, &partner, when);

        let mut calls = Vec::new();
        let first = call(When::First)?;
        let got = if row.killed { kill(first, &partner)? } else { end(first)? };
        let requests = partner.requests()?;
        let is_over = matches!(got, Got::Result { .. } | Got::NotYet) && !row.twice;
        calls.push(Call { when: When::First, got });
        if !is_over {
            calls.push(Call { when: When::Again, got: end(call(When::Again)?)? });
        }
        if row.later.is_some() || !matches!(calls.last(), Some(Call { got: Got::Result { .. }, .. })) {
            partner.clear_faults()?;
            if let Some(time) = &row.later {
                partner.advance_clock(time)?;
            }
            calls.push(Call { when: When::Later, got: end(call(When::Later)?)? });
        }

        let jobs = partner.jobs(situation.is_v3())?;
        let is_lookup = situation.job == "lookup";
        let code = if is_lookup { Some(LOOKED_UP.to_owned()) } else { jobs.last().cloned().flatten() };
        Ok(Facts { calls, requests, jobs: jobs.len(), bill: partner.bill()?, code })
    }

    fn start(
        &self,
        number: usize,
        situation: &Situation,
        client: &Client,
        server: &Server,
        partner: &Partner<'_>,
        when: When,
    ) -> Result<Child> {
        let is_well = when == When::Later;
        let lacks = situation.row.lacks.filter(|_| !is_well);
        let https = || server.ready.https.as_deref().context("the mock has HTTPS");
        let origin = if client.is_https { https()? } else { &server.ready.http };
        // Python's official package needs the path too; ours accepts both forms.
        let base = format!("{origin}/v1");
        let api_key = if lacks == Some(Lack::Key) { "not the key" } else { &partner.api_key };
        let image = self.kept.join(format!("{number}.jpg"));
        if lacks != Some(Lack::Image) {
            fs::copy(&self.image, &image).context("copying the image for the client")?;
        }
        let call = json!({
            "base": base,
            "origin": origin,
            "callback": self.callbacks.url(number),
            "callbacks": self.callbacks.folder(number),
            "partner_id": partner.id,
            "api_key": api_key,
            "user_id": "user-1",
            "job_id": "job-1",
            "job": situation.job,
            "image": image,
            "kept": self.kept.join(format!("{number}.json")),
            "ask_first": is_well,
        });
        let (program, arguments) = client.words.split_first().context("a client has a program")?;
        let mut command = Command::new(program);
        command.args(arguments).arg(call.to_string()).current_dir(&client.folder);
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        if let Some(ca) = &server.ready.ca {
            command.env("NODE_EXTRA_CA_CERTS", ca).env("SSL_CERT_FILE", ca);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().with_context(|| format!("starting {}", program.display()))
    }
}

/// Waits for the end of a process and returns its output.
fn end(mut process: Child) -> Result<Got> {
    let start = Instant::now();
    while process.try_wait().context("checking the process")?.is_none() {
        if start.elapsed() > LIMIT {
            stop(process)?;
            return Ok(Got::Hang);
        }
        thread::sleep(LOOK);
    }
    let output = process.wait_with_output().context("reading the output of the process")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&said).with_context(|| format!("its output is {said:?}, its errors {complaint:?}"))
}

/// Kills a process after the fault was applied.
fn kill(process: Child, partner: &Partner<'_>) -> Result<Got> {
    let start = Instant::now();
    while !partner.was_struck()? {
        if start.elapsed() > LIMIT {
            stop(process)?;
            bail!("the fault was not applied");
        }
        thread::sleep(LOOK);
    }
    stop(process)?;
    Ok(Got::Killed)
}

fn stop(mut process: Child) -> Result<()> {
    // Killing fails if the process has just ended by itself.
    let _ = process.kill();
    process.wait().context("waiting for the end of the process").map(drop)
}
