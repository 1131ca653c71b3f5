//! Closes idle connections if the mock server cannot accept more connections.

use std::{
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

/// True while no more connections can be accepted: the limit is reached, or the process has no more file descriptors.
#[derive(Default)]
pub struct Crowd(watch::Sender<bool>);

impl Crowd {
    /// Sets if no more connections can be accepted.
    pub fn set(&self, is_full: bool) {
        self.0.send_if_modified(|before| mem::replace(before, is_full) != is_full);
    }

    /// Completes when no more connections can be accepted and this client has been idle for `patience`.
    pub async fn displaces(&self, heard: &Heard, patience: Duration) {
        let mut crowded = self.0.subscribe();
        loop {
            let _ = crowded.wait_for(|is_full| *is_full).await; // cannot fail: `self` keeps the sender
            let left = patience.saturating_sub(heard.last().elapsed());
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }
}

/// Time at which a client was last active.
pub struct Heard(Mutex<Instant>);

impl Heard {
    /// Creates the record of a client that is active now.
    pub fn now() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// Records that the client is active.
    pub fn again(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn who_is_silent_makes_room_only_in_a_crowd_and_only_after_a_while() {
        let (crowd, heard) = (Crowd::default(), Heard::now());
        let hour = Duration::from_secs(3600);
        assert!(timeout(hour, crowd.displaces(&heard, PATIENCE)).await.is_err(), "nobody waits");
        heard.again();
        crowd.set(true);
        let begun = Instant::now();
        crowd.displaces(&heard, PATIENCE).await;
        assert_eq!(begun.elapsed(), PATIENCE);
        crowd.displaces(&heard, PATIENCE).await;
        assert_eq!(begun.elapsed(), PATIENCE, "silent for long, so at once");
        crowd.set(false);
        assert!(timeout(hour, crowd.displaces(&heard, PATIENCE)).await.is_err(), "nobody waits any more");
    }
}
