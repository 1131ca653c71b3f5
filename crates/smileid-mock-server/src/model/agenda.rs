//! Agenda: the planned events of a partner's jobs and callbacks.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{bounded::Kept, utc_millis::UtcMillis};

/// Maximum number of planned events: more than the jobs and callbacks of a partner can have.
const EVENTS: usize = 100_000;

/// Planned events, in order of time. Events of the same time stay in the order in which they were planned.
pub(crate) struct Agenda {
    events: BTreeMap<(UtcMillis, u64), Event>,
    planned: u64,
}

/// Planned event of a job or callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// An image job reaches its next stage. Contains the number of the job.
    Reach(String),
    /// An asynchronous lookup is complete. Contains the number of the lookup.
    Find(String),
    /// A V3 job is complete. Contains the id of the job.
    Complete(String),
    /// A callback is due. Contains the number of the callback.
    Send(u64),
}

impl Agenda {
    pub(crate) fn new() -> Self {
        Self { events: BTreeMap::new(), planned: 0 }
    }

    /// Adds an event. If there are too many, the latest event is removed.
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

    /// Removes the next event that is due at `now`, and returns it with its planned time.
    pub(crate) fn take(&mut self, now: UtcMillis) -> Option<(UtcMillis, Event)> {
        let first = self.events.first_entry().filter(|first| first.key().0 <= now)?;
        let ((at, _), event) = first.remove_entry();
        Some((at, event))
    }
}

/// The events of jobs, in their order. Those of callbacks are left out.
impl Serialize for Agenda {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let events = self.events.iter().filter(|(_, event)| !matches!(event, Event::Send(_)));
        serializer.collect_seq(events.map(|((at, _), event)| (at, event)))
    }
}

impl<'de> Deserialize<'de> for Agenda {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut agenda = Self::new();
        for (at, event) in Vec::deserialize(deserializer)? {
            agenda.plan(at, event);
        }
        Ok(agenda)
    }
}

impl Kept for Agenda {
    fn bytes(&self) -> usize {
        self.events.len() * 160
    }

    /// Removes the event with the latest time, because the others are due sooner.
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
