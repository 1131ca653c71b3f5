//! Case format for signatures of requests and callbacks.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{Keys, Names};

/// How a request is signed. Absent members mean a correct signature.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sign {
    /// Credentials to sign with, if they are not the partner's.
    #[serde(default, deserialize_with = "signer")]
    pub by: Option<Keys>,
    /// The format of the timestamp.
    #[serde(default)]
    pub time: Option<TimeForm>,
}

impl Sign {
    pub(super) fn texts(&self, text: &mut impl FnMut(&str)) {
        self.by.iter().flat_map(|keys| [&keys.partner_id, &keys.api_key]).for_each(|it| text(it));
    }
}

/// How a callback is signed. Absent members mean a signature as of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignCallback {
    /// Credentials to sign with, if they are not the partner's.
    #[serde(default, deserialize_with = "signer")]
    pub by: Option<Keys>,
    /// Age of the signature, in seconds. A negative age is in the future.
    #[serde(default)]
    pub ago: i64,
    /// The format of the timestamp.
    #[serde(default)]
    pub time: Option<TimeForm>,
    /// The number, from 1, of an earlier delivery whose timestamp and signature are used.
    #[serde(default)]
    pub like: Option<usize>,
}

/// Format of a timestamp: `{date} {clock} +0000`. The names are `date`, `clock`, `milliseconds` and
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
            return Err("a time cannot be empty".to_owned());
        }
        let unknown = Names::of_text(&form).find(|name| !Self::NAMES.contains(&name.as_str()));
        unknown.map_or(Ok(Self(form)), |name| {
            Err(format!("unknown part of a time `{{{name}}}`: expected {}", Self::NAMES.join(", ")))
        })
    }
}

/// Reads credentials. Refuses an empty partner id or key, with which nothing can be signed.
fn signer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Keys>, D::Error> {
    let keys = Keys::deserialize(deserializer)?;
    for (member, text) in [("partner_id", &keys.partner_id), ("api_key", &keys.api_key)] {
        if text.trim().is_empty() {
            return Err(D::Error::custom(format_args!("`{member}` cannot be empty in a signature")));
        }
    }
    Ok(Some(keys))
}
