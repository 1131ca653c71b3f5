//! Changes of a partner's clock that are in progress.

use std::collections::BTreeSet;

/// Changes of a partner's clock that are in progress, by number: that of the turn in which the change was created.
pub(crate) struct Moves {
    /// Changes up to this number have ended, even if a caller still tries to continue them.
    ended: u64,
    under_way: BTreeSet<u64>,
}

impl Moves {
    /// Creates an empty list.
    pub(crate) fn none() -> Self {
        Self::since(0)
    }

    /// Creates an empty list. Changes that were created before this turn have ended.
    pub(crate) fn since(turn: u64) -> Self {
        Self { ended: turn, under_way: BTreeSet::new() }
    }

    /// Records that a clock change is in progress. Returns false if it has ended.
    pub(crate) fn join(&mut self, number: u64) -> bool {
        let goes_on = number > self.ended;
        if goes_on {
            self.under_way.insert(number);
        }
        goes_on
    }

    /// Records the end of a clock change.
    pub(crate) fn leave(&mut self, number: u64) {
        self.under_way.remove(&number);
    }

    pub(crate) fn any(&self) -> bool {
        !self.under_way.is_empty()
    }
}
