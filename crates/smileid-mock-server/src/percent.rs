//! Percent escapes, as links have them.

use std::fmt::Write as _;

/// One part of a path or a query, escaped but for what RFC 3986 leaves alone everywhere.
pub(crate) fn encode(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}"); // writing to a text cannot fail
        }
    }
    escaped
}

/// The text that was escaped. What is no escape stays; a plus sign is one, as signatures have them.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match after {
            [high, low, after @ ..] if *first == b'%' => {
                if let (Some(high), Some(low)) = (hex(*high), hex(*low)) {
                    bytes.push(high << 4 | low);
                    rest = after;
                    continue;
                }
            }
            _ => {}
        }
        bytes.push(*first);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in ["", "selfie.zip", "a b&c=d?e/f#g%h+i", "sélfie 😀", "%41"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(encode("application/zip"), "application%2Fzip");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in ["%", "%4", "%zz", "100%+"] {
            assert_eq!(decode(text), text);
        }
        assert_eq!(decode("%2f%2F"), "//");
    }
}
