//! Secret text that `Debug` does not show, such as an API key.

use std::fmt;

use ctutils::CtEq as _;
use serde::{Deserialize, Deserializer, Serialize};
use smileid_types::open_struct::Field;
use zeroize::Zeroizing;

/// Secret text: a key, a token, a one-time code, a signature.
///
/// Neither `Debug` nor any message shows it, comparison takes constant time, and its memory is wiped when it is
/// dropped. The message that it is read from or written into is not wiped: its bytes belong to the caller.
#[derive(Clone, Default, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Returns the secret text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).to_bool()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl Field for Secret {}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_compared_and_never_shown() {
        let secret = Secret::from("canary");
        assert_eq!(secret, Secret::from("canary"));
        for other in ["", "canar", "canary ", "Canary"] {
            assert_ne!(secret, Secret::from(other), "{other}");
        }
        assert_eq!(format!("{secret:?} {secret:#?}"), "[secret] [secret]");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"canary\"");
    }
}
