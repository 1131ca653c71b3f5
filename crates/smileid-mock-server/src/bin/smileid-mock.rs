//! `smileid-mock`: a local Smile ID on a port.

use std::{
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use clap::{Parser, error::ErrorKind};
use serde::Serialize;
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, MockServer, Options, Processing};
use smileid_protocol::auth::Credentials;

/// A local Smile ID for tests in any language. Independent of Smile ID, not affiliated with it.
///
/// Once it listens, the first line on standard output is one JSON object that says where and with which credentials.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8085", value_parser = http_address)]
    http: SocketAddr,
    /// Only `off` for now.
    #[arg(long, value_name = "ADDR", default_value = "off", value_parser = https_address)]
    https: Off,
    /// The partner's id.
    #[arg(long, value_name = "ID", default_value = DEFAULT_PARTNER_ID)]
    partner_id: String,
    /// The partner's API key. A mock's key is no secret.
    #[arg(long, value_name = "KEY", default_value = DEFAULT_API_KEY)]
    api_key: String,
    /// When jobs are done: `immediate`, `after=2s` or `polls=3`.
    #[arg(long, value_name = "HOW", default_value_t)]
    processing: Processing,
    /// How often one ID number may be looked up, each time within three days of the last; the API's own limit is 30.
    /// Unlimited, unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    id_number_limit: Option<u32>,
}

#[derive(Clone)]
struct Off;

/// The first line on standard output. Its readers may be scripts, so the order is fixed too.
#[derive(Serialize)]
struct Announcement<'a> {
    http: &'a str,
    https: Option<&'a str>,
    ca: Option<&'a str>,
    admin: String,
    ui: Option<&'a str>,
    partner_id: &'a str,
    api_key: &'a str,
    pid: u32,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let partner = match Credentials::new(&*arguments.partner_id, &*arguments.api_key) {
        Ok(partner) => partner,
        Err(error) => wrong_usage(&error.to_string()),
    };
    if !arguments.http.ip().is_loopback() {
        wrong_usage("--http: only loopback addresses for now; others need an admin token, which comes later");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(serve(&arguments, partner))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("smileid-mock: {}", explained(&error, arguments.http));
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is told to stop.
async fn serve(arguments: &Arguments, partner: Credentials) -> io::Result<()> {
    // Before anybody can know that it runs, so that no signal is missed.
    let stop = stop_signal()?;
    let mut options = Options::new()?;
    options.address = arguments.http;
    options.config.partners = vec![partner];
    options.config.processing = arguments.processing;
    options.config.id_number_limit = arguments.id_number_limit;
    let server = MockServer::start_with(options).await?;

    let announcement = Announcement {
        http: server.base_url(),
        https: None,
        ca: None,
        admin: format!("{}/_mock", server.base_url()),
        ui: None,
        partner_id: server.credentials().partner_id().as_str(),
        api_key: server.credentials().api_key().expose(),
        pid: std::process::id(),
    };
    let mut line = serde_json::to_vec(&announcement)?;
    line.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(&line)?;
    stdout.flush()?;
    drop(stdout);

    stop.await;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// What went wrong, and what to do about it.
fn explained(error: &io::Error, address: SocketAddr) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{address} is in use, maybe by another mock: stop that, or take a free port with `--http 127.0.0.1:0`"
        ),
        _ => format!("cannot serve at {address}: {error}"),
    }
}

fn http_address(text: &str) -> Result<SocketAddr, String> {
    if text == "off" {
        return Err("without HTTP there is nothing to listen on, as HTTPS is not there yet".to_owned());
    }
    let port = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    match port {
        Some(port) => Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
        None => text.parse().map_err(|_| "not an address and a port such as 127.0.0.1:8085".to_owned()),
    }
}

fn https_address(text: &str) -> Result<Off, String> {
    if text == "off" { Ok(Off) } else { Err("HTTPS is not there yet: use `--https off`".to_owned()) }
}

/// Exits with 2, as clap does for everything it checks itself.
fn wrong_usage(message: &str) -> ! {
    use clap::CommandFactory as _;

    Arguments::command().error(ErrorKind::ValueValidation, message).exit()
}
