//! Changes that a case makes to a signed request before it is sent.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::Names;

/// Changes of a request after it was signed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Change {
    /// Members of the body to set, by JSON pointer.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Members of the body to remove, by JSON pointer.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Replacement for the whole body, as text.
    #[serde(default)]
    pub body: Option<String>,
    /// Number of bytes to add at the end of the body.
    #[serde(default)]
    pub pad: usize,
    /// Headers to set, or to remove with `null`.
    #[serde(default, deserialize_with = "headers")]
    pub headers: Vec<(HeaderName, Option<String>)>,
}

impl Change {
    pub(super) fn texts(&self, text: &mut impl FnMut(&str)) {
        self.set.values().for_each(|value| Names::of_value(value, text));
        self.body.iter().for_each(|body| text(body));
        self.headers.iter().filter_map(|(_, value)| value.as_ref()).for_each(|value| text(value));
    }
}

fn headers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(HeaderName, Option<String>)>, D::Error> {
    let headers = BTreeMap::<String, Option<String>>::deserialize(deserializer)?;
    let header = |(name, value): (String, Option<String>)| {
        let wrong = |_| D::Error::custom(format_args!("a header cannot have the value {value:?}"));
        value.as_ref().map(|text| HeaderValue::try_from(text).map_err(wrong)).transpose()?;
        let name =
            name.parse().map_err(|_| D::Error::custom(format_args!("{name:?} is not a header name")))?;
        Ok((name, value))
    };
    headers.into_iter().map(header).collect()
}
