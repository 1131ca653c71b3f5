//! Receiver of callbacks: verifies them and updates the records of the jobs.

use std::{sync::Arc, time::SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    job::JobRef,
    mock_clock,
    types::{JobResult, Verdict},
    v1::job_status,
    v3,
};

use tracing::Instrument as _;

use super::{Receipt, Received, ReceivedCallback, ReplayCheck, Verifier};
use crate::{
    block_on::block_on,
    blocking,
    client::Client,
    clock,
    config::Config,
    error::{Error, ErrorKind, Result},
    flow::{ConfirmError, ConfirmResult},
    outcome::Accepted,
    store::{Change, Ignored, JobRecord, Store, Unsettled},
    submission::Submission,
    trace,
};

/// Receiver of callbacks: verifies them, and keeps a record of each job in a store.
///
/// ```
/// use smileid_client::{Client, callback::{Api, Receipt, Receiver}, store::InMemory};
/// # use smileid_client::protocol::auth::Credentials;
///
/// fn receiver(client: Client, old_key: Credentials) -> Receiver<InMemory> {
///     Receiver::new(client, InMemory::default())
///         .confirming()
///         .verifying(|verifier| verifier.keys.push(old_key)) // while the key is being replaced
/// }
///
/// fn told(receipt: &Receipt) -> bool {
///     receipt.is_confirmed() && receipt.result().is_some()
/// }
///
/// let offline = Receiver::new(Api::Nobody, InMemory::default());
/// assert!(offline.reconcile_blocking(10)?.is_empty());
/// # Ok::<(), smileid_client::Error>(())
/// ```
///
/// [`handle`](Receiver::handle) does everything in one call. [`reconcile`](Receiver::reconcile) asks the API for the
/// results whose callbacks never came.
#[derive(Clone, Debug)]
pub struct Receiver<S> {
    verifier: Verifier,
    api: Api,
    is_confirming: bool,
    store: S,
}

impl<S: Store> Receiver<S> {
    /// Creates a receiver of the callbacks for the partner of `client`, an asynchronous or a blocking client.
    pub fn new(client: impl Into<Api>, store: S) -> Self {
        let api = client.into();
        let mut verifier = Verifier::new([]);
        if let Some(config) = api.config() {
            verifier.keys.push(config.credentials.clone());
            verifier.api = Some(config.origin.clone());
        }
        Self { verifier, api, is_confirming: false, store }
    }

    /// Requests the job status from the API for each callback that changes a record, before [`handle`](Receiver::handle) returns.
    ///
    /// A signature proves that the sender has the key, or has copied a signature of the API; it does not cover the
    /// message. So the callback only proposes a result, and the status of the job confirms it. If the job is not complete
    /// yet, or the API does not bear the claim out, nothing is settled: the receipt is [not confirmed](Receipt::is_confirmed),
    /// the verdict is provisional at best, and the job stays [unsettled](crate::store::JobRecord::unsettled). The callback
    /// is still answered with success, as it is kept: no source says how often the API sends one again. The next
    /// [`reconcile`](Receiver::reconcile), or another callback, settles the job, so **call `reconcile` now and then**.
    ///
    /// **Without this, have the API confirm a result before anything that cannot be undone.**
    #[must_use]
    pub fn confirming(self) -> Self {
        Self { is_confirming: true, ..self }
    }

    /// Changes the rules for callbacks: a second API key while one is replaced, the maximum age, the maximum size.
    #[must_use]
    pub fn verifying(mut self, change: impl FnOnce(&mut Verifier)) -> Self {
        change(&mut self.verifier);
        self
    }

    /// Returns the rules for callbacks.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Returns the store of the receiver.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Handles a callback of version 1 or 3: verifies it, recognizes repetitions, and adds it to the record of its job. A
    /// [confirming](Receiver::confirming) receiver also requests the job status from the API.
    ///
    /// A callback of version 3 is known by its headers `Response-Signature` and `Response-Timestamp`. It settles nothing by
    /// itself: its record is provisional until the API's status confirms it, here or in
    /// [`reconcile`](Receiver::reconcile).
    ///
    /// `headers` are those of the request, in the type of any web framework. Answer with success if it returns a
    /// receipt, whatever the receipt says, so that the sender stops; otherwise with
    /// [`Error::callback_status`](crate::Error::callback_status).
    ///
    /// ```
    /// use http::{HeaderMap, StatusCode};
    /// use smileid_client::{callback::Receiver, store::Store};
    ///
    /// async fn callback<S: Store>(receiver: &Receiver<S>, headers: HeaderMap, body: &[u8]) -> StatusCode {
    ///     match receiver.handle(&headers, body).await {
    ///         Ok(receipt) if receipt.is_confirmed() => println!("{}", receipt.verdict().decision), // act on it
    ///         Ok(_) => {} // not confirmed yet: `reconcile` asks the API later
    ///         Err(error) => return error.callback_status(),
    ///     }
    ///     StatusCode::OK
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the callback does not prove that it comes from the API, or cannot be kept. If the receiver is confirming: also if
    /// no response of the API came, or one that cannot be used, such as one with a wrong signature
    /// ([`Unconfirmed`](crate::ErrorKind::Unconfirmed)). The callback is kept then, settles nothing, and is to be sent
    /// again. A job that is not complete, or that the API does not know, is no error: see
    /// [`confirming`](Receiver::confirming).
    pub async fn handle<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Receipt> {
        let headers = relevant(headers);
        let now = self.verifier.time(&headers, self.api.now());
        if v3::callback::Callback::is_signed_by_headers(&headers) {
            let received = self.verifier.verify_v3(&headers, body, now);
            return self.receive_v3(received.inspect_err(|error| trace::refused_callback(error))?).await;
        }
        let received = self.verifier.verify(body, now);
        self.receive(received.inspect_err(|error| trace::refused_callback(error))?).await
    }

    /// Does the same as [`Receiver::handle`] but blocks the thread, for a blocking client and store.
    ///
    /// # Errors
    ///
    /// As for [`Receiver::handle`].
    pub fn handle_blocking<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Receipt> {
        block_on(self.handle(headers, body))
    }

    /// Requests the results of [awaited](Unsettled::Awaited) jobs, at most `limit` in one call, and adds them to the records. The
    /// callbacks of these jobs are late, were lost, or must be confirmed. Call this regularly, for example every ten minutes.
    /// Jobs that may never have reached the API are submitted by [`resume`](Receiver::resume).
    ///
    /// Returns the result for each job. An error about one job does not end the others, unless no response came: then the
    /// network is probably down, that job is the last one returned, and the others are left for the next call. The next
    /// call begins with the jobs that were asked about longest ago.
    ///
    /// ```
    /// use smileid_client::{Result, callback::Receiver, store::Store};
    ///
    /// async fn catch_up<S: Store>(receiver: &Receiver<S>) -> Result<()> {
    ///     for (ids, verdict) in receiver.reconcile(100).await? {
    ///         match verdict {
    ///             Ok(verdict) => println!("{}: {}", ids.job_id(), verdict.decision.word()),
    ///             Err(error) => println!("{}: {error}", ids.job_id()),
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn reconcile(&self, limit: usize) -> Result<Vec<(JobRef, Result<Verdict>)>> {
        let mut reconciled = Vec::new();
        for ids in self.store.unsettled(Unsettled::Awaited, limit).await.map_err(Error::store)? {
            let span = trace::call("reconcile", Some(&ids));
            let verdict = self.ask(&ids).instrument(span).await;
            let is_cut_off = verdict.as_ref().is_err_and(Error::is_of_network);
            reconciled.push((ids, verdict));
            if is_cut_off {
                break;
            }
        }
        Ok(reconciled)
    }

    /// Submits stored jobs that the API may not have, at most `limit`: their request was dropped, the process ended, or the
    /// network failed. Call this when the program starts, and regularly. Jobs that the API has, or that it
    /// [refused](crate::Stage::Refused) for their content, are not sent again.
    ///
    /// A job with images is submitted with its own callback URL, that of [`Config::callback`], or none: then
    /// [`reconcile`](Receiver::reconcile) is the one to bring its result.
    ///
    /// Returns the result for each job. An error about one job does not end the others, unless no response came: then the
    /// network is probably down, that job is the last one returned, and the others are left for the next call. The next
    /// call begins with the jobs that were tried longest ago. The API is asked about a job whose files cannot be read, as
    /// it may have it: a process may have sent it and ended before it stored that. [Abandon](Store::abandon) a job that
    /// cannot succeed, such as one whose file is neither JPEG nor PNG.
    ///
    /// ```
    /// use smileid_client::{Result, callback::Receiver, store::Store};
    ///
    /// async fn start<S: Store>(receiver: &Receiver<S>) -> Result<()> {
    ///     for (ids, accepted) in receiver.resume(100).await? {
    ///         println!("{}: {accepted:?}", ids.job_id());
    ///     }
    ///     Ok(())
    /// }
    /// # use smileid_client::{callback::Api, store::InMemory};
    /// # assert!(Receiver::new(Api::Nobody, InMemory::default()).resume_blocking(9)?.is_empty());
    /// # Ok::<(), smileid_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn resume(&self, limit: usize) -> Result<Vec<(JobRef, Result<Accepted>)>> {
        let mut resumed = Vec::new();
        for ids in self.store.unsettled(Unsettled::Unsent, limit).await.map_err(Error::store)? {
            let stored = self.store.load(&ids).await.map_err(Error::store)?;
            let record = stored.map(|(record, _)| record);
            // Another process may have come further.
            let is_unsent = |record: &JobRecord| record.unsettled() == Some(Unsettled::Unsent);
            let submission = record.filter(is_unsent).and_then(|record| record.submission().cloned());
            if let Some(mut submission) = submission {
                submission.stage = submission.stage.stored();
                let asked = self.api.now();
                let accepted = self.api.submit(&mut submission).await;
                // The record changes in any case, so that it is saved and other jobs are the next.
                let change = |record: &mut JobRecord| {
                    record.keep(&submission);
                    record.note_asked(asked);
                };
                self.store.change(&ids, change).await?;
                let mut is_cut_off = accepted.as_ref().is_err_and(Error::is_of_network);
                if accepted.as_ref().is_err_and(|error| error.kind() == ErrorKind::File) {
                    // The API may have the job although it cannot be sent again, such as when a file is gone.
                    is_cut_off = self.ask(&ids).await.is_err_and(|error| error.is_of_network());
                }
                resumed.push((ids, accepted));
                if is_cut_off {
                    break;
                }
            }
        }
        Ok(resumed)
    }

    /// Does the same as [`Receiver::resume`] but blocks the thread.
    ///
    /// # Errors
    ///
    /// As for [`Receiver::resume`].
    pub fn resume_blocking(&self, limit: usize) -> Result<Vec<(JobRef, Result<Accepted>)>> {
        block_on(self.resume(limit))
    }

    /// Does the same as [`Receiver::reconcile`] but blocks the thread.
    ///
    /// # Errors
    ///
    /// As for [`Receiver::reconcile`].
    pub fn reconcile_blocking(&self, limit: usize) -> Result<Vec<(JobRef, Result<Verdict>)>> {
        block_on(self.reconcile(limit))
    }

    async fn receive(&self, received: Received) -> Result<Receipt> {
        let receipt = self.keep(received).await?;
        if !self.is_confirming || receipt.is_known() {
            return Ok(receipt);
        }
        let Some(claimed) = receipt.result() else { return Ok(receipt) };
        match self.api.confirm(&claimed).await {
            Ok(confirmed) => {
                let Some(ids) = JobRecord::ids_of(&confirmed) else { return Ok(receipt) };
                let change = |record: &mut JobRecord| {
                    let change = record.apply_confirmed(&confirmed, receipt.received_at);
                    (change, record.clone())
                };
                let (change, record) = self.store.change(&ids, change).await?;
                Ok(Receipt { change, record: Some(record), ..receipt })
            }
            // The API's response cannot be used. The sender of the callback should send it again.
            Err(
                error @ ConfirmError::Unconfirmed(
                    job_status::ConfirmError::Reply(_) | job_status::ConfirmError::Forged(_),
                ),
            ) => Err(error.into()),
            // The API has finished only a part of the job, or does not bear out what the callback says: it stays
            // unconfirmed.
            Err(ConfirmError::Unconfirmed(_) | ConfirmError::Unnamed) => Ok(receipt),
            Err(error) if error.is_retryable() => Err(error.into()),
            Err(error) => {
                trace::unconfirmed_callback(&error);
                Ok(receipt)
            }
        }
    }

    async fn keep(&self, received: Received) -> Result<Receipt> {
        let received_at = received.received_at();
        let seen = self.store.remember(*received.fingerprint(), received_at).await;
        let checked = received.sighted(seen.map_err(Error::store)?);
        let ids = checked.callback().result().and_then(JobRecord::ids_of);
        let Some(ids) = ids else {
            let callback = checked.callback();
            let change = match &checked {
                // A checked phone or selfie is one message, which needs no record.
                ReplayCheck::Fresh(fresh) if callback.result().is_none() && fresh.is_repeated() => {
                    Change::Ignored(Ignored::Duplicate)
                }
                ReplayCheck::Fresh(_) if callback.result().is_none() => Change::Applied(callback.verdict()),
                _ => Change::MustConfirm,
            };
            return Ok(Receipt {
                callback: ReceivedCallback::new(checked.into_callback()),
                change,
                record: None,
                received_at,
            });
        };
        let apply = |record: &mut JobRecord| {
            if self.is_confirming {
                record.count_only_confirmed();
            }
            let change = match &checked {
                ReplayCheck::Fresh(fresh) => record.apply(fresh),
                ReplayCheck::Ambiguous(callback) => record.doubt(callback),
            };
            (change, record.clone())
        };
        let (change, record) = self.store.change(&ids, apply).await?;
        Ok(Receipt {
            callback: ReceivedCallback::new(checked.into_callback()),
            change,
            record: Some(record),
            received_at,
        })
    }

    pub(super) fn is_confirming(&self) -> bool {
        self.is_confirming
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    async fn ask(&self, ids: &JobRef) -> Result<Verdict> {
        let stored = self.store.load(ids).await.map_err(Error::store)?;
        if let Some(job_ids) = stored.and_then(|(record, _)| record.v3_candidates()) {
            return self.ask_v3(ids, job_ids).await;
        }
        let asked = self.api.now();
        let results = match self.api.results(ids).await {
            // There is nothing new.
            Err(ConfirmError::Unconfirmed(
                job_status::ConfirmError::NotComplete | job_status::ConfirmError::NoResult,
            )) => Ok(Vec::new()),
            results => results,
        };
        let change = |record: &mut JobRecord| {
            record.note_asked(asked);
            for result in results.iter().flatten() {
                let _the_verdict_says_it = record.apply_confirmed(result, asked);
            }
            record.verdict()
        };
        let verdict = self.store.change(ids, change).await?;
        results?;
        Ok(verdict)
    }
}

/// Returns the headers that a receiver reads, from the headers of any web framework.
fn relevant<N: AsRef<[u8]>, V: AsRef<[u8]>>(headers: impl IntoIterator<Item = (N, V)>) -> HeaderMap {
    let relevant = |(name, value): (N, V)| {
        let name = HeaderName::from_bytes(name.as_ref()).ok()?;
        if name != mock_clock::HEADER && !v3::callback::HEADERS.contains(&name.as_str()) {
            return None;
        }
        Some((name, HeaderValue::from_bytes(value.as_ref()).ok()?))
    };
    headers.into_iter().filter_map(relevant).collect()
}

/// Client with which a [`Receiver`] sends requests, if it has one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Api {
    /// The receiver uses an asynchronous client.
    Asynchronous(Client),
    /// The receiver uses a blocking client. Such a receiver can only be used by blocking code.
    Blocking(blocking::Client),
    /// The receiver has no client: callbacks stay unconfirmed, and a confirming receiver settles no job. Add API keys with
    /// [`Receiver::verifying`].
    Nobody,
}

impl Api {
    fn config(&self) -> Option<&Arc<Config>> {
        match self {
            Self::Asynchronous(client) => Some(client.config()),
            Self::Blocking(client) => Some(client.config()),
            Self::Nobody => None,
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        match self {
            Self::Asynchronous(client) => client.transport().now(),
            Self::Blocking(client) => client.transport().now(),
            Self::Nobody => clock::now(),
        }
        .wall
    }

    async fn submit(&self, submission: &mut Submission) -> Result<Accepted> {
        match self {
            Self::Asynchronous(client) => client.submit(submission).await,
            Self::Blocking(client) => client.submit(submission).send(),
            Self::Nobody => Err(Error::config("the receiver has no client to submit with")),
        }
    }

    async fn confirm(&self, claimed: &OriginProven<JobResult>) -> Result<Confirmed, ConfirmError> {
        match self {
            Self::Asynchronous(client) => client.confirmed(claimed).await,
            Self::Blocking(client) => client.confirmed(claimed),
            Self::Nobody => Err(job_status::ConfirmError::NoResult.into()),
        }
    }

    async fn results(&self, ids: &JobRef) -> Result<Vec<Confirmed>, ConfirmError> {
        let flow = |config: &Arc<Config>, seed| ConfirmResult::for_job(Arc::clone(config), ids, seed);
        match self {
            Self::Asynchronous(client) => client.run(flow(client.config(), client.transport().seed())).await,
            Self::Blocking(client) => client.run(flow(client.config(), client.transport().seed())),
            Self::Nobody => Err(job_status::ConfirmError::NoResult.into()),
        }
    }
}

impl From<Client> for Api {
    fn from(client: Client) -> Self {
        Self::Asynchronous(client)
    }
}

impl From<blocking::Client> for Api {
    fn from(client: blocking::Client) -> Self {
        Self::Blocking(client)
    }
}
