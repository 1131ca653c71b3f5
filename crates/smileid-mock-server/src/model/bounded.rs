//! Map that removes its oldest entries when it is full, and estimates of memory use.

use std::{
    cell::Cell,
    collections::{BTreeMap, VecDeque},
    io,
    mem::size_of,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::ser::Formatter;

/// Collection that can remove its oldest part to free memory.
pub(crate) trait Kept {
    /// Returns the approximate memory use of the collection, in bytes.
    fn bytes(&self) -> usize;

    /// Removes the oldest part. Returns false if the collection is empty.
    fn forget_oldest(&mut self) -> bool;
}

/// Estimates the memory use of a JSON value, in bytes. This includes the overhead of objects and arrays, which can be a hundred
/// times the size of their text.
pub(crate) fn weight<T: Serialize>(value: &T) -> usize {
    let bytes = Cell::new(size_of::<T>());
    let mut serializer = serde_json::Serializer::with_formatter(Scale(&bytes), Scale(&bytes));
    let _ = value.serialize(&mut serializer); // a value that cannot be serialized is not stored
    bytes.get()
}

/// Estimates the memory use, in bytes, of a struct without JSON values, from its texts.
pub(crate) fn text_weight<T: Serialize>(value: &T) -> usize {
    struct Length(usize);

    impl io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut length = Length(size_of::<T>());
    let _ = serde_json::to_writer(&mut length, value); // a value that cannot be serialized is not stored
    length.0
}

/// Writer and formatter that counts bytes instead of writing them.
struct Scale<'a>(&'a Cell<usize>);

impl Scale<'_> {
    fn add(&self, bytes: usize) {
        self.0.set(self.0.get().saturating_add(bytes));
    }
}

impl io::Write for Scale<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Formatter for Scale<'_> {
    /// A node of a B-tree has room for eleven members, so even a small object uses that much memory.
    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.add(640);
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.add(96);
        Ok(())
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.add(64);
        Ok(())
    }
}

/// Map with limits for entries and bytes. When a limit is exceeded, the oldest entries are removed.
pub(crate) struct BoundedFifo<K, V> {
    entries: BTreeMap<K, (V, usize)>,
    order: VecDeque<K>,
    bytes: usize,
    limits: Limits,
}

/// Limits of a [`BoundedFifo`].
pub(crate) struct Limits {
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

impl<K: Ord + Clone, V> Kept for BoundedFifo<K, V> {
    fn bytes(&self) -> usize {
        self.bytes + self.entries.len() * (2 * size_of::<K>() + size_of::<V>() + 64)
    }

    fn forget_oldest(&mut self) -> bool {
        let oldest = self.order.pop_front().and_then(|key| self.entries.remove(&key));
        self.bytes -= oldest.as_ref().map_or(0, |(_, freed)| *freed);
        oldest.is_some()
    }
}

impl<K: Ord + Clone, V> BoundedFifo<K, V> {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { entries: BTreeMap::new(), order: VecDeque::new(), bytes: 0, limits }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(value, _)| value)
    }

    /// Returns a mutable reference to a value, whose recorded size and age stay the same.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key).map(|(value, _)| value)
    }

    /// Returns all values, the oldest first.
    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.order.iter().filter_map(|key| self.get(key))
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Some((_, freed)) = self.entries.remove(key) {
            self.bytes -= freed;
            // Removed entries are mostly among the oldest, so this search is short.
            if let Some(place) = self.order.iter().position(|it| it == key) {
                self.order.remove(place);
            }
        }
    }

    /// Removes each entry for whose key `kept` returns false.
    pub(crate) fn retain(&mut self, kept: impl Fn(&K) -> bool) {
        self.order.retain(|key| kept(key));
        self.entries.retain(|key, _| kept(key));
        self.bytes = self.entries.values().map(|(_, bytes)| bytes).sum();
    }

    /// Adds the entries of another map, the oldest first, within the limits of this one.
    pub(crate) fn adopt(&mut self, mut other: Self) {
        for key in std::mem::take(&mut other.order) {
            if let Some((value, bytes)) = other.entries.remove(&key) {
                self.insert(key, value, bytes);
            }
        }
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    /// Inserts `value`, with a memory use of `bytes`, as the newest entry.
    pub(crate) fn insert(&mut self, key: K, value: V, bytes: usize) {
        if bytes > self.limits.bytes {
            return; // it does not fit, even alone
        }
        if let Some((_, old)) = self.entries.insert(key.clone(), (value, bytes)) {
            self.bytes -= old;
            self.order.retain(|it| *it != key);
        }
        self.order.push_back(key);
        self.bytes += bytes;
        while (self.entries.len() > self.limits.entries || self.bytes > self.limits.bytes)
            && self.forget_oldest()
        {}
    }
}

/// A list of keys, values and sizes, the oldest first.
impl<K: Ord + Serialize, V: Serialize> Serialize for BoundedFifo<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.order.iter().filter_map(|key| Some((key, self.entries.get(key)?)));
        serializer.collect_seq(entries.map(|(key, (value, bytes))| (key, value, bytes)))
    }
}

/// Has no limits: another map [adopts](BoundedFifo::adopt) the entries.
impl<'de, K: Ord + Clone + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for BoundedFifo<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut map = Self::new(Limits { entries: usize::MAX, bytes: usize::MAX / 2 });
        for (key, value, bytes) in Vec::<(K, V, usize)>::deserialize(deserializer)? {
            // The sum cannot overflow, however large the numbers are.
            map.insert(key, value, bytes.min(u32::MAX as usize));
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(newest: &BoundedFifo<u8, char>) -> String {
        (0..=9).filter_map(|key| newest.get(&key)).collect()
    }

    #[test]
    fn the_oldest_go_first_by_count_and_by_bytes() {
        let mut newest = BoundedFifo::new(Limits { entries: 3, bytes: 10 });
        for (key, value) in (0..4).zip("abcd".chars()) {
            newest.insert(key, value, 1);
        }
        assert_eq!(kept(&newest), "bcd");
        newest.insert(4, 'e', 8);
        assert_eq!(kept(&newest), "cde");
        newest.insert(5, 'f', 2);
        assert_eq!(kept(&newest), "ef");
        newest.insert(6, 'g', 11);
        assert_eq!(kept(&newest), "ef", "what cannot fit pushes nothing out");
    }

    #[test]
    fn an_entry_put_again_is_new_again() {
        let mut newest = BoundedFifo::new(Limits { entries: 2, bytes: 10 });
        newest.insert(0, 'a', 4);
        newest.insert(1, 'b', 4);
        newest.insert(0, 'A', 6);
        assert_eq!(kept(&newest), "Ab");
        newest.insert(2, 'c', 1);
        assert_eq!(kept(&newest), "Ac");
    }

    #[test]
    fn objects_weigh_more_than_their_text() {
        let text = serde_json::Value::from("x".repeat(1000));
        assert!((1000..1100).contains(&weight(&text)));
        let objects: serde_json::Value =
            serde_json::from_str(&format!("[{}0]", r#"{"":0},"#.repeat(1000))).unwrap();
        assert!((700_000..900_000).contains(&weight(&objects)), "{}", weight(&objects));
    }

    #[test]
    fn an_entry_may_change_or_go() {
        let mut newest = BoundedFifo::new(Limits { entries: 3, bytes: 10 });
        for (key, value) in [(2, 'c'), (0, 'a'), (1, 'b')] {
            newest.insert(key, value, 3);
        }
        *newest.get_mut(&1).unwrap() = 'B';
        assert_eq!(newest.values().collect::<String>(), "caB", "the oldest first");
        newest.remove(&0);
        newest.remove(&0);
        assert_eq!(newest.values().collect::<String>(), "cB");
        newest.insert(3, 'd', 4);
        assert_eq!(newest.values().collect::<String>(), "cBd", "its bytes were freed once");
        newest.retain(|key| *key == 1);
        newest.insert(4, 'e', 7);
        assert_eq!(newest.values().collect::<String>(), "Be", "theirs were freed too");
    }
}
