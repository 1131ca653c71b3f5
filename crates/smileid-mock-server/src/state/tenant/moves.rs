//! Clock moves under way.

use std::collections::BTreeSet;

/// Clock moves under way, by their numbers, which are those of turns.
pub(crate) struct Moves {
    /// Moves up to this number are over, whoever still makes them.
    ended: u64,
    under_way: BTreeSet<u64>,
}

impl Moves {
    /// None. Moves that began before the turn of this number are over.
    pub(crate) fn since(turn: u64) -> Self {
        Self { ended: turn, under_way: BTreeSet::new() }
    }

    /// Notes that a move is under way. False when it is over.
    pub(crate) fn join(&mut self, number: u64) -> bool {
        let goes_on = number > self.ended;
        if goes_on {
            self.under_way.insert(number);
        }
        goes_on
    }

    /// A move came to its end.
    pub(crate) fn leave(&mut self, number: u64) {
        self.under_way.remove(&number);
    }

    pub(crate) fn any(&self) -> bool {
        !self.under_way.is_empty()
    }
}
