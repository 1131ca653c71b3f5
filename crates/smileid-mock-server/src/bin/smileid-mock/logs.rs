//! Command `smileid-mock logs`: prints a line for each request to a mock server, from its journal.

use std::{io, process::ExitCode, time::Duration};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::{
    Failure,
    arguments::{LogFormat, Logs},
    mock::Mock,
    reports::{Entry, get},
};

/// Pause before the journal is read again.
const PAUSE: Duration = Duration::from_millis(200);

/// Maximum number of journal entries that are read at once.
const MOST: usize = 100;

pub(crate) async fn run(arguments: Logs) -> Result<ExitCode, Failure> {
    let Logs { url, follow, format, trust, admin_token } = arguments;
    let bundle = if url.is_https { Some(trust.open()?.bundle_pem()) } else { None };
    let token = admin_token.map(|token| token.expose().to_owned());
    let mut log = Log::new(Mock { url, bundle, token }, format);
    loop {
        let lines = log.next().await.map_err(Failure::Other)?;
        write(&mut io::stdout().lock(), &lines)?;
        match lines.len() {
            0 if !follow => return Ok(ExitCode::SUCCESS),
            0 => sleep(PAUSE).await,
            _ => {}
        }
    }
}

/// Prints requests on standard error until the program ends.
pub(crate) async fn follow(mut log: Log) {
    loop {
        // A line that cannot be read or written is no reason to stop the server.
        let lines = log.next().await.unwrap_or_default();
        let _ = write(&mut io::stderr().lock(), &lines);
        if lines.is_empty() {
            sleep(PAUSE).await;
        }
    }
}

fn write(to: &mut dyn io::Write, lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(to, "{line}"))?;
    to.flush()
}

/// Reader of a mock server's journal, which returns it as lines.
pub(crate) struct Log {
    mock: Mock,
    format: LogFormat,
    /// Number of the last journal entry that was read.
    since: u64,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

impl Log {
    pub(crate) fn new(mock: Mock, format: LogFormat) -> Self {
        Self { mock, format, since: 0 }
    }

    /// Returns the lines of the next journal entries; none if there are no new ones.
    async fn next(&mut self) -> Result<Vec<String>, String> {
        let page = get(&self.mock, &format!("/_mock/journal?since={}&limit={MOST}", self.since)).await?;
        let unreadable = |error| format!("cannot read the journal of the mock: {error}");
        let page: Page<'_> = serde_json::from_slice(&page).map_err(unreadable)?;
        let mut lines = Vec::new();
        for raw in page.entries {
            let entry: Entry = serde_json::from_str(raw.get()).map_err(unreadable)?;
            self.since = entry.id;
            lines.push(match self.format {
                LogFormat::Text => format!("{} {entry}", entry.time),
                LogFormat::Json => raw.get().to_owned(),
            });
        }
        Ok(lines)
    }
}
