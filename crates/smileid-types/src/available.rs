//! Recognizes the texts that the API sends in place of a missing value, such as `Not Available`.

/// Returns a value of a result, or none if it is one of the API's texts for a missing value (`Not Available`) or empty.
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
