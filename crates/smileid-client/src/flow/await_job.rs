//! Polls a job until there is a result.

use smileid_protocol::job::{JobRef, PollOptions};

use super::{Action, Event, Flow, JobState, NextState};
use crate::{
    clock::Now,
    config::{Config, Wait},
    error::Error,
};

/// Polls the status of a job until there is a result or the wait is over. The [example](super) drives it.
#[derive(Debug)]
pub struct AwaitJob<'c> {
    next: NextState<'c>,
    latest: JobState,
}

impl<'c> AwaitJob<'c> {
    /// Creates the flow for the job of `ids`. `seed` spreads the pauses.
    pub fn new(config: &'c Config, ids: &JobRef, follow: PollOptions, wait: Wait, seed: u64) -> Self {
        Self { next: NextState::new(config, ids, follow, wait, seed), latest: JobState::Pending(None) }
    }
}

impl Flow for AwaitJob<'_> {
    type Output = JobState;
    type Error = Error;

    fn on(&mut self, mut event: Event, now: Now) -> Action<JobState, Error> {
        loop {
            match self.next.on(event, now).ended() {
                Err(action) => return action,
                Ok(Err(error)) => return Action::Done(Err(error)),
                Ok(Ok(Some(state))) => {
                    self.latest = state;
                    event = Event::Start;
                }
                Ok(Ok(None)) => {
                    let latest = std::mem::replace(&mut self.latest, JobState::Pending(None));
                    return Action::Done(Ok(latest));
                }
            }
        }
    }
}
