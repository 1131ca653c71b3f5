//! Masks JSON while it is read, with limited memory.

use std::{fmt, io::Write as _};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    Part, Shown, is_time, name,
    words::{is_action_value, is_known},
};
use crate::codec::json_text;

/// Maximum size of a masked body, in bytes. A larger body is probably a long list; only its size is shown.
const MOST: usize = 16 << 10;

/// First code, result code and job number in a message, found while it is masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The `code` of the message.
    pub code: Option<String>,
    /// The result code of the message.
    pub result_code: Option<String>,
    /// The API's number of the job, `SmileJobID`.
    pub smile_job_id: Option<String>,
}

/// Masks a JSON text, up to 16 KiB of output. None if the text is not JSON, or the output would be larger.
///
/// It is written while it is read, so it takes no more memory than its result.
pub fn json(text: &[u8], part: Part, found: &mut Found) -> Option<String> {
    let mut masked = Vec::with_capacity(text.len().min(1024));
    let text = json_text(text);
    let mut reader = serde_json::Deserializer::from_slice(&text);
    let writer = Writer { masked: &mut masked, found, part, shown: Shown::Kind, name: "" };
    writer.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    String::from_utf8(masked).ok()
}

/// Writes a masked JSON value: the member `name` of its object.
struct Writer<'a> {
    masked: &'a mut Vec<u8>,
    found: &'a mut Found,
    part: Part,
    shown: Shown,
    name: &'a str,
}

impl Writer<'_> {
    fn plain<E: serde::de::Error>(mut self, value: impl fmt::Display, kind: &str) -> Result<(), E> {
        let is_shown = match self.shown {
            Shown::Whole | Shown::Prose => true,
            Shown::Word => is_known(&value.to_string()),
            Shown::Time => is_time(&value.to_string()),
            Shown::Kind | Shown::Beginning | Shown::Link | Shown::Host => false,
        };
        if !is_shown {
            return self.put(format_args!("\"<{kind}>\""));
        }
        self.note(&value);
        self.put(format_args!("{value}"))
    }

    fn note(&mut self, value: &dyn fmt::Display) {
        let place = match self.name {
            "code" => &mut self.found.code,
            "ResultCode" => &mut self.found.result_code,
            "smile_job_id" | "SmileJobID" => &mut self.found.smile_job_id,
            _ => return,
        };
        place.get_or_insert_with(|| value.to_string());
    }

    fn put<E: serde::de::Error>(self, text: fmt::Arguments<'_>) -> Result<(), E> {
        put(self.masked, text)
    }
}

fn put<E: serde::de::Error>(masked: &mut Vec<u8>, text: fmt::Arguments<'_>) -> Result<(), E> {
    masked.write_fmt(text).map_err(E::custom)?;
    limited(masked)
}

/// Writes a text as a JSON string.
fn put_quoted<E: serde::de::Error>(masked: &mut Vec<u8>, text: &str) -> Result<(), E> {
    serde_json::to_writer(&mut *masked, text).map_err(E::custom)?;
    limited(masked)
}

fn limited<E: serde::de::Error>(masked: &[u8]) -> Result<(), E> {
    if masked.len() > MOST { Err(E::custom("too much")) } else { Ok(()) }
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.put(format_args!("null"))
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.plain(value, "true or false")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.plain(value, "number")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.plain(value, "number")
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.put(format_args!("\"<number>\"")) // no listed member is a fraction
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<(), E> {
        if self.shown == Shown::Kind && is_action_value(text) {
            return put_quoted(self.masked, text);
        }
        let text = self.shown.text(text);
        if self.shown == Shown::Whole {
            self.note(&text);
        }
        put_quoted(self.masked, &text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { masked, found, part, shown, name } = self;
        put(masked, format_args!("["))?;
        let begin = masked.len();
        loop {
            let before = masked.len();
            if before > begin {
                masked.push(b',');
            }
            if seq.next_element_seed(Writer { masked, found, part, shown, name })?.is_none() {
                masked.truncate(before);
                return put(masked, format_args!("]"));
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { masked, found, part, .. } = self;
        put(masked, format_args!("{{"))?;
        let begin = masked.len();
        while let Some(member) = map.next_key::<String>()? {
            if masked.len() > begin {
                masked.push(b',');
            }
            put_quoted(masked, &name(&member))?;
            masked.push(b':');
            let shown = Shown::by_name(&member, part);
            let part = part.below(&member);
            map.next_value_seed(Writer { masked, found, part, shown, name: &member })?;
        }
        put(masked, format_args!("}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Option<String> {
        json(text.as_bytes(), Part::Reply, &mut Found::default())
    }

    #[test]
    fn values_are_shown_by_the_name_they_have() {
        for (text, shown) in [
            (r#"{"job_id":"j","x":"y"}"#, r#"{"job_id":"j","x":"<text of 1 character>"}"#),
            (
                r#"{"partner_params":{"job_type":4,"age":44}}"#,
                r#"{"partner_params":{"job_type":4,"age":"<number>"}}"#,
            ),
            (r#"{"job_id":{"x":"y"}}"#, r#"{"job_id":{"x":"<text of 1 character>"}}"#),
            (
                r#"{"message":"m","PartnerParams":{"message":"m","x":[{"message":"m"}],"sandbox_result":"0"}}"#,
                r#"{"message":"m","PartnerParams":{"message":"<text of 1 character>","x":[{"message":"<text of 1 character>"}],"sandbox_result":"0"}}"#,
            ),
            (
                r#"[1,-1,1.5,true,null,"a",[]]"#,
                r#"["<number>","<number>","<number>","<true or false>",null,"<text of 1 character>",[]]"#,
            ),
            (
                r#"{"retry":true,"code":"2205","Leo Doe":{}}"#,
                r#"{"retry":true,"code":"2205","<name of 7 characters>":{}}"#,
            ),
            (
                r#"{"Actions":{"Verify_ID_Number":"Verified","Other":"Passed"}}"#,
                r#"{"Actions":{"Verify_ID_Number":"Verified","Other":"Passed"}}"#,
            ),
            (
                r#"{"callback_url":73517351735,"signature":73517351735,"link":true}"#,
                r#"{"callback_url":"<number>","signature":"<number>","link":"<true or false>"}"#,
            ),
            (
                r#"{"timestamp":1700000000123,"expires_at":73517351735}"#,
                r#"{"timestamp":1700000000123,"expires_at":"<number>"}"#,
            ),
            (r#""secret""#, r#""<text of 6 characters>""#),
        ] {
            assert_eq!(masked(text).as_deref(), Some(shown));
        }
    }

    #[test]
    fn what_is_no_json_or_too_much_is_not_written_down() {
        for text in ["", "{", "secret", "{\"a\":1}x", "PK\u{3}\u{4}"] {
            assert_eq!(masked(text), None, "{text}");
        }
        assert_eq!(masked(&format!("[{}1]", "1,".repeat(10_000))), None);
        assert_eq!(masked(&"[".repeat(100_000)), None);
        assert_eq!(
            masked(&format!("\"{}\"", "x".repeat(1 << 20))).unwrap(),
            "\"<text of 1048576 characters>\""
        );
    }

    #[test]
    fn codes_and_numbers_are_noted() {
        let mut found = Found::default();
        let reply = br#"{"code":2302,"history":[{"ResultCode":"0810","SmileJobID":"0000000001"},{"ResultCode":"1012"}]}"#;
        json(reply, Part::Reply, &mut found).unwrap();
        assert_eq!(found.code.as_deref(), Some("2302"));
        assert_eq!(found.result_code.as_deref(), Some("0810"));
        assert_eq!(found.smile_job_id.as_deref(), Some("0000000001"));
    }
}
