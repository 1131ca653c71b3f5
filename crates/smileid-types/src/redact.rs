//! Placeholders that `Debug` output shows instead of personal data, images and links.

use std::fmt;

/// Shows in `Debug` output that a value is present, without the value.
///
/// ```
/// use smileid_types::redact;
///
/// assert_eq!(format!("{:?}", redact::personal(&Some("Leo"))), "Some([personal])");
/// assert_eq!(format!("{:?}", redact::personal(&None::<String>)), "None");
/// ```
pub fn personal<T>(value: &Option<T>) -> impl fmt::Debug {
    value.as_ref().map(|_| Placeholder("[personal]"))
}

/// Shows in `Debug` output that a link is present, without the link: a presigned URL gives access to its target.
pub fn link<T>(value: &Option<T>) -> impl fmt::Debug {
    value.as_ref().map(|_| Placeholder("[link]"))
}

/// Shows in `Debug` output that a text from the server is present, without the text: it may repeat values of the request.
pub fn text<T>(value: &Option<T>) -> impl fmt::Debug {
    value.as_ref().map(|_| Placeholder("[text]"))
}

/// Shows in `Debug` output the size of binary data, without the data.
///
/// ```
/// assert_eq!(format!("{:?}", smileid_types::redact::bytes(3)), "[3 bytes]");
/// ```
pub fn bytes(length: usize) -> impl fmt::Debug {
    struct Length(usize);

    impl fmt::Debug for Length {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "[{} bytes]", self.0)
        }
    }

    Length(length)
}

struct Placeholder(&'static str);

impl fmt::Debug for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
