//! Names as a report may show them: those that look like a member's, and file names that every client has. Others may
//! be values, or name a person.

use smileid_protocol::{package::INFO_JSON, v1::upload};

/// The name of a member. None is known that is longer than an action's, or has more digits than an ID type's.
fn name(name: &str) -> String {
    const LONGEST: usize = 40;
    const DIGITS: usize = 2;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && name.bytes().filter(u8::is_ascii_digit).count() <= DIGITS;
    if is_name && name.len() <= LONGEST { name.to_owned() } else { hidden(name) }
}

/// A JSON pointer, or a path, each of its parts by itself.
pub(super) fn pointer(pointer: &str) -> String {
    let is_index = |part: &str| part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = pointer.split('/').take(12);
    parts.map(|part| if is_index(part) { part.to_owned() } else { name(part) }).collect::<Vec<_>>().join("/")
}

/// The name of a file.
pub(super) fn file_name(name: &str) -> String {
    const KNOWN: [&str; 6] =
        [INFO_JSON, upload::FILE_NAME, "selfie.jpg", "id_card.jpg", "id_card_back.jpg", "base64imgString"];
    if KNOWN.contains(&name) { name.to_owned() } else { hidden(name) }
}

fn hidden(text: &str) -> String {
    format!("<name of {} characters>", text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_value_is_not_shown() {
        assert_eq!(pointer("/images/0/file_name"), "/images/0/file_name");
        assert_eq!(pointer("/v1/uplaod"), "/v1/uplaod");
        assert_eq!(pointer("/v1/leo@example.com"), "/v1/<name of 15 characters>");
        assert_eq!(pointer("/id_info/12345678901"), "/id_info/<name of 11 characters>");
        assert_eq!(file_name("selfie.jpg"), "selfie.jpg");
        assert_eq!(file_name("leonora.jpg"), "<name of 11 characters>");
    }
}
