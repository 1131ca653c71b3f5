//! Condition of a rule: the requests to which it applies.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smileid_protocol::{auth::PartnerId, types::JobType};

use super::RuleKind;
use crate::request::RequestInfo;

/// Condition of a rule. A request matches if it matches every member that is present.
///
/// Texts may contain `*`, which matches any text, including none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(serialize = "", deserialize = "K: RuleKind"))]
#[schemars(rename = "WhenOf{K}", bound = "K: RuleKind + JsonSchema")]
#[non_exhaustive]
pub struct When<K> {
    /// Endpoint, by its name in the protocol crate: `upload`, `job_status`; `put_archive` and `image` for the presigned URLs of a
    /// job; `callback` for callbacks that the mock server sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<EndpointPattern<K>>,
    /// Partner id in the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// The partner's `user_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The partner's `job_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// Job type: the number of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<u16>")]
    pub job_type: Option<JobType>,
}

/// Creates a condition that matches every request.
impl<K> Default for When<K> {
    fn default() -> Self {
        Self { endpoint: None, partner_id: None, user_id: None, job_id: None, job_type: None }
    }
}

impl<K> When<K> {
    /// Returns true if the condition has no members, so that it matches every request.
    pub fn is_everything(&self) -> bool {
        let Self { endpoint, partner_id, user_id, job_id, job_type } = self;
        endpoint.is_none()
            && [partner_id, user_id, job_id].into_iter().all(Option::is_none)
            && job_type.is_none()
    }

    /// Returns true if requests to this endpoint can match the condition.
    pub(crate) fn fits_endpoint(&self, name: &str) -> bool {
        fits(self.endpoint(), Some(name))
    }

    /// Returns true if a request matches the condition.
    pub(crate) fn fits(&self, info: &RequestInfo) -> bool {
        let subject = &info.subject;
        let partner_id = subject.partner_id.as_ref().map(PartnerId::as_str);
        fits(self.endpoint(), info.route.name())
            && fits(self.partner_id.as_deref(), partner_id)
            && fits(self.user_id.as_deref(), subject.user_id.as_deref())
            && fits(self.job_id.as_deref(), subject.job_id.as_deref())
            && self.job_type.is_none_or(|it| Some(it) == subject.job_type)
    }

    fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_ref().map(EndpointPattern::as_str)
    }
}

/// Name of an endpoint to which rules of the kind `K` can apply, or a pattern with `*` that matches at least one such endpoint.
///
/// ```
/// use smileid_mock_server::{EndpointPattern, Fault};
///
/// assert!("upload".parse::<EndpointPattern<Fault>>().is_ok());
/// assert!("*_archive".parse::<EndpointPattern<Fault>>().is_ok());
/// let error = "uploads".parse::<EndpointPattern<Fault>>().unwrap_err();
/// assert!(error.to_string().contains("invalid `endpoint` `uploads`"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointPattern<K> {
    text: String,
    kind: PhantomData<fn() -> K>,
}

impl<K> EndpointPattern<K> {
    /// Returns the text of the pattern.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<K: RuleKind> FromStr for EndpointPattern<K> {
    type Err = UnknownEndpoint;

    fn from_str(text: &str) -> Result<Self, UnknownEndpoint> {
        let endpoints = K::endpoints();
        if endpoints.iter().any(|name| is_like(text, name)) {
            Ok(Self { text: text.to_owned(), kind: PhantomData })
        } else {
            Err(UnknownEndpoint { text: text.to_owned(), kind: K::NAME, endpoints: endpoints.join(", ") })
        }
    }
}

impl<K> fmt::Debug for EndpointPattern<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<K> Serialize for EndpointPattern<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, K: RuleKind> Deserialize<'de> for EndpointPattern<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<K: RuleKind> JsonSchema for EndpointPattern<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("EndpointPatternOf{}", K::NAME).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "examples": K::endpoints()})
    }
}

/// Error: rules of this kind cannot apply to the endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid `endpoint` `{text}` of a {kind} rule: expected one of {endpoints}, or a pattern with `*` for any text"
)]
#[non_exhaustive]
pub struct UnknownEndpoint {
    text: String,
    kind: &'static str,
    endpoints: String,
}

fn fits(pattern: Option<&str>, text: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| text.is_some_and(|text| is_like(pattern, text)))
}

/// Returns true if `text` matches `pattern`, in which each `*` matches any text.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(place) = text.find(part) else { return false };
        text = &text[place + part.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, like, unlike) in [
            ("a", "a", "ab"),
            ("*", "", "-"),
            ("a*", "a", "ba"),
            ("*a", "ba", "ab"),
            ("a*b*c", "a1b2c", "acb"),
            ("a*a", "aa", "a"),
            ("*b*", "abc", "ac"),
        ] {
            assert!(is_like(pattern, like), "{pattern} {like}");
            assert!(pattern == "*" || !is_like(pattern, unlike), "{pattern} {unlike}");
        }
    }
}
