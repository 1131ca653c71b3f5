//! Reports of `smileid-mock exec`: refused requests on standard error, and the journal in files.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Deserialize;
use smileid_mock_server::exec::SEARCH_CONTINUES;
use smileid_protocol::printable::printable;
use tokio::time::{sleep, timeout};

use crate::{
    Failure,
    arguments::Reports,
    mock::{Mock, PATIENCE},
    tell,
};

/// Maximum number of failed requests that are printed on standard error.
const MOST_SHOWN: usize = 10;
/// Maximum number of requests for one route in a report.
const MOST_REPORTED: usize = 100;
/// Pause before the journal is read again, while a diagnosis is not complete.
const PAUSE: Duration = Duration::from_millis(50);
/// Maximum number of pauses while the journal is incomplete.
const MOST_TURNS: usize = 40;
/// Maximum length of a text from a request, in characters.
const LONGEST: usize = 500;

impl Reports {
    /// Refuses report files that cannot be written, before the command runs.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        for (flag, path) in [("--journal", &self.journal), ("--har", &self.har), ("--junit", &self.junit)] {
            let Some(path) = path else { continue };
            let is_good = path.file_name().is_some() && !path.is_dir() && folder(path).is_dir();
            if !is_good {
                let advice = "expected a file in a folder that exists";
                return Err(Failure::Usage(format!("{flag} {}: {advice}", path.display())));
            }
        }
        Ok(())
    }

    const fn is_wanted(&self) -> bool {
        self.journal.is_some() || self.har.is_some() || self.junit.is_some()
    }
}

/// Journal of a mock server, from the start of the command.
pub(crate) struct Journal {
    mock: Mock,
    /// Number of the last journal entry before the start; none if the journal cannot be read.
    since: Option<u64>,
}

impl Journal {
    /// Creates the journal of a mock server that only the command uses.
    pub(crate) fn of_fresh(mock: Mock) -> Self {
        Self { mock, since: Some(0) }
    }

    /// Creates the journal of a mock server that other programs also use. It must be readable if reports are requested.
    pub(crate) async fn of_running(mock: Mock, reports: &Reports) -> Result<Self, Failure> {
        let last = get(&mock, "/_mock/journal?limit=1").await.and_then(|body| Written::read(&body));
        let since = match last {
            Ok(written) => Some(written.entries.last().map_or(0, |entry| entry.id)),
            Err(problem) if reports.is_wanted() => return Err(Failure::Other(problem)),
            Err(_) => None,
        };
        Ok(Self { mock, since })
    }

    /// Writes the reports. If the command failed, also prints the failed requests on standard error. Returns true if everything
    /// was written.
    pub(crate) async fn report(&self, reports: &Reports, succeeded: bool) -> bool {
        let Some(since) = self.since else { return true };
        if succeeded && !reports.is_wanted() {
            return true;
        }
        let path = format!("/_mock/journal?since={since}");
        let mut journal = get(&self.mock, &path).await;
        let mut written = read(&journal);
        // The search for rare mistakes in signatures ends some time after the response.
        for _ in 0..MOST_TURNS {
            if !written.as_ref().is_ok_and(Written::is_unfinished) {
                break;
            }
            sleep(PAUSE).await;
            journal = get(&self.mock, &path).await;
            written = read(&journal);
        }
        let mut problems = Vec::new();
        match &written {
            Ok(written) if !succeeded => {
                let _ = io::stderr().write_all(written.said().as_bytes()); // the exit code also shows the failure
            }
            Ok(_) => {}
            Err(problem) => problems.push(problem.clone()),
        }
        if let (Some(path), Ok(journal)) = (&reports.journal, &journal) {
            problems.extend(write(path, journal).err());
        }
        if let (Some(path), Ok(written)) = (&reports.junit, &written) {
            problems.extend(written.junit().and_then(|xml| write(path, xml.as_bytes())).err());
        }
        if let Some(path) = &reports.har {
            let archive = get(&self.mock, &format!("/_mock/journal.har?since={since}")).await;
            problems.extend(archive.and_then(|archive| write(path, &archive)).err());
        }
        for problem in &problems {
            tell(problem);
        }
        problems.is_empty()
    }
}

pub(crate) async fn get(mock: &Mock, path: &str) -> Result<Bytes, String> {
    let answer = timeout(PATIENCE, mock.get(path)).await;
    let answer =
        answer.unwrap_or_else(|_| Err(Failure::Other("the mock server does not respond".to_owned())));
    let why = match answer {
        Ok(response) if response.status() == StatusCode::OK => return Ok(response.into_body()),
        Ok(response) if response.status() == StatusCode::UNAUTHORIZED => {
            "the mock server requires its admin token: set SMILEID_MOCK_ADMIN_TOKEN".to_owned()
        }
        Ok(response) => format!("the mock server responds with {}", response.status()),
        Err(Failure::Usage(why) | Failure::Other(why)) => why,
    };
    Err(format!("cannot read the journal of the mock at {}: {why}", mock.url.origin))
}

/// Members of the journal response that the reports use.
#[derive(Deserialize)]
struct Written {
    entries: Vec<Entry>,
    dropped: u64,
}

/// Members of a journal entry that the reports use.
#[derive(Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    /// Time of the request, on the partner's clock.
    pub(crate) time: String,
    method: String,
    path: String,
    user_id: Option<String>,
    job_id: Option<String>,
    status: u16,
    code: Option<String>,
    refused: bool,
    diagnosis: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    code: String,
    severity: String,
    at: Option<String>,
    text: String,
}

fn read(journal: &Result<Bytes, String>) -> Result<Written, String> {
    journal.as_ref().map_err(Clone::clone).and_then(|body| Written::read(body))
}

impl Written {
    fn is_unfinished(&self) -> bool {
        let mut reasons = self.entries.iter().flat_map(|entry| &entry.diagnosis);
        reasons.any(|reason| reason.code == SEARCH_CONTINUES)
    }

    fn read(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body).map_err(|error| format!("cannot read the journal of the mock: {error}"))
    }

    /// Describes the refused requests for standard error, after a command failed.
    fn said(&self) -> String {
        let failed: Vec<_> = self.entries.iter().filter(|entry| entry.is_bad()).collect();
        let (total, shown) = (self.entries.len(), failed.len().min(MOST_SHOWN));
        if total == 0 && self.dropped == 0 {
            let advice = "check that the client reads its address from SMILE_ID_ENVIRONMENT and trusts the certificate";
            return format!("smileid-mock: the command failed, and no request reached the mock: {advice}\n");
        }
        if failed.is_empty() {
            return String::new();
        }
        let mut said =
            format!("smileid-mock: the command failed; {} of {total} requests failed:\n", failed.len());
        for entry in failed.iter().take(MOST_SHOWN) {
            let _ = writeln!(said, "  {entry}"); // cannot fail for a `String`
        }
        if failed.len() > shown {
            let more = failed.len() - shown;
            let _ = writeln!(said, "  and {more} more; `--journal FILE` lists them all");
        }
        if self.dropped > 0 {
            let dropped = self.dropped;
            let _ =
                writeln!(said, "  the journal has removed {dropped} older entries: raise `--journal-bytes`");
        }
        said
    }

    /// Writes a JUnit test case for each route, so that the names of the tests are the same in every run.
    fn junit(&self) -> Result<String, String> {
        const NAME: &str = "smileid-mock exec";
        let mut routes: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            let name = format!("{} {}", shown(&entry.method), shown(&entry.path));
            routes.entry(name).or_default().push(entry);
        }
        let mut suite = TestSuite::new(NAME);
        for (name, entries) in routes {
            let bad: Vec<_> = entries.iter().filter(|entry| entry.is_bad()).collect();
            let lines = |wanted: fn(&Entry) -> bool| {
                let lines = entries.iter().filter(|entry| wanted(entry)).take(MOST_REPORTED);
                lines.fold(String::new(), |mut all, entry| {
                    let _ = writeln!(all, "{entry}"); // cannot fail for a `String`
                    all
                })
            };
            let status = if bad.is_empty() {
                TestCaseStatus::success()
            } else {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                let message = format!("{} of {} requests failed", bad.len(), entries.len());
                status.set_message(message).set_description(lines(Entry::is_bad));
                status
            };
            let mut case = TestCase::new(name, status);
            case.set_classname("smileid-mock");
            let noticed = lines(|entry| !entry.is_bad() && !entry.diagnosis.is_empty());
            if !noticed.is_empty() {
                case.set_system_out(noticed);
            }
            suite.add_test_case(case);
        }
        let mut report = Report::new(NAME);
        report.add_test_suite(suite);
        report.to_string().map_err(|error| format!("cannot write the JUnit report: {error}"))
    }
}

impl Entry {
    /// Returns true if the request was refused, or its archive cannot be used or is wrong.
    fn is_bad(&self) -> bool {
        let is_serious = |reason: &Reason| matches!(&*reason.severity, "refused" | "fatal" | "problem");
        self.refused || self.diagnosis.iter().any(is_serious)
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{} {} {} {}", self.id, shown(&self.method), shown(&self.path), self.status)?;
        if let Some(code) = &self.code {
            write!(f, " {}", shown(code))?;
        }
        for (name, value) in [("user", &self.user_id), ("job", &self.job_id)] {
            if let Some(value) = value {
                write!(f, " {name} {}", shown(value))?;
            }
        }
        for (reason, before) in self.diagnosis.iter().zip([": "].into_iter().chain(std::iter::repeat("; "))) {
            let at = reason.at.as_ref().map(|at| format!(" at {}", shown(at))).unwrap_or_default();
            write!(f, "{before}{}{at}: {}", shown(&reason.code), shown(&reason.text))?;
        }
        Ok(())
    }
}

/// Returns the beginning of a text from a request, in one line.
fn shown(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    printable(text.get(..end).unwrap_or(text)).into_owned()
}

/// Writes a temporary file and renames it, so that the file is replaced as a whole. Only the owner can read the file.
fn write(path: &Path, contents: &[u8]) -> Result<(), String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = folder(path).join(format!(".{name}.{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let is_special = fs::metadata(path).is_ok_and(|facts| !facts.is_file());
    let written = || {
        if is_special {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut file = options.open(&fresh)?;
        let written = file.write_all(contents).and_then(|()| file.sync_all());
        drop(file);
        written.and_then(|()| fs::rename(&fresh, path)).inspect_err(|_| {
            let _ = fs::remove_file(&fresh); // the previous file stays
        })
    };
    written().map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(shown("a\n\u{1b}[2Jb\u{202e}é"), "a\\n\\u{1b}[2Jb\\u{202e}é");
        assert_eq!(shown(&"é".repeat(10_000)).chars().count(), LONGEST);
    }
}
