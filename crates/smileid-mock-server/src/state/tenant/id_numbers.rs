//! Counts the lookups of each ID number.

use std::time::Duration;

use crate::model::{
    bounded::{BoundedFifo, Limits},
    utc_millis::UtcMillis,
};
use serde::{Deserialize, Serialize};

const NUMBERS: Limits = Limits { entries: 10_000, bytes: 4 << 20 };

/// Time without lookups after which the count of an ID number starts again.
const WINDOW: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Number of lookups by ID type and ID number, each within three days of the previous one.
#[derive(Serialize, Deserialize)]
pub(crate) struct IdNumbers(pub(super) BoundedFifo<(String, String), Count>);

#[derive(Serialize, Deserialize)]
pub(super) struct Count {
    lookups: u32,
    last: UtcMillis,
}

impl IdNumbers {
    pub(crate) fn new() -> Self {
        Self(BoundedFifo::new(NUMBERS))
    }

    /// Counts a lookup of an ID number, and returns the new count.
    pub(crate) fn count(&mut self, id_type: &str, id_number: &str, now: UtcMillis) -> u32 {
        let key = (id_type.to_owned(), id_number.to_owned());
        let before = self.0.get(&key).filter(|count| now <= count.last.after(WINDOW));
        let lookups = before.map_or(0, |count| count.lookups).saturating_add(1);
        self.0.insert(key, Count { lookups, last: now }, id_type.len() + id_number.len());
        lookups
    }

    /// Resets the count of an ID number.
    pub(crate) fn reset(&mut self, id_type: &str, id_number: &str) {
        self.0.remove(&(id_type.to_owned(), id_number.to_owned()));
    }
}
