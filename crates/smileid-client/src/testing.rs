//! Transports for tests of programs that use a [`Client`](crate::Client) or a [`blocking::Client`](crate::blocking::Client).
//!
//! - [`Script`] gives prepared responses to requests, in order.
//! - [`Never`] does not respond.
//! - [`Recorder`] records the exchanges of another transport, without secrets and personal values. [`Replay`] gives the
//!   recorded responses again.
//! - Any closure from a request to a response is a [`BlockingTransport`]; [`transport_fn`] makes an asynchronous one of
//!   a closure that returns a future.
//!
//! None of them opens a socket, and time passes only by waiting: a wait of hours is over at once.
//!
//! ```
//! use serde_json::json;
//! use smileid_client::{Client, Config, Environment, testing::{Answer, Script}};
//! # use smileid_client::protocol::{auth::Credentials, job::JobRef, types::Decision};
//!
//! /// What is tested: works over any transport.
//! async fn is_enrolled(client: &Client, ids: &JobRef) -> bool {
//!     match client.status(ids).await {
//!         Ok(outcome) => outcome.decision() == Decision::Approved,
//!         Err(_) => false,
//!     }
//! }
//!
//! # fn run<F: Future>(future: F) -> F::Output {
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     match std::pin::pin!(future).poll(&mut context) {
//! #         std::task::Poll::Ready(output) => output,
//! #         std::task::Poll::Pending => unreachable!("nothing here waits"),
//! #     }
//! # }
//! # run(async {
//! let credentials = Credentials::new("085", "any key")?;
//! let status = json!({"job_complete": true, "job_success": true, "code": "2302",
//!     "result": {"ResultCode": "0840", "PartnerParams": {"job_type": 4}}});
//! let script = Script::new([Answer::signed(&credentials, status)]);
//! let client = Client::new(Config::new(credentials, &Environment::sandbox()), script.clone());
//!
//! assert!(is_enrolled(&client, &JobRef::new("user-1", "job-1")?).await);
//! assert_eq!(script.sent()[0].json()["user_id"], "user-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod mask;
mod recorder;
mod replay;
mod script;

use std::{
    future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde_json::Value;
use smileid_protocol::{auth::Credentials, timestamp::Timestamp};

use crate::{
    clock::Now,
    transport::{BlockingTransport, Outgoing, Transport, TransportError, TransportErrorKind},
};

pub use recorder::{Recorder, Recording};
pub use replay::{Mismatch, Replay};
pub use script::{Answer, Script, Sent};

/// Transport for tests that never responds, such as tests of timeouts and cancellation.
///
/// A future waits for ever. A blocking call, which cannot be cancelled, fails at once with a timeout.
///
/// ```
/// use smileid_client::{blocking::Client, testing::Never};
/// # use smileid_client::{Config, Environment};
/// # use smileid_client::protocol::{auth::Credentials, job::JobRef};
/// # let config = Config::new(Credentials::new("085", "any key")?, &Environment::sandbox());
/// # let ids = JobRef::new("user-1", "job-1")?;
///
/// let error = Client::new(config, Never).status(&ids).send().unwrap_err();
/// assert!(error.is_timeout());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct Never;

impl Transport for Never {
    async fn send(&self, _: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        future::pending().await
    }

    async fn sleep(&self, _: Duration) {
        future::pending::<()>().await;
    }
}

impl BlockingTransport for Never {
    fn send(&self, _: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Timeout))
    }

    fn sleep(&self, _: Duration) {}
}

/// Creates an asynchronous transport that answers each request with the future that `send` returns. Its clock advances only when
/// the client waits, and waiting takes no real time. (A closure without a future can be used as a [`BlockingTransport`].)
///
/// ```
/// use smileid_client::{Client, Outgoing, TransportError, TransportErrorKind, testing::transport_fn};
/// # use smileid_client::{Config, Environment, protocol::auth::Credentials};
///
/// # let config = Config::new(Credentials::new("085", "any key")?, &Environment::sandbox());
/// let client = Client::new(config, transport_fn(|outgoing: Outgoing| async move {
///     println!("{}", outgoing.endpoint.name);
///     Err(TransportError::new(TransportErrorKind::Connect))
/// }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn transport_fn<F, R>(send: F) -> impl Transport
where
    F: Fn(Outgoing) -> R + Send + Sync,
    R: Future<Output = Result<http::Response<Bytes>, TransportError>> + Send,
{
    TransportFn { send, clock: Clock::default() }
}

struct TransportFn<F> {
    send: F,
    clock: Clock,
}

impl<F, R> Transport for TransportFn<F>
where
    F: Fn(Outgoing) -> R + Send + Sync,
    R: Future<Output = Result<http::Response<Bytes>, TransportError>> + Send,
{
    fn send(
        &self,
        request: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> + Send {
        (self.send)(request)
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.pass(duration);
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    fn seed(&self) -> u64 {
        0
    }
}

/// Clock that advances only when the client waits.
#[derive(Debug, Default)]
struct Clock {
    elapsed: Mutex<Duration>,
    /// Wall time when no time has passed. None: [`START`].
    start: Mutex<Option<SystemTime>>,
}

impl Clock {
    fn elapsed(&self) -> Duration {
        *locked(&self.elapsed)
    }

    fn pass(&self, duration: Duration) {
        *locked(&self.elapsed) += duration;
    }

    fn now(&self) -> Now {
        let monotonic = self.elapsed();
        let start = locked(&self.start).unwrap_or(SystemTime::UNIX_EPOCH + START);
        Now { wall: start.checked_add(monotonic).unwrap_or(start), monotonic }
    }
}

/// Time at which every test begins: 2023-03-09T21:35:00Z.
const START: Duration = Duration::from_secs(1_678_397_700);

/// Returns `body` with a signature of the API and a timestamp one millisecond after the request. With the same timestamp, the
/// client would treat the signature as a copy of its own and repeat the request.
fn signed(credentials: &Credentials, mut body: Value, now: Now) -> Value {
    let timestamp = Timestamp::from(now.wall + Duration::from_millis(1));
    body["timestamp"] = timestamp.as_str().into();
    body["signature"] = credentials.sign(&timestamp).as_str().into();
    body
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
