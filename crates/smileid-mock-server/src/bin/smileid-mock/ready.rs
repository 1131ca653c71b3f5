//! Command `smileid-mock ready`: checks that a mock server is ready.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use http::StatusCode;
use tokio::time::{sleep, timeout};

use crate::{
    Failure,
    arguments::{MockUrl, Ready, Trust},
    mock::{Mock, PATIENCE},
};

/// Pause between attempts.
const PAUSE: Duration = Duration::from_millis(50);

#[expect(clippy::disallowed_methods, reason = "waits by the real time")]
pub(crate) async fn run(arguments: Ready) -> Result<ExitCode, Failure> {
    let Ready { url, wait, trust } = arguments;
    let asked = Instant::now();
    loop {
        let answer = timeout(PATIENCE, ask(&url, &trust)).await;
        let reason = match answer
            .unwrap_or_else(|_| Err(Failure::Other("the mock server does not respond".to_owned())))
        {
            Ok(()) => {
                writeln!(io::stdout(), "the mock at {} is ready", url.origin)?;
                return Ok(ExitCode::SUCCESS);
            }
            Err(Failure::Other(reason)) => reason,
            Err(usage) => return Err(usage),
        };
        let left = wait.saturating_sub(asked.elapsed());
        if left.is_zero() {
            return Err(Failure::Other(format!("no mock is ready at {}: {reason}", url.origin)));
        }
        sleep(PAUSE.min(left)).await;
    }
}

async fn ask(url: &MockUrl, trust: &Trust) -> Result<(), Failure> {
    // Read again for each attempt: the mock may create a new certificate in the meantime.
    let bundle = if url.is_https { Some(trust.open()?.bundle_pem()) } else { None };
    let mock = Mock { url: url.clone(), bundle, token: None };
    match mock.get("/_mock/ready").await?.status() {
        StatusCode::OK => Ok(()),
        status => Err(Failure::Other(format!("the mock server responds with {status}"))),
    }
}
