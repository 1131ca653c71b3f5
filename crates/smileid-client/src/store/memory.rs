//! Store that keeps job records in memory. They are lost when the program ends.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    error::Error as StdError,
    fmt,
    future::{Future, ready},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use smileid_protocol::job::JobRef;

use super::{JobRecord, Store, Unsettled, Version};
use crate::{
    callback::{Digest, Fingerprint},
    trace,
};

/// Store that keeps all records in the memory of this process.
///
/// It is bounded by count and by bytes: see [`InMemory::holding`]. The images of jobs that the API does not have count
/// too. Beyond either limit it forgets the records that were saved longest ago, and the seals that expire next. A job
/// that is [not settled](JobRecord::unsettled) is then lost, and a `tracing` warning says so.
#[derive(Debug)]
pub struct InMemory {
    capacity: usize,
    kept: Mutex<Kept>,
}

impl InMemory {
    /// Creates a store for at most `capacity` records, and as many seals of callbacks. All records take at most 1 KiB times
    /// `capacity`. A usual record takes half of that; a record with a selfie that is not sent yet takes up to some megabytes. A
    /// record larger than the limit of all records is [an error](TooLarge).
    ///
    /// ```
    /// use smileid_client::store::{InMemory, JobRecord, Store as _, TooLarge};
    ///
    /// async fn keep(store: &InMemory, record: JobRecord) -> Result<bool, TooLarge> {
    ///     store.save(record, None).await
    /// }
    ///
    /// let store = InMemory::holding(20_000); // at most 20 MiB
    /// assert!(store.records().is_empty());
    /// ```
    pub fn holding(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    /// Returns all records, the one saved longest ago first.
    pub fn records(&self) -> Vec<JobRecord> {
        let kept = self.kept();
        kept.by_age
            .values()
            .filter_map(|job| kept.records.get(job))
            .filter_map(|(record, _)| read(record))
            .collect()
    }

    /// Returns the maximum size of all records in total, in bytes.
    fn limit(&self) -> usize {
        self.capacity.saturating_mul(MEAN)
    }

    /// Locks the content of the store. No change is left half done, so a panic elsewhere does no harm.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for InMemory {
    /// Creates a store for 100,000 records, of at most 100 MiB in total, and as many seals.
    fn default() -> Self {
        Self::holding(100_000)
    }
}

impl Store for InMemory {
    type Error = TooLarge;

    fn remember(
        &self,
        fingerprint: Fingerprint,
        now: SystemTime,
    ) -> impl Future<Output = Result<Option<Digest>, TooLarge>> + Send {
        ready(Ok(self.kept().remember(fingerprint, now, self.capacity)))
    }

    fn load(
        &self,
        ids: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, TooLarge>> + Send {
        let kept = self.kept();
        let found = kept.records.get(ids).and_then(|(record, version)| Some((read(record)?, *version)));
        ready(Ok(found))
    }

    fn save(
        &self,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, TooLarge>> + Send {
        let ids = Arc::new(record.ids().clone());
        let Ok(record) = serde_json::to_vec(&record) else { return ready(Ok(false)) };
        let (size, limit) = (size(&ids, &record), self.limit());
        if size > limit {
            return ready(Err(TooLarge { size, limit }));
        }
        ready(Ok(self.kept().save(ids, record.into(), expected, self.capacity)))
    }

    fn unsettled(
        &self,
        what: Unsettled,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<JobRef>, TooLarge>> + Send {
        let records = self.records().into_iter().filter(|record| record.unsettled() == Some(what));
        ready(Ok(records.take(limit).map(|record| record.ids().clone()).collect()))
    }
}

/// Error: the record is larger than the limit of an [`InMemory`] store. Create a larger store: see [`InMemory::holding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooLarge {
    /// Size of the record, in bytes.
    pub size: usize,
    /// Maximum size of all records of the store, in bytes.
    pub limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, limit } = self;
        write!(
            f,
            "the record has {size} bytes and the store `InMemory` at most {limit}: create it with a larger capacity"
        )
    }
}

impl StdError for TooLarge {}

type Key = Arc<JobRef>;

fn read(record: &[u8]) -> Option<JobRecord> {
    serde_json::from_slice(record).ok()
}

/// Assumed average size of a record, in bytes.
const MEAN: usize = 1024;
/// Approximate size of a record without its texts, in bytes: its entries in the two maps, and its version.
const OVERHEAD: usize = 160;

#[derive(Debug, Default)]
struct Kept {
    /// Records as JSON, which takes a tenth of the memory and has a known size.
    records: HashMap<Key, (Box<[u8]>, Version)>,
    /// Versions of the records. They are counted over all records, so the smallest is that of the record saved longest ago.
    by_age: BTreeMap<Version, Key>,
    last: Version,
    /// Size of all records in total, in bytes.
    bytes: usize,
    /// Seals of callbacks, each with the hash of the body that came with it first.
    seals: HashMap<Digest, Digest>,
    by_expiry: BTreeSet<(SystemTime, Digest)>,
}

fn size(job: &Key, record: &[u8]) -> usize {
    OVERHEAD + job.user_id().len() + job.job_id().len() + record.len()
}

impl Kept {
    fn remember(&mut self, seen: Fingerprint, now: SystemTime, capacity: usize) -> Option<Digest> {
        if let Some(body) = self.seals.get(&seen.seal) {
            return Some(*body);
        }
        self.seals.insert(seen.seal, seen.body);
        self.by_expiry.insert((seen.expires, seen.seal));
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
            let forgotten = self.forget(oldest);
            if let Some(record) = forgotten.and_then(|record| read(&record))
                && let Some(left) = record.unsettled()
            {
                trace::forgotten_job(record.ids(), left.word());
            }
        }
        true
    }

    /// Removes the record with this version, and returns it.
    fn forget(&mut self, version: Version) -> Option<Box<[u8]>> {
        let job = self.by_age.remove(&version)?;
        let (record, _) = self.records.remove(&job)?;
        self.bytes -= size(&job, &record);
        Some(record)
    }
}
