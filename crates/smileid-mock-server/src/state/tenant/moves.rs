//! Clock moves under way.

use std::collections::BTreeSet;

/// Clock moves under way, by number. The numbers are those of turns.
pub(crate) struct Moves {
    /// Moves up to this number are over, even if a caller still continues them.
    ended: u64,
    under_way: BTreeSet<u64>,
}

impl Moves {
    /// Creates an empty list. Moves that began before this turn are over.
    pub(crate) fn since(turn: u64) -> Self {
        Self { ended: turn, under_way: BTreeSet::new() }
    }

    /// Records that a move is under way. Returns false if it is over.
    pub(crate) fn join(&mut self, number: u64) -> bool {
        let goes_on = number > self.ended;
        if goes_on {
            self.under_way.insert(number);
        }
        goes_on
    }

    /// Records the end of a move.
    pub(crate) fn leave(&mut self, number: u64) {
        self.under_way.remove(&number);
    }

    pub(crate) fn any(&self) -> bool {
        !self.under_way.is_empty()
    }
}
