//! One question and its answer.

use std::{fmt, time::Duration};

use bytes::Bytes;
use smileid_protocol::{auth::AuthScheme, endpoint::Endpoint};

use super::{Action, Event, Flow};
use crate::{
    clock::Now,
    config::Config,
    error::Error,
    transport::{Body, Outgoing},
};

/// Sends one request and reads its reply.
#[derive(Debug)]
pub struct Exchange<'c, E> {
    config: &'c Config,
    request: E,
}

impl<'c, E: Endpoint> Exchange<'c, E> {
    /// Sends `request`.
    pub fn new(config: &'c Config, request: E) -> Self {
        Self { config, request }
    }
}

impl<E: Endpoint> Flow for Exchange<'_, E> {
    type Output = Reply<E::Response>;
    type Error = Error;

    fn on(&mut self, event: Event, now: Now) -> Action<Self::Output, Error> {
        match event {
            Event::Start | Event::Elapsed => {
                let proof = E::Auth::prove(&self.config.credentials, &now.timestamp());
                match ask(self.config, &self.request, &proof, self.config.timeouts.request) {
                    Ok(outgoing) => Action::Send(outgoing),
                    Err(error) => Action::Done(Err(error)),
                }
            }
            Event::Response(response) => Action::Done(read::<E>(self.config, &response)),
            Event::Failed(error) => Action::Done(Err(error.into())),
        }
    }
}

/// A reply that was checked, and the bytes it came in. `Debug` does not show the bytes.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply<T> {
    /// What it says.
    pub value: T,
    /// The body as it came, with every member.
    pub body: Bytes,
}

impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("value", &self.value).finish_non_exhaustive()
    }
}

pub(super) fn ask<E: Endpoint>(
    config: &Config,
    request: &E,
    proof: &<E::Auth as AuthScheme>::Proof,
    timeout: Duration,
) -> Result<Outgoing, Error> {
    let request = request.encode(&config.origin, proof)?.map(Body::from);
    Ok(Outgoing::new(request, timeout, config.reply_limit))
}

pub(super) fn read<E: Endpoint>(
    config: &Config,
    response: &http::Response<Bytes>,
) -> Result<Reply<E::Response>, Error> {
    let value = E::decode_reply(response)?.verify(&config.credentials)?;
    Ok(Reply { value, body: response.body().clone() })
}
