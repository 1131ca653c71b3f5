//! Rejects case files in which a JSON object has duplicate member names.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};

/// JSON in which no object has duplicate member names. An error shows the position of a duplicate.
pub(super) struct OneOfEachName;

impl<'de> Deserialize<'de> for OneOfEachName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = OneOfEachName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<OneOfEachName, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(format_args!("duplicate member `{name}`")));
            }
            names.insert(name);
            members.next_value::<OneOfEachName>()?;
        }
        Ok(OneOfEachName)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OneOfEachName, A::Error> {
        while items.next_element::<OneOfEachName>()?.is_some() {}
        Ok(OneOfEachName)
    }

    fn visit_bool<E>(self, _: bool) -> Result<OneOfEachName, E> {
        Ok(OneOfEachName)
    }

    fn visit_i64<E>(self, _: i64) -> Result<OneOfEachName, E> {
        Ok(OneOfEachName)
    }

    fn visit_u64<E>(self, _: u64) -> Result<OneOfEachName, E> {
        Ok(OneOfEachName)
    }

    fn visit_f64<E>(self, _: f64) -> Result<OneOfEachName, E> {
        Ok(OneOfEachName)
    }

    fn visit_str<E>(self, _: &str) -> Result<OneOfEachName, E> {
        Ok(OneOfEachName)
    }

    fn visit_unit<E>(self) -> Result<OneOfEachName, E> {
        Ok(OneOfEachName)
    }
}
