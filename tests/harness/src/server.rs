//! Builds the programs of this workspace, and runs servers as child processes.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::{cargo, line, output};

/// Time limit for the start of a server.
const START: Duration = Duration::from_secs(30);

/// A running server, which stops when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) ready: Ready,
}

/// First line of a server's output: JSON with its URLs, or only its HTTP URL.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct Ready {
    pub(crate) http: String,
    /// Base URL for HTTPS.
    pub(crate) https: Option<String>,
    /// Path of the certificate authority's certificate, for HTTPS.
    pub(crate) ca: Option<PathBuf>,
}

impl Server {
    /// Starts a server program and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let line = line(command);
        let process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        // Created before the server is ready, so that the process is stopped if anything fails.
        let mut server =
            Self { process: process.with_context(|| format!("starting `{line}`"))?, ready: Ready::default() };
        let stdout = server.process.stdout.take().context("the server has a standard output")?;
        server.ready = read_ready(stdout).with_context(|| format!("`{line}` did not report its address"))?;
        Ok(server)
    }

    /// Returns host and port for plain HTTP.
    pub(crate) fn address(&self) -> &str {
        self.ready.http.trim_start_matches("http://")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing fails if the process has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds binaries or examples of a package. Cargo reports their paths, because the layout of folders may vary.
pub(crate) fn build(root: &Path, package: &str, arguments: &[&str]) -> Result<BTreeMap<String, PathBuf>> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
        target: Option<Target>,
    }

    #[derive(Deserialize)]
    struct Target {
        name: String,
    }

    let mut cargo = cargo(root, ["build", "-p", package]);
    let built = output(cargo.args(arguments).args(["--message-format", "json-render-diagnostics"]))?;
    let messages = built.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    Ok(messages.filter_map(|message| Some((message.target?.name, message.executable?))).collect())
}

/// Returns the path of a program that [`build`] has built.
pub(crate) fn program<'a>(programs: &'a BTreeMap<String, PathBuf>, name: &str) -> Result<&'a Path> {
    let program = programs.get(name).map(PathBuf::as_path);
    program.with_context(|| format!("cargo built `{name}` but did not report its path"))
}

/// Reads the first line of output within [`START`], and discards the rest so that the server is never blocked.
fn read_ready(stdout: impl Read + Send + 'static) -> Result<Ready> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        // Sending fails only if the receiver no longer waits.
        let _ = sender.send(lines.next());
        lines.for_each(drop);
    });
    let line =
        receiver.recv_timeout(START).with_context(|| format!("no line within {} s", START.as_secs()))?;
    let line = line.context("it ended without a line")?.context("reading its first line")?;
    if line.starts_with("http://") {
        return Ok(Ready { http: line, ..Ready::default() });
    }
    serde_json::from_str(&line)
        .with_context(|| format!("its first line is not a JSON object with its address: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_where_the_server_is() {
        let line = r#"{"http":"http://127.0.0.1:1","https":null,"partner_id":"085","api_key":"k","pid":1}"#;
        let ready = read_ready(format!("{line}\nmore\n").leak().as_bytes()).expect("a complete line");
        assert_eq!(ready.http, "http://127.0.0.1:1");
        let ready = read_ready(&b"http://127.0.0.1:2\n"[..]).expect("an address");
        assert_eq!(ready.http, "http://127.0.0.1:2");
    }

    #[test]
    fn a_server_that_says_nothing_is_an_error() {
        assert!(read_ready(std::io::empty()).is_err());
        assert!(read_ready(&b"listening\n"[..]).is_err());
    }
}
