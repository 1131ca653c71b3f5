//! Command `smileid doctor`: finds problems with API key, environment, TLS and clock.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use smileid::{
    Config, Retry,
    client::Client,
    protocol::{v1::job_status, v3::token},
};

use self::{
    check::{Check, Outcome},
    server_time::{ServerTime, TimeRecorder},
};
use crate::{
    args::Args,
    failure::Failure,
    output::Output,
    setup::{connect, credentials, transport},
    terminal::{Lines, lines_of, stderr_width},
    v3,
};

mod check;
mod server_time;

/// User id and job id of the test request. No such job exists, so the request costs nothing and changes nothing.
const PROBE_ID: &str = "smileid-doctor";

pub(crate) async fn run(args: &Args) -> Result<Output, Failure> {
    let (mut config, _server) = connect(args, credentials(args)).await?;
    config.retry = Retry::never();
    let origin = config.origin.to_string();
    let is_v3 = v3::is_selected(args);
    let mut checks = vec![check::key_shape(&config.credentials, is_v3)];
    checks.extend(ask(config, is_v3, args).await?);
    report(&origin, &checks)
}

/// Sends one request with the API key. Its response shows the state of connection, clock and key.
///
/// In V3 this is the request for a token, which has no further effect.
async fn ask(config: Config, is_v3: bool, args: &Args) -> Result<Vec<Check>, Failure> {
    let is_secure = config.origin.to_string().starts_with("https:");
    let seen: Arc<Mutex<Option<ServerTime>>> = Arc::default();
    let origin = config.origin.clone();
    let transport = transport(args)?;
    let client = Client::new(config, TimeRecorder { origin, transport, seen: seen.clone() });
    let response = if is_v3 {
        client.send(token::Request::unbound()).await.map(drop)
    } else {
        client.send(job_status::Request::new(PROBE_ID, PROBE_ID)).await.map(drop)
    };

    if let Err(error) = &response
        && error.transport().is_some()
    {
        return Ok(vec![check::no_connection(error, is_secure)]);
    }
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
    let clock = match seen.as_ref().and_then(|seen| seen.mock_clock) {
        Some(at) => check::mock_clock(at),
        None => check::clock(seen.and_then(|seen| seen.ahead_millis())),
    };
    let is_right = clock.outcome() == Outcome::Ok;
    let key = if is_v3 { check::token(response) } else { check::key(response, is_right) };
    Ok(vec![check::connection(is_secure), clock, key])
}

/// Prints all checks. Fails with the first failed check.
fn report(origin: &str, checks: &[Check]) -> Result<Output, Failure> {
    let mut lines: Lines = vec![("api", origin.to_owned())];
    lines.extend(checks.iter().flat_map(Check::lines));
    let members: Vec<Value> = checks.iter().map(Check::json).collect();
    let Some(failure) = checks.iter().find_map(|check| check.failure.as_ref()) else {
        return Ok(Output::new(&json!({"ok": true, "api": origin, "checks": members}), lines));
    };
    let text = format!("{}\n", lines_of(&lines, stderr_width()));
    let mut failed = Failure::new(failure.kind(), failure.message()).with("checks", members).with_text(text);
    if let Value::Object(parts) = failure.json() {
        for name in ["status", "code", "diagnosis"] {
            if let Some(part) = parts.get(name) {
                failed = failed.with(name, part.clone());
            }
        }
    }
    Err(failed.with("api", origin))
}
