//! Route that exports the journal of requests as an HTTP archive (HAR 1.2), which browsers can open.

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Failure, Json, Nothing, Operation, journal::Wanted};
use crate::journal::{Body, Entry, Message};

/// Exports the journal of requests as an HTTP archive, masked like the journal.
pub(super) struct Export;

impl Operation for Export {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/journal.har";
    const SUMMARY: &'static str = "Exports the masked journal as an HTTP archive (HAR)";
    type Params = Wanted;
    type Body = Nothing;
    type Reply = Json<Archive>;

    fn answer(call: Call<'_>, wanted: Wanted, _: Nothing) -> Result<Json<Archive>, Failure> {
        let entries = wanted.entries(call).iter().map(|entry| HarEntry::from_entry(entry)).collect();
        let creator = Creator { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
        Ok(Json(Archive { log: Log { version: "1.2", creator, entries } }))
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HttpArchive")]
pub(super) struct Archive {
    log: Log,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HarLog")]
struct Log {
    version: &'static str,
    creator: Creator,
    entries: Vec<HarEntry>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HarCreator")]
struct Creator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HarEntry {
    started_date_time: String,
    /// Duration of the request: always 0, because the journal has no durations.
    time: u32,
    request: Request,
    response: Response,
    cache: Empty,
    timings: Timings,
    /// Diagnosis of the request, as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HarRequest")]
struct Request {
    method: String,
    url: String,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<Pair>,
    query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData>,
    headers_size: i64,
    body_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HarResponse")]
struct Response {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<Pair>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    headers_size: i64,
    body_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HarPair")]
struct Pair {
    name: String,
    value: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HarPostData")]
struct PostData {
    mime_type: String,
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "HarContent")]
struct Content {
    size: usize,
    mime_type: String,
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HarEmpty")]
struct Empty {}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HarTimings")]
struct Timings {
    send: u32,
    wait: u32,
    receive: u32,
}

impl HarEntry {
    fn from_entry(entry: &Entry) -> Self {
        let reasons = entry.diagnosis.iter().map(|it| format!("{}: {}", it.code, it.text));
        Self {
            started_date_time: entry.time.clone(),
            time: 0,
            request: Request::from_entry(entry),
            response: Response::new(entry.status, &entry.reply),
            cache: Empty {},
            timings: Timings { send: 0, wait: 0, receive: 0 },
            comment: reasons.collect::<Vec<_>>().join("; "),
        }
    }
}

impl Request {
    fn from_entry(entry: &Entry) -> Self {
        let message = &entry.request;
        let target = message.target.clone().unwrap_or_default();
        let query = target.split_once('?').map_or("", |(_, query)| query).split('&');
        let pairs = query.filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Pair { name: name.to_owned(), value: value.to_owned() }
        });
        let query_string = pairs.collect();
        let host = header(message, "host");
        Self {
            method: entry.method.clone(),
            url: format!("http://{}{target}", if host.is_empty() { "mock" } else { &host }),
            http_version: "HTTP/1.1",
            cookies: [],
            headers: headers(message),
            query_string,
            post_data: message
                .body
                .as_ref()
                .map(|body| PostData { mime_type: header(message, "content-type"), text: text(body) }),
            headers_size: -1,
            body_size: size(message),
        }
    }
}

impl Response {
    fn new(status: u16, message: &Message) -> Self {
        let body = message.body.as_ref();
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        Self {
            status,
            status_text: reason.unwrap_or_default(),
            http_version: "HTTP/1.1",
            cookies: [],
            headers: headers(message),
            content: Content {
                size: body.map_or(0, |body| body.size),
                mime_type: header(message, "content-type"),
                text: body.map(text).unwrap_or_default(),
            },
            redirect_url: "",
            headers_size: -1,
            body_size: size(message),
        }
    }
}

fn headers(message: &Message) -> Vec<Pair> {
    let pair = |it: &crate::journal::Header| Pair { name: it.name.clone(), value: it.value.clone() };
    message.headers.iter().map(pair).collect()
}

fn header(message: &Message, name: &str) -> String {
    let found = message.headers.iter().find(|it| it.name.eq_ignore_ascii_case(name));
    found.map(|it| it.value.clone()).unwrap_or_default()
}

fn text(body: &Body) -> String {
    body.content.get().to_owned()
}

fn size(message: &Message) -> i64 {
    message.body.as_ref().and_then(|body| i64::try_from(body.size).ok()).unwrap_or(0)
}
