//! Fields of a message that are sent in the URL path, as in `/v1/smile_links/{ref_id}`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::EncodeError;

/// Characters that are escaped in a path or query: all except the unreserved characters of RFC 3986.
pub(crate) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Moves the fields that a path template names from the message into the path, each as one segment.
pub(super) fn fill(template: &str, members: &mut Map<String, Value>) -> Result<String, EncodeError> {
    let segments = template.split('/').map(|segment| match field(segment) {
        None => Ok(segment.to_owned()),
        Some(name) => match members.remove(name) {
            // A segment of dots would lead to another path.
            Some(Value::String(text)) if !matches!(text.as_str(), "" | "." | "..") => {
                Ok(utf8_percent_encode(&text, ESCAPED).to_string())
            }
            _ => Err(EncodeError::NotASegment { name: name.to_owned() }),
        },
    });
    Ok(segments.collect::<Result<Vec<_>, _>>()?.join("/"))
}

/// Moves the fields that a path template names from a path into the message.
pub(crate) fn read(template: &str, path: &str, members: &mut Map<String, Value>) {
    for (segment, text) in template.split('/').zip(path.split('/')) {
        if let Some(name) = field(segment) {
            let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
            members.insert(name.to_owned(), Value::String(text));
        }
    }
}

/// Returns true if a path matches a path template.
pub(crate) fn matches(template: &str, path: &str) -> bool {
    if !template.contains('{') {
        return template == path;
    }
    let mut segments = path.split('/');
    let alike = template.split('/').all(|expected| {
        segments.next().is_some_and(|segment| match field(expected) {
            Some(_) => !segment.is_empty(),
            None => segment == expected,
        })
    });
    alike && segments.next().is_none()
}

/// Returns the names of the fields in a path template.
pub(super) fn fields(template: &str) -> impl Iterator<Item = &str> {
    template.split('/').filter_map(field)
}

fn field(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEMPLATE: &str = "/v1/smile_links/{ref_id}";

    fn filled(value: &Value) -> Result<String, EncodeError> {
        fill(TEMPLATE, &mut Map::from_iter([("ref_id".to_owned(), value.clone())]))
    }

    #[test]
    fn fields_become_one_segment_and_come_back() {
        for (text, path) in [
            ("abc-1", "/v1/smile_links/abc-1"),
            ("a/b?c#d", "/v1/smile_links/a%2Fb%3Fc%23d"),
            ("é ..", "/v1/smile_links/%C3%A9%20.."),
        ] {
            assert_eq!(filled(&json!(text)).unwrap(), path);
            assert!(matches(TEMPLATE, path));
            let mut members = Map::new();
            read(TEMPLATE, path, &mut members);
            assert_eq!(members["ref_id"], text);
        }
    }

    #[test]
    fn what_is_no_segment_is_refused() {
        for value in [json!(""), json!("."), json!(".."), json!(7), json!(null)] {
            assert!(matches!(filled(&value), Err(EncodeError::NotASegment { .. })), "{value}");
        }
        assert!(fill(TEMPLATE, &mut Map::new()).is_err());
        for path in ["/v1/smile_links", "/v1/smile_links/", "/v1/smile_links/a/b", "/v1/other/a"] {
            assert!(!matches(TEMPLATE, path), "{path}");
        }
    }
}
