//! Signatures of requests and callbacks in cases.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{Keys, Names};

/// How a request is signed. What is absent is as it should be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sign {
    /// By whom: a partner, or somebody who would be one.
    #[serde(default, deserialize_with = "signer")]
    pub by: Option<Keys>,
    /// In which form the time is written.
    #[serde(default)]
    pub time: Option<TimeForm>,
}

impl Sign {
    pub(super) fn texts(&self, text: &mut impl FnMut(&str)) {
        self.by.iter().flat_map(|keys| [&keys.partner_id, &keys.api_key]).for_each(|it| text(it));
    }
}

/// How a callback is signed. What is absent is as the API has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignCallback {
    /// By whom.
    #[serde(default, deserialize_with = "signer")]
    pub by: Option<Keys>,
    /// How many seconds ago. Less than none is in the future.
    #[serde(default)]
    pub ago: i64,
    /// In which form the time is written.
    #[serde(default)]
    pub time: Option<TimeForm>,
    /// The number, from 1, of the delivery before it whose time and signature it has.
    #[serde(default)]
    pub like: Option<usize>,
}

/// In which form a time is written: `{date} {clock} +0000`. The names are `date`, `clock`, `milliseconds` and
/// `unix_milliseconds`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub struct TimeForm(pub String);

impl TimeForm {
    const NAMES: [&str; 4] = ["date", "clock", "milliseconds", "unix_milliseconds"];
}

impl TryFrom<String> for TimeForm {
    type Error = String;

    fn try_from(form: String) -> Result<Self, String> {
        if form.is_empty() {
            return Err("a time is not empty".to_owned());
        }
        let unknown = Names::of_text(&form).find(|name| !Self::NAMES.contains(&name.as_str()));
        unknown.map_or(Ok(Self(form)), |name| {
            Err(format!("`{{{name}}}` is no part of a time: these are {}", Self::NAMES.join(", ")))
        })
    }
}

/// Keys that something can be signed with: neither of them is empty.
fn signer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Keys>, D::Error> {
    let keys = Keys::deserialize(deserializer)?;
    for (member, text) in [("partner_id", &keys.partner_id), ("api_key", &keys.api_key)] {
        if text.trim().is_empty() {
            return Err(D::Error::custom(format_args!("nobody signs with an empty `{member}`")));
        }
    }
    Ok(Some(keys))
}
