//! Canned responses: fixed responses that replace those of the API.

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
use crate::model::{duration, utc_millis::UtcMillis};

/// Canned response, as a proxy or a load balancer in front of an API sends it.
///
/// In JSON `{"status": 503}`, with these optional members:
///
/// - `"body"`: `"empty"`, or one of `{"json": …}`, `{"html": "…"}` and `{"text": "…"}`. If it is left out, errors have
///   the HTML page of a load balancer, and other replies are empty.
/// - `"retry_after"`: `"120s"`, which is sent as a number of seconds, or `{"date": "120s"}`, which is sent as a date
///   that far in the future.
/// - `"headers"`: an object of texts. They replace the headers of the body, so that `{"text": "{\"broken\":"}` can have
///   `{"content-type": "application/json"}`.
/// - `"after_handling": true` to handle the request first, as with the timeout of a gateway.
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
    /// Creates a canned response with this HTTP status. An error has the HTML page of a load balancer as its body; other
    /// responses are empty.
    ///
    /// # Errors
    ///
    /// If `status` is not from 200 to 599.
    pub fn new(status: StatusCode) -> Result<Self, InvalidFault> {
        if !(200..600).contains(&status.as_u16()) {
            return Err(InvalidFault::Status);
        }
        Ok(Self { status, body: None, retry_after: None, headers: HeaderMap::new(), after_handling: false })
    }

    /// Sets the body of the canned response.
    ///
    /// # Errors
    ///
    /// If replies with this status have no body.
    pub fn with_body(mut self, body: Body) -> Result<Self, InvalidFault> {
        let has_none = matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if has_none && body != Body::Empty {
            return Err(InvalidFault::BodyOfNoBody);
        }
        self.body = Some(body);
        Ok(self)
    }

    /// Adds a header, which replaces a header that the body sets.
    ///
    /// # Errors
    ///
    /// If the header frames the reply (`Content-Length`, `Transfer-Encoding`): the server writes these.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Result<Self, InvalidFault> {
        if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
            return Err(InvalidFault::Framing(name.to_string()));
        }
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Adds a `Retry-After` header to the canned response.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// Lets the mock server handle the request before the canned response is sent.
    #[must_use]
    pub fn after_handling(mut self) -> Self {
        self.after_handling = true;
        self
    }

    pub(super) fn is_after_handling(&self) -> bool {
        self.after_handling
    }

    /// Builds the canned response for the time `now`.
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

/// Returns the HTML page of a load balancer for an error.
fn page(status: StatusCode) -> String {
    format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
}

/// Body of a canned response. Its kind sets the content type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Body {
    /// The response has no body.
    Empty,
    /// The body is JSON.
    Json(Value),
    /// The body is an HTML page.
    Html(String),
    /// The body is another text.
    Text(String),
}

/// Value of the header `Retry-After`. In JSON `"120s"`, or `{"date": "120s"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "invalid time to wait: expected `\"120s\"` or `{\"date\": \"120s\"}`"
)]
#[non_exhaustive]
pub enum RetryAfter {
    /// The header is a number of seconds.
    #[serde(with = "duration")]
    #[schemars(with = "String")]
    Seconds(Duration),
    /// The header is a date, on the partner's clock.
    Date {
        /// Time from now to the date.
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

/// Canned response, as a proxy or a load balancer in front of an API sends it.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// HTTP status, from 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    status: u16,
    /// Body of the response. If absent, errors have the HTML page of a load balancer, and other responses are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    /// Value of the header `retry-after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<RetryAfter>,
    /// Other headers. They replace headers that the body sets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    /// True to handle the request before the response is sent, as with the timeout of a gateway.
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
