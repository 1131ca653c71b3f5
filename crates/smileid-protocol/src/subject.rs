//! Subject of a request: partner, user, job and job type, without any verification.

use std::fmt;

use bytes::Bytes;
use http::Request;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use smileid_types::{JobType, lenient, redact};

use crate::{
    V3_ENDPOINTS,
    auth::{PartnerId, claimed_in_headers},
    codec::{multipart, path, query, read_json},
};

/// Subject of a request: partner, user, job and job type, without any verification. For logs, limits and rules.
///
/// The values may be forged. A value that the request does not contain, or that cannot be read, is absent.
///
/// ```
/// use bytes::Bytes;
/// use smileid_protocol::subject::Subject;
///
/// let body = r#"{"smile_client_id":"085","partner_params":{"user_id":"u","job_id":"j","job_type":4}}"#;
/// let request = http::Request::post("/v1/upload").body(Bytes::from(body))?;
/// let subject = Subject::from_request(&request);
/// assert_eq!(subject.partner_id.unwrap().as_str(), "085");
/// assert_eq!(subject.job_id.as_deref(), Some("j"));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Subject {
    /// Id of the partner that the request names as its sender, in any part of the request.
    pub partner_id: Option<PartnerId>,
    /// The id that the partner gave the person.
    pub user_id: Option<String>,
    /// The id that the partner gave the job.
    pub job_id: Option<String>,
    /// Job type: the number of the product.
    pub job_type: Option<JobType>,
}

impl Subject {
    /// Reads the subject from headers, path, query, and a body of JSON or form fields.
    pub fn from_request(request: &Request<Bytes>) -> Self {
        let mut members = members(request);
        for (name, value) in outside(request) {
            members.entry(name).or_insert(value);
        }
        let params = members.get("partner_params").and_then(Value::as_object);
        let in_either = |name| params.and_then(|params| text(params, name)).or_else(|| text(&members, name));
        let job_type = |members| JobType::deserialize(Map::get(members, "job_type")?).ok();
        let named = || text(&members, "partner_id").or_else(|| text(&members, "smile_client_id"));
        Self {
            partner_id: claimed_in_headers(request.headers())
                .or_else(|| named().and_then(|id| PartnerId::new(id).ok())),
            user_id: in_either("user_id"),
            job_id: in_either("job_id"),
            job_type: params.and_then(job_type).or_else(|| job_type(&members)),
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("partner_id", &self.partner_id)
            .field("user_id", &redact::personal(&self.user_id))
            .field("job_id", &self.job_id)
            .field("job_type", &self.job_type)
            .finish()
    }
}

/// Returns the members of a request. Each is read separately, so that a wrong member does not hide the others.
fn members(request: &Request<Bytes>) -> Map<String, Value> {
    if let Some(parts) = multipart::form_parts(request) {
        let text = |name: &str| {
            let part = parts.iter().find(|part| part.name == name && part.file_name.is_none())?;
            Some(String::from_utf8_lossy(&part.body).into_owned())
        };
        let user_id = text("user_id").map(|id| ("user_id".to_owned(), id.into()));
        let params = text("partner_params").and_then(|json| read_json(json.as_bytes()).ok());
        return user_id.into_iter().chain(params.map(|it| ("partner_params".to_owned(), it))).collect();
    }
    if !request.body().is_empty() {
        return read_json(request.body()).unwrap_or_default();
    }
    let pairs = query::pairs(request.uri());
    let told = pairs.filter(|(name, _)| matches!(name.as_str(), "partner_id" | "user_id" | "job_id"));
    told.map(|(name, value)| (name, value.into())).collect()
}

/// Returns the members that V3 requests have in the path and in a header.
fn outside(request: &Request<Bytes>) -> Map<String, Value> {
    let mut members = Map::new();
    let path = request.uri().path();
    if let Some(spec) = V3_ENDPOINTS.iter().find(|spec| spec.matches(request.method(), path)) {
        path::read(spec.path, path, &mut members);
        if let Some(user_id) = request.headers().get("user-id").and_then(|value| value.to_str().ok()) {
            members.entry("user_id").or_insert(user_id.into());
        }
    }
    members
}

fn text(members: &Map<String, Value>, name: &str) -> Option<String> {
    lenient::optional_text_or_number(members.get(name)?).ok()?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        auth::{AuthScheme as _, Credentials, SignedBody, SignedHeaders},
        endpoint::Endpoint as _,
        origin::Origin,
        timestamp::Timestamp,
        v1::{get_smile_link, selfie_form::SelfieForm, smart_selfie_enroll},
    };

    fn credentials() -> Credentials {
        Credentials::new("085", "key").unwrap()
    }

    fn origin() -> Origin {
        "http://127.0.0.1:1".parse().unwrap()
    }

    fn of_json(json: &serde_json::Value) -> Subject {
        Subject::from_request(&Request::post("/").body(Bytes::from(json.to_string())).unwrap())
    }

    #[test]
    fn names_are_found_at_both_levels() {
        let inner = of_json(
            &json!({"partner_id": 85, "partner_params": {"user_id": "u", "job_id": 7, "job_type": "5"}}),
        );
        assert_eq!(inner.partner_id.unwrap().as_str(), "85");
        assert_eq!((inner.user_id.as_deref(), inner.job_id.as_deref()), (Some("u"), Some("7")));
        assert_eq!(inner.job_type, Some(JobType::EnhancedKyc));
        let outer = of_json(&json!({"partner_id": "085", "user_id": "u", "job_id": "j"}));
        assert_eq!((outer.user_id.as_deref(), outer.job_id.as_deref()), (Some("u"), Some("j")));
    }

    #[test]
    fn queries_headers_and_forms_say_it_too() {
        let now = Timestamp::from_utc_millis(0);
        let link = get_smile_link::Request::new("ref");
        let request = link.encode(&origin(), &SignedBody::prove(&credentials(), &now)).unwrap();
        assert_eq!(Subject::from_request(&request).partner_id.unwrap().as_str(), "085");

        let selfie =
            smart_selfie_enroll::Request::from(SelfieForm::new("u", Bytes::from_static(b"\xff\xd8\xff")));
        let request = selfie.encode(&origin(), &SignedHeaders::prove(&credentials(), &now)).unwrap();
        let subject = Subject::from_request(&request);
        assert_eq!(subject.partner_id.unwrap().as_str(), "085");
        assert_eq!(subject.user_id.as_deref(), Some("u"));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for body in
            ["", "{", "[]", "[\"x\",\"y\",\"z\"]", "null", "\"x\"", "{\"partner_id\":{}}", "PK\u{3}\u{4}"]
        {
            let request = Request::post("/?x&=&partner_id").body(Bytes::from(body)).unwrap();
            assert_eq!(Subject::from_request(&request), Subject::default(), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_hides_nothing_else() {
        let whole = json!({"smile_client_id": "085", "user_id": "u", "partner_params": {"job_id": "j", "job_type": 1}});
        for (name, wrong) in [
            ("job_type", json!("biometric")),
            ("partner_params", json!(["Leonora", "Doe"])),
            ("partner_params", json!("{}")),
            ("job_id", json!({})),
        ] {
            let mut told = whole.clone();
            told[name] = wrong;
            let subject = of_json(&told);
            assert_eq!(subject.partner_id.unwrap().as_str(), "085", "{told}");
            assert_eq!(subject.user_id.as_deref(), Some("u"), "{told}");
            assert_eq!(subject.job_id.as_deref(), (name != "partner_params").then_some("j"), "{told}");
        }
        let twice = r#"{"partner_id":"084","partner_id":"085"}"#;
        let subject = Subject::from_request(&Request::post("/").body(Bytes::from(twice)).unwrap());
        assert_eq!(subject.partner_id.unwrap().as_str(), "085", "the last, as endpoints read it");
    }
}
