//! Members that a type does not know or cannot read, kept so that nothing is lost.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};

use crate::{available::is_available, member::Member};

/// The members of a JSON object that its type has no field for, and those that do not fit their field.
///
/// Reading fills it and writing puts it back, a null too. `Debug` shows the names alone, as the values may be personal.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Extra(Map<String, Value>);

impl Extra {
    /// The value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All members.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes out the member `name`, when it fits; one that does not is left where it is.
    pub fn take<T: Member>(&mut self, name: &str) -> Option<T> {
        let value = T::fit(self.0.get(name)?)?;
        self.0.remove(name);
        Some(value)
    }

    /// Takes out the member `name`, whatever it is.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Takes all members out.
    pub(crate) fn take_all(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.0)
    }

    /// Whether the member `name` says something that could not be read: more than null, nothing, or the API's words for
    /// nothing.
    pub(crate) fn has_unread(&self, name: &str) -> bool {
        self.get(name).is_some_and(says_something)
    }

    /// Whether any member says something.
    pub(crate) fn says_something(&self) -> bool {
        self.0.values().any(says_something)
    }

    /// Sets a member of a type whose own fields are `reserved`.
    ///
    /// A reserved name would be written twice, and readers take the last: it could replace, say, a `job_id`.
    pub(crate) fn set(&mut self, reserved: &[&str], name: String, value: Value) -> Result<(), ReservedName> {
        if reserved.contains(&name.as_str()) {
            return Err(ReservedName(name));
        }
        self.0.insert(name, value);
        Ok(())
    }
}

/// Reads an object. An error quotes nothing of what came instead: it may be personal.
impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(D::Error::custom("expected an object")),
        }
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

/// A member of a reserved name cannot be set as an extra one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReservedName(pub String);

impl ReservedName {
    /// The member `name` has a field of its own.
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
