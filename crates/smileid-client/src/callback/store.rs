//! Storage of records and of the signatures that were seen.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    convert::Infallible,
    error::Error,
    future::{Future, ready},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use smileid_protocol::job::JobRef;

use super::{Digest, Fingerprint, JobRecord};

/// Keeps records of jobs, and the signatures of the callbacks that were seen.
///
/// Any number of processes may share a store. Two tables of a database are enough: records by `user_id` and `job_id`,
/// each with a version that [`Store::save`] compares; and seals with the body first seen. A store may block inside its
/// futures only if it is used with [`Receiver::receive_blocking`](super::Receiver::receive_blocking) alone.
///
/// A store can wrap another one to add what a service needs:
///
/// ```
/// use smileid_client::callback::{Digest, Fingerprint, InMemory, JobRecord, Store, Version};
/// # use smileid_client::protocol::job::JobRef;
///
/// /// Tells another part of the program of each job that changed.
/// struct Telling(InMemory);
///
/// impl Store for Telling {
///     type Error = <InMemory as Store>::Error;
///
///     async fn remember(&self, seen: Fingerprint, now_utc_millis: i64) -> Result<Option<Digest>, Self::Error> {
///         self.0.remember(seen, now_utc_millis).await // in a database: seal and body, as bytes
///     }
///
///     async fn load(&self, job: &JobRef) -> Result<Option<(JobRecord, Version)>, Self::Error> {
///         self.0.load(job).await
///     }
///
///     async fn save(&self, job: &JobRef, record: JobRecord, expected: Option<Version>) -> Result<bool, Self::Error> {
///         let is_contested = record.is_contested();
///         let is_saved = self.0.save(job, record, expected).await?;
///         if is_saved {
///             println!("{} changed; is the API to be asked? {is_contested}", job.job_id());
///         }
///         Ok(is_saved)
///     }
/// }
///
/// let store = Telling(InMemory::holding(1000));
/// let digest = Digest::from_bytes([7; 32]); // as it was kept
/// assert_eq!(digest.as_bytes(), &[7; 32]);
/// ```
pub trait Store: Send + Sync {
    /// Error of the store.
    type Error: Error + Send + Sync + 'static;

    /// Remembers the seal and its body until it expires. If the seal is known already, returns the body that it was
    /// first seen with. Of two concurrent calls, one is first.
    fn remember(
        &self,
        fingerprint: Fingerprint,
        now_utc_millis: i64,
    ) -> impl Future<Output = Result<Option<Digest>, Self::Error>> + Send;

    /// Loads the record of a job, and its version.
    fn load(
        &self,
        job: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, Self::Error>> + Send;

    /// Saves the record of a job under a new version and returns true, if the stored version is `expected` (`None`: no
    /// record is stored). Otherwise changes nothing and returns false.
    fn save(
        &self,
        job: &JobRef,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}

/// A shared store is a store.
impl<S: Store> Store for Arc<S> {
    type Error = S::Error;

    fn remember(
        &self,
        fingerprint: Fingerprint,
        now_utc_millis: i64,
    ) -> impl Future<Output = Result<Option<Digest>, S::Error>> + Send {
        S::remember(self, fingerprint, now_utc_millis)
    }

    fn load(
        &self,
        job: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, S::Error>> + Send {
        S::load(self, job)
    }

    fn save(
        &self,
        job: &JobRef,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, S::Error>> + Send {
        S::save(self, job, record, expected)
    }
}

/// Version of a job's record. A record that is removed and created again must not get one of its old versions.
pub type Version = u64;

/// Keeps everything in the memory of this process.
///
/// It is bounded by count and by bytes: see [`InMemory::holding`]. Beyond either limit it forgets the records that were
/// saved longest ago, and the seals that expire next.
#[derive(Debug)]
pub struct InMemory {
    capacity: usize,
    kept: Mutex<Kept>,
}

impl InMemory {
    /// Creates a store of at most `capacity` records, and as many seals. All records together take at most 1 KiB times
    /// `capacity`; a usual record takes half of that.
    pub fn holding(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    /// Returns every record; the one saved longest ago is first.
    pub fn records(&self) -> Vec<JobRecord> {
        let kept = self.kept();
        kept.by_age
            .values()
            .filter_map(|job| kept.records.get(job))
            .filter_map(|(record, _)| read(record))
            .collect()
    }

    /// Locks the content. No change is left half done under the lock, so a panic elsewhere does no harm.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for InMemory {
    /// Holds 100,000 records, in at most 100 MiB, and as many seals.
    fn default() -> Self {
        Self::holding(100_000)
    }
}

impl Store for InMemory {
    type Error = Infallible;

    fn remember(
        &self,
        fingerprint: Fingerprint,
        now_utc_millis: i64,
    ) -> impl Future<Output = Result<Option<Digest>, Infallible>> + Send {
        ready(Ok(self.kept().remember(fingerprint, now_utc_millis, self.capacity)))
    }

    fn load(
        &self,
        job: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, Infallible>> + Send {
        let kept = self.kept();
        let found = kept.records.get(&key(job)).and_then(|(record, version)| Some((read(record)?, *version)));
        ready(Ok(found))
    }

    fn save(
        &self,
        job: &JobRef,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, Infallible>> + Send {
        let is_saved = match serde_json::to_vec(&record) {
            Ok(record) => self.kept().save(key(job), record.into(), expected, self.capacity),
            Err(_) => false,
        };
        ready(Ok(is_saved))
    }
}

type Key = Arc<(String, String)>;

fn key(job: &JobRef) -> Key {
    Arc::new((job.user_id().to_owned(), job.job_id().to_owned()))
}

fn read(record: &[u8]) -> Option<JobRecord> {
    serde_json::from_slice(record).ok()
}

/// Mean size limit of a record, in bytes.
const MEAN: usize = 1024;
/// Approximate size of a record beside its texts, in bytes: its places in the two maps, and its version.
const OVERHEAD: usize = 160;

#[derive(Debug, Default)]
struct Kept {
    /// Records as JSON, which has a known size and a tenth of the value's.
    records: HashMap<Key, (Box<[u8]>, Version)>,
    /// Versions count up over all records, so the smallest is the one saved longest ago.
    by_age: BTreeMap<Version, Key>,
    last: Version,
    /// Size of all records, in bytes.
    bytes: usize,
    /// Seals, each with the body that it was first seen with.
    seals: HashMap<Digest, Digest>,
    by_expiry: BTreeSet<(i64, Digest)>,
}

fn size(job: &Key, record: &[u8]) -> usize {
    OVERHEAD + job.0.len() + job.1.len() + record.len()
}

impl Kept {
    fn remember(&mut self, seen: Fingerprint, now: i64, capacity: usize) -> Option<Digest> {
        if let Some(body) = self.seals.get(&seen.seal) {
            return Some(*body);
        }
        self.seals.insert(seen.seal, seen.body);
        self.by_expiry.insert((seen.expires_utc_millis, seen.seal));
        while let Some(&(expires, seal)) = self.by_expiry.first()
            && (expires < now || self.seals.len() > capacity)
        {
            self.by_expiry.remove(&(expires, seal));
            self.seals.remove(&seal);
        }
        None
    }

    fn save(&mut self, job: Key, record: Box<[u8]>, expected: Option<Version>, capacity: usize) -> bool {
        let version = self.records.get(&job).map(|(_, version)| *version);
        if version != expected {
            return false;
        }
        if let Some(version) = version {
            self.forget(version);
        }
        self.last += 1;
        self.bytes += size(&job, &record);
        self.by_age.insert(self.last, Arc::clone(&job));
        self.records.insert(job, (record, self.last));
        while (self.records.len() > capacity || self.bytes > capacity.saturating_mul(MEAN))
            && let Some((&oldest, _)) = self.by_age.first_key_value()
        {
            self.forget(oldest);
        }
        true
    }

    fn forget(&mut self, version: Version) {
        if let Some(job) = self.by_age.remove(&version)
            && let Some((record, _)) = self.records.remove(&job)
        {
            self.bytes -= size(&job, &record);
        }
    }
}
