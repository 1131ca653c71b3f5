//! What will happen to a partner's jobs and callbacks, and when.

use std::collections::BTreeMap;

use super::{bounded::Kept, millis::UtcMillis};

/// How many events there may be: those of every job and callback that a tenant keeps, and more.
const EVENTS: usize = 100_000;

/// What will happen, in order of time, and of two things at the same moment in the order they were planned.
pub(crate) struct Agenda {
    events: BTreeMap<(UtcMillis, u64), Event>,
    planned: u64,
}

/// Something that will happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The next stage of a job with images is reached, by its number.
    Reach(String),
    /// An asynchronous lookup is done, by its number.
    Find(String),
    /// A callback is to be sent, by its number.
    Send(u64),
}

impl Agenda {
    pub(crate) fn new() -> Self {
        Self { events: BTreeMap::new(), planned: 0 }
    }

    /// Plans an event. When there are too many, the one furthest away is forgotten.
    pub(crate) fn plan(&mut self, at: UtcMillis, event: Event) {
        self.planned += 1;
        self.events.insert((at, self.planned), event);
        if self.events.len() > EVENTS {
            self.events.pop_last();
        }
    }

    /// When the next event is.
    pub(crate) fn next(&self) -> Option<UtcMillis> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next event that is due at `now`, and when it was due.
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

    /// The one furthest away, as the next ones are due.
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
            agenda.plan(UtcMillis::from_utc(at), Event::Send(id));
        }
        assert_eq!(agenda.next(), Some(UtcMillis::from_utc(1)));
        let mut order = Vec::new();
        while let Some((_, Event::Send(id))) = agenda.take(UtcMillis::from_utc(5)) {
            order.push(id);
        }
        assert_eq!(order, [2, 1, 3]);
        assert_eq!(agenda.next(), Some(UtcMillis::from_utc(9)));
    }
}
