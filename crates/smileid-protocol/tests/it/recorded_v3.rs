//! Decodes recorded requests of official V3 SDKs, encodes them again and compares. See `tests/recorded/README.md`.
#![expect(clippy::disallowed_methods, reason = "reads the recordings")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use http::{HeaderMap, Request};
use serde::Deserialize;
use serde_json::Value;
use smileid_protocol::{
    codec::{Part, form_parts},
    endpoint::Endpoint,
    origin::Origin,
    v3,
};

/// A recorded HTTP request.
struct Recording {
    file: PathBuf,
    request: Request<Bytes>,
    summary: Summary,
}

/// A recorded request, as the recording server parsed it.
#[derive(Deserialize)]
struct Summary {
    method: String,
    target: String,
    headers: serde_json::Map<String, Value>,
    parts: Vec<RecordedPart>,
}

#[derive(Deserialize)]
struct RecordedPart {
    name: String,
    filename: Option<String>,
    content_type: Option<String>,
    bytes: usize,
    text: Option<String>,
}

fn recordings(folder: &str) -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "http")).collect();
    files.sort();
    files.into_iter().map(recording).collect()
}

fn recording(file: PathBuf) -> Recording {
    let text = fs::read(&file).unwrap();
    let end = text.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&text[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let mut request = Request::builder().method(first.next().unwrap()).uri(first.next().unwrap());
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    let request = request.body(Bytes::copy_from_slice(&text[end + 4..])).unwrap();
    let summary = fs::read(file.with_extension("json")).unwrap();
    Recording { file, request, summary: serde_json::from_slice(&summary).unwrap() }
}

/// Decodes a request and encodes it again with the same authentication data.
fn again_of<E: Endpoint>(request: &Request<Bytes>) -> Request<Bytes> {
    let (message, proof) = E::decode(request).unwrap().trust_without_checking();
    let origin: Origin = "http://127.0.0.1:1".parse().unwrap();
    let again = message.encode(&origin, &proof).unwrap();
    let read = E::decode(&again).unwrap();
    assert_eq!(*read.proof(), proof);
    again
}

fn again(request: &Request<Bytes>) -> Request<Bytes> {
    let path = request.uri().path();
    match path.strip_prefix("/v3/").unwrap() {
        "token" => again_of::<v3::token::Request>(request),
        "enhanced_kyc" => again_of::<v3::enhanced_kyc::Request>(request),
        "biometric_kyc" => again_of::<v3::biometric_kyc::Request>(request),
        "document_verification" => again_of::<v3::document_verification::Request>(request),
        "enhanced_document_verification" => again_of::<v3::enhanced_document_verification::Request>(request),
        "residency_document_verification" => {
            again_of::<v3::residency_document_verification::Request>(request)
        }
        "registration" => again_of::<v3::registration::Request>(request),
        "authentication" => again_of::<v3::authentication::Request>(request),
        "compare" => again_of::<v3::compare::Request>(request),
        "services/bank_codes" => again_of::<v3::bank_codes::Request>(request),
        "services/supported_id_types" => again_of::<v3::supported_id_types::Request>(request),
        "services/supported_documents" => again_of::<v3::supported_documents::Request>(request),
        "services/id_status" => again_of::<v3::id_status::Request>(request),
        path if path.starts_with("status/") => again_of::<v3::status::Request>(request),
        path if path.starts_with("replay/") => again_of::<v3::replay::Request>(request),
        path if path.ends_with("/report_fraud") => again_of::<v3::report_fraud::Request>(request),
        other => panic!("no endpoint: {other}"),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

/// Returns path and query pairs. The pairs are sorted, because their order has no meaning.
fn target(uri: &str) -> (String, Vec<String>) {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let mut pairs: Vec<_> = query.split('&').map(str::to_owned).collect();
    pairs.sort();
    (path.to_owned(), pairs)
}

/// A form part without its file name. JSON members are sorted, because their order has no meaning.
#[derive(Debug, PartialEq, PartialOrd)]
struct Shape {
    name: String,
    is_file: bool,
    is_json: bool,
    bytes: Option<usize>,
    text: String,
}

fn normal(text: &str, is_json: bool) -> String {
    if is_json { serde_json::from_str::<Value>(text).unwrap().to_string() } else { text.to_owned() }
}

impl From<&Part> for Shape {
    fn from(part: &Part) -> Self {
        let is_file = part.file_name.is_some();
        let text = if is_file { "" } else { std::str::from_utf8(&part.body).unwrap() };
        Self {
            name: part.name.clone(),
            is_file,
            is_json: part.is_json,
            bytes: is_file.then_some(part.body.len()),
            text: normal(text, part.is_json),
        }
    }
}

impl From<&RecordedPart> for Shape {
    fn from(part: &RecordedPart) -> Self {
        let is_json = part.content_type.as_deref() == Some("application/json");
        let is_file = part.filename.is_some();
        Self {
            name: part.name.clone(),
            is_file,
            is_json,
            bytes: is_file.then_some(part.bytes),
            text: normal(part.text.as_deref().unwrap_or_default(), is_json),
        }
    }
}

fn shapes<'a, P: 'a>(parts: &'a [P]) -> Vec<Shape>
where
    Shape: From<&'a P>,
{
    let mut shapes: Vec<_> = parts.iter().map(Shape::from).collect();
    shapes.sort_by(|a, b| a.partial_cmp(b).unwrap());
    shapes
}

#[test]
fn every_recorded_request_comes_back_equal() {
    let mut count = 0;
    for recording in ["v3-python", "v3-js"].into_iter().flat_map(recordings) {
        let Recording { file, request, summary } = recording;
        let again = again(&request);
        let file = file.display();
        assert_eq!(again.method().as_str(), summary.method, "{file}");
        assert_eq!(target(again.uri().path_and_query().unwrap().as_str()), target(&summary.target), "{file}");
        for name in ["smileid-partner-id", "smileid-api-key", "smileid-token", "user-id"] {
            let recorded = summary.headers.get(name).and_then(Value::as_str);
            assert_eq!(header(again.headers(), name), recorded, "{file}: {name}");
        }
        let parts = form_parts(&again).unwrap_or_default();
        assert_eq!(shapes(&parts), shapes(&summary.parts), "{file}");
        // Images come back byte by byte.
        let images = |parts: Vec<Part>| {
            let mut images: Vec<_> =
                parts.into_iter().filter(|it| it.file_name.is_some()).map(|it| (it.name, it.body)).collect();
            images.sort();
            images
        };
        assert_eq!(images(parts), images(form_parts(&request).unwrap_or_default()), "{file}");
        assert_eq!(again.body().is_empty(), request.body().is_empty(), "{file}");
        count += 1;
    }
    assert_eq!(count, 47);
}
