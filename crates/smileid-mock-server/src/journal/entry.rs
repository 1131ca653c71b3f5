//! Journal entries: one request and its response, masked.

use std::mem::size_of;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header::CONTENT_TYPE};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use smileid_protocol::{
    codec::{self, form_parts},
    endpoint::Endpoint,
    mask::{self, Found, Part, Shown},
    v1::{create_smile_link, get_smile_link, update_smile_link},
};

use super::{Exchange, Whole, target::target};
use crate::{diagnose::Reason, request::Route};

/// Journal entry: one request and its response, masked.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "JournalEntry")]
pub(crate) struct Entry {
    /// Number of the entry. Numbers rise and are unique over all partners.
    pub(crate) id: u64,
    /// Time of the request, on the partner's clock.
    pub(crate) time: String,
    /// Name of the endpoint; none for an unknown path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<&'static str>,
    /// HTTP method of the request.
    pub(crate) method: String,
    /// Path of the endpoint, with its fields in braces. For an unknown path, the path of the request.
    pub(crate) path: String,
    /// Partner id in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partner_id: Option<String>,
    /// The id that the partner gave the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// The id that the partner gave the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) job_id: Option<String>,
    /// Number that the API gave the job, `smile_job_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) smile_job_id: Option<String>,
    /// HTTP status of the response. If a fault interrupted the response, the status that the client would have received, or 503
    /// if the request was not handled.
    pub(crate) status: u16,
    /// True if a fault ended the connection before the client had received the whole response.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) cut: bool,
    /// Code in the response body: error code or status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// `ResultCode` of the result in the response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) result_code: Option<String>,
    /// True if the request was refused.
    pub(crate) refused: bool,
    /// Reasons for a refusal, and findings about an archive.
    pub(crate) diagnosis: Vec<Reason>,
    /// Masked request.
    pub(crate) request: Message,
    /// Masked response.
    pub(crate) reply: Message,
}

impl Entry {
    /// Creates the masked journal entry of a request and its response. The journal numbers the entry later.
    pub(crate) fn new(exchange: &Exchange, request: &Request<Bytes>, diagnosis: Vec<Reason>) -> Self {
        let Exchange { info, now, faulted, remarks, .. } = exchange;
        let reply = &faulted.response;
        let target = target(request.uri(), info.route);
        let path = match info.route {
            Route::Endpoint(spec) => spec.path.to_owned(),
            _ => target.split('?').next().unwrap_or_default().to_owned(),
        };
        let mut found = Found::default();
        let status = reply.status().as_u16();
        let reply = Message {
            target: None,
            headers: headers(reply.headers(), Part::Reply),
            body: Body::of_reply(reply, of_reply(info.route), &mut found),
        };
        let linked = info.link.as_ref().map(|(_, number)| Shown::Whole.text(number));
        let subject = &info.subject;
        let shown = |text: &Option<String>| text.as_deref().map(|text| Shown::Whole.text(text));
        Self {
            id: 0,
            time: now.timestamp().to_string(),
            endpoint: info.route.name(),
            method: request.method().to_string(),
            path,
            partner_id: subject.partner_id.as_ref().map(|id| Shown::Whole.text(id.as_str())),
            user_id: shown(&subject.user_id),
            job_id: shown(&subject.job_id),
            smile_job_id: linked.or(found.smile_job_id),
            status,
            cut: faulted.is_cut(),
            code: found.code,
            result_code: found.result_code,
            refused: remarks.refused.is_some(),
            diagnosis,
            request: Message {
                target: Some(target),
                headers: headers(request.headers(), Part::Request),
                body: Body::of_request(request),
            },
            reply,
        }
    }

    /// Finds API keys of partners in the entry, because a client may send its key in a member that is not masked, such as the
    /// partner id. Each key takes one pass over the entry. Keys that are too short to be distinguished from words are skipped.
    pub(crate) fn keys_in<'a>(&mut self, keys: impl Iterator<Item = &'a str>) -> Vec<String> {
        const SHORTEST: usize = 8;
        let mut all = String::new();
        self.change_texts(&mut |text| {
            all.push_str(text);
            all.push('\0');
            None
        });
        let is_in = |key: &&str| {
            key.len() >= SHORTEST && memchr::memmem::find(all.as_bytes(), key.as_bytes()).is_some()
        };
        keys.filter(is_in).map(str::to_owned).collect()
    }

    /// Replaces an API key by a placeholder.
    pub(crate) fn hide(&mut self, key: &str) {
        self.change_texts(&mut |text| text.contains(key).then(|| text.replace(key, "<API key>")));
    }

    /// Calls `changed` with each text of the entry, and replaces the text if `changed` returns another one.
    fn change_texts(&mut self, changed: &mut dyn FnMut(&str) -> Option<String>) {
        let mut visit = |text: &mut String| {
            if let Some(new) = changed(text) {
                *text = new;
            }
        };
        let named = [
            &mut self.partner_id,
            &mut self.user_id,
            &mut self.job_id,
            &mut self.smile_job_id,
            &mut self.code,
            &mut self.result_code,
        ];
        named.into_iter().flatten().for_each(&mut visit);
        visit(&mut self.path);
        for reason in &mut self.diagnosis {
            visit(&mut reason.text);
            reason.at.iter_mut().for_each(&mut visit);
        }
        for message in [&mut self.request, &mut self.reply] {
            message.target.iter_mut().for_each(&mut visit);
            for header in &mut message.headers {
                visit(&mut header.name);
                visit(&mut header.value);
            }
        }
        for body in [&mut self.request, &mut self.reply].into_iter().filter_map(|it| it.body.as_mut()) {
            if let Some(content) = changed(body.content.get()) {
                // If the key is also a part of the JSON syntax, the replacement makes the JSON invalid.
                let nothing = || RawValue::from_string("null".to_owned());
                body.content = RawValue::from_string(content).or_else(|_| nothing()).unwrap_or_default();
            }
        }
    }

    /// Returns the approximate memory use of the entry, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [
            &self.partner_id,
            &self.user_id,
            &self.job_id,
            &self.smile_job_id,
            &self.code,
            &self.result_code,
        ];
        let texts: usize = texts.iter().filter_map(|it| it.as_ref()).map(String::len).sum();
        let reasons = self.diagnosis.iter().map(Reason::bytes);
        size_of::<Self>()
            + texts
            + self.time.len()
            + self.method.len()
            + self.path.len()
            + reasons.sum::<usize>()
            + self.request.bytes()
            + self.reply.bytes()
    }
}

/// Masked request or response.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "MaskedMessage")]
pub(crate) struct Message {
    /// Path and query of a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    /// Masked headers of the message.
    pub(crate) headers: Vec<Header>,
    /// Masked body of the message, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Body>,
}

impl Message {
    fn bytes(&self) -> usize {
        let headers = self.headers.iter().map(|it| size_of::<Header>() + it.name.len() + it.value.len());
        let body = self.body.as_ref().map_or(0, |body| body.content.get().len());
        self.target.as_ref().map_or(0, String::len) + headers.sum::<usize>() + body
    }
}

/// Masked header of a message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Header {
    /// Name of the header.
    pub(crate) name: String,
    /// Masked value of the header.
    pub(crate) value: String,
}

/// Masked body of a message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MaskedBody")]
pub(crate) struct Body {
    /// Size of the original body, in bytes.
    pub(crate) size: usize,
    /// JSON in which most values are replaced by descriptions. For a form, its parts; for other bodies, a description.
    #[schemars(with = "Value")]
    pub(crate) content: Box<RawValue>,
}

impl Body {
    fn of_request(request: &Request<Bytes>) -> Option<Self> {
        match form_parts(request) {
            Some(parts) => {
                let parts =
                    parts.iter().map(|part| format!("{}:{}", quoted(&mask::name(&part.name)), field(part)));
                Self::new(request.body(), format!("{{{}}}", parts.collect::<Vec<_>>().join(",")))
            }
            None => Self::from_bytes(request.headers(), request.body(), Part::Request, &mut Found::default()),
        }
    }

    /// Creates the masked body of a response. Of a long list without personal data, only the size is stored.
    fn of_reply(reply: &Response<Bytes>, part: Part, found: &mut Found) -> Option<Self> {
        if reply.extensions().get::<Whole>().is_some() {
            return Self::new(reply.body(), quoted(&mask::bytes(reply.body())));
        }
        Self::from_bytes(reply.headers(), reply.body(), part, found)
    }

    /// Parses the body as JSON, whatever its content type, as the API does.
    fn from_bytes(headers: &HeaderMap, body: &Bytes, part: Part, found: &mut Found) -> Option<Self> {
        let is_zip = || headers.get(CONTENT_TYPE).is_some_and(|it| it == "application/zip");
        let masked = match body.first() {
            None => return None,
            Some(b'P' | 0xff | 0x89) => None,
            Some(_) if is_zip() => None,
            Some(_) => mask::json(body, part, found),
        };
        let masked = masked.unwrap_or_else(|| quoted(&mask::bytes(body)));
        Self::new(body, masked)
    }

    fn new(body: &Bytes, masked: String) -> Option<Self> {
        Some(Self { size: body.len(), content: RawValue::from_string(masked).ok()? })
    }
}

/// Returns the part for masking a response. Responses about links repeat the request, so they are masked like requests.
fn of_reply(route: Route) -> Part {
    let repeats =
        [create_smile_link::Request::SPEC, get_smile_link::Request::SPEC, update_smile_link::Request::SPEC];
    match route {
        Route::Endpoint(spec) if repeats.contains(spec) => Part::Request,
        _ => Part::Reply,
    }
}

/// Masks a field of a form and returns it as JSON: of a file, only its format; a text is masked according to the name of the
/// field.
fn field(field: &codec::Part) -> String {
    let text = std::str::from_utf8(&field.body).ok().filter(|_| field.file_name.is_none());
    let Some(text) = text else { return quoted(&mask::bytes(&field.body)) };
    let within = Part::Request.below(&field.name);
    let json = text.starts_with('{').then(|| mask::json(text.as_bytes(), within, &mut Found::default()));
    json.flatten().unwrap_or_else(|| quoted(&Shown::by_name(&field.name, Part::Request).text(text)))
}

fn headers(headers: &HeaderMap, part: Part) -> Vec<Header> {
    const MOST: usize = 64;
    let headers = headers.iter().take(MOST).map(|(name, value)| {
        let value = match value.to_str() {
            Ok(text) => Shown::by_name(name.as_str(), part).text(text),
            Err(_) => mask::bytes(value.as_bytes()),
        };
        Header { name: mask::name(name.as_str()), value }
    });
    headers.collect()
}

/// Quotes a text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_all_there_is_is_not_read() {
        let mut reply = Response::new(Bytes::from_static(br#"{"code":"1"}"#));
        let content = |reply: &Response<Bytes>| {
            Body::of_reply(reply, Part::Reply, &mut Found::default()).unwrap().content.get().to_owned()
        };
        assert_eq!(content(&reply), r#"{"code":"1"}"#);
        reply.extensions_mut().insert(Whole);
        assert_eq!(content(&reply), "\"<12 bytes>\"");
    }
}
