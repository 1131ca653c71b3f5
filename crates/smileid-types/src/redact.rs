//! What `Debug` shows in place of personal data, images and links.

use std::fmt;

/// Shows that a value is there, never the value.
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

/// Shows that a link is there, never the link: whoever has a presigned link has what it points at.
pub fn link<T>(value: &Option<T>) -> impl fmt::Debug {
    value.as_ref().map(|_| Placeholder("[link]"))
}

/// Shows that a text of the server's is there, never the text: it may repeat what was sent.
pub fn text<T>(value: &Option<T>) -> impl fmt::Debug {
    value.as_ref().map(|_| Placeholder("[text]"))
}

/// Shows how much there is, never what.
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
