//! Masks (hides) secrets and personal data in messages, for journals, recordings, reports and errors.
//!
//! Only values that are known to reveal nothing about a person are shown; others are described. `mask/names.rs` is the
//! one list of shown values, by the names of members, parameters and headers.
//!
//! ```
//! use smileid_protocol::mask::{self, Found, Part};
//!
//! let reply = br#"{"ResultCode": "1012", "FullName": "Leo Doe", "signature": "zQzIhOsnaQTuuQSm42In66IW"}"#;
//! assert_eq!(
//!     mask::json(reply, Part::Reply, &mut Found::default()).as_deref(),
//!     Some(r#"{"ResultCode":"1012","FullName":"<text of 7 characters>","signature":"zQzIhO…"}"#),
//! );
//! ```

mod json;
mod link;
mod names;
mod prose;
mod words;

pub use json::{Found, json};
pub use link::{is_link_segment, is_made_name, path};
pub use names::is_secret;
pub use prose::prose;
pub use words::is_action_value;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{image_format::ImageFormat, package::INFO_JSON, v1::upload};

/// Maximum length of a text that is shown unchanged, in characters. Names and codes are shorter.
const LONGEST: usize = 200;

/// Amount of a value that masked output shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shown {
    /// Shows only the type and length of the value.
    Kind,
    /// Shows the whole value: codes and ids.
    Whole,
    /// Shows an error text of the server, without words that look like personal data.
    Prose,
    /// Shows the whole value if it is a known word of the API or too short to reveal anything: types, flags.
    Word,
    /// Shows the whole value if it is a timestamp.
    Time,
    /// Shows only the beginning of the value.
    Beginning,
    /// Shows the path of a link, without its signature.
    Link,
    /// Shows only the host of a partner's URL.
    Host,
}

/// Part of a message that contains a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The member is in a request.
    Request,
    /// The member is in a response or a callback.
    Reply,
    /// The member is a parameter that the partner added, which responses return.
    PartnerParams,
}

impl Part {
    /// Returns the message part of the members below the member `name`.
    #[must_use]
    pub fn below(self, name: &str) -> Self {
        if matches!(name, "partner_params" | "PartnerParams") { Self::PartnerParams } else { self }
    }
}

impl Shown {
    /// Returns how much of a value is shown, by the name of its member, parameter or header.
    pub fn by_name(name: &str, part: Part) -> Self {
        names::shown(name, part)
    }

    /// Returns the masked form of a text.
    pub fn text(self, text: &str) -> String {
        let is_printable = || !text.chars().any(char::is_control);
        match self {
            Self::Whole | Self::Prose if text.len() <= LONGEST && is_printable() => text.to_owned(),
            Self::Word if text.len() <= LONGEST && words::is_known(text) => text.to_owned(),
            Self::Time if is_time(text) => text.to_owned(),
            Self::Beginning if text.is_ascii() && is_printable() => beginning(text),
            Self::Link => link::link(text).unwrap_or_else(|| described(text)),
            Self::Host => link::host(text).unwrap_or_else(|| described(text)),
            _ => described(text),
        }
    }
}

/// Masks a member name that does not look like a name, because it may be a value. Names of the API are no longer than those of
/// actions, and have no more digits than those of ID types.
pub fn name(name: &str) -> String {
    const LONGEST: usize = 40;
    const DIGITS: usize = 2;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && name.bytes().filter(u8::is_ascii_digit).count() <= DIGITS;
    if is_name && name.len() <= LONGEST { name.to_owned() } else { format!("<name of {}>", characters(name)) }
}

/// Masks a JSON pointer: each member name as [`name`] does.
pub fn pointer(pointer: &str) -> String {
    let is_index = |part: &str| part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = pointer.split('/').map(|part| if is_index(part) { part.to_owned() } else { name(part) });
    parts.collect::<Vec<_>>().join("/")
}

/// Masks the path of a member, such as `partner_params.note`: each part as [`name`] does.
pub fn member(path: &str) -> String {
    path.split('.').map(name).collect::<Vec<_>>().join(".")
}

/// Masks a file name, except the names that every client uses. Other names may contain the name of a person.
pub fn file_name(name: &str) -> String {
    const KNOWN: [&str; 6] =
        [INFO_JSON, upload::FILE_NAME, "selfie.jpg", "id_card.jpg", "id_card_back.jpg", "base64imgString"];
    if KNOWN.contains(&name) { name.to_owned() } else { format!("<name of {}>", characters(name)) }
}

/// Describes bytes that are not text by their kind and length.
pub fn bytes(bytes: &[u8]) -> String {
    let kind = match ImageFormat::detect(bytes) {
        Some(ImageFormat::Jpeg) => "JPEG image",
        Some(ImageFormat::Png) => "PNG image",
        _ if bytes.starts_with(b"PK") => "zip archive",
        _ if bytes.is_empty() => return "<nothing>".to_owned(),
        _ => return format!("<{} bytes>", bytes.len()),
    };
    format!("<{kind} of {} bytes>", bytes.len())
}

/// Describes a masked text: a base64 image, or plain text.
fn described(text: &str) -> String {
    // Enough base64 to contain the beginning of an image.
    let image = text.get(..16).and_then(|beginning| STANDARD.decode(beginning).ok());
    match image.as_deref().and_then(ImageFormat::detect) {
        Some(format) => {
            let kind = if format == ImageFormat::Jpeg { "JPEG" } else { "PNG" };
            format!("<{kind} image in base64 of {}>", characters(text))
        }
        None => format!("<text of {}>", characters(text)),
    }
}

fn characters(text: &str) -> String {
    match text.chars().count() {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    }
}

/// Returns the beginning of a signature: enough to distinguish two signatures, but not enough to use one.
fn beginning(text: &str) -> String {
    match text.get(..6) {
        Some(beginning) if text.len() >= 24 => format!("{beginning}\u{2026}"),
        _ => described(text),
    }
}

/// Returns true if a text is a timestamp in a form that clients write, or seconds or milliseconds of the present time. Other
/// numbers may be ID numbers.
fn is_time(text: &str) -> bool {
    let is_count = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_of_this_age = matches!(text.len(), 10 | 13) && matches!(text.as_bytes(), [b'1' | b'2', ..]);
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.+ TZUC".contains(&byte))
        && (!is_count || is_of_this_age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_shown_as_it_is() {
        for (name, text, shown) in [
            ("job_id", "job-1", "job-1"),
            ("first_name", "Leonora Doe", "<text of 11 characters>"),
            ("id_number", "1", "<text of 1 character>"),
            ("anything", "", "<text of 0 characters>"),
            ("timestamp", "2023-11-14T22:13:20.123Z", "2023-11-14T22:13:20.123Z"),
            ("timestamp", "1700000000", "1700000000"),
            ("timestamp", "1700000000123", "1700000000123"),
            ("timestamp", "73517351735", "<text of 11 characters>"),
            ("timestamp", "zQzIhOsnaQTuuQSm42In66IW2IWOw+NxYMdwuA11bGo=", "<text of 44 characters>"),
            ("signature", "zQzIhOsnaQTuuQSm42In66IW2IWOw+NxYMdwuA11bGo=", "zQzIhO\u{2026}"),
            ("signature", "secret", "<text of 6 characters>"),
            ("job_id", "line\nbreak", "<text of 10 characters>"),
            ("photo", "/9j/4AAQSkZJRgABAQAAAQABAAD", "<JPEG image in base64 of 27 characters>"),
            ("image", "iVBORw0KGgoAAAANSUhEUg", "<PNG image in base64 of 22 characters>"),
            (
                "callback_url",
                "https://me:pw@partner.example:8443/x/secret?y",
                "https://partner.example:8443/<\u{2026}>",
            ),
        ] {
            assert_eq!(Shown::by_name(name, Part::Request).text(text), shown, "{name}");
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(Shown::Whole.text(&long), "<text of 201 characters>");
    }

    #[test]
    fn names_that_may_be_values_are_described() {
        assert_eq!(name("first_name"), "first_name");
        let longest = "x".repeat(40);
        for plain in ["NIN_V2", "line-12", &longest] {
            assert_eq!(name(plain), plain);
        }
        let longer = format!("{longest}x");
        for odd in ["12345678901", "leo@example.com", "Leonora Doe", "", "é", "line-123", &longer] {
            assert!(name(odd).starts_with("<name of "), "{odd}");
        }
        assert_eq!(pointer("/images/0/file_name"), "/images/0/file_name");
        assert_eq!(pointer("/id_info/Leonora Doe"), "/id_info/<name of 11 characters>");
        assert_eq!(file_name("leonora.jpg"), "<name of 11 characters>");
        assert_eq!(bytes(b"PK\x03\x04"), "<zip archive of 4 bytes>");
    }
}
