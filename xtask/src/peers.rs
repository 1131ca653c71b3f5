//! `cargo xtask peers`: the official libraries of other languages, driven against our mock server.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::workspace::{Metadata, cargo, line, output, run as run_command};

/// How long the mock server may take to say that it listens.
const START: Duration = Duration::from_secs(30);

/// Drives one peer.
type Drive = fn(&Path) -> Result<()>;

const PEERS: &[(&str, Drive)] = &[("python", python)];

/// Drives the named peers, or all.
pub(crate) fn run(root: &Path, names: &[String]) -> Result<()> {
    let known: Vec<_> = PEERS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("no peer `{unknown}`; the peers are: {}", known.join(", "));
    }
    for (name, drive) in PEERS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|n| n == name))
    {
        drive(root).with_context(|| format!("peer {name}"))?;
        println!("peers: {name} is content");
    }
    Ok(())
}

const PYTHON: &str = "tests/peers/python";

fn python(root: &Path) -> Result<()> {
    let requirements = format!("{PYTHON}/requirements.txt");
    let driver = format!("{PYTHON}/drive.py");
    for file in [&requirements, &driver] {
        ensure!(root.join(file).is_file(), "{file} is missing: it says what the peer does");
    }
    let metadata = Metadata::load(root)?;
    let interpreter = python_environment(root, &metadata, &requirements)?;
    let server = MockServer::start(root)?;
    println!("the mock server listens at {}", server.ready.http);

    let mut command = Command::new(interpreter);
    command
        .arg(&driver)
        .current_dir(root)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SMILE_ID_ENVIRONMENT", &server.ready.http)
        .env("SMILE_ID_PARTNER_ID", &server.ready.partner_id)
        .env("SMILE_ID_API_KEY", &server.ready.api_key);
    println!("$ {}", line(&command));
    run_command(&mut command)
}

/// Makes an environment with what the peer requires and gives its interpreter.
fn python_environment(root: &Path, metadata: &Metadata, requirements: &str) -> Result<PathBuf> {
    let folder = metadata.target_directory.join("peers/python");
    let interpreter = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = folder.join("installed-requirements.txt");
    let wanted =
        fs::read_to_string(root.join(requirements)).with_context(|| format!("reading {requirements}"))?;
    if interpreter.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(interpreter);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).context("removing an environment for other requirements")?;
    }
    let program = if cfg!(windows) { "python" } else { "python3" };
    let mut venv = Command::new(program);
    venv.args(["-m", "venv"]).arg(&folder);
    output(&mut venv).with_context(|| {
        format!(
            "making a virtual environment needs {program} with its module venv (Debian and Ubuntu: \
             `apt install python3-venv`)"
        )
    })?;
    let mut pip = Command::new(&interpreter);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        requirements,
    ])
    .current_dir(root);
    println!("$ {}", line(&pip));
    run_command(&mut pip)?;
    // Last, so that an installation broken off is made anew.
    fs::write(&stamp, wanted).context("noting what is installed")?;
    Ok(interpreter)
}

/// A running mock server, which stops when dropped.
struct MockServer {
    process: Child,
    ready: Ready,
}

/// The line that the server prints once it listens.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Ready {
    http: String,
    partner_id: String,
    api_key: String,
}

impl MockServer {
    fn start(root: &Path) -> Result<Self> {
        let executable = build_mock_server(root)?;
        let mut command = Command::new(&executable);
        command
            .args(["--http", "127.0.0.1:0", "--https", "off"])
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let line = line(&command);
        let mut process = command.spawn().with_context(|| format!("starting `{line}`"))?;
        let stdout = process.stdout.take().context("the server has a standard output")?;
        // Made at once, so that the process is stopped whatever happens next.
        let mut server = Self {
            process,
            ready: Ready { http: String::new(), partner_id: String::new(), api_key: String::new() },
        };
        server.ready = read_ready(stdout).with_context(|| format!("`{line}` did not say that it listens"))?;
        Ok(server)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left of it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads the first line within [`START`], and drains the rest so that the server never waits for a reader.
fn read_ready(stdout: impl Read + Send + 'static) -> Result<Ready> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        // A send fails only when nobody waits any more.
        let _ = sender.send(lines.next());
        lines.for_each(drop);
    });
    let line =
        receiver.recv_timeout(START).with_context(|| format!("no line within {} s", START.as_secs()))?;
    let line = line.context("it ended without a line")?.context("reading its first line")?;
    serde_json::from_str(&line).with_context(|| {
        format!("its first line is no JSON object with `http`, `partner_id`, `api_key`: {line}")
    })
}

/// Builds the server and asks cargo where it is, which no layout of folders tells for sure.
fn build_mock_server(root: &Path) -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }

    let arguments = ["build", "-p", "smileid-mock-server", "--bin", "smileid-mock", "--message-format"];
    let mut cargo = cargo(root, arguments);
    let built = output(cargo.arg("json-render-diagnostics"))?;
    let mut executables =
        built.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable);
    executables.next_back().context("cargo built the mock server but names no executable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_where_the_server_is() {
        let line = r#"{"http":"http://127.0.0.1:1","https":null,"partner_id":"085","api_key":"k","pid":1}"#;
        let ready = read_ready(format!("{line}\nmore\n").leak().as_bytes()).expect("a complete line");
        assert_eq!(ready.http, "http://127.0.0.1:1");
        assert_eq!(ready.partner_id, "085");
    }

    #[test]
    fn a_server_that_says_nothing_is_an_error() {
        assert!(read_ready(std::io::empty()).is_err());
        assert!(read_ready(&b"listening\n"[..]).is_err());
    }

    #[test]
    fn an_unknown_peer_is_refused_with_the_list() {
        let refusal = run(Path::new("."), &["cobol".to_owned()]).expect_err("no such peer").to_string();
        assert!(refusal.contains("cobol") && refusal.contains("python"), "{refusal}");
    }
}
