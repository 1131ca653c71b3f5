//! Codec for multipart forms (`multipart/form-data`, RFC 7578), which endpoints with image files use.

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use memchr::memmem;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Codec, DecodeError, EncodeError, object::JSON, path, with_headers};
use crate::{
    auth::{AuthScheme, Envelope, Unverified},
    endpoint::{Endpoint, ProofOf},
    origin::Origin,
    package::layout::Content,
    piece::{FileContent as _, Piece},
};

/// Codec of messages whose body is a multipart form.
#[derive(Debug)]
#[non_exhaustive]
pub struct Multipart;

/// A message that is sent as a multipart form. Parts whose names are in braces in the path are sent in the path, parts in
/// [`HEADERS`](Self::HEADERS) in headers. A form without other parts has no body.
pub trait Form: Sized {
    /// Parts that are sent in a header: the name of the part, and the name of the header in lower case. When a request is read,
    /// they may also be in the body.
    const HEADERS: &'static [(&'static str, &'static str)] = &[];

    /// True if a request of this endpoint may have no body.
    const BODY_IS_OPTIONAL: bool = false;

    /// Returns the parts of the form, in order.
    ///
    /// # Errors
    ///
    /// If one cannot be written.
    fn parts(&self) -> Result<Vec<Part<Piece>>, EncodeError>;

    /// Creates the message from the parts of a received form.
    ///
    /// # Errors
    ///
    /// If one is missing or cannot be read.
    fn from_parts(parts: Vec<Part>) -> Result<Self, DecodeError>;
}

/// A part of a multipart form. When it is sent, its content can be a file: `Part<Piece>`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part<C = Bytes> {
    /// Name of the form field.
    pub name: String,
    /// File name of the part, if the part is a file.
    pub file_name: Option<String>,
    /// True if the part's content type is JSON.
    pub is_json: bool,
    /// Content of the part, without its headers.
    pub body: C,
}

impl<C: From<Bytes>> Part<C> {
    /// Creates a form part with a text.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), file_name: None, is_json: false, body: bytes(text.into()) }
    }

    /// Creates a form part with JSON, and with the content type of JSON.
    ///
    /// # Errors
    ///
    /// If the value does not become JSON.
    pub fn json<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<Self, EncodeError> {
        let body = bytes(serde_json::to_vec(value)?);
        Ok(Self { name: name.to_owned(), file_name: None, is_json: true, body })
    }
}

impl<C> Part<C> {
    /// Creates a form part with a file.
    pub fn file(name: &str, file_name: impl Into<String>, body: C) -> Self {
        Self { name: name.to_owned(), file_name: Some(file_name.into()), is_json: false, body }
    }
}

impl Part {
    pub(crate) fn into_sent(self) -> Part<Piece> {
        let Self { name, file_name, is_json, body } = self;
        Part { name, file_name, is_json, body: Piece::Bytes(body) }
    }
}

fn bytes<C: From<Bytes>>(content: impl Into<Bytes>) -> C {
    C::from(content.into())
}

impl<C: Content> std::fmt::Debug for Part<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = usize::try_from(self.body.len()).unwrap_or(usize::MAX);
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("body", &smileid_types::redact::bytes(length))
            .finish_non_exhaustive()
    }
}

impl<E: Endpoint + Form> Codec<E> for Multipart {
    fn encode(
        request: &E,
        origin: &Origin,
        proof: &ProofOf<E>,
    ) -> Result<http::Request<Vec<Piece>>, EncodeError> {
        let mut envelope = Envelope::new(Map::new());
        E::Auth::write(proof, &mut envelope)?;
        let mut parts = request.parts()?;
        if parts.iter().any(|part| part.name.is_empty() || part.name.contains(char::is_control)) {
            return Err(EncodeError::PartName);
        }
        for (name, header) in E::HEADERS {
            if let Some(part) = take(&mut parts, name) {
                let value = HeaderValue::from_bytes(text_of(&part)).map_err(http::Error::from)?;
                envelope.headers.insert(HeaderName::from_static(header), value);
            }
        }
        let path = path_of(E::SPEC.path, &mut parts)?;
        let builder = http::Request::builder()
            .method(E::SPEC.method.clone())
            .uri(origin.join(&path)?)
            .header(ACCEPT, HeaderValue::from_static(JSON));
        let builder = with_headers(builder, &envelope.headers);
        if parts.is_empty() {
            return Ok(builder.body(Vec::new())?);
        }
        let boundary = boundary(&parts);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        Ok(builder.header(CONTENT_TYPE, content_type).body(write(&parts, &boundary))?)
    }

    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError> {
        let mut envelope = Envelope::with_headers(Map::new(), request.headers());
        let proof = E::Auth::read(&mut envelope)?;
        let mut parts = Vec::new();
        for (name, header) in E::HEADERS {
            if let Some(value) = request.headers().get(*header) {
                parts.push(Part::text(name, String::from_utf8_lossy(value.as_bytes())));
            }
        }
        let mut members = Map::new();
        path::read(E::SPEC.path, request.uri().path(), &mut members);
        let texts = members.iter().filter_map(|(name, value)| Some(Part::text(name, value.as_str()?)));
        parts.extend(texts);
        let outside = parts.len();
        let has_body = !request.body().is_empty() || request.headers().contains_key(CONTENT_TYPE);
        if has_body || !E::BODY_IS_OPTIONAL {
            parts.extend(read(request.body(), boundary_in(request).ok_or(NO_FORM)?)?);
        }
        agree(&mut parts, outside)?;
        Ok(Unverified::new(E::from_parts(parts)?, proof))
    }
}

/// Returns the content of a text part. A file part has none.
fn text_of(part: &Part<Piece>) -> &[u8] {
    part.body.bytes().map_or(&[], |text| text)
}

fn take(parts: &mut Vec<Part<Piece>>, name: &str) -> Option<Part<Piece>> {
    let index = parts.iter().position(|part| part.name == name)?;
    Some(parts.remove(index))
}

/// Moves the parts that the path template names in braces into the path.
fn path_of(template: &str, parts: &mut Vec<Part<Piece>>) -> Result<String, EncodeError> {
    let mut members = Map::new();
    for name in path::fields(template) {
        if let Some(part) = take(parts, name) {
            let text = String::from_utf8_lossy(text_of(&part)).into_owned();
            members.insert(name.to_owned(), Value::String(text));
        }
    }
    path::fill(template, &mut members)
}

/// Removes parts of the body that repeat one of the first `outside` parts, which were in the path or in a header.
fn agree(parts: &mut Vec<Part>, outside: usize) -> Result<(), DecodeError> {
    let body = parts.split_off(outside);
    for part in body {
        match parts.iter().take(outside).find(|it| it.name == part.name) {
            Some(first) if first.body == part.body => {}
            Some(_) => return Err(DecodeError::Form { problem: "a part differs from the header or path" }),
            None => parts.push(part),
        }
    }
    Ok(())
}

/// Returns the parts of any request with a readable multipart form. For logs: nothing is checked.
pub fn form_parts(request: &http::Request<Bytes>) -> Option<Vec<Part>> {
    read(request.body(), boundary_in(request)?).ok()
}

fn boundary_in(request: &http::Request<Bytes>) -> Option<&str> {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(boundary_of)
}

/// Maximum number of parts in a form. The API's largest form has fewer than twenty.
const MAX_PARTS: usize = 64;

const NO_FORM: DecodeError = DecodeError::Form { problem: "it has no boundary" };

/// Returns a boundary that does not occur in the parts: a hash of their hashes. Equal parts have equal boundaries, so equal
/// messages have equal bytes.
fn boundary(parts: &[Part<Piece>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.body.sha256());
    }
    let digest = hash.finalize();
    let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
    format!("smileid-{}", digits.collect::<String>())
}

/// Writes a multipart form in pieces. Image files are separate pieces, so that they are not copied.
fn write(parts: &[Part<Piece>], boundary: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut form = BytesMut::new();
    for part in parts {
        form.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        let name = quoted(&part.name);
        match &part.file_name {
            None => {
                let kind = if part.is_json { "Content-Type: application/json\r\n" } else { "" };
                form.extend_from_slice(
                    format!("Content-Disposition: form-data; name=\"{name}\"\r\n{kind}").as_bytes(),
                );
            }
            Some(file) => {
                let kind = crate::image_format::ImageFormat::detect(part.body.head())
                    .map_or("application/octet-stream", |it| it.mime());
                let file = quoted(file);
                form.extend_from_slice(
                    format!(
                        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                         Content-Type: {kind}\r\n"
                    )
                    .as_bytes(),
                );
            }
        }
        form.extend_from_slice(b"\r\n");
        if part.file_name.is_none() {
            form.extend_from_slice(text_of(part));
        } else {
            pieces.extend([Piece::Bytes(form.split().freeze()), part.body.clone()]);
        }
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    pieces.push(Piece::Bytes(form.freeze()));
    pieces
}

/// Quotes a name as browsers do: escapes the characters that would end the quotation or the line.
fn quoted(name: &str) -> String {
    let escaped = name.replace('%', "%25").replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    escaped.chars().filter(|c| !c.is_control()).collect()
}

fn unquoted(name: &str) -> String {
    name.replace("%0A", "\n").replace("%0D", "\r").replace("%22", "\"").replace("%25", "%")
}

fn boundary_of(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';').map(str::trim);
    if !parameters.next()?.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.find_map(|it| {
        let (name, value) = it.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    (1..=70).contains(&value.len()).then_some(value)
}

fn read(body: &Bytes, boundary: &str) -> Result<Vec<Part>, DecodeError> {
    let malformed = |problem| DecodeError::Form { problem };
    let delimiter = format!("--{boundary}");
    let between = format!("\r\n{delimiter}");
    let start = memmem::find(body, delimiter.as_bytes()).ok_or(malformed("its first boundary is missing"))?;
    let mut rest = body.slice(start + delimiter.len()..);
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MAX_PARTS {
            return Err(malformed("it has too many parts"));
        }
        let line = memmem::find(&rest, b"\r\n").ok_or(malformed("it ends in a boundary"))?;
        let part = rest.slice(line + 2..);
        let end = memmem::find(&part, between.as_bytes()).ok_or(malformed("its last boundary is missing"))?;
        parts.push(read_part(&part.slice(..end)).ok_or(malformed("a part has no name"))?);
        rest = part.slice(end + between.len()..);
    }
}

fn read_part(part: &Bytes) -> Option<Part> {
    let end = memmem::find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&part[..end]).into_owned();
    let header = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let disposition = header("content-disposition")?;
    let media_type = header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        is_json: media_type.trim().eq_ignore_ascii_case(JSON),
        body: part.slice(end + 4..),
    })
}

/// Returns the value of a header parameter, `name="…"`. A semicolon between quotation marks is part of the value.
fn parameter(disposition: &str, name: &str) -> Option<String> {
    let mut quoted = false;
    let mut parameters = disposition.split(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    parameters.find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then(|| unquoted(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back() {
        let parts = vec![
            Part::text("user_id", "user-1"),
            Part::text("empty", ""),
            Part::json("consent", &serde_json::json!({"granted": true})).unwrap(),
            Part::file(
                "selfie_image",
                "a\"b\r\n%22.jpg",
                Bytes::from_static(b"\xff\xd8\xff\r\n--smileid-\r\n\r\n"),
            ),
        ];
        let sent: Vec<_> = parts.iter().cloned().map(Part::into_sent).collect();
        let boundary = boundary(&sent);
        let form = Piece::join(&write(&sent, &boundary)).unwrap();
        assert_eq!(read(&form, &boundary).unwrap(), parts);
    }

    #[test]
    fn what_others_write_is_read() {
        // As RFC 7578 and curl have it: a preamble, a quoted boundary, further headers, an epilogue.
        let content_type = "Multipart/Form-Data; charset=utf-8; boundary=\"x y\"";
        let body = "preamble\r\n--x y\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n\
                    --x y--\r\nepilogue";
        let parts = read(&Bytes::from_static(body.as_bytes()), boundary_of(content_type).unwrap()).unwrap();
        assert_eq!(parts, [Part::text("a", "1")]);
    }

    #[test]
    fn rubbish_is_refused() {
        for body in [
            "",
            "--x",
            "--x\r\n",
            "--x\r\n\r\nbody\r\n--x--",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
        ] {
            assert!(read(&Bytes::from_static(body.as_bytes()), "x").is_err(), "{body}");
        }
        let many = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n".repeat(100) + "--x--";
        assert!(read(&Bytes::from(many), "x").is_err());
    }
}
