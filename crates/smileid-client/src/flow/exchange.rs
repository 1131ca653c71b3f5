//! Flow that sends one request, with retries, and reads its response.

use std::{fmt, ops::Deref, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;
use smileid_protocol::{
    auth::{AuthError, AuthScheme},
    endpoint::{Endpoint, SignedEndpoint},
    mock_clock,
    origin::Origin,
    reply::{ReplyError, diagnosis},
    timestamp::Timestamp,
    types::{ENVIRONMENTS, ErrorCode},
};

use super::{Action, Attempts, Event, Flow};
use crate::{
    clock::Now,
    config::Config,
    flow::Failure,
    transport::{Body, EndpointName, Outgoing, Progress},
};

/// Flow that sends one request, repeats it if needed, and reads the response. It is driven like the [flow](super) of the example.
pub struct Exchange<E: Endpoint> {
    config: Arc<Config>,
    request: E,
    key: KeyOf<E>,
    sent: Sent,
    attempts: Attempts,
    /// Time limit of one attempt.
    limit: Duration,
    deadline: Option<Duration>,
    progress: Option<Progress>,
}

/// Key with which requests to the endpoint `E` are authenticated.
pub(crate) type KeyOf<E> = <<E as Endpoint>::Auth as AuthScheme>::Key;

impl<E: SignedEndpoint> Exchange<E> {
    /// Creates the flow that sends `request`. `seed` varies the pauses between attempts.
    pub fn new(config: impl Into<Arc<Config>>, request: E, seed: u64) -> Self {
        let config = config.into();
        let key = config.credentials.clone();
        Self::with_key(config, request, key, seed)
    }
}

impl<E: Endpoint> Exchange<E> {
    /// Creates the flow that sends `request` and authenticates it with another key, such as a token.
    pub(crate) fn with_key(config: Arc<Config>, request: E, key: KeyOf<E>, seed: u64) -> Self {
        let attempts = Attempts::new(&config.retry, seed);
        let limit = config.timeouts.request;
        Self { config, request, key, sent: Sent::default(), attempts, limit, deadline: None, progress: None }
    }

    /// Sets a deadline, which replaces the time limit of one operation.
    pub(crate) fn until(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the time limit of one attempt.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the function to which the progress of sending is reported.
    pub(crate) fn reporting(mut self, progress: Option<Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// Returns the timestamp of the last attempt.
    pub(super) fn signed_at(&self) -> Option<&Timestamp> {
        self.sent.at.as_ref()
    }

    pub(super) fn request(&self) -> &E {
        &self.request
    }

    fn ask(&mut self, now: Now) -> Action<Reply<E::Response>, Failure> {
        let timeout = self.limit.min(self.left(now));
        match self.sent.ask(&self.config, &self.request, &self.key, timeout, now) {
            Ok(mut outgoing) => {
                outgoing.resend_count = self.attempts.made;
                outgoing.progress.clone_from(&self.progress);
                self.attempts.made += 1;
                Action::Send(outgoing)
            }
            Err(error) => Action::Done(Err(error)),
        }
    }

    fn failed(&mut self, error: Failure, now: Now) -> Action<Reply<E::Response>, Failure> {
        let left = self.left(now);
        let is_safe = error.not_sent() || (E::SPEC.retry_safe && error.is_retryable());
        // A request that may be billed is not sent again, whatever its response looks like.
        let once_more = if E::SPEC.retry_safe { self.sent.ask_again(&error) } else { None };
        let pause = match once_more {
            None if is_safe => self.attempts.next(&error, left),
            other => other,
        };
        pause.map_or(Action::Done(Err(error)), Action::Wait)
    }

    fn left(&mut self, now: Now) -> Duration {
        let operation = self.config.timeouts.operation;
        let deadline = *self.deadline.get_or_insert_with(|| now.monotonic.saturating_add(operation));
        deadline.saturating_sub(now.monotonic)
    }
}

impl<E: Endpoint> fmt::Debug for Exchange<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("endpoint", &E::SPEC.name).finish_non_exhaustive()
    }
}

impl<E: Endpoint> Flow for Exchange<E> {
    type Output = Reply<E::Response>;
    type Error = Failure;

    fn on(&mut self, event: Event, now: Now) -> Action<Self::Output, Failure> {
        match event {
            Event::Start | Event::Elapsed => self.ask(now),
            Event::Response(response) => match self.sent.read::<E>(&self.config, &response, now) {
                Ok(reply) => {
                    self.attempts.succeeded();
                    Action::Done(Ok(reply))
                }
                Err(error) => {
                    self.attempts.note(&response, now);
                    self.failed(error, now)
                }
            },
            Event::Failed(error) => self.failed(error.into(), now),
        }
    }
}

/// Timestamp of the last request, and the number of responses that copied the signature of a request.
#[derive(Debug, Default)]
pub(super) struct Sent {
    at: Option<Timestamp>,
    echoes: u32,
}

impl Sent {
    pub(super) fn ask<E: Endpoint>(
        &mut self,
        config: &Config,
        request: &E,
        key: &KeyOf<E>,
        timeout: Duration,
        now: Now,
    ) -> Result<Outgoing, Failure> {
        let timestamp = config.credentials.request_timestamp(now.utc_millis());
        let proof = E::Auth::prove(key, &timestamp);
        self.at = Some(timestamp);
        Ok(Outgoing {
            request: request.encode_pieces(&config.origin, &proof)?.map(Body::from),
            endpoint: EndpointName::from_spec(&E::SPEC),
            resend_count: 0,
            timeout,
            reply_limit: config.reply_limit,
            progress: None,
        })
    }

    pub(super) fn read<E: Endpoint>(
        &self,
        config: &Config,
        response: &http::Response<Bytes>,
        now: Now,
    ) -> Result<Reply<E::Response>, Failure> {
        let reply = E::decode_reply(response).inspect_err(|error| warn_of_key(config, error))?;
        // The current time. If a mock on this machine replied, its clock is used.
        let at_utc_millis = mock_clock::read(&config.origin, response.headers()).unwrap_or(now.utc_millis());
        let signed = E::ReplyAuth::timestamp(reply.proof()).cloned();
        // A reply that must be signed and is not has been refused already when it was read.
        let value = reply.verify_if_signed(&config.credentials)?;
        if let Some(signed) = &signed {
            config.reply_window.check(signed, at_utc_millis)?;
            // Requests and replies are signed alike, so a server without the key can copy the signature of a request to
            // its reply.
            if config.credentials.is_request_timestamp(signed) {
                return Err(Failure::Forged(AuthError::Reflected));
            }
        }
        let diagnosis = diagnosis(response);
        let is_signed = signed.is_some();
        let asked = self.at.clone();
        Ok(Reply { value, raw: response.clone(), is_signed, diagnosis, at_utc_millis, asked })
    }

    /// Returns the pause before the request is repeated, after a response that copied its signature. A server that signs with
    /// microseconds creates the same timestamp by chance about once in a thousand responses, but not three times in a row.
    pub(super) fn ask_again(&mut self, error: &Failure) -> Option<Duration> {
        if !matches!(error, Failure::Forged(AuthError::Reflected)) {
            return None;
        }
        self.echoes += 1;
        (self.echoes < 3).then(|| Duration::from_millis(u64::from(self.echoes) * 7))
    }
}

/// A verified response with its original bytes. `Debug` hides the bytes.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply<T> {
    /// Decoded content of the response.
    pub value: T,
    /// Response as received: HTTP status, headers and body with all members.
    pub raw: Response<Bytes>,
    /// True if the response was signed. Then the signature was checked; it protects the timestamp but not the content.
    pub is_signed: bool,
    /// Reason why the real API would refuse the request, if a mock server reports one.
    pub diagnosis: Option<String>,
    /// Time at which the response was checked, in milliseconds since 1970, on the clock with which the signature was compared.
    pub(crate) at_utc_millis: i64,
    /// Timestamp of the request.
    pub(crate) asked: Option<Timestamp>,
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("value", &self.value).finish_non_exhaustive()
    }
}

/// Logs a warning if the API key may be one of the other environment. Sandbox and production have separate keys, and refuse a
/// wrong key like a wrong signature.
fn warn_of_key(config: &Config, error: &ReplyError) {
    let ReplyError::Refused(refusal) = error else { return };
    let is_not_authorized = [ErrorCode::NOT_AUTHORIZED, ErrorCode::ID_API_NOT_AUTHORIZED]
        .iter()
        .any(|it| refusal.code.as_ref() == Some(it));
    let environment = ENVIRONMENTS.iter().find(|row| config.origin == Origin::from(*row));
    if let (true, Some(environment)) = (is_not_authorized, environment) {
        tracing::warn!(
            target: "smileid",
            environment = environment.name,
            "not authorized: each environment has its own API key; check that this key is for this environment"
        );
    }
}
