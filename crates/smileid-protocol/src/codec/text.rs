//! Reads received texts, including texts with a byte order mark or invalid escapes, and detects other encodings.

use std::{borrow::Cow, fmt};

use memchr::{memchr, memmem};
use serde::de::DeserializeOwned;

use super::JsonError;

/// Reads a JSON text, such as a response, a callback or a file.
///
/// A byte order mark and NUL bytes after the text are skipped. A lone surrogate such as `\ud83d`, written by programs
/// that cut a text inside an emoji, becomes U+FFFD, as in other languages. Nesting is limited to 128 levels.
///
/// ```
/// use smileid_protocol::codec::read_json;
///
/// let name: String = read_json(br#""Amina \ud83d""#)?;
/// assert_eq!(name, "Amina \u{fffd}");
///
/// let error = read_json::<String>(b"\"\0A\0\"\0").unwrap_err();
/// assert_eq!(error.to_string(), "the text is UTF-16 (little-endian): save or send it as UTF-8");
/// # Ok::<(), smileid_protocol::codec::JsonError>(())
/// ```
///
/// # Errors
///
/// If it is not JSON, or not of the expected type. The error names another encoding or format, and quotes no value.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    serde_json::from_slice(&json_text(bytes)).map_err(|error| JsonError::for_text(bytes, &error))
}

/// Returns a JSON text in a form that strict JSON parsers accept: see [`read_json`]. The text is copied only if an escape had to
/// be replaced.
pub fn json_text(bytes: &[u8]) -> Cow<'_, [u8]> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let end = text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    without_lone_surrogates(text.get(..end).unwrap_or(text))
}

/// Returns UTF-8 text without the byte order mark that some editors write.
///
/// # Errors
///
/// The format of the bytes, if they are not UTF-8 text.
pub fn utf8_text(bytes: &[u8]) -> Result<&str, OtherFormat> {
    let text = std::str::from_utf8(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes));
    match OtherFormat::detect_binary(bytes) {
        Some(format) => Err(format),
        None => text.map_err(|error| OtherFormat::NotUtf8 { at: error.valid_up_to() }),
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Detected format of bytes that should be UTF-8 text or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherFormat {
    /// The text is empty or has only blanks.
    Empty,
    /// The text is in another Unicode encoding.
    Unicode {
        /// Name of the encoding.
        name: &'static str,
    },
    /// The bytes are text in a single-byte encoding, or not text.
    NotUtf8 {
        /// Position of the first byte that is not valid UTF-8.
        at: usize,
    },
    /// The bytes are a compressed or binary format.
    Binary {
        /// Name of the format.
        name: &'static str,
    },
    /// The text is HTML or XML.
    Markup {
        /// Name of the format.
        name: &'static str,
    },
}

impl OtherFormat {
    /// Returns the format of bytes that cannot be read as JSON, if it can be recognized.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let text = text.trim_ascii();
        if text.iter().all(|byte| *byte == 0) {
            return Some(Self::Empty);
        }
        if let Some(format) = Self::detect_binary(bytes) {
            return Some(format);
        }
        if text.starts_with(b"<") {
            let starts = |with: &[u8]| text.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
            let is_html = starts(b"<!doctype html") || starts(b"<html");
            return Some(Self::Markup { name: if is_html { "HTML" } else { "XML or other markup" } });
        }
        let error = std::str::from_utf8(bytes).err()?;
        Some(Self::NotUtf8 { at: error.valid_up_to() })
    }

    /// Returns the binary format that begins with these bytes.
    fn detect_binary(bytes: &[u8]) -> Option<Self> {
        let unicode = |name| Some(Self::Unicode { name });
        let binary = |name| Some(Self::Binary { name });
        match bytes {
            [0xff, 0xfe, 0, 0, ..] | [1..=255, 0, 0, 0, ..] => unicode("UTF-32 (little-endian)"),
            [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=255, ..] => unicode("UTF-32 (big-endian)"),
            [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, 0, ..] => unicode("UTF-16 (little-endian)"),
            [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255, ..] => unicode("UTF-16 (big-endian)"),
            [0x1f, 0x8b, ..] => binary("gzip"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => binary("zstd"),
            [b'P', b'K', 3, 4, ..] => binary("a ZIP archive"),
            [0xff, 0xd8, 0xff, ..] => binary("a JPEG image"),
            [0x89, b'P', b'N', b'G', ..] => binary("a PNG image"),
            [b'%', b'P', b'D', b'F', ..] => binary("a PDF document"),
            _ => None,
        }
    }
}

impl fmt::Display for OtherFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the text is empty"),
            Self::Unicode { name } => write!(f, "the text is {name}: save or send it as UTF-8"),
            Self::NotUtf8 { at } => {
                write!(
                    f,
                    "byte {at} is not UTF-8, perhaps Latin-1 or Windows-1252: save or send the text as UTF-8"
                )
            }
            Self::Binary { name } => write!(f, "this is {name} and not a text: save or send the text itself"),
            Self::Markup { name } => write!(f, "this is {name} and not JSON"),
        }
    }
}

impl std::error::Error for OtherFormat {}

/// Replaces each JSON escape of a lone surrogate with the escape of U+FFFD, in one pass.
fn without_lone_surrogates(text: &[u8]) -> Cow<'_, [u8]> {
    const REPLACEMENT: &[u8] = b"fffd";
    // Surrogates are rare, and this is much faster than examining each escape.
    if [b"\\ud", b"\\uD"].iter().all(|begin| memmem::find(text, *begin).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut replaced: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        let escape = at + found;
        at = match unit(text, escape) {
            // A quote, a line break, or a backslash: the character after it begins no escape.
            None => escape + 2,
            Some(unit) if !is_surrogate(unit) => escape + 6,
            Some(0xd800..=0xdbff)
                if self::unit(text, escape + 6).is_some_and(|low| matches!(low, 0xdc00..=0xdfff)) =>
            {
                escape + 12
            }
            Some(_) => {
                let replaced = replaced.get_or_insert_with(|| text.to_vec());
                if let Some(digits) = replaced.get_mut(escape + 2..escape + 6) {
                    digits.copy_from_slice(REPLACEMENT);
                }
                escape + 6
            }
        };
    }
    replaced.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns the UTF-16 unit of the JSON escape (`\u` and four digits) at a position.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let [b'\\', b'u', digits @ ..] = text.get(at..at.checked_add(6)?)? else { return None };
    digits.iter().try_fold(0, |unit, digit| {
        let value = char::from(*digit).to_digit(16).and_then(|value| u16::try_from(value).ok())?;
        Some(unit << 4 | value)
    })
}

const fn is_surrogate(unit: u16) -> bool {
    matches!(unit, 0xd800..=0xdfff)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Option<Value> {
        read_json(text.as_bytes()).ok()
    }

    /// Compares with the texts that JavaScript's `JSON.parse` and `toWellFormed` printed in Node.js 22.
    #[test]
    fn lone_surrogates_become_replacement_characters() {
        for (text, expected) in [
            (r#"{"a":"x\ud83d"}"#, json!({"a": "x\u{fffd}"})),
            (r#"{"a":"\ude00x"}"#, json!({"a": "\u{fffd}x"})),
            (r#"{"a":"\ud83d\ude00"}"#, json!({"a": "\u{1f600}"})),
            (r#"{"a":"\uD83D\uD83D\uDE00"}"#, json!({"a": "\u{fffd}\u{1f600}"})),
            (r#"{"a":"\ud83d\ud83d"}"#, json!({"a": "\u{fffd}\u{fffd}"})),
            (r#"{"a":"\ud83d\n\u0041"}"#, json!({"a": "\u{fffd}\nA"})),
            (r#"{"a":"\\ud83d"}"#, json!({"a": r"\ud83d"})),
            (r#"{"a":"\\\ud83d"}"#, json!({"a": "\\\u{fffd}"})),
            (r#"{"\ud83d":1}"#, json!({"\u{fffd}": 1})),
            // JSON within a text: its own escapes are read by the reader of that JSON.
            (r#"{"result":"{\"a\":\"\\ud83d\"}"}"#, json!({"result": r#"{"a":"\ud83d"}"#})),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        let inner = read(r#"{"result":"{\"a\":\"\\ud83d\"}"}"#).unwrap();
        assert_eq!(read(inner["result"].as_str().unwrap()), Some(json!({"a": "\u{fffd}"})));
        // An invalid escape stays an error.
        for text in
            [r#"{"a":"\ud83"}"#, r#"{"a":"\ud83"#, r#"{"a":"\u"}"#, r#"{"a":"\ug83d"}"#, r#"{"a":"\u+12f"}"#]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn marks_and_padding_are_passed_over() {
        assert_eq!(read_json::<Value>(b"\xef\xbb\xbf{\"a\":1}\r\n").unwrap(), json!({"a": 1}));
        assert_eq!(read_json::<Value>(b"{\"a\":1}\n\0\0\0").unwrap(), json!({"a": 1}));
        for text in
            ["{\"a\":1}x", "{\"a\":1,}", "{\"a\":\"\0\"}", "{\"a\":1e400}", "\0{}", "\u{feff}\u{feff}{}"]
        {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(
            read(r#"{"a":1,"a":2}"#),
            Some(json!({"a": 2})),
            "as JavaScript, Python, PHP and Ruby read it"
        );
    }

    #[test]
    fn what_is_borrowed_is_not_copied() {
        for text in ["", "{}", r#"{"a":"\ud83d\ude00 \\ \u0041"}"#, "\\", "\\u", "\\ud83"] {
            assert!(matches!(json_text(text.as_bytes()), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(&deep(127)).is_some());
        let error = read_json::<Value>(deep(100_000).as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("recursion limit exceeded"), "{error}");
    }

    #[test]
    fn other_formats_are_named() {
        let utf16 =
            |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let utf32 = |text: &str, to: fn(u32) -> [u8; 4]| {
            text.chars().flat_map(|it| to(it.into())).collect::<Vec<u8>>()
        };
        let json = "{\"a\":\"é\"}";
        let marked = format!("\u{feff}{json}");
        for (bytes, says) in [
            (utf16(json, u16::to_le_bytes), "the text is UTF-16 (little-endian): save or send it as UTF-8"),
            (
                utf16(&marked, u16::to_le_bytes),
                "the text is UTF-16 (little-endian): save or send it as UTF-8",
            ),
            (utf16(json, u16::to_be_bytes), "the text is UTF-16 (big-endian): save or send it as UTF-8"),
            (utf16(&marked, u16::to_be_bytes), "the text is UTF-16 (big-endian): save or send it as UTF-8"),
            (utf32(json, u32::to_le_bytes), "the text is UTF-32 (little-endian): save or send it as UTF-8"),
            (
                utf32(&marked, u32::to_le_bytes),
                "the text is UTF-32 (little-endian): save or send it as UTF-8",
            ),
            (utf32(json, u32::to_be_bytes), "the text is UTF-32 (big-endian): save or send it as UTF-8"),
            (utf32(&marked, u32::to_be_bytes), "the text is UTF-32 (big-endian): save or send it as UTF-8"),
            (
                b"{\"a\":\"\xe9\"}".to_vec(),
                "byte 6 is not UTF-8, perhaps Latin-1 or Windows-1252: save or send the text as UTF-8",
            ),
            (b"\x1f\x8b\x08\0".to_vec(), "this is gzip and not a text: save or send the text itself"),
            (b"PK\x03\x04".to_vec(), "this is a ZIP archive and not a text: save or send the text itself"),
            (
                b"\xff\xd8\xff\xe0".to_vec(),
                "this is a JPEG image and not a text: save or send the text itself",
            ),
            (b"\n<!DOCTYPE html><html>".to_vec(), "this is HTML and not JSON"),
            (b"<HTML>".to_vec(), "this is HTML and not JSON"),
            (b"<?xml version=\"1.0\"?>".to_vec(), "this is XML or other markup and not JSON"),
            (vec![], "the text is empty"),
            (b"\xef\xbb\xbf \r\n".to_vec(), "the text is empty"),
            (vec![0; 8], "the text is empty"),
            (b"{\"a\":}".to_vec(), "expected value at line 1 column 6"),
        ] {
            assert_eq!(read_json::<Value>(&bytes).unwrap_err().to_string(), says, "{bytes:?}");
        }
        assert_eq!(utf8_text(b"\xef\xbb\xbfa: 1"), Ok("a: 1"));
        assert_eq!(utf8_text(b"a: \xe9"), Err(OtherFormat::NotUtf8 { at: 3 }));
        assert_eq!(utf8_text(b""), Ok(""));
    }
}
