//! Agenda of timed events for a partner's jobs and callbacks.

use std::collections::BTreeMap;

use super::{bounded::Kept, utc_millis::UtcMillis};

/// Maximum number of events, more than the jobs and callbacks that a partner can have.
const EVENTS: usize = 100_000;

/// Planned events, in order of time. Events at the same moment keep the order in which they were planned.
pub(crate) struct Agenda {
    events: BTreeMap<(UtcMillis, u64), Event>,
    planned: u64,
}

/// Planned event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A job with images reaches its next stage. Holds the job's number.
    Reach(String),
    /// An asynchronous lookup is done. Holds its number.
    Find(String),
    /// A V3 job is done. Holds its id.
    Complete(String),
    /// A callback is due. Holds its number.
    Send(u64),
}

impl Agenda {
    pub(crate) fn new() -> Self {
        Self { events: BTreeMap::new(), planned: 0 }
    }

    /// Adds an event. Above the maximum number, the event furthest in the future is removed.
    pub(crate) fn plan(&mut self, at: UtcMillis, event: Event) {
        self.planned += 1;
        self.events.insert((at, self.planned), event);
        if self.events.len() > EVENTS {
            self.events.pop_last();
        }
    }

    /// Returns the time of the next event.
    pub(crate) fn next(&self) -> Option<UtcMillis> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// Removes the next event that is due at `now`, and returns it with the time at which it was due.
    pub(crate) fn take(&mut self, now: UtcMillis) -> Option<(UtcMillis, Event)> {
        let first = self.events.first_entry().filter(|first| first.key().0 <= now)?;
        let ((at, _), event) = first.remove_entry();
        Some((at, event))
    }
}

impl Kept for Agenda {
    fn bytes(&self) -> usize {
        self.events.len() * 160
    }

    /// Removes the event furthest in the future, because the next events are due sooner.
    fn forget_oldest(&mut self) -> bool {
        self.events.pop_last().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_of_time_and_of_planning() {
        let mut agenda = Agenda::new();
        for (at, id) in [(2, 1), (1, 2), (2, 3), (9, 4)] {
            agenda.plan(UtcMillis::from_utc_millis(at), Event::Send(id));
        }
        assert_eq!(agenda.next(), Some(UtcMillis::from_utc_millis(1)));
        let mut order = Vec::new();
        while let Some((_, Event::Send(id))) = agenda.take(UtcMillis::from_utc_millis(5)) {
            order.push(id);
        }
        assert_eq!(order, [2, 1, 3]);
        assert_eq!(agenda.next(), Some(UtcMillis::from_utc_millis(9)));
    }
}
