//! Case format for signatures of requests and callbacks.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{Keys, Names};

/// Signature of a request. If a member is absent, that part is correct.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sign {
    /// Credentials with which the request is signed, if not the partner's.
    #[serde(default, deserialize_with = "signer")]
    pub by: Option<Keys>,
    /// Format of the timestamp, if it differs from the documented one.
    #[serde(default)]
    pub time: Option<TimeForm>,
}

impl Sign {
    pub(super) fn texts(&self, text: &mut impl FnMut(&str)) {
        self.by.iter().flat_map(|keys| [&keys.partner_id, &keys.api_key]).for_each(|it| text(it));
    }
}

/// Signature of a callback. If a member is absent, that part is as in callbacks of the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignCallback {
    /// Credentials with which the callback is signed, if not the partner's.
    #[serde(default, deserialize_with = "signer")]
    pub by: Option<Keys>,
    /// Age of the signature, in seconds. A negative age is in the future.
    #[serde(default)]
    pub ago: i64,
    /// Format of the timestamp, if it differs from the documented one.
    #[serde(default)]
    pub time: Option<TimeForm>,
    /// Number, from 1, of an earlier callback whose timestamp and signature are used.
    #[serde(default)]
    pub like: Option<usize>,
}

/// Format of a timestamp, such as `{date} {clock} +0000`. The placeholders are `date`, `clock`, `milliseconds` and
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

/// Reads credentials. An empty partner id or API key is an error, because nothing can be signed with it.
fn signer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Keys>, D::Error> {
    let keys = Keys::deserialize(deserializer)?;
    for (member, text) in [("partner_id", &keys.partner_id), ("api_key", &keys.api_key)] {
        if text.trim().is_empty() {
            return Err(D::Error::custom(format_args!("`{member}` cannot be empty in a signature")));
        }
    }
    Ok(Some(keys))
}
