//! Steps of a job (such as `Liveness_Check`) and their outcomes, as the `Actions` member of a result lists them.

use std::{
    collections::{BTreeMap, btree_map},
    fmt,
    ops::{Deref, DerefMut},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap as _};
use serde_json::Value;

use crate::{extra::Extra, member::Member};

pub use crate::generated::{action::Action, action_value::ActionValue};

/// The `Actions` member of a job result: each step of the job with its outcome.
///
/// An approved face comparison has [`ActionValue::Completed`], not [`ActionValue::Passed`].
#[derive(Clone, Default, PartialEq)]
pub struct Actions {
    steps: BTreeMap<Action, ActionValue>,
    unread: Extra,
}

impl Actions {
    /// Returns the steps whose outcome could not be read, because the outcome is not a JSON string.
    pub fn unread(&self) -> &Extra {
        &self.unread
    }

    /// Records that a member with steps was present but could not be read.
    pub(crate) fn keep_unread(&mut self, name: &str) {
        self.unread = Extra::from(serde_json::Map::from_iter([(name.to_owned(), Value::Bool(true))]));
    }
}

impl Deref for Actions {
    type Target = BTreeMap<Action, ActionValue>;

    fn deref(&self) -> &Self::Target {
        &self.steps
    }
}

impl DerefMut for Actions {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.steps
    }
}

impl FromIterator<(Action, ActionValue)> for Actions {
    fn from_iter<I: IntoIterator<Item = (Action, ActionValue)>>(steps: I) -> Self {
        Self { steps: steps.into_iter().collect(), unread: Extra::default() }
    }
}

impl<const N: usize> From<[(Action, ActionValue); N]> for Actions {
    fn from(steps: [(Action, ActionValue); N]) -> Self {
        Self::from_iter(steps)
    }
}

impl<'a> IntoIterator for &'a Actions {
    type Item = (&'a Action, &'a ActionValue);
    type IntoIter = btree_map::Iter<'a, Action, ActionValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.steps.iter()
    }
}

impl Member for Actions {
    fn fit(value: &Value) -> Option<Self> {
        let mut unread = Extra::from(value.as_object()?.clone());
        let names: Vec<_> = unread.iter().map(|(name, _)| name.to_owned()).collect();
        let step = |name: &String| Some((Action::from(name.as_str()), unread.take(name)?));
        let steps = names.iter().filter_map(step).collect();
        Some(Self { steps, unread })
    }
}

impl<'de> Deserialize<'de> for Actions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::fit(&Value::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("expected an object"))
    }
}

impl Serialize for Actions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (action, value) in &self.steps {
            map.serialize_entry(action, value)?;
        }
        for (name, value) in self.unread.iter().filter(|(name, _)| !self.contains_key(&Action::from(*name))) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.fmt(f)
    }
}
