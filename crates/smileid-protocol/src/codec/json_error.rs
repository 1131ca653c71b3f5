//! Error from reading JSON. It does not quote the JSON text.

use std::fmt;

use super::OtherFormat;

/// Error from reading a JSON text.
///
/// serde_json's own errors quote the unexpected value, which may be personal or a secret. This error has the expected
/// form, the kind of the value, and the position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    member: Option<&'static str>,
    problem: String,
    position: Option<(usize, usize)>,
}

impl JsonError {
    /// Returns the name of the missing member, if the error is about one.
    pub fn missing_field(&self) -> Option<&str> {
        // Only serde's text distinguishes a missing member from one of another type.
        Some(self.problem.strip_prefix("missing field `")?.split_once('`')?.0)
    }

    /// Returns the name of the member whose value was read. None if the JSON text was the whole message.
    pub fn member(&self) -> Option<&str> {
        self.member
    }

    pub(crate) fn new(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
        let position = (error.line() > 0).then(|| (error.line(), error.column()));
        Self { member: None, problem: without_value(text), position }
    }

    /// Creates the error of a text that could not be read as JSON. Names the text's encoding or format if that is the reason.
    pub(crate) fn for_text(text: &[u8], error: &serde_json::Error) -> Self {
        match OtherFormat::detect(text).filter(|_| !error.is_data()) {
            Some(format) => Self { member: None, problem: format.to_string(), position: None },
            None => Self::new(error),
        }
    }

    pub(crate) fn in_member(mut self, member: &'static str) -> Self {
        self.member = Some(member);
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(member) = self.member {
            write!(f, "`{member}`: ")?;
        }
        f.write_str(&self.problem)?;
        if let Some((line, column)) = self.position {
            write!(f, " at line {line} column {column}")?;
        }
        Ok(())
    }
}

impl std::error::Error for JsonError {}

/// Removes the quoted value from `invalid type: string "…", expected …`.
fn without_value(text: &str) -> String {
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some(rest) = text.strip_prefix(prefix) {
            let kind = rest.split(['"', '`', ',']).next().unwrap_or_default().trim();
            let expected = rest.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
            return format!("{prefix}{kind}, expected {expected}");
        }
    }
    // Both quote the input.
    for prefix in ["unknown variant", "unknown field"] {
        if text.starts_with(prefix) {
            return prefix.to_owned();
        }
    }
    text.chars().take(LONGEST).collect()
}

/// Maximum length of an error text, in characters. Texts from serde_json and this workspace are shorter.
const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_quoted() {
        let secrets =
            [r#"{"a":"Leo, expected Joe"}"#, r#"{"a":12345678901}"#, r#"{"a":["Leo"]}"#, r#"{"a":1.5}"#];
        for json in secrets {
            #[derive(Debug, serde::Deserialize)]
            struct A {
                #[expect(dead_code, reason = "read by serde alone")]
                a: bool,
            }
            let error = serde_json::from_str::<A>(json).unwrap_err();
            let shown = format!("{0} {0:?}", JsonError::new(&error));
            for secret in ["Leo", "Joe", "12345678901", "1.5"] {
                assert!(!shown.contains(secret), "{shown}");
            }
            assert!(shown.contains("expected a boolean"), "{shown}");
        }
    }

    #[test]
    fn field_names_stay() {
        #[derive(Debug, serde::Deserialize)]
        struct A {
            #[expect(dead_code, reason = "read by serde alone")]
            upload_url: String,
        }
        let error = serde_json::from_str::<A>("{}").unwrap_err();
        let missing = JsonError::new(&error);
        assert_eq!(missing.to_string(), "missing field `upload_url` at line 1 column 2");
        assert_eq!(missing.missing_field(), Some("upload_url"));
        let other = serde_json::from_str::<A>(r#"{"upload_url":7}"#).unwrap_err();
        assert_eq!(JsonError::new(&other).missing_field(), None);
    }
}
