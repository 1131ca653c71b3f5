//! Flow that sends a V3 request with the shared access token.

use std::{fmt, mem, sync::Arc, time::Duration};

use http::StatusCode;
use smileid_protocol::{
    auth::{AuthScheme, Token},
    endpoint::Endpoint,
    v3::token,
};

use super::tokens::{Fetching, Tokens, Turn};
use crate::{
    clock::Now,
    config::Config,
    flow::{Action, Event, Exchange, Failure, Flow, Reply},
    transport::{TransportError, TransportErrorKind},
};

/// A V3 endpoint whose requests need an access token.
pub(crate) trait TokenEndpoint: Endpoint<Auth: AuthScheme<Key = Token>> {}

impl<E: Endpoint<Auth: AuthScheme<Key = Token>>> TokenEndpoint for E {}

/// Flow that sends one V3 request with the shared access token. After a response 401, it discards the token and sends the request
/// once more with a new one.
///
/// For requests that change no job. Jobs are submitted with a separate token and are never repeated.
pub(crate) struct Read<E: TokenEndpoint> {
    config: Arc<Config>,
    tokens: Tokens,
    request: E,
    seed: u64,
    deadline: Option<Duration>,
    has_been_refused: bool,
    stage: Stage<E>,
}

enum Stage<E: TokenEndpoint> {
    /// The request needs the token. Contains the number of the token request that it waited for, if any.
    Without(Option<u64>),
    Fetching(Box<Exchange<token::Request>>, Fetching),
    Asking(Box<Exchange<E>>, Token),
}

impl<E: TokenEndpoint + Clone> Read<E> {
    pub(crate) fn new(config: Arc<Config>, tokens: Tokens, request: E, seed: u64) -> Self {
        let stage = Stage::Without(None);
        Self { config, tokens, request, seed, deadline: None, has_been_refused: false, stage }
    }

    /// Sets a deadline, which replaces the time limit of one operation.
    pub(crate) fn until(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    fn ask(&mut self, token: Token) {
        let (config, request) = (Arc::clone(&self.config), self.request.clone());
        let exchange = Exchange::with_key(config, request, token.clone(), self.seed).until(self.deadline);
        self.stage = Stage::Asking(Box::new(exchange), token);
    }
}

impl<E: TokenEndpoint + Clone> Flow for Read<E> {
    type Output = Reply<E::Response>;
    type Error = Failure;

    fn on(&mut self, mut event: Event, now: Now) -> Action<Self::Output, Failure> {
        let operation = self.config.timeouts.operation;
        let deadline = *self.deadline.get_or_insert_with(|| now.monotonic.saturating_add(operation));
        loop {
            match mem::replace(&mut self.stage, Stage::Without(None)) {
                Stage::Without(waited) => match self.tokens.turn(waited, now) {
                    Turn::Token(token) => self.ask(token),
                    Turn::Failed(failure) => return Action::Done(Err(failure)),
                    Turn::Fetch(fetching) => {
                        let (config, request) = (Arc::clone(&self.config), token::Request::unbound());
                        let exchange = Exchange::new(config, request, self.seed).until(self.deadline);
                        self.stage = Stage::Fetching(Box::new(exchange), fetching);
                    }
                    Turn::Wait(waiting) => {
                        let limit = deadline.saturating_sub(now.monotonic);
                        if limit.is_zero() {
                            let error = TransportError::new(TransportErrorKind::Busy);
                            return Action::Done(Err(error.into()));
                        }
                        self.stage = Stage::Without(Some(waiting.round()));
                        return Action::WaitForToken(waiting, limit);
                    }
                },
                Stage::Fetching(mut exchange, fetching) => match exchange.on(event, now).ended() {
                    Err(action) => {
                        self.stage = Stage::Fetching(exchange, fetching);
                        return action;
                    }
                    Ok(Err(failure)) => {
                        fetching.failed(&failure);
                        return Action::Done(Err(failure));
                    }
                    Ok(Ok(reply)) => {
                        let token = token_of(&self.config, &reply);
                        fetching.fetched(&token, reply.value.expires_at(), reply.at_utc_millis, now);
                        self.ask(token);
                    }
                },
                Stage::Asking(mut exchange, token) => match exchange.on(event, now).ended() {
                    Err(action) => {
                        self.stage = Stage::Asking(exchange, token);
                        return action;
                    }
                    Ok(Err(failure)) if failure.status() == Some(StatusCode::UNAUTHORIZED) => {
                        self.tokens.refused(&token);
                        if mem::replace(&mut self.has_been_refused, true) {
                            return Action::Done(Err(failure));
                        }
                    }
                    Ok(result) => return Action::Done(result),
                },
            }
            event = Event::Start;
        }
    }
}

/// Returns the access token in a response.
pub(super) fn token_of(config: &Config, reply: &Reply<token::Response>) -> Token {
    Token::new(reply.value.token.expose(), config.credentials.partner_id())
}

impl<E: TokenEndpoint> fmt::Debug for Read<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Read").field("endpoint", &E::SPEC.name).finish_non_exhaustive()
    }
}
