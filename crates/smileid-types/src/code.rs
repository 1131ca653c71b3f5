//! Four-digit code with leading zeros, the common base of result codes and error codes.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer};

use crate::redact;

/// Four digits of a result code or error code. A JSON number is read as four digits: `810` is read as `"0810"`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Code(Cow<'static, str>);

impl Code {
    pub(crate) const fn known(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows the code if it consists of digits. Any other text is hidden, because it may be personal data.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_code = self.0.len() <= 4 && self.0.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { self.0.fmt(f) } else { redact::text(&Some(())).fmt(f) }
    }
}

impl From<&str> for Code {
    fn from(code: &str) -> Self {
        Self(Cow::Owned(code.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextOrNumber {
            Text(String),
            Number(u32),
        }

        Ok(Self(Cow::Owned(match TextOrNumber::deserialize(deserializer)? {
            TextOrNumber::Text(text) => text,
            TextOrNumber::Number(number) => format!("{number:04}"),
        })))
    }
}
