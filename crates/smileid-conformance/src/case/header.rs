//! Members that every case has, in addition to those of its kind.

use std::marker::PhantomData;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IntoDeserializer as _, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Members that every case has: id, description and source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Header {
    /// Path of the case file under `cases/`, without `.json`.
    pub id: String,
    /// Description of the behaviour under test, in one line.
    pub description: String,
    /// Source of the expected values: a recording, an official test, a web page, or `synthetic`.
    pub source: String,
}

/// Reads the header and the other members of one JSON object. Unlike with `#[serde(flatten)]`, `T` can deny unknown
/// members.
pub(super) struct WithHeader<T>(pub(super) Header, pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WithHeader<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Split(PhantomData))
    }
}

struct Split<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Split<T> {
    type Value = WithHeader<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a case")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<WithHeader<T>, A::Error> {
        let mut found = [const { None }; 3];
        let rest = T::deserialize(MapAccessDeserializer::new(Rest { members, found: &mut found }))?;
        let [id, description, source] = found;
        let header = Header {
            id: id.ok_or_else(|| A::Error::missing_field("id"))?,
            description: description.ok_or_else(|| A::Error::missing_field("description"))?,
            source: source.ok_or_else(|| A::Error::missing_field("source"))?,
        };
        Ok(WithHeader(header, rest))
    }
}

/// Deserializer for the members of an object other than id, description and source, which it stores in `found`.
struct Rest<'a, A> {
    members: A,
    found: &'a mut [Option<String>; 3],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Rest<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let [id, description, source] = &mut *self.found;
        while let Some(name) = self.members.next_key::<String>()? {
            let place = match name.as_str() {
                "id" => &mut *id,
                "description" => &mut *description,
                "source" => &mut *source,
                _ => return seed.deserialize(name.into_deserializer()).map(Some),
            };
            *place = Some(self.members.next_value()?);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.members.next_value_seed(seed)
    }
}
