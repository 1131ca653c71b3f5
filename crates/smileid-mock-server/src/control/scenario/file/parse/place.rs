//! Finds the positions (line and column) of members in a scenario file.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{Location, Spanned};

use super::options;

/// Value in a scenario file, with the positions of its parts.
pub(super) enum Place {
    Text,
    List(Vec<Spanned<Place>>),
    Members(Vec<(Spanned<String>, Place)>),
}

impl Place {
    /// Returns line and column of a member, such as `scenarios[0].then.code`: where its name or its list item begins. If the
    /// member is absent, returns the position of its parent. None if the text is not YAML.
    pub(super) fn locate(path: &str, text: &str) -> Option<(u64, u64)> {
        let mut place = &serde_saphyr::from_str_with_options::<Self>(text, options()).ok()?;
        let mut found = None;
        for part in path.split(['.', '[']) {
            let next = match place {
                Self::Text => None,
                Self::List(rows) => {
                    let row = part.trim_end_matches(']').parse().ok().and_then(|row: usize| rows.get(row));
                    row.map(|row| (row.referenced, &row.value))
                }
                Self::Members(members) => {
                    let member = members.iter().find(|(name, _)| name.value == part);
                    member.map(|(name, place)| (name.referenced, place))
                }
            };
            let Some((location, inner)) = next else { break };
            (found, place) = (Some(location), inner);
        }
        found.map(|it: Location| (it.line(), it.column())).filter(|(line, _)| *line > 0)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyPlace)
    }
}

struct AnyPlace;

impl<'de> Visitor<'de> for AnyPlace {
    type Value = Place;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<Place, E> {
        Ok(Place::Text)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Place, E> {
        Ok(Place::Text)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Place, E> {
        Ok(Place::Text)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Place, E> {
        Ok(Place::Text)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Place, E> {
        Ok(Place::Text)
    }

    fn visit_str<E>(self, _: &str) -> Result<Place, E> {
        Ok(Place::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Place, A::Error> {
        let mut list = Vec::new();
        while let Some(row) = rows.next_element()? {
            list.push(row);
        }
        Ok(Place::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Place, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_entry()? {
            list.push(member);
        }
        Ok(Place::Members(list))
    }
}
