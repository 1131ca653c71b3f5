//! Storage of jobs: their submissions, their results, and the signatures of callbacks that were seen.
//!
//! [`Store`] is a trait for any database, and [`InMemory`] an implementation. A [`JobRecord`] holds everything known of
//! one job.

mod memory;
mod record;

use std::{error::Error as StdError, future::Future, sync::Arc};

use smileid_protocol::job::JobRef;

pub use memory::InMemory;
pub use record::{Change, Ignored, JobRecord};

use crate::{
    callback::{Digest, Fingerprint},
    error::Error,
    flow::Failure,
    submission::Submission,
};

/// Keeps a record of each job, and the signatures of the callbacks that were seen.
///
/// Any number of processes may share a store. Two tables of a database are enough:
///
/// - jobs: `user_id`, `job_id`, the record as JSON, a version that [`save`](Store::save) compares, and
///   [`is_settled`](JobRecord::is_settled), by which [`unsettled`](Store::unsettled) selects;
/// - seals: the seal, the body that it was first seen with, and the time until which it is remembered.
///
/// A record holds the images of a job in memory until the API has the job: as base64 in its JSON, up to some megabytes.
/// Encrypt the column, and delete records when your rules on retention say so. In async code a store must not block its
/// thread: use `spawn_blocking`.
///
/// A store can wrap another one to add what a service needs:
///
/// ```
/// use smileid_client::{callback::{Digest, Fingerprint}, store::{InMemory, JobRecord, Store, Version}};
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
///     async fn load(&self, ids: &JobRef) -> Result<Option<(JobRecord, Version)>, Self::Error> {
///         self.0.load(ids).await
///     }
///
///     async fn save(&self, record: JobRecord, expected: Option<Version>) -> Result<bool, Self::Error> {
///         let (job_id, decision) = (record.ids().job_id().to_owned(), record.verdict().decision);
///         let is_saved = self.0.save(record, expected).await?;
///         if is_saved {
///             println!("{job_id}: {}", decision.word());
///         }
///         Ok(is_saved)
///     }
///
///     async fn unsettled(&self, limit: usize) -> Result<Vec<JobRef>, Self::Error> {
///         self.0.unsettled(limit).await
///     }
/// }
///
/// let store = Telling(InMemory::holding(1000));
/// let digest = Digest::from_bytes([7; 32]); // as it was stored
/// assert_eq!(digest.as_bytes(), &[7; 32]);
/// ```
pub trait Store: Send + Sync {
    /// Error of the store.
    type Error: StdError + Send + Sync + 'static;

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
        ids: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, Self::Error>> + Send;

    /// Saves the record of a job under a new version and returns true, if the stored version is `expected` (`None`: no
    /// record is stored). Otherwise changes nothing and returns false.
    fn save(
        &self,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Returns up to `limit` jobs whose records are not [settled](JobRecord::is_settled). The one saved longest ago is
    /// first.
    fn unsettled(&self, limit: usize) -> impl Future<Output = Result<Vec<JobRef>, Self::Error>> + Send;

    /// Stores the submission of a job before it is sent, and returns it. If one of the same ids is stored, returns
    /// that: a repeated request, from a second click or after a restart, is then the same job, which is created and
    /// billed once. Derive the ids from what stays the same: [`JobRef::from_key`].
    ///
    /// Give the result to [`Client::submit`](crate::Client::submit), and [keep](Store::keep) it afterwards. A web server may
    /// drop its handler when the browser leaves: run these three lines in a task of their own, or leave the rest to
    /// [`Receiver::resume`](crate::callback::Receiver::resume). Calls at the same time may both send the archive: the API
    /// has one job, and bills it once. A lookup is ensured as a [`Submission::lookup`].
    ///
    /// ```
    /// use smileid_client::{Accepted, Client, Result, store::Store};
    /// # use smileid_client::protocol::job::{CallbackUrl, Image, ImageJob, JobRef};
    ///
    /// /// Does the same however often it is called.
    /// async fn enroll(client: &Client, store: &impl Store, selfie: Image, url: CallbackUrl) -> Result<Accepted> {
    ///     let ids = JobRef::from_key("user-1", "application 4711")?;
    ///     let mut submission = store.ensure(ImageJob::smart_selfie_registration(ids, selfie)).await?;
    ///     let accepted = client.submit(&mut submission).callback(url).await;
    ///     store.keep(&submission).await?;
    ///     accepted
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`OtherContent`](crate::ErrorKind::OtherContent) if the stored job has other content. The content of an image
    /// file is compared when it has been read, so by `submit`.
    fn ensure(
        &self,
        job: impl Into<Submission> + Send,
    ) -> impl Future<Output = crate::Result<Submission>> + Send {
        let new = job.into().ensured();
        async move {
            let mut ensured = Ok(new.clone());
            let ids = new.ids().clone();
            self.change(&ids, |record| {
                ensured = match record.submission() {
                    Some(stored) => stored.clone().continued(new.clone()),
                    // A callback came, so something was sent.
                    None if record.is_known() => Ok(new.clone().resumed()),
                    None => Ok(new.clone()),
                };
                if let (None, Ok(ensured)) = (record.submission(), &ensured) {
                    record.set_submission(ensured.clone());
                }
            })
            .await?;
            Ok(ensured.map_err(Failure::from)?)
        }
    }

    /// Stores the stage that a submission has reached.
    ///
    /// # Errors
    ///
    /// If the store fails.
    fn keep(&self, submission: &Submission) -> impl Future<Output = crate::Result<()>> + Send {
        async move {
            self.change(submission.ids(), |record| {
                // Another process may have come further.
                let order = submission.stage().order();
                if record.submission().is_none_or(|stored| stored.stage().order() <= order) {
                    record.set_submission(submission.clone());
                }
            })
            .await
        }
    }

    /// Loads the record of a job, changes it and saves it. Does all of it again if another process has saved it
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// If the store fails, or others saved the record each of a hundred times.
    fn change<T: Send>(
        &self,
        ids: &JobRef,
        mut change: impl FnMut(&mut JobRecord) -> T + Send,
    ) -> impl Future<Output = crate::Result<T>> + Send {
        async move {
            for _ in 0..TRIES {
                let (before, version) = match self.load(ids).await.map_err(Error::store)? {
                    Some((record, version)) => (record, Some(version)),
                    None => (JobRecord::new(ids), None),
                };
                let mut record = before.clone();
                let changed = change(&mut record);
                if record == before || self.save(record, version).await.map_err(Error::store)? {
                    return Ok(changed);
                }
            }
            Err(Error::contended())
        }
    }
}

/// Limit of attempts to change a record. An attempt fails only if another caller succeeded, and a job has few
/// callbacks.
const TRIES: u32 = 100;

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
        ids: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, S::Error>> + Send {
        S::load(self, ids)
    }

    fn save(
        &self,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, S::Error>> + Send {
        S::save(self, record, expected)
    }

    fn unsettled(&self, limit: usize) -> impl Future<Output = Result<Vec<JobRef>, S::Error>> + Send {
        S::unsettled(self, limit)
    }
}

/// Version of a job's record. A record that is removed and created again must not get one of its old versions.
pub type Version = u64;
