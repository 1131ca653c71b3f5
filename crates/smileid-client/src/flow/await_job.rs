//! Flow that polls the status of a job until there is a result.

use std::sync::Arc;

use smileid_protocol::job::{JobRef, PollOptions};

use super::{Action, Event, Flow, JobState, NextState};
use crate::{
    clock::Now,
    config::{Config, Wait},
    flow::Failure,
};

/// Flow that polls the status of a job until there is a result or the time limit of the wait is reached. The [example](super)
/// drives it.
#[derive(Debug)]
pub struct AwaitJob {
    next: NextState,
    latest: JobState,
}

impl AwaitJob {
    /// Creates the flow for the job with these `ids`. `seed` varies the pauses.
    pub fn new(
        config: impl Into<Arc<Config>>,
        ids: &JobRef,
        poll: PollOptions,
        wait: Wait,
        seed: u64,
    ) -> Self {
        Self { next: NextState::new(config, ids, poll, wait, seed), latest: JobState::Pending(None) }
    }
}

impl Flow for AwaitJob {
    type Output = JobState;
    type Error = Failure;

    fn on(&mut self, mut event: Event, now: Now) -> Action<JobState, Failure> {
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
