//! Storage of jobs: their submissions, their results, and the signatures of received callbacks.
//!
//! [`Store`] is a trait for any database, and [`InMemory`] an implementation. A [`JobRecord`] holds everything known of
//! one job.

mod memory;
mod record;

use std::{error::Error as StdError, future::Future, sync::Arc, time::SystemTime};

use smileid_protocol::job::JobRef;

pub use memory::{InMemory, TooLarge};
pub use record::{Change, Ignored, JobRecord, Unsettled};

use crate::{
    block_on::block_on,
    callback::{Digest, Fingerprint},
    error::Error,
    flow::Failure,
    outcome::Outcome,
    submission::Submission,
    v3::SentJob,
};

/// Storage for a record of each job, and for the signatures of received callbacks.
///
/// Any number of processes may share a store. Two tables of a database are enough:
///
/// - jobs: `user_id`, `job_id`, the record as JSON, a version that [`save`](Store::save) compares, the time of the last
///   `save`, and the [word](Unsettled::word) of [`JobRecord::unsettled`] or null, by which [`unsettled`](Store::unsettled)
///   selects;
/// - seals: the seal (a hash of the timestamp and signature of a callback), a hash of the body that had it first, and the
///   time until which both are kept.
///
/// A record holds the images of a job in memory until the API has the job: as base64 in its JSON, up to some megabytes.
/// Encrypt the column, and delete records when your rules on retention say so. In async code a store must not block its
/// thread: use `spawn_blocking`.
///
/// Without async, the methods of a store may block: write them as `async fn` that await nothing, call a blocking driver of
/// your database in them, and use [`ensure_blocking`](Store::ensure_blocking) and its like. The example
/// [`file_store`](https://github.com/smileid-rs/smileid/blob/main/crates/smileid/examples/file_store.rs) is such a
/// store, complete and tested.
///
/// A store can wrap another one to add what a service needs:
///
/// ```
/// use std::time::SystemTime;
///
/// use smileid_client::{callback::{Digest, Fingerprint}, store::{InMemory, JobRecord, Store, Unsettled, Version}};
/// # use smileid_client::protocol::job::JobRef;
///
/// /// Tells another part of the program of each job that changed.
/// struct Telling(InMemory);
///
/// impl Store for Telling {
///     type Error = <InMemory as Store>::Error;
///
///     async fn remember(&self, seen: Fingerprint, now: SystemTime) -> Result<Option<Digest>, Self::Error> {
///         self.0.remember(seen, now).await // in a database: seal and body, as bytes
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
///     async fn unsettled(&self, what: Unsettled, limit: usize) -> Result<Vec<JobRef>, Self::Error> {
///         self.0.unsettled(what, limit).await // the column that holds `record.unsettled()`
///     }
/// }
///
/// let store = Telling(InMemory::default());
/// let digest = Digest::from_bytes([7; 32]); // as it was stored
/// assert_eq!(digest.as_bytes(), &[7; 32]);
/// ```
pub trait Store: Send + Sync {
    /// Error type of the store.
    type Error: StdError + Send + Sync + 'static;

    /// Remembers the seal (a hash of timestamp and signature) and the hash of the body until the seal expires. If the seal is
    /// already known, returns the hash of the body that came with it first. If two calls are concurrent, one of them must count
    /// as the first.
    fn remember(
        &self,
        fingerprint: Fingerprint,
        now: SystemTime,
    ) -> impl Future<Output = Result<Option<Digest>, Self::Error>> + Send;

    /// Loads the record of a job and its version.
    fn load(
        &self,
        ids: &JobRef,
    ) -> impl Future<Output = Result<Option<(JobRecord, Version)>, Self::Error>> + Send;

    /// Saves the record of a job under a new version and returns true, if the stored version is `expected` (`None`: no record is
    /// stored). Otherwise changes nothing and returns false. A version must never occur twice for a job, even if its record is
    /// removed and saved again: use one counter for all records.
    fn save(
        &self,
        record: JobRecord,
        expected: Option<Version>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Returns up to `limit` jobs whose records have this [next step](JobRecord::unsettled), the one saved longest ago first.
    fn unsettled(
        &self,
        what: Unsettled,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<JobRef>, Self::Error>> + Send;

    /// Stores the submission of a job before it is sent, and returns it. If a submission with the same ids is stored, returns
    /// that one: a repeated request, from a second click or after a restart, then continues the same job and creates no second
    /// one. Derive the ids from a value that stays the same: [`JobRef::from_key`].
    ///
    /// Give the result to [`Client::submit`](crate::Client::submit), and [keep](Store::keep) it afterwards. A web server may
    /// drop its handler when the browser leaves: run these three lines in a task of their own, or leave the rest to
    /// [`Receiver::resume`](crate::callback::Receiver::resume). Calls at the same time may both send the archive: the API
    /// has one job, and bills it once.
    ///
    /// Include the callback URL, as the example does: then [`resume`](crate::callback::Receiver::resume) has it too if this
    /// process ends before it submits. After a wait, [settle](Store::settle) the job instead of keeping the submission.
    ///
    /// A job that the API [refused](crate::Stage::Refused) or that was [abandoned](Store::abandon) is replaced, by the same
    /// content or another.
    ///
    /// ```
    /// use smileid_client::{Accepted, Client, Result, Submission, store::Store};
    /// # use smileid_client::protocol::job::{CallbackUrl, Image, ImageJob, JobRef};
    ///
    /// /// Does the same however often it is called.
    /// async fn enroll(client: &Client, store: &impl Store, selfie: Image, url: CallbackUrl) -> Result<Accepted> {
    ///     let ids = JobRef::from_key("user-1", "application 4711")?;
    ///     let job = ImageJob::smart_selfie_registration(ids, selfie);
    ///     let mut submission = store.ensure(Submission::new(job).callback(url)).await?;
    ///     let accepted = client.submit(&mut submission).await;
    ///     store.keep(&submission).await?;
    ///     accepted
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`OtherContent`](crate::ErrorKind::OtherContent) if the stored job has other content. The content of an image file,
    /// and of a job that the API has, is compared by `submit`. If a callback is the only sign that the API has the job,
    /// nothing is left to compare with: other content is then not noticed, the stored job counts, and nothing is sent.
    ///
    /// A job that cannot be sent is not stored: one with an image in memory that is neither JPEG nor PNG
    /// ([`Image`](crate::ErrorKind::Image)), or a lookup without a callback URL of its own
    /// ([`Config`](crate::ErrorKind::Config)), as a store does not know the client's. Image files are checked by `submit`.
    fn ensure(
        &self,
        job: impl Into<Submission> + Send,
    ) -> impl Future<Output = crate::Result<Submission>> + Send {
        let new = job.into().ensured();
        async move {
            new.check_images()?;
            if new.lacks_callback() {
                return Err(Error::config(NO_CALLBACK));
            }
            let ensured = self.change(new.ids(), |record| record.ensure(&new)).await?;
            Ok(ensured.map_err(Failure::from)?)
        }
    }

    /// Stores the stage that a submission has reached.
    ///
    /// # Errors
    ///
    /// If the store fails.
    fn keep(&self, submission: &Submission) -> impl Future<Output = crate::Result<()>> + Send {
        self.change(submission.ids(), |record| record.keep(submission))
    }

    /// Stores the outcome of a submission that [waited](crate::Submit::wait) for its result: its stage, and the results that the
    /// API has confirmed. If they are complete, the job is settled. A job of two parts needs the
    /// [history](crate::Submit::history) for that, because a status contains only one result; without it,
    /// [`Receiver::reconcile`](crate::callback::Receiver::reconcile) requests the other part.
    ///
    /// ```
    /// use smileid_client::{Client, Outcome, Result, store::Store, protocol::job::ImageJob};
    ///
    /// /// Does the same however often it is called.
    /// async fn enroll(client: &Client, store: &impl Store, job: ImageJob) -> Result<Outcome> {
    ///     let mut submission = store.ensure(job).await?;
    ///     let outcome = client.submit(&mut submission).wait().history().await?;
    ///     store.settle(&submission, &outcome).await?;
    ///     Ok(outcome)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the store fails.
    fn settle(
        &self,
        submission: &Submission,
        outcome: &Outcome,
    ) -> impl Future<Output = crate::Result<()>> + Send {
        self.change(submission.ids(), |record| {
            record.keep(submission);
            if let Some((results, asked)) = outcome.confirmed() {
                for result in results {
                    let _the_record_says_it = record.apply_confirmed(result, asked);
                }
            }
        })
    }

    /// Stores the ids of a V3 job, by which its callback is recognized: before the job is sent, and again with its `job_id` when
    /// the API has accepted it. The record has the ids of [`SentJob::ids`]. The callback of a job that is
    /// not stored has another record, whose `job_id` is the API's.
    ///
    /// If the outcome of the submission is unknown, a callback with the correlation value proposes a `job_id`, and the
    /// status of that job settles the record, if it names the same person. If the `user_id` is yours, the person may have
    /// other jobs, so a `clear` status is provisional. If the client made it, the person has no other.
    ///
    /// ```
    /// use smileid_client::{Client, Result, store::Store, v3};
    ///
    /// async fn look_up(client: &Client, store: &impl Store, job: v3::enhanced_kyc::Request) -> Result<v3::JobId> {
    ///     let call = client.submit(job);
    ///     store.keep_v3(call.sent_job()).await?;
    ///     let accepted = call.await?; // if this fails, do not submit the job again: see `Error::is_outcome_unknown`
    ///     store.keep_v3(accepted.sent_job()).await?;
    ///     Ok(accepted.job_id().clone())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the job has no `user_id`, or the store fails.
    fn keep_v3(&self, sent: &SentJob) -> impl Future<Output = crate::Result<()>> + Send {
        async move {
            let ids = sent.ids()?;
            self.change(&ids, |record| record.keep_v3(sent)).await
        }
    }

    /// Gives up a job: removes its images and data, and sends nothing more for it. Its ids can be used for other content, as long
    /// as the API has no archive of the job. Callbacks are still added to its record.
    ///
    /// # Errors
    ///
    /// If the store fails.
    fn abandon(&self, ids: &JobRef) -> impl Future<Output = crate::Result<()>> + Send {
        self.change(ids, JobRecord::abandon)
    }

    /// Does the same as [`Store::ensure`] but blocks the thread.
    ///
    /// ```
    /// use smileid_client::{Accepted, Outcome, Result, Submission, blocking::Client, store::Store};
    /// # use smileid_client::protocol::job::{CallbackUrl, ImageJob, JobRef};
    ///
    /// fn enroll(client: &Client, store: &impl Store, job: ImageJob, url: CallbackUrl) -> Result<Accepted> {
    ///     let mut submission = store.ensure_blocking(Submission::new(job).callback(url))?;
    ///     let accepted = client.submit(&mut submission).send();
    ///     store.keep_blocking(&submission)?;
    ///     accepted
    /// }
    ///
    /// fn enroll_and_wait(client: &Client, store: &impl Store, job: ImageJob) -> Result<Outcome> {
    ///     let mut submission = store.ensure_blocking(job)?;
    ///     let outcome = client.submit(&mut submission).wait().history().send()?;
    ///     store.settle_blocking(&submission, &outcome)?;
    ///     Ok(outcome)
    /// }
    ///
    /// fn give_up(store: &impl Store, ids: &JobRef) -> Result<()> {
    ///     let decided = store.load_blocking(ids)?.is_some_and(|record| record.is_settled());
    ///     if decided { Ok(()) } else { store.abandon_blocking(ids) }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Store::ensure`].
    fn ensure_blocking(&self, job: impl Into<Submission> + Send) -> crate::Result<Submission> {
        block_on(self.ensure(job))
    }

    /// Does the same as [`Store::keep`] but blocks the thread.
    ///
    /// # Errors
    ///
    /// As for [`Store::keep`].
    fn keep_blocking(&self, submission: &Submission) -> crate::Result<()> {
        block_on(self.keep(submission))
    }

    /// Does the same as [`Store::keep_v3`] but blocks the thread.
    ///
    /// ```
    /// use smileid_client::{Result, blocking::Client, store::Store, v3};
    ///
    /// fn look_up(client: &Client, store: &impl Store, job: v3::enhanced_kyc::Request) -> Result<v3::Outcome> {
    ///     let call = client.submit(job).wait();
    ///     store.keep_v3_blocking(call.sent_job())?;
    ///     let outcome = call.send()?;
    ///     outcome.sent_job().map_or(Ok(()), |sent| store.keep_v3_blocking(sent))?;
    ///     Ok(outcome)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Store::keep_v3`].
    fn keep_v3_blocking(&self, sent: &SentJob) -> crate::Result<()> {
        block_on(self.keep_v3(sent))
    }

    /// Does the same as [`Store::settle`] but blocks the thread.
    ///
    /// # Errors
    ///
    /// As for [`Store::settle`].
    fn settle_blocking(&self, submission: &Submission, outcome: &Outcome) -> crate::Result<()> {
        block_on(self.settle(submission, outcome))
    }

    /// Does the same as [`Store::abandon`] but blocks the thread.
    ///
    /// # Errors
    ///
    /// As for [`Store::abandon`].
    fn abandon_blocking(&self, ids: &JobRef) -> crate::Result<()> {
        block_on(self.abandon(ids))
    }

    /// Loads the record of a job, as [`Store::load`] does, but blocks the thread.
    ///
    /// # Errors
    ///
    /// If the store fails.
    fn load_blocking(&self, ids: &JobRef) -> crate::Result<Option<JobRecord>> {
        Ok(block_on(self.load(ids)).map_err(Error::store)?.map(|(record, _)| record))
    }

    /// Loads the record of a job, changes it and saves it. Repeats this if another process has saved the record in the meantime.
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

/// Maximum number of attempts to change a record. An attempt fails only if another caller succeeded, and a job has few callbacks.
const TRIES: u32 = 100;

/// Implements the trait for a shared store.
impl<S: Store> Store for Arc<S> {
    type Error = S::Error;

    fn remember(
        &self,
        fingerprint: Fingerprint,
        now: SystemTime,
    ) -> impl Future<Output = Result<Option<Digest>, S::Error>> + Send {
        S::remember(self, fingerprint, now)
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

    fn unsettled(
        &self,
        what: Unsettled,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<JobRef>, S::Error>> + Send {
        S::unsettled(self, what, limit)
    }
}

/// Version of a job's record. A record that is removed and created again must not get an old version.
pub type Version = u64;

/// Error text for a lookup without a callback URL, which a store cannot take from the client's configuration.
const NO_CALLBACK: &str =
    "a lookup in a store needs a callback URL of its own: `Submission::new(lookup).callback(url)`";
