//! Reads and writes multipart forms (RFC 7578) without the code under test.
//!
//! This implementation is stricter than the code under test: it accepts only forms that begin and end with the
//! boundary, and only quoted names.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{BufMut as _, Bytes, BytesMut};
use serde_json::{Value, json};

use crate::{case::FormPart, failure::Failure};

const BOUNDARY: &str = "boundary-of-the-case";

const JSON: &str = "application/json";

/// Returns the `Content-Type` of forms from [`write`].
pub(crate) fn content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// Writes parts as a multipart form.
pub(crate) fn write(parts: &[FormPart]) -> Bytes {
    let mut form = BytesMut::new();
    for part in parts {
        let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=");
        let json;
        let content = match part {
            FormPart::Text { name, value } => {
                let _ = write!(head, "\"{name}\"");
                value.as_bytes()
            }
            FormPart::Json { name, value } => {
                let _ = write!(head, "\"{name}\"\r\nContent-Type: {JSON}");
                json = value.to_string();
                json.as_bytes()
            }
            FormPart::File { name, file_name, content_type, base64 } => {
                let _ = write!(head, "\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {content_type}");
                base64.0.as_ref()
            }
        };
        form.put(head.as_bytes());
        form.put(&b"\r\n\r\n"[..]);
        form.put(content);
        form.put(&b"\r\n"[..]);
    }
    form.put(format!("--{BOUNDARY}--\r\n").as_bytes());
    form.freeze()
}

/// Returns the expected parts of a case in the output format of [`read`].
pub(crate) fn expected(parts: &[FormPart]) -> Value {
    let parts = parts.iter().map(|part| match part {
        FormPart::Text { name, value } => Part { name: name.clone(), json: text_json(name, value) },
        FormPart::Json { name, value } => Part { name: name.clone(), json: json_json(name, value) },
        FormPart::File { name, content_type, base64, .. } => {
            Part { name: name.clone(), json: file_json(name, Some(content_type), &base64.0) }
        }
    });
    sorted(parts.collect())
}

/// Reads the parts of a multipart form as JSON.
pub(crate) fn read(content_type: Option<&str>, form: &[u8]) -> Result<Value, Failure> {
    let parts = contents(content_type, form)?.into_iter().map(read_part).collect::<Result<_, _>>()?;
    Ok(sorted(parts))
}

/// Returns the files of a form.
pub(crate) fn files<'a>(content_type: Option<&str>, form: &'a [u8]) -> Result<Vec<Head<'a>>, Failure> {
    let parts = contents(content_type, form)?.into_iter().map(Head::read).collect::<Result<Vec<_>, _>>()?;
    Ok(parts.into_iter().filter(|it| it.is_file).collect())
}

/// Returns the parts of a form, each with its headers.
fn contents<'a>(content_type: Option<&str>, form: &'a [u8]) -> Result<Vec<&'a [u8]>, Failure> {
    let boundary = content_type
        .and_then(|it| it.strip_prefix("multipart/form-data; boundary="))
        .filter(|it| (1..=70).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| unreadable("its Content-Type has no boundary"))?;
    let (first, between, last) =
        (format!("--{boundary}\r\n"), format!("\r\n--{boundary}\r\n"), format!("\r\n--{boundary}--\r\n"));
    let inside = form
        .strip_prefix(first.as_bytes())
        .ok_or_else(|| unreadable("it does not begin with its boundary"))?
        .strip_suffix(last.as_bytes())
        .ok_or_else(|| unreadable("it does not end with its boundary"))?;
    let mut parts = Vec::new();
    let mut rest = inside;
    while let Some((part, others)) = split(rest, between.as_bytes()) {
        parts.push(part);
        rest = others;
    }
    parts.push(rest);
    Ok(parts)
}

struct Part {
    name: String,
    json: Value,
}

/// A part, with what its headers say.
pub(crate) struct Head<'a> {
    pub(crate) name: String,
    is_file: bool,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) content: &'a [u8],
}

impl<'a> Head<'a> {
    fn read(part: &'a [u8]) -> Result<Self, Failure> {
        let (head, content) =
            split(part, b"\r\n\r\n").ok_or_else(|| unreadable("the headers of a part have no end"))?;
        let head =
            std::str::from_utf8(head).map_err(|_| unreadable("the headers of a part are not UTF-8"))?;
        let header = |wanted: &str| {
            head.split("\r\n").find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case(wanted).then_some(value)
            })
        };
        let disposition = header("content-disposition").unwrap_or_default();
        let (name, rest) = disposition
            .strip_prefix("form-data; name=\"")
            .and_then(|it| it.split_once('"'))
            .ok_or_else(|| unreadable("a part has no name"))?;
        let file = rest.strip_prefix("; filename=\"").and_then(|it| it.split_once('"'));
        if !file.map_or(rest, |(_, rest)| rest).is_empty() {
            return Err(unreadable("the header of a part has more than a name and a file name"));
        }
        let content_type = header("content-type");
        Ok(Self { name: name.to_owned(), is_file: file.is_some(), content_type, content })
    }
}

fn read_part(part: &[u8]) -> Result<Part, Failure> {
    let Head { name, is_file, content_type, content } = Head::read(part)?;
    let text = || std::str::from_utf8(content).map_err(|_| unreadable("a text of the form is not UTF-8"));
    let json = if is_file {
        file_json(&name, content_type, content)
    } else if content_type == Some(JSON) {
        let value = serde_json::from_str(text()?);
        json_json(&name, &value.map_err(|_| unreadable("a part with JSON is no JSON"))?)
    } else {
        text_json(&name, text()?)
    };
    Ok(Part { name, json })
}

fn text_json(name: &str, text: &str) -> Value {
    json!({"name": name, "text": text})
}

fn json_json(name: &str, value: &Value) -> Value {
    json!({"name": name, "json": value})
}

/// Describes a file part. The file name is left out, because each program may choose its own.
fn file_json(name: &str, content_type: Option<&str>, content: &[u8]) -> Value {
    json!({"name": name, "content_type": content_type, "base64": STANDARD.encode(content)})
}

/// Sorts parts by name. The order of parts with the same name stays, because it matters.
fn sorted(mut parts: Vec<Part>) -> Value {
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    parts.into_iter().map(|part| part.json).collect()
}

fn split<'a>(bytes: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((bytes.get(..at)?, bytes.get(at + by.len()..)?))
}

fn unreadable(problem: &'static str) -> Failure {
    Failure::Unreadable { what: "the form".to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Content;

    fn parts() -> Vec<FormPart> {
        let text =
            |name: &str, value: &str| FormPart::Text { name: name.to_owned(), value: value.to_owned() };
        let file = FormPart::File {
            name: "image".to_owned(),
            file_name: "a.jpg".to_owned(),
            content_type: "image/jpeg".to_owned(),
            base64: Content(Bytes::from_static(b"\xff\xd8\r\n--boundary\r\n\r\n")),
        };
        let json = FormPart::Json { name: "consent".to_owned(), value: json!({"granted": true}) };
        vec![text("user_id", "user-1"), file, json, text("empty", "")]
    }

    #[test]
    fn written_forms_can_be_read() {
        let read = read(Some(&content_type()), &write(&parts()));
        assert_eq!(read.ok(), Some(expected(&parts())));
    }

    #[test]
    fn order_matters_only_for_parts_with_the_same_name() {
        let mut turned = parts();
        turned.reverse();
        assert_eq!(expected(&turned), expected(&parts()));
        let twice = |first: &str, second: &str| {
            [first, second].map(|value| FormPart::Text { name: "a".to_owned(), value: value.to_owned() })
        };
        assert_ne!(expected(&twice("1", "2")), expected(&twice("2", "1")));
    }

    #[test]
    fn invalid_forms_are_refused() {
        let whole = write(&parts());
        let content_type = content_type();
        for (content_type, form, problem) in [
            (None, whole.clone(), "has no boundary"),
            (Some("application/json"), whole.clone(), "has no boundary"),
            (Some(content_type.as_str()), whole.slice(1..), "does not begin"),
            (Some(content_type.as_str()), whole.slice(..whole.len() - 2), "does not end"),
            (Some("multipart/form-data; boundary=other"), whole.clone(), "does not begin"),
        ] {
            let error = read(content_type, &form).err().map(|failure| failure.to_string());
            assert!(error.as_ref().is_some_and(|it| it.contains(problem)), "{error:?}");
        }
    }
}
