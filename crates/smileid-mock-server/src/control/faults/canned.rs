//! Replies that others give in the API's place.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, TRANSFER_ENCODING},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::InvalidFault;
use crate::model::{duration, millis::UtcMillis};

/// A reply that a proxy, or whatever else stands before an API, gives in its place.
///
/// In JSON `{"status": 503}` and, where they are wanted,
///
/// - `"body"`: `"empty"`, or one of `{"json": …}`, `{"html": "…"}` and `{"text": "…"}`. When it is left out, errors have
///   the HTML page of a load balancer, and others are empty.
/// - `"retry_after"`: `"120s"`, which is sent as a number of seconds, or `{"date": "120s"}`, which is sent as the date
///   that is so far ahead.
/// - `"headers"`: an object of texts. They win over what comes with the body, so that `{"text": "{\"broken\":"}` can
///   pretend to be `{"content-type": "application/json"}`.
/// - `"after_handling": true` when the API has done what was asked, as with a gateway that lost patience.
///
/// ```
/// use http::StatusCode;
/// use smileid_mock_server::{CannedReply, Fault};
///
/// let fault: Fault = serde_json::from_str(r#"{"reply": {"status": 504, "after_handling": true}}"#)?;
/// assert_eq!(fault, Fault::reply(CannedReply::new(StatusCode::GATEWAY_TIMEOUT)?.after_handling()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct CannedReply {
    status: StatusCode,
    body: Option<Body>,
    retry_after: Option<RetryAfter>,
    headers: HeaderMap,
    after_handling: bool,
}

impl CannedReply {
    /// With this status; an error has the HTML page of a load balancer, others are empty.
    ///
    /// # Errors
    ///
    /// When no reply ends with that status, which is not from 200 to 599.
    pub fn new(status: StatusCode) -> Result<Self, InvalidFault> {
        if !(200..600).contains(&status.as_u16()) {
            return Err(InvalidFault::Status);
        }
        Ok(Self { status, body: None, retry_after: None, headers: HeaderMap::new(), after_handling: false })
    }

    /// The same with a body.
    ///
    /// # Errors
    ///
    /// When replies of its status have none.
    pub fn with_body(mut self, body: Body) -> Result<Self, InvalidFault> {
        let has_none = matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if has_none && body != Body::Empty {
            return Err(InvalidFault::BodyOfNoBody);
        }
        self.body = Some(body);
        Ok(self)
    }

    /// The same with a header, which wins over what comes with the body.
    ///
    /// # Errors
    ///
    /// When it says where the reply ends, which is for the server to say.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Result<Self, InvalidFault> {
        if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
            return Err(InvalidFault::Framing(name.to_string()));
        }
        self.headers.insert(name, value);
        Ok(self)
    }

    /// The same with a `Retry-After`.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// The same, given when the API has done what was asked.
    #[must_use]
    pub fn after_handling(mut self) -> Self {
        self.after_handling = true;
        self
    }

    pub(super) fn is_after_handling(&self) -> bool {
        self.after_handling
    }

    /// The reply, as it is given at `now`.
    pub(super) fn response(&self, now: UtcMillis) -> Response<Bytes> {
        let (content_type, body) = match &self.body {
            Some(Body::Json(json)) => ("application/json", json.to_string().into()),
            Some(Body::Html(html)) => ("text/html", html.clone().into()),
            Some(Body::Text(text)) => ("text/plain; charset=utf-8", text.clone().into()),
            None if self.status.as_u16() >= 400 => ("text/html", page(self.status).into()),
            None | Some(Body::Empty) => ("", Bytes::new()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !content_type.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some(value) = self.retry_after.and_then(|it| it.value(now)) {
            headers.insert(RETRY_AFTER, value);
        }
        headers.extend(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        response
    }
}

/// The page that load balancers have for an error.
fn page(status: StatusCode) -> String {
    format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
}

/// The body of a canned reply, which goes with the media type of its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Body {
    /// None.
    Empty,
    /// Any JSON.
    Json(Value),
    /// A page.
    Html(String),
    /// Anything else, or what only pretends to be something else.
    Text(String),
}

/// When the client may ask again. In JSON `"120s"` or `{"date": "120s"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "not a time to wait: use `\"120s\"` or `{\"date\": \"120s\"}`"
)]
#[non_exhaustive]
pub enum RetryAfter {
    /// In so many seconds.
    #[serde(with = "duration")]
    #[schemars(with = "String")]
    Seconds(Duration),
    /// On the date that is so far ahead of the partner's clock.
    Date {
        /// How far.
        #[serde(with = "duration")]
        #[schemars(with = "String")]
        date: Duration,
    },
}

impl RetryAfter {
    fn value(self, now: UtcMillis) -> Option<HeaderValue> {
        match self {
            Self::Seconds(duration) => Some(duration.as_secs().into()),
            Self::Date { date } => now.after(date).http_date(),
        }
    }
}

/// A reply that a proxy, or whatever else stands before an API, gives in its place.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// From 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    status: u16,
    /// When it is left out, errors have the HTML page of a load balancer, and others are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    /// The header `retry-after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<RetryAfter>,
    /// Other headers. They win over what comes with the body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    /// Whether the API has done what was asked, as with a gateway that lost patience.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    after_handling: bool,
}

impl JsonSchema for CannedReply {
    fn schema_name() -> Cow<'static, str> {
        "CannedReply".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

impl TryFrom<Written> for CannedReply {
    type Error = InvalidFault;

    fn try_from(written: Written) -> Result<Self, InvalidFault> {
        let status = StatusCode::from_u16(written.status).map_err(|_| InvalidFault::Status)?;
        let mut reply = Self::new(status)?;
        if let Some(body) = written.body {
            reply = reply.with_body(body)?;
        }
        for (name, value) in written.headers {
            let value = HeaderValue::try_from(value).map_err(|_| InvalidFault::HeaderValue(name.clone()))?;
            let name = HeaderName::try_from(&name).map_err(|_| InvalidFault::HeaderName(name))?;
            reply = reply.with_header(name, value)?;
        }
        Ok(Self { retry_after: written.retry_after, after_handling: written.after_handling, ..reply })
    }
}

impl From<CannedReply> for Written {
    fn from(reply: CannedReply) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            status: reply.status.as_u16(),
            body: reply.body,
            retry_after: reply.retry_after,
            headers: reply.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            after_handling: reply.after_handling,
        }
    }
}
