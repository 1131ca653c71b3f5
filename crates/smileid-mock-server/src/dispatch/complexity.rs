//! A limit for the values of JSON, which take many times the memory of their text.

use memchr::memchr2;

/// How many values JSON may have. Real messages have some dozens, and each takes a hundred times its text.
const VALUES: usize = 20_000;

/// Whether a body is JSON of more than [`VALUES`] values, told without reading them.
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

/// What stands behind a text in quotes whose first was read.
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
