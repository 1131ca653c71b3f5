//! Receives a callback: from its bytes to the record of its job.

use std::{
    error::Error,
    fmt,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use http::StatusCode;
use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    callback::Callback,
    job::JobRef,
    types::JobResult,
};

use super::{CallbackError, Change, Ignored, JobRecord, Received, ReplayCheck, Store, Verifier};

/// Verifies callbacks, and keeps their content in a store.
///
/// Answer every callback with success once it is kept, whatever its [`Change`], so that the sender stops sending it.
#[derive(Clone, Debug)]
pub struct Receiver<S> {
    verifier: Verifier,
    store: S,
}

impl<S: Store> Receiver<S> {
    /// Creates a receiver that keeps in `store` the callbacks that `verifier` accepts.
    pub fn new(verifier: Verifier, store: S) -> Self {
        Self { verifier, store }
    }

    /// Returns the verifier, which decides if a callback comes from the API.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Returns the store of records and fingerprints.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Processes the body of a callback at the time `now_utc_millis`, in milliseconds since 1970.
    ///
    /// ```
    /// use smileid_client::callback::{Change, Receipt, ReceiveError, Receiver, Store};
    ///
    /// /// The status to answer a sender with.
    /// async fn answer<S: Store>(receiver: &Receiver<S>, body: &[u8], now: i64) -> http::StatusCode {
    ///     match receiver.receive(body, now).await {
    ///         Ok(Receipt { change: Change::MustConfirm, .. }) => http::StatusCode::OK, // and ask the API
    ///         Ok(_) => http::StatusCode::OK,
    ///         Err(error @ ReceiveError::Refused(_)) => error.status(),
    ///         Err(error) => error.status(), // the sender tries again
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the callback is not the API's, or cannot be kept. [`ReceiveError::status`] is the HTTP status to answer with.
    pub async fn receive(&self, body: &[u8], now_utc_millis: i64) -> Result<Receipt, ReceiveError<S::Error>> {
        let received = self.verifier.verify(body, now_utc_millis)?;
        self.keep(received).await
    }

    /// [`Receiver::receive`], for a callback that was verified elsewhere.
    ///
    /// # Errors
    ///
    /// If it cannot be kept.
    pub async fn keep(&self, received: Received) -> Result<Receipt, ReceiveError<S::Error>> {
        let seen = self.store.remember(*received.fingerprint(), received.at_utc_millis()).await;
        let callback = match received.sighted(seen.map_err(ReceiveError::Store)?) {
            ReplayCheck::Fresh(callback) => callback,
            ReplayCheck::Ambiguous(callback) => {
                if let Some(ids) = callback.result().and_then(JobRecord::ids_of) {
                    let _must_confirm = self.change(&ids, |record| record.doubt(&callback)).await?;
                }
                return Ok(Receipt { callback, change: Change::MustConfirm });
            }
        };
        let change = match callback.result().and_then(JobRecord::ids_of) {
            Some(ids) => self.change(&ids, |record| record.take_in(&callback)).await?,
            None if callback.result().is_some() => Change::MustConfirm,
            // A checked phone or selfie is one message, which needs no record.
            None if callback.is_repeated() => Change::Ignored(Ignored::Duplicate),
            None => Change::Applied(callback.verdict()),
        };
        Ok(Receipt { callback: callback.into_proven(), change })
    }

    /// Records a result that the API has confirmed. `asked_utc_millis` is a time before the request was sent.
    ///
    /// # Errors
    ///
    /// If it cannot be kept.
    pub async fn settle(
        &self,
        confirmed: &Confirmed,
        asked_utc_millis: i64,
    ) -> Result<Change, ReceiveError<S::Error>> {
        match JobRecord::ids_of(confirmed) {
            Some(ids) => self.change(&ids, |record| record.settle(confirmed, asked_utc_millis)).await,
            None => Ok(Change::Ignored(Ignored::AnotherJob)),
        }
    }

    /// [`Receiver::receive`], blocking the thread.
    ///
    /// # Errors
    ///
    /// If the callback is not the API's, or cannot be kept. [`ReceiveError::status`] is the HTTP status to answer with.
    pub fn receive_blocking(
        &self,
        body: &[u8],
        now_utc_millis: i64,
    ) -> Result<Receipt, ReceiveError<S::Error>> {
        block_on(self.receive(body, now_utc_millis))
    }

    /// [`Receiver::settle`], blocking the thread.
    ///
    /// # Errors
    ///
    /// If it cannot be kept.
    pub fn settle_blocking(
        &self,
        confirmed: &Confirmed,
        asked_utc_millis: i64,
    ) -> Result<Change, ReceiveError<S::Error>> {
        block_on(self.settle(confirmed, asked_utc_millis))
    }

    /// Changes the record of a job. Tries again each time another caller has changed it meanwhile.
    async fn change(
        &self,
        ids: &JobRef,
        mut change: impl FnMut(&mut JobRecord) -> Change + Send,
    ) -> Result<Change, ReceiveError<S::Error>> {
        for _ in 0..TRIES {
            let (before, version) = match self.store.load(ids).await.map_err(ReceiveError::Store)? {
                Some((record, version)) => (record, Some(version)),
                None => (JobRecord::new(ids), None),
            };
            let mut record = before.clone();
            let came_of_it = change(&mut record);
            let is_kept = record == before
                || self.store.save(ids, record, version).await.map_err(ReceiveError::Store)?;
            if is_kept {
                return Ok(came_of_it);
            }
        }
        Err(ReceiveError::Contended)
    }
}

/// Limit of attempts to change a record. An attempt fails only if another caller succeeded, and a job has few
/// callbacks.
const TRIES: u32 = 100;

/// A received callback, and its effect on the record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Receipt {
    /// The callback. Do not act upon it if the change is [`Change::MustConfirm`].
    pub callback: OriginProven<Callback>,
    /// Effect on the record. A phone or selfie result that must be confirmed cannot be: the job status knows jobs
    /// alone.
    pub change: Change,
}

impl Receipt {
    /// Returns the result as `Client::confirm` takes it, if the callback is the result of a job.
    pub fn into_result(self) -> Option<OriginProven<JobResult>> {
        self.callback.into_result()
    }
}

/// A callback was not kept.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReceiveError<E> {
    /// The callback does not prove that it comes from the API.
    Refused(CallbackError),
    /// The store failed.
    Store(E),
    /// Other callers changed the job's record each time.
    Contended,
}

impl<E> ReceiveError<E> {
    /// Returns the HTTP status to answer with. The sender tries again later.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(error) => error.status(),
            Self::Store(_) | Self::Contended => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl<E> From<CallbackError> for ReceiveError<E> {
    fn from(error: CallbackError) -> Self {
        Self::Refused(error)
    }
}

impl<E> fmt::Display for ReceiveError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Store(_) => f.write_str("the callback could not be kept"),
            Self::Contended => f.write_str("the job's record was changed by others again and again"),
        }
    }
}

impl<E: Error + 'static> Error for ReceiveError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(error) => error.source(),
            Self::Store(error) => Some(error),
            Self::Contended => None,
        }
    }
}

/// Runs a future on this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
