//! Serving, until the process is told to stop.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use serde::Serialize;
use smileid_mock_server::{LocalCa, MockServer, Options};

use crate::{
    Failure,
    arguments::{Ports, Server},
    signals,
};

pub(crate) async fn run(arguments: Server) -> Result<ExitCode, Failure> {
    // Before anybody can know that it runs, so that no signal is missed.
    let stop = signals::stop()?;
    let server = start(arguments.options(Ports::Usual)?).await?;

    let mut line = serde_json::to_vec(&Announcement::of(&server)).map_err(io::Error::from)?;
    line.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(&line)?;
    stdout.flush()?;
    drop(stdout);

    stop.await;
    Ok(ExitCode::SUCCESS)
}

/// Starts the server; a failure says what to do about it.
pub(crate) async fn start(options: Options) -> Result<MockServer, Failure> {
    MockServer::start_with(options).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                ", maybe by another mock: stop that, or take free ports with `--http 127.0.0.1:0 --https 127.0.0.1:0`"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; the local CA may be elsewhere with `--ca-dir DIR`, and is not needed with `--https off`"
            }
            _ => "",
        };
        Failure::Other(format!("{error}{advice}"))
    })
}

/// The first line on standard output. Its readers may be scripts, so the order is fixed too.
#[derive(Serialize)]
pub(crate) struct Announcement<'a> {
    pub(crate) http: Option<&'a str>,
    pub(crate) https: Option<&'a str>,
    pub(crate) ca: Option<PathBuf>,
    pub(crate) admin: String,
    ui: String,
    partner_id: &'a str,
    api_key: &'a str,
    pid: u32,
}

impl<'a> Announcement<'a> {
    pub(crate) fn of(server: &'a MockServer) -> Self {
        Self {
            http: server.http_url(),
            https: server.https_url(),
            ca: server.ca().map(LocalCa::ca_pem),
            admin: format!("{}/_mock", server.base_url()),
            ui: format!("{}/_mock/ui", server.base_url()),
            partner_id: server.credentials().partner_id().as_str(),
            api_key: server.credentials().api_key().expose(),
            pid: std::process::id(),
        }
    }
}
