//! The API's words for a value that it does not have.

/// A value, unless it is what the API writes for none: `Not Available`, or nothing at all.
///
/// ```
/// use smileid_types::available;
///
/// assert_eq!(available(&Some("Joe".to_owned())), Some("Joe"));
/// assert_eq!(available(&Some("Not Available".to_owned())), None);
/// ```
pub fn available(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|text| is_available(text))
}

pub(crate) fn is_available(text: &str) -> bool {
    !matches!(text.trim(), "" | "Not Available")
}
