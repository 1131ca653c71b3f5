//! Map of the members of a JSON object that a Rust type has no field for or cannot read.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};

use crate::{available::is_available, member::Member};

/// Members of a JSON object that have no field in its Rust type, and members whose value does not fit their field.
///
/// Reading fills it and writing puts it back, nulls included. `Debug` shows only the names, as the values may be
/// personal.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Extra(Map<String, Value>);

impl Extra {
    /// Returns the value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Iterates over all members of the map: name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns true if the map has no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes and returns the member `name` if it can be read as a `T`. Otherwise the member stays in the map.
    pub fn take<T: Member>(&mut self, name: &str) -> Option<T> {
        let value = T::fit(self.0.get(name)?)?;
        self.0.remove(name);
        Some(value)
    }

    /// Removes the member `name` from the map and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Removes and returns all members of the map.
    pub(crate) fn take_all(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.0)
    }

    /// Sets the member `name`, which must not be the name of a field of the Rust type.
    pub(crate) fn insert(&mut self, name: String, value: Value) {
        self.0.insert(name, value);
    }

    /// Returns true if the member `name` has a value that its field could not read: not null, not empty, and not one of the API's
    /// texts for a missing value.
    pub(crate) fn has_unread(&self, name: &str) -> bool {
        self.get(name).is_some_and(says_something)
    }

    /// Returns true if any member has a value that is not null or empty.
    pub(crate) fn says_something(&self) -> bool {
        self.0.values().any(says_something)
    }

    /// Sets a member that is written beside the fields of a Rust type. `reserved` are the names of those fields.
    ///
    /// A reserved name would be written twice, and readers use the last one: it could replace, for example, a `job_id`.
    pub(crate) fn set(&mut self, reserved: &[&str], name: String, value: Value) -> Result<(), ReservedName> {
        if reserved.contains(&name.as_str()) {
            return Err(ReservedName(name));
        }
        self.0.insert(name, value);
        Ok(())
    }
}

/// Reads a JSON object. An error of this function quotes no value of the object, because values may be personal data.
impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(D::Error::custom("expected an object")),
        }
    }
}

/// Reads a JSON object as a map of its members.
impl Member for Extra {
    fn fit(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => is_available(text),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

/// Error: the member name is reserved, because a field of the Rust type already writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReservedName(pub String);

impl ReservedName {
    /// Creates the error for the member `name`, which a field of the Rust type already writes.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for ReservedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is a reserved name: it has a field of its own, or is set when the job is sent",
            self.0
        )
    }
}

impl std::error::Error for ReservedName {}
