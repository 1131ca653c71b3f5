//! Reads the scenario file at the start, and again after each change.

use std::{
    fs, io,
    io::ErrorKind::InvalidData,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use smileid_protocol::codec::utf8_text;

use super::{files, now, tell};
use crate::{
    control::scenario::{FileError, FileStatus, ScenarioFile},
    service::Service,
};

/// Interval for checking if the scenario file has changed.
const PERIOD: Duration = Duration::from_millis(500);
/// Maximum size of the scenario file, in bytes.
const MOST_BYTES: u64 = 8 << 20;
/// Minimum age of a change, after which a further change certainly has another timestamp: some file systems store whole seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// Reads a scenario file and applies it.
///
/// # Errors
///
/// If it cannot be read; the text says where and why.
pub(crate) fn load(service: &Service, path: &Path) -> io::Result<Reloader> {
    let seen = Seen::read(path);
    let text = read_text(path)
        .map_err(|error| io::Error::new(error.kind(), wrong(path, &FileError::from_io(&error))))?;
    let file: Result<ScenarioFile, _> = text.parse();
    let file = file.map_err(|error| io::Error::new(InvalidData, wrong(path, &error)))?;
    service.set_file_rules(file);
    service.engine().state.scenario_file = Some(status(path, None));
    Ok(Reloader { path: path.to_owned(), seen, text: Some(text), problem: None })
}

/// Watcher of a scenario file that was read once.
pub(crate) struct Reloader {
    path: PathBuf,
    /// Metadata of the file when it was last read; none if it must be read again in any case.
    seen: Option<Seen>,
    text: Option<String>,
    /// Last error from reading the file, so that it is reported only once.
    problem: Option<FileError>,
}

impl Reloader {
    /// Reads the file again after each change. Never ends. While the file is invalid, its earlier content stays in force.
    pub(crate) async fn run(mut self, service: Arc<Service>) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let service = Arc::clone(&service);
            let path = self.path.clone();
            let looked = tokio::task::spawn_blocking(move || {
                self.look(&service);
                self
            });
            self = match looked.await {
                Ok(reloader) => reloader,
                Err(error) => {
                    tell(format_args!("reading the scenarios in {} failed: {error}", path.display()));
                    Self { path: path.clone(), seen: None, text: None, problem: None }
                }
            };
        }
    }

    fn look(&mut self, service: &Service) {
        let seen = Seen::read(&self.path);
        if seen.is_some() && seen == self.seen {
            return;
        }
        let problem = match read_text(&self.path) {
            Ok(text) => {
                self.seen = seen;
                let was_unreadable = self.problem.take().is_some();
                if !was_unreadable && self.text.as_ref() == Some(&text) {
                    return;
                }
                let read = text.parse::<ScenarioFile>();
                self.text = Some(text);
                read.map(|file| service.set_file_rules(file)).err()
            }
            // The cause may end without a change of the file, so the next iteration reads the file again.
            Err(error) => {
                self.seen = None;
                let problem = FileError::from_io(&error);
                if self.problem.as_ref() == Some(&problem) {
                    return;
                }
                self.problem = Some(problem.clone());
                Some(problem)
            }
        };
        if let Some(problem) = &problem {
            tell(format_args!("{}; its previous content still applies", wrong(&self.path, problem)));
        }
        service.engine().state.scenario_file = Some(status(&self.path, problem));
    }
}

/// Metadata of a file, by which a change is noticed without reading it.
#[derive(PartialEq)]
struct Seen {
    changed: SystemTime,
    bytes: u64,
    /// Device and inode of the file, because another file may replace it.
    #[cfg(unix)]
    file: [u64; 2],
}

impl Seen {
    /// Returns the metadata. None for a file that changed just now, because it may change again with the same timestamp.
    fn read(path: &Path) -> Option<Self> {
        let facts = fs::metadata(path).ok()?;
        let changed = facts.modified().ok()?;
        let since_1970 = changed.duration_since(UNIX_EPOCH).ok()?;
        let age = u128::try_from(now().to_utc_millis()).ok()?.saturating_sub(since_1970.as_millis());
        let settled = age > SETTLED.as_millis();
        settled.then(|| Self {
            changed,
            bytes: facts.len(),
            #[cfg(unix)]
            file: {
                use std::os::unix::fs::MetadataExt as _;
                [facts.dev(), facts.ino()]
            },
        })
    }
}

/// Reads a regular text file.
fn read_text(path: &Path) -> io::Result<String> {
    let contents = files::read(path, MOST_BYTES)?;
    utf8_text(&contents).map(str::to_owned).map_err(|error| io::Error::new(InvalidData, error))
}

fn status(path: &Path, problem: Option<FileError>) -> FileStatus {
    FileStatus { path: path.display().to_string(), problem }
}

fn wrong(path: &Path, error: &FileError) -> String {
    format!("cannot read the scenarios in {}: {error}", path.display())
}
