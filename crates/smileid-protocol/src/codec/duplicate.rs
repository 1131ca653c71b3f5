//! Finds members that occur several times in a JSON object.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Returns JSON pointers to the members that occur several times in their object. If the text is not valid JSON, returns those
/// before the error.
///
/// ```
/// use smileid_protocol::codec::duplicates;
///
/// let found = duplicates(br#"{"partner_id": "085", "id_info": {"dob": "", "dob": ""}, "partner_id": "001"}"#);
/// assert_eq!(Vec::from_iter(found), ["/id_info/dob", "/partner_id"]);
/// ```
pub fn duplicates(text: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut json = serde_json::Deserializer::from_slice(text);
    // Other code checks that it is JSON.
    let _ = Members { place: &Place::ROOT, found: Found::All(&mut found) }.deserialize(&mut json);
    found
}

/// Checks that no object of a JSON text has a member several times. Invalid JSON passes: the JSON parser reports it.
pub(super) fn distinct(text: &[u8]) -> Result<(), Doubled> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let mut name = String::new();
    match (Members { place: &Place::ROOT, found: Found::First(&mut name) }).deserialize(&mut json) {
        Err(error) if error.is_data() => Err(Doubled { name, error }),
        _ => Ok(()),
    }
}

/// Error: a JSON object has a member several times.
#[derive(Debug)]
pub(super) struct Doubled {
    /// Name of the repeated member. The sender of a message chooses it, so it can have any length and contain a secret.
    pub(super) name: String,
    /// Position of the repeated member in the text, without its name.
    pub(super) error: serde_json::Error,
}

/// Members of a JSON value, while duplicates are searched.
struct Members<'a> {
    place: &'a Place<'a>,
    found: Found<'a>,
}

/// Position of a JSON value: its name within its parent.
struct Place<'a> {
    above: Option<&'a Place<'a>>,
    name: &'a str,
}

/// Members that were found several times.
enum Found<'a> {
    All(&'a mut BTreeSet<String>),
    /// Only the first repeated member is recorded, as an error.
    First(&'a mut String),
}

impl Found<'_> {
    fn reborrow(&mut self) -> Found<'_> {
        match self {
            Self::All(found) => Found::All(found),
            Self::First(found) => Found::First(found),
        }
    }
}

impl Place<'_> {
    const ROOT: Place<'static> = Place { above: None, name: "" };

    fn pointer(&self) -> String {
        self.above.map(|above| below(&above.pointer(), self.name)).unwrap_or_default()
    }
}

/// Returns the JSON pointer of a member. A deeply nested member, or one below a very long name, gets the pointer of its parent,
/// so that pointers stay short.
fn below(pointer: &str, name: &str) -> String {
    const LONGEST: usize = 255;
    if pointer.len() + name.len() < LONGEST {
        format!("{pointer}/{}", escaped(name))
    } else {
        pointer.to_owned()
    }
}

/// Escapes a member name for use in a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { place, mut found } = self;
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let member = Place { above: Some(place), name: &name };
            map.next_value_seed(Members { place: &member, found: found.reborrow() })?;
            if !names.contains(&name) {
                names.insert(name);
                continue;
            }
            match &mut found {
                Found::All(found) => found.insert(member.pointer()),
                Found::First(found) => {
                    **found = name;
                    return Err(A::Error::custom("an object has two members with the same name"));
                }
            };
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { place, mut found } = self;
        for index in 0.. {
            let item = Place { above: Some(place), name: &usize::to_string(&index) };
            if list.next_element_seed(Members { place: &item, found: found.reborrow() })?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_that_is_there_twice_is_named_once() {
        for (text, expected) in [
            (r#"{"a": 1, "b": {"a": 2}}"#, vec![]),
            (r#"{"a": 1, "a": 2, "a": 3}"#, vec!["/a"]),
            (
                r#"{"a": [1.5, {"b/~": null, "b/~": -1}], "c": {"d": true, "\u0064": ""}}"#,
                vec!["/a/1/b~1~0", "/c/d"],
            ),
            (r#"{"a": {"b": 1, "b": 2}, "a": {"c": 1, "c": 2}}"#, vec!["/a", "/a/b", "/a/c"]),
            // Not JSON: the members before the error.
            (r#"{"a": 1, "a": 2, "b": }"#, vec!["/a"]),
        ] {
            assert_eq!(duplicates(text.as_bytes()).into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_named_does_not_grow_with_what_it_is_in() {
        let inner = (0..1000).map(|n| format!(r#""{n}":0,"{n}":1"#)).collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"{}":{{{inner}}}}}"#, "x".repeat(1 << 20));
        let found = duplicates(text.as_bytes());
        assert_eq!(found.len(), 1000);
        assert!(found.iter().all(|pointer| pointer.len() < 512));
    }
}
