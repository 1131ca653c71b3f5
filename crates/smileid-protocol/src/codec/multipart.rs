//! Forms of several parts (`multipart/form-data`, RFC 7578), for the calls that send raw images.

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use memchr::memmem;
use serde_json::Map;
use sha2::{Digest as _, Sha256};

use super::{Codec, DecodeError, EncodeError, object::JSON, with_headers};
use crate::{
    auth::{AuthScheme, Envelope, Unverified},
    endpoint::{Endpoint, ProofOf},
    origin::Origin,
};

/// The body is a form of several parts.
#[derive(Debug)]
#[non_exhaustive]
pub struct Multipart;

/// A message that is a form.
pub trait Form: Sized {
    /// Returns its parts, in order.
    ///
    /// # Errors
    ///
    /// If one cannot be written.
    fn parts(&self) -> Result<Vec<Part>, EncodeError>;

    /// Reads it from its parts.
    ///
    /// # Errors
    ///
    /// If one is missing or cannot be read.
    fn from_parts(parts: Vec<Part>) -> Result<Self, DecodeError>;
}

/// A part of a form.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name, if it is a file.
    pub file_name: Option<String>,
    /// The content.
    pub body: Bytes,
}

impl Part {
    /// Creates a text part.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), file_name: None, body: text.into().into() }
    }

    /// Creates a file part.
    pub fn file(name: &str, file_name: impl Into<String>, body: Bytes) -> Self {
        Self { name: name.to_owned(), file_name: Some(file_name.into()), body }
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("body", &smileid_types::redact::bytes(self.body.len()))
            .finish_non_exhaustive()
    }
}

impl<E: Endpoint + Form> Codec<E> for Multipart {
    fn encode(request: &E, origin: &Origin, proof: &ProofOf<E>) -> Result<http::Request<Bytes>, EncodeError> {
        let mut envelope = Envelope::new(Map::new());
        E::Auth::write(proof, &mut envelope)?;
        let parts = request.parts()?;
        if parts.iter().any(|part| part.name.is_empty() || part.name.contains(char::is_control)) {
            return Err(EncodeError::PartName);
        }
        let boundary = boundary(&parts);
        let builder = http::Request::builder()
            .method(E::SPEC.method.clone())
            .uri(origin.join(E::SPEC.path)?)
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
            .header(ACCEPT, HeaderValue::from_static(JSON));
        Ok(with_headers(builder, &envelope.headers).body(write(&parts, &boundary))?)
    }

    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError> {
        let mut envelope = Envelope::with_headers(Map::new(), request.headers());
        let proof = E::Auth::read(&mut envelope)?;
        let boundary = boundary_in(request).ok_or(NO_FORM)?;
        Ok(Unverified::new(E::from_parts(read(request.body(), boundary)?)?, proof))
    }
}

/// Returns the parts of a request that is a readable form of any kind. For logs: nothing is checked.
pub fn form_parts(request: &http::Request<Bytes>) -> Option<Vec<Part>> {
    read(request.body(), boundary_in(request)?).ok()
}

fn boundary_in(request: &http::Request<Bytes>) -> Option<&str> {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(boundary_of)
}

/// Limit of the parts of a form. The API's largest form has fewer than twenty.
const MAX_PARTS: usize = 64;

const NO_FORM: DecodeError = DecodeError::Form { problem: "it has no boundary" };

/// Returns a boundary that does not occur in the parts: it is their hash, and content that contains its own hash cannot
/// be found. Equal parts have equal boundaries, so equal messages are equal bytes.
fn boundary(parts: &[Part]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.body.len() as u64).to_le_bytes());
        hash.update(&part.body);
    }
    let digest = hash.finalize();
    let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
    format!("smileid-{}", digits.collect::<String>())
}

fn write(parts: &[Part], boundary: &str) -> Bytes {
    let length = parts.iter().map(|part| part.body.len() + 256).sum();
    let mut form = BytesMut::with_capacity(length);
    for part in parts {
        form.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        let name = quoted(&part.name);
        match &part.file_name {
            None => form
                .extend_from_slice(format!("Content-Disposition: form-data; name=\"{name}\"\r\n").as_bytes()),
            Some(file) => {
                let kind = crate::image_format::ImageFormat::of(&part.body)
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
        form.extend_from_slice(&part.body);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    form.freeze()
}

/// Quotes a name as browsers do: characters that would end the quotation or the line are escaped.
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
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        body: part.slice(end + 4..),
    })
}

/// Returns the value of `name="…"`. A semicolon between quotation marks is a part of the value.
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
            Part::file(
                "selfie_image",
                "a\"b\r\n%22.jpg",
                Bytes::from_static(b"\xff\xd8\xff\r\n--smileid-\r\n\r\n"),
            ),
        ];
        let boundary = boundary(&parts);
        assert_eq!(read(&write(&parts, &boundary), &boundary).unwrap(), parts);
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
