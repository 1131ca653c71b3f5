//! Callbacks in a web service made with axum 0.8.
//!
//! [`SignedCallback`] is an extractor. What cannot be the API's never reaches a handler: it is answered with a status
//! and nothing else. `examples/callback_receiver.rs` is a whole service.
//!
//! ```
//! use smileid::{Credentials, axum::{Callbacks, SignedCallback}, client::callback::Verifier};
//!
//! async fn received(SignedCallback(callback): SignedCallback) {
//!     println!("{:?}", callback.verdict().decision); // and see `smileid::client::callback::Receiver`
//! }
//!
//! let verifier = Verifier::new([Credentials::new("085", "mock-api-key-0000")?]);
//! let app: axum::Router = axum::Router::new()
//!     .route("/callback", axum::routing::post(received))
//!     .with_state(Callbacks::new(verifier));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{fmt, sync::Arc, time::SystemTime};

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use smileid_client::callback::{CallbackError, Received, Verifier};

/// What [`SignedCallback`] needs of the state: by which keys callbacks are signed, and what time it is.
#[derive(Clone)]
pub struct Callbacks {
    verifier: Arc<Verifier>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Callbacks {
    /// By the system's clock.
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier: Arc::new(verifier), clock: Arc::new(system_time) }
    }

    /// By another clock, which tells milliseconds since 1970.
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

    /// The time, in milliseconds since 1970.
    pub fn now_utc_millis(&self) -> i64 {
        (self.clock)()
    }

    async fn read(&self, body: Body) -> Result<Bytes, CallbackRejection> {
        match Limited::new(body, self.verifier.limit).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(CallbackError::TooLarge.into()),
            Err(error) => Err(CallbackRejection::Broken(axum_core::Error::new(error))),
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

/// A callback that was signed with one of the partner's keys, lately. What it says is not proven yet: see
/// [`smileid_client::callback`].
///
/// How long a body may take to arrive is for the server to say.
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
        let body = callbacks.read(request.into_body()).await?;
        Ok(Self(callbacks.verifier.verify(&body, callbacks.now_utc_millis())?))
    }
}

/// What arrived is not to be taken for a callback. The sender is told a status alone; a handler that takes a
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
    /// The body did not come whole.
    Broken(axum_core::Error),
}

impl CallbackRejection {
    /// The HTTP status that is answered.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(error) => error.status(),
            Self::Broken(_) => StatusCode::BAD_REQUEST,
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
        }
    }
}

impl std::error::Error for CallbackRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) => error.source(),
            Self::Broken(error) => Some(error),
        }
    }
}
