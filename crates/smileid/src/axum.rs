//! Extractor for callbacks in a web service made with axum 0.8.
//!
//! [`SignedCallback`] is an extractor. A request without a valid signature of the API never reaches a handler: the
//! response is a status without a body. A request that is too large or too slow gets one too: see [`Callbacks`].
//! `examples/callback_receiver.rs` is a complete service.
//!
//! ```
//! use smileid::{Credentials, axum::{Callbacks, SignedCallback}, client::callback::Verifier};
//!
//! async fn received(SignedCallback(callback): SignedCallback) {
//!     // A claim: `Client::confirm` asks the API. `smileid::client::callback::Receiver` does the rest.
//!     println!("claimed: {:?}", callback.verdict().decision);
//! }
//!
//! let verifier = Verifier::new([Credentials::new("085", "mock-api-key-0000")?]);
//! let app: axum::Router = axum::Router::new()
//!     .route("/callback", axum::routing::post(received))
//!     .with_state(Callbacks::new(verifier));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use smileid_client::callback::{CallbackError, Received, Verifier};
use tokio::time::timeout;

/// Settings of [`SignedCallback`], a part of the router's state: the keys, the limits and the clock.
#[derive(Clone)]
pub struct Callbacks {
    verifier: Arc<Verifier>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    body_timeout: Duration,
}

impl Callbacks {
    /// Uses the system's clock. A body may take 30 seconds to arrive, and may be as large as [`Verifier::limit`].
    pub fn new(verifier: Verifier) -> Self {
        Self {
            verifier: Arc::new(verifier),
            clock: Arc::new(system_time),
            body_timeout: Duration::from_secs(30),
        }
    }

    /// Sets the time limit for receiving a whole body; a slower request gets the status 408.
    ///
    /// The server around the router has to limit the time for the head of a request, and the number of connections.
    ///
    /// ```
    /// # use smileid::{Credentials, axum::Callbacks, client::callback::Verifier};
    /// # let verifier = Verifier::new([Credentials::new("085", "mock-api-key-0000")?]);
    /// let callbacks = Callbacks::new(verifier).with_body_timeout(std::time::Duration::from_secs(10));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_body_timeout(self, body_timeout: Duration) -> Self {
        Self { body_timeout, ..self }
    }

    /// Uses another clock, which returns milliseconds since 1970.
    ///
    /// ```
    /// # use smileid::{Credentials, axum::Callbacks, client::callback::Verifier};
    /// # let verifier = Verifier::new([Credentials::new("085", "mock-api-key-0000")?]);
    /// let callbacks = Callbacks::new(verifier).with_clock(|| 1_700_000_000_000); // in a test
    /// assert_eq!(callbacks.now_utc_millis(), 1_700_000_000_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Returns the time, in milliseconds since 1970.
    pub fn now_utc_millis(&self) -> i64 {
        (self.clock)()
    }

    async fn read(&self, body: Body) -> Result<Bytes, CallbackRejection> {
        let whole = Limited::new(body, self.verifier.limit).collect();
        match timeout(self.body_timeout, whole).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(CallbackError::TooLarge.into()),
            Ok(Err(error)) => Err(CallbackRejection::Broken(axum_core::Error::new(error))),
            Err(_) => Err(CallbackRejection::Slow),
        }
    }
}

fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callbacks").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

/// A callback with a recent signature of one of the partner's keys. **Its content is a claim**: the signature covers
/// the timestamp alone. Confirm it with `Client::confirm` before anything that cannot be undone; see
/// [`smileid_client::callback`].
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "an extractor is taken apart by its pattern")]
pub struct SignedCallback(pub Received);

impl<S> FromRequest<S> for SignedCallback
where
    S: Send + Sync,
    Callbacks: FromRef<S>,
{
    type Rejection = CallbackRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, CallbackRejection> {
        let callbacks = Callbacks::from_ref(state);
        let (head, body) = request.into_parts();
        let body = callbacks.read(body).await?;
        let now = callbacks.verifier.time(&head.headers, callbacks.now_utc_millis());
        Ok(Self(callbacks.verifier.verify(&body, now)?))
    }
}

/// The request is not an authentic callback. The sender gets a status alone; a handler that takes a
/// `Result<SignedCallback, CallbackRejection>` can log the rest.
///
/// ```
/// use http::StatusCode;
/// use smileid::axum::{CallbackRejection, SignedCallback};
///
/// async fn received(callback: Result<SignedCallback, CallbackRejection>) -> StatusCode {
///     match callback {
///         Ok(SignedCallback(_)) => StatusCode::OK,
///         Err(rejection) => {
///             eprintln!("a callback was turned away: {rejection:?}");
///             rejection.status()
///         }
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CallbackRejection {
    /// The callback is not the API's.
    Refused(CallbackError),
    /// The body did not arrive whole.
    Broken(axum_core::Error),
    /// The body took longer than [`Callbacks::with_body_timeout`] allows.
    Slow,
}

impl CallbackRejection {
    /// Returns the HTTP status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(error) => error.status(),
            Self::Broken(_) => StatusCode::BAD_REQUEST,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

impl IntoResponse for CallbackRejection {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl From<CallbackError> for CallbackRejection {
    fn from(error: CallbackError) -> Self {
        Self::Refused(error)
    }
}

impl fmt::Display for CallbackRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Broken(_) => f.write_str("the body of the callback did not come whole"),
            Self::Slow => f.write_str("the body of the callback took longer than allowed"),
        }
    }
}

impl std::error::Error for CallbackRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) => error.source(),
            Self::Broken(error) => Some(error),
            Self::Slow => None,
        }
    }
}
