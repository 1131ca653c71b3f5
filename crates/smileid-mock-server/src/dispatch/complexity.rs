//! Limits the number of JSON values in a body, because a parsed value needs far more memory than its text.

use memchr::memchr2;

/// Maximum number of JSON values in a body. Real messages have some dozens. A value needs a hundred times the memory of its text.
const VALUES: usize = 20_000;

/// Returns true if a body is JSON with more than [`VALUES`] values. The body is not parsed.
pub(super) fn is_too_complex(body: &[u8]) -> bool {
    if body.len() <= VALUES || !matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return false;
    }
    let (mut values, mut rest) = (0, body);
    while let Some((byte, behind)) = rest.split_first() {
        rest = match byte {
            b'"' => behind_text(behind),
            b',' | b'{' | b'[' => {
                values += 1;
                behind
            }
            _ => behind,
        };
    }
    values > VALUES
}

/// Skips a JSON string whose opening quotation mark was read, and returns the text after it.
fn behind_text(mut rest: &[u8]) -> &[u8] {
    while let Some(found) = memchr2(b'"', b'\\', rest) {
        let is_end = rest.get(found) == Some(&b'"');
        let read = if is_end { found + 1 } else { found + 2 };
        rest = rest.get(read..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_texts() {
        let nested = |value: &str, times| format!("{{\"a\":[{}0]}}", value.repeat(times));
        assert!(!is_too_complex(nested("0,", VALUES - 3).as_bytes()));
        for value in ["0,", "{},", "[[]],", "{\"\":0},"] {
            assert!(is_too_complex(nested(value, VALUES).as_bytes()), "{value}");
        }
        for text in ["\",,\",", "\"\\\",,,\","] {
            assert!(!is_too_complex(nested(text, VALUES / 2).as_bytes()), "{text}");
        }
        assert!(!is_too_complex(&vec![b','; 2 * VALUES]), "no JSON");
    }
}
