//! Store of job records in a file, with only the standard library and serde: a [`Store`] to copy, and to compare your own with.
//!
//! It is for one process that uses blocking code. In async code, call each method's body within `spawn_blocking`. A record
//! has the images of its job until the API has them: keep the file on an encrypted disk, where only your service reads it.
//!
//! ```text
//! first process: nothing was sent
//! second process: the job may have been submitted
//! ```

#[path = "common/setup.rs"]
mod setup;

use std::{
    collections::HashMap,
    env,
    fs::{self, File},
    io::{self, ErrorKind, Seek as _, SeekFrom, Write as _},
    path::Path,
    process,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use smileid::{
    ImageJob,
    callback::{Digest, Fingerprint},
    protocol::job::JobRef,
    store::{JobRecord, Store, Unsettled, Version},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = env::temp_dir().join(format!("smileid-{}.jobs", process::id()));
    let ids = JobRef::from_key("user-1", "application 4711")?;
    let job = ImageJob::smart_selfie_registration(ids, setup::image("selfie.jpg").checked()?);

    let store = FileStore::open(&path)?;
    let submission = store.ensure_blocking(job.clone())?;
    println!("first process: {}", submission.stage());
    drop(store); // the process ends here

    let store = FileStore::open(&path)?;
    let submission = store.ensure_blocking(job)?; // a blocking client would ask for the status before it submits
    println!("second process: {}", submission.stage());
    drop(store);
    fs::remove_file(&path)?;
    fs::remove_file(path.with_extension("lock"))?;
    Ok(())
}

/// Store that appends each change to a file as a line of JSON. The last line of a record counts.
pub(crate) struct FileStore {
    kept: Mutex<Kept>,
    /// Lock file, so that no second process opens the store.
    _lock: File,
}

impl FileStore {
    /// Opens the store at `path`, or creates it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let lock = File::create(path.with_extension("lock"))?;
        lock.try_lock()?;
        let mut content = Content::default();
        match fs::read(path) {
            // A line without an end was being written when the process or the computer stopped: nobody was told that
            // it was saved.
            Ok(bytes) => {
                for line in bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"))
                {
                    content.apply(serde_json::from_slice(line)?);
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        // Written anew without what is out of date, and put in its place in one step.
        let new = path.with_extension("new");
        let mut kept = Kept { file: File::create(&new)?, content: Content::default() };
        for line in content.into_lines() {
            kept.append(line)?;
        }
        fs::rename(&new, path)?;
        Ok(Self { kept: Mutex::new(kept), _lock: lock })
    }

    /// Removes the record of a job, for example when its retention period ends.
    #[allow(dead_code, reason = "a service calls it, and the test")]
    pub(crate) fn remove(&self, ids: &JobRef) -> io::Result<()> {
        self.kept().append(Line::Removed(ids.clone()))
    }

    /// Locks the content of the store. A change is appended as a whole or not at all, so a panic elsewhere does no harm.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for FileStore {
    type Error = io::Error;

    async fn remember(&self, seen: Fingerprint, now: SystemTime) -> io::Result<Option<Digest>> {
        let mut kept = self.kept();
        kept.content.seals.retain(|_, (_, expires)| *expires >= now);
        if let Some((body, _)) = kept.content.seals.get(seen.seal.as_bytes()) {
            return Ok(Some(Digest::from_bytes(*body)));
        }
        let (seal, body) = (*seen.seal.as_bytes(), *seen.body.as_bytes());
        kept.append(Line::Seen { seal, body, expires: seen.expires })?;
        Ok(None)
    }

    async fn load(&self, ids: &JobRef) -> io::Result<Option<(JobRecord, Version)>> {
        Ok(self.kept().content.records.get(ids).cloned())
    }

    async fn save(&self, record: JobRecord, expected: Option<Version>) -> io::Result<bool> {
        let mut kept = self.kept();
        let stored = kept.content.records.get(record.ids()).map(|(_, version)| *version);
        if stored != expected {
            return Ok(false); // another caller has saved it since: this one loads it again
        }
        let version = kept.content.last + 1;
        kept.append(Line::Saved(version, Box::new(record)))?;
        Ok(true)
    }

    async fn unsettled(&self, what: Unsettled, limit: usize) -> io::Result<Vec<JobRef>> {
        let kept = self.kept();
        let records = kept.content.records.values();
        let mut unsettled: Vec<_> = records.filter(|(record, _)| record.unsettled() == Some(what)).collect();
        unsettled.sort_by_key(|(_, version)| *version); // the one saved longest ago is first
        Ok(unsettled.into_iter().take(limit).map(|(record, _)| record.ids().clone()).collect())
    }
}

struct Kept {
    file: File,
    content: Content,
}

impl Kept {
    /// Writes a line to the disk, then applies it in memory.
    fn append(&mut self, line: Line) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        let end = self.file.stream_position()?;
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // A part of a line would spoil the next one.
            self.file.set_len(end)?;
            self.file.seek(SeekFrom::Start(end))?;
        }
        written?;
        self.content.apply(line);
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
enum Line {
    /// Highest version that was used so far.
    Last(Version),
    Saved(Version, Box<JobRecord>),
    Removed(JobRef),
    Seen {
        seal: [u8; 32],
        body: [u8; 32],
        expires: SystemTime,
    },
}

#[derive(Default)]
struct Content {
    records: HashMap<JobRef, (JobRecord, Version)>,
    /// Highest version over all records. It is never reset, so that a record that is removed and created again has a new version.
    last: Version,
    /// Seals of callbacks, each with the hash of the body that came with it first, and its expiry.
    seals: HashMap<[u8; 32], ([u8; 32], SystemTime)>,
}

impl Content {
    fn apply(&mut self, line: Line) {
        match line {
            Line::Last(version) => self.last = version,
            Line::Saved(version, record) => {
                self.last = version.max(self.last);
                self.records.insert(record.ids().clone(), (*record, version));
            }
            Line::Removed(ids) => {
                self.records.remove(&ids);
            }
            Line::Seen { seal, body, expires } => {
                self.seals.insert(seal, (body, expires));
            }
        }
    }

    fn into_lines(self) -> impl Iterator<Item = Line> {
        let records =
            self.records.into_values().map(|(record, version)| Line::Saved(version, Box::new(record)));
        let seals = self.seals.into_iter().map(|(seal, (body, expires))| Line::Seen { seal, body, expires });
        [Line::Last(self.last)].into_iter().chain(records).chain(seals)
    }
}
