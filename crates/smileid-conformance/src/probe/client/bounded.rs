//! Map of limited size that removes the oldest entries.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher as _},
};

/// Maximum number of entries.
const ENTRIES: usize = 10_000;

/// Values by the hashes of their keys, so that no personal data is stored.
#[derive(Clone)]
pub(super) struct Bounded<V> {
    values: HashMap<u64, V>,
    learned: VecDeque<u64>,
}

impl<V> Default for Bounded<V> {
    fn default() -> Self {
        Self { values: HashMap::new(), learned: VecDeque::new() }
    }
}

impl<V> Bounded<V> {
    pub(super) fn get(&self, key: u64) -> Option<&V> {
        self.values.get(&key)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.values_mut()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.values.values()
    }
}

impl<V: Default> Bounded<V> {
    pub(super) fn entry(&mut self, key: u64) -> &mut V {
        if !self.values.contains_key(&key) {
            if self.learned.len() == ENTRIES
                && let Some(first) = self.learned.pop_front()
            {
                self.values.remove(&first);
            }
            self.learned.push_back(key);
        }
        self.values.entry(key).or_default()
    }
}

/// Hash of a value that must not be stored.
pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest_entries() {
        let mut memory = Bounded::<u8>::default();
        for key in 0..=ENTRIES as u64 {
            *memory.entry(key) = 1;
        }
        assert_eq!(memory.get(0), None);
        assert_eq!(memory.get(1), Some(&1));
        assert_eq!(memory.values().count(), ENTRIES);
    }
}
