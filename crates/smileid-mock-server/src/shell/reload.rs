//! The file of scenarios: read at the start, and again whenever it changes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use smileid_protocol::codec::utf8_text;

use crate::{
    scenario::{FileError, FileStatus, ScenarioFile},
    service::Service,
};

/// How often somebody looks whether the file changed.
const PERIOD: Duration = Duration::from_millis(500);
/// How large the file may be.
const MOST_BYTES: u64 = 8 << 20;

/// Reads a file of scenarios and puts it in force.
///
/// # Errors
///
/// When it cannot be read; the text says where and why.
pub(crate) fn load(service: &Service, path: &Path) -> io::Result<Reloader> {
    let seen = Seen::of(path).and_then(|seen| Ok((seen, text(path)?)));
    let (seen, text) =
        seen.map_err(|error| io::Error::new(error.kind(), wrong(path, &FileError::of_file(&error))))?;
    let file: Result<ScenarioFile, _> = text.parse();
    let file = file.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, wrong(path, &error)))?;
    service.set_file_rules(file);
    service.note_file(status(path, None));
    Ok(Reloader { path: path.to_owned(), seen: Some(seen), text: Some(text) })
}

/// Looks after a file that was read once.
pub(crate) struct Reloader {
    path: PathBuf,
    seen: Option<Seen>,
    text: Option<String>,
}

impl Reloader {
    /// Reads the file again whenever it changes, for ever. While it is wrong, what it held before stays in force.
    pub(crate) async fn run(mut self, service: Arc<Service>) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let service = Arc::clone(&service);
            let looked = tokio::task::spawn_blocking(move || {
                self.look(&service);
                self
            });
            let Ok(reloader) = looked.await else { return std::future::pending().await };
            self = reloader;
        }
    }

    fn look(&mut self, service: &Service) {
        let seen = Seen::of(&self.path).ok();
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        let problem = match text(&self.path) {
            Ok(text) if Some(&text) == self.text.as_ref() => return,
            Ok(text) => {
                let read = text.parse::<ScenarioFile>();
                self.text = Some(text);
                read.map(|file| service.set_file_rules(file)).err()
            }
            Err(error) => {
                self.text = None;
                Some(FileError::of_file(&error))
            }
        };
        if let Some(problem) = &problem {
            eprintln!("smileid-mock: {}; what it held before stays in force", wrong(&self.path, problem));
        }
        service.note_file(status(&self.path, problem));
    }
}

/// What tells, without reading it, that a file changed.
#[derive(PartialEq)]
struct Seen {
    changed: Option<SystemTime>,
    bytes: u64,
}

impl Seen {
    fn of(path: &Path) -> io::Result<Self> {
        let facts = fs::metadata(path)?;
        Ok(Self { changed: facts.modified().ok(), bytes: facts.len() })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one file that the mock is started with, which is the shell's to read"
)]
fn text(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > MOST_BYTES {
        return Err(io::Error::other(format!("it is larger than {MOST_BYTES} bytes")));
    }
    let bytes = fs::read(path)?;
    utf8_text(&bytes).map(str::to_owned).map_err(io::Error::other)
}

fn status(path: &Path, problem: Option<FileError>) -> FileStatus {
    FileStatus { path: path.display().to_string(), problem }
}

fn wrong(path: &Path, error: &FileError) -> String {
    format!("cannot read the scenarios in {}: {error}", path.display())
}
