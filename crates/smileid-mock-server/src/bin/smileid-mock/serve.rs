//! Runs the mock server until a signal stops it.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    time::Duration,
};

use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, LocalCa, MockServer, Options, exec};

use crate::{
    Failure,
    arguments::{Ports, Server, mock_url},
    logs::{self, Log},
    mock::Mock,
};

/// Time for requests in progress after a signal to stop. Containers are killed after ten seconds.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn run(arguments: Server) -> Result<ExitCode, Failure> {
    // Before the mock reports that it runs, so that no signal is missed.
    let mut stop = std::pin::pin!(exec::stop()?);
    let (log, token) = (arguments.log(), arguments.admin_token());
    let server = tokio::select! {
        server = start(arguments.options(Ports::Usual)?) => server?,
        () = &mut stop => return Ok(ExitCode::SUCCESS), // the start may wait, such as for the lock of the CA folder
    };

    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        write!(stdout, "{}", greeting(&server))?;
    } else {
        writeln!(stdout, "{}", server.announcement())?;
    }
    stdout.flush()?;
    drop(stdout);
    if let Some(format) = log {
        let url = mock_url(server.base_url()).map_err(Failure::Other)?;
        let mock = Mock { url, bundle: server.ca().map(LocalCa::bundle_pem), token };
        tokio::spawn(logs::follow(Log::new(mock, format)));
    }

    stop.await;
    let again = exec::stop()?;
    tokio::select! {
        () = server.shutdown(GRACE) => Ok(ExitCode::SUCCESS),
        // A normal exit would wait for the server thread.
        () = again => std::process::exit(1),
    }
}

/// Returns the text that is shown on a terminal after the start.
fn greeting(server: &MockServer) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!("smileid-mock {version}: a local Smile ID, independent of Smile ID\n\n");
    let key = server.credentials();
    let lines = [
        ("HTTP", server.http_url().map(str::to_owned)),
        ("HTTPS", server.https_url().map(str::to_owned)),
        ("certificate", server.ca().map(|ca| ca.ca_pem().display().to_string())),
        ("partner id", Some(key.partner_id().to_string())),
        ("API key", Some(key.api_key().expose().to_owned())),
        ("page", Some(format!("{}/_mock/ui", server.base_url()))),
    ];
    for (name, value) in lines {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name:<12} {value}"); // cannot fail for a `String`
        }
    }
    let url = server.https_url().unwrap_or(server.base_url());
    let mut flags = String::new();
    let of = [
        ("url", url, "https://127.0.0.1:8443"),
        ("partner-id", key.partner_id().as_str(), DEFAULT_PARTNER_ID),
        ("api-key", key.api_key().expose(), DEFAULT_API_KEY),
    ];
    for (flag, value, _) in of.into_iter().filter(|(_, value, usual)| value != usual) {
        let _ = write!(flags, " --{flag} {value}");
    }
    let _ = write!(
        text,
        "\nPoint clients at it:  eval \"$(smileid-mock env --lang node{flags})\"\n\
         (or python, php, go, java, ruby, dotnet, rust, shell). Stop it with Ctrl-C.\n\n"
    );
    text
}

/// Starts the mock server. Its errors contain advice.
pub(crate) async fn start(options: Options) -> Result<MockServer, Failure> {
    MockServer::start_with(options).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                ", perhaps by another mock: stop it, or use free ports with `--http 127.0.0.1:0 --https 127.0.0.1:0`"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; choose another folder for the local CA with `--ca-dir DIR`, or use `--https off`"
            }
            _ => "",
        };
        Failure::Other(format!("{error}{advice}"))
    })
}
