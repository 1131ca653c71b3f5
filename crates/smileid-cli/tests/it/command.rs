//! Helpers that run the program `smileid` and mock servers.

use std::{
    ffi::OsStr,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

use serde_json::Value;
use smileid_mock_server::{MockServer, Options};

/// Output of a command that has ended.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Returns the standard output of a successful command: exactly one JSON value.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).expect("one JSON value")
    }

    /// Returns the error object of a failed command. Standard output must be empty.
    pub(crate) fn error(&self) -> Value {
        assert_eq!(self.stdout, "", "nothing on standard output");
        let json: Value = serde_json::from_str(&self.stderr).expect("one JSON object");
        json["error"].clone()
    }
}

/// Creates the command without the environment variables that it reads.
pub(crate) fn smileid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smileid"));
    for name in ["PARTNER_ID", "API_KEY", "ENVIRONMENT", "CALLBACK_URL", "API"] {
        command.env_remove(format!("SMILE_ID_{name}"));
    }
    command.env_remove("NO_COLOR").current_dir(root());
    command
}

/// Creates the command with the environment and credentials of a server.
pub(crate) fn smileid_at(server: &MockServer) -> Command {
    smileid_with_key(server.base_url(), server.credentials().api_key().expose())
}

/// Creates the command with the environment at `url` and the mock server's default partner.
pub(crate) fn smileid_with_key(url: &str, key: &str) -> Command {
    let mut command = smileid();
    command.env("SMILE_ID_ENVIRONMENT", url).env("SMILE_ID_PARTNER_ID", "085").env("SMILE_ID_API_KEY", key);
    command
}

pub(crate) fn run<S: AsRef<OsStr>>(
    mut command: Command,
    arguments: impl IntoIterator<Item = S>,
    input: &str,
) -> Run {
    let child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("the command starts");
    // A command that ends before it reads its input closes the pipe.
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the command ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { status: status.code().expect("no signal"), stdout: text(stdout), stderr: text(stderr) }
}

/// Submits a job from JSON.
pub(crate) fn submit(command: Command, job: &Value) -> Run {
    run(command, ["submit", "--job", "-"], &job.to_string())
}

/// Starts a mock server whose jobs get results at this time.
pub(crate) fn server(processing: &str) -> MockServer {
    let mut options = Options::new().expect("randomness");
    options.config.processing = processing.parse().expect("a policy");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(MockServer::start_with(options)).expect("a free port")
}

/// Sends JSON to a control route of the mock server, and returns the HTTP status.
pub(crate) fn admin(server: &MockServer, path: &str, body: &Value) -> u16 {
    admin_call(server, "POST", path, &body.to_string()).0
}

/// Returns HTTP status and JSON of a control route of the mock server.
pub(crate) fn admin_get(server: &MockServer, path: &str) -> (u16, Value) {
    admin_call(server, "GET", path, "")
}

/// Sends a DELETE request to a control route of the mock server, and returns the HTTP status.
#[cfg(unix)]
pub(crate) fn admin_delete(server: &MockServer, path: &str) -> u16 {
    admin_call(server, "DELETE", path, "").0
}

fn admin_call(server: &MockServer, method: &str, path: &str, body: &str) -> (u16, Value) {
    let host = server.base_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("a connection");
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json");
    let length = body.len();
    write!(stream, "{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let body = response.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or_default())
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Starts a server that responds to every request with the same bytes.
pub(crate) fn responding_with(response: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let response = response.clone();
            thread::spawn(move || drop(exchange(stream, &response)));
        }
    });
    url
}

fn exchange(mut stream: TcpStream, response: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.ends_with(b"}") {
        match stream.read(&mut buffer)? {
            0 => break,
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
    stream.write_all(response)
}
