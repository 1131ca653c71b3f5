//! Checks a single request to an endpoint.

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde_json::Value;
use smileid_protocol::{
    auth::{
        Credentials, RequestProof,
        doctor::{Received, SignatureIssue},
    },
    codec::{DecodeError, duplicates, json_text, read_json},
    endpoint::{Endpoint, ProofOf, Spec},
};

use super::{api_key, job, mask, members, proof, response::ResponseInfo, rule::Breach, tally::Notes};

/// An endpoint, and the function that reads its requests.
pub(super) struct Route {
    pub(super) spec: Spec,
    read: fn(&Request<Bytes>) -> Result<Option<RequestProof>, DecodeError>,
}

macro_rules! routes {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(Route {
            spec: <smileid_protocol::$version::$endpoint::Request as Endpoint>::SPEC,
            read: read::<smileid_protocol::$version::$endpoint::Request>,
        }),+]
    };
}

static ROUTES: &[Route] = smileid_protocol::for_each_endpoint!(routes);

impl Route {
    pub(super) fn find(method: &Method, path: &str) -> Option<&'static Self> {
        ROUTES.iter().find(|route| route.spec.matches(method, path))
    }

    /// Finds an endpoint with this path, for any HTTP method.
    pub(super) fn at(path: &str) -> Option<&'static Self> {
        let is_at = |route: &&Self| {
            let other_methods = route.spec.other_methods.iter();
            other_methods.chain([&route.spec.method]).any(|method| route.spec.matches(method, path))
        };
        ROUTES.iter().find(is_at)
    }

    /// Returns the name of the endpoint's module, such as `upload`.
    pub(super) fn name(&self) -> &'static str {
        self.spec.name.rsplit("::").next().unwrap_or_default()
    }

    /// Returns true if requests of the endpoint are JSON, not queries or forms.
    fn is_json(&self) -> bool {
        self.spec.method != Method::GET && !self.name().starts_with("smart_selfie")
    }
}

/// Parts of a request that later checks need.
pub(super) struct Content {
    pub(super) body: Option<Value>,
    pub(super) proof: Option<RequestProof>,
}

/// Checks a request that arrived at `now`.
pub(super) fn judge(
    route: &Route,
    request: &Request<Bytes>,
    response: &ResponseInfo<'_>,
    key: &Credentials,
    now: i64,
    notes: &mut Notes<'_>,
) -> Content {
    let mut content = Content { body: None, proof: None };
    if route.is_json() {
        judge_head(request, notes);
        content.body = read_json(request.body()).ok();
        for pointer in duplicates(&json_text(request.body())) {
            notes.add_at(Breach::DuplicateMember.code(), &mask::pointer(&pointer));
        }
    }
    for place in api_key::in_body(request.body(), content.body.as_ref(), key) {
        notes.add_at(Breach::KeySent.code(), &place);
    }
    let is_legacy = content.body.as_ref().is_some_and(proof::is_legacy);
    if is_legacy {
        notes.add_at(SignatureIssue::SecKey.code(), "/sec_key");
    }
    if let Some(body) = &content.body {
        members::of_request(route.name(), body, notes);
        job::of_request(route.name(), body, notes);
        for pointer in members::local_paths(body) {
            notes.add_at(Breach::LocalPath.code(), &mask::pointer(&pointer));
        }
        let has_no_source = body.get("source_sdk").is_none_or(Value::is_null);
        if route.name() == "upload" && has_no_source {
            notes.add(Breach::SourceSdkMissing.code());
        }
    }
    let is_encoded = route.is_json() && is_encoded(request);
    if is_encoded {
        notes.add(Breach::BodyEncoding.code());
    }
    match (route.read)(request) {
        Ok(proof) => content.proof = proof,
        // Requests with a `sec_key` of the scheme before 2022 cannot be read. Another rule reports it.
        Err(_) if is_legacy => {}
        Err(_) if is_encoded => {}
        Err(error) => unreadable(route, &error, content.body.as_ref(), notes),
    }
    if let Some(proof) = &content.proof {
        if proof_is_wrong(proof, key) {
            let elsewhere = other_timestamp(request, content.body.as_ref(), proof);
            let received = Received::from(proof);
            let received = elsewhere.map_or(received, |timestamp| received.beside_timestamp(timestamp));
            // If the server accepted the partner, it is a partner that only the judge does not know.
            let is_known = proof.partner_id != *key.partner_id() && !response.doubts_proof();
            let wrong = proof::wrong(key, received).into_iter().filter(|_| !is_known);
            wrong.for_each(|code| notes.add(code));
        }
        if let Some(breach) = proof::time(proof, now) {
            notes.add(breach.code());
        }
    }
    content
}

fn judge_head(request: &Request<Bytes>, notes: &mut Notes<'_>) {
    match request.headers().get(CONTENT_TYPE).map(|it| it.to_str().unwrap_or_default()) {
        None => notes.add(Breach::ContentTypeMissing.code()),
        Some(text) => {
            let media_type = text.split(';').next().unwrap_or_default().trim();
            if !media_type.eq_ignore_ascii_case("application/json") {
                notes.add(Breach::ContentTypeOther.code());
            }
        }
    }
    if request.uri().query().is_some_and(|query| !query.is_empty()) {
        notes.add(Breach::QueryUnread.code());
    }
}

fn unreadable(route: &Route, error: &DecodeError, body: Option<&Value>, notes: &mut Notes<'_>) {
    let section = members::section(route.name());
    let is = |name: &str, is: fn(&Value) -> bool| body.and_then(|body| body.get(name)).is_some_and(is);
    let null = ["partner_id", "smile_client_id", "timestamp", "signature"];
    let null = null.into_iter().find(|name| is(name, Value::is_null));
    let place = |member: &str| mask::pointer(&format!("/{member}"));
    match (error, error.missing_field(), null) {
        (DecodeError::NoProof { member } | DecodeError::HalfAProof { member }, ..) => {
            notes.add_at(Breach::ProofMissing.code(), &place(member));
        }
        (_, Some(member), _) => notes.add_at(Breach::MemberMissing.code(), &(place(member) + &section)),
        // Another rule reports this.
        _ if is("partner_id", Value::is_number) || is("smile_client_id", Value::is_number) => {}
        (_, None, Some(member)) => notes.add_at(Breach::ProofMissing.code(), &place(member)),
        // The error contains member names and types, but no values.
        (DecodeError::Json(error), ..) => {
            notes.add_at(Breach::UnreadableBody.code(), &format!("{error}{section}"));
        }
        (error, ..) => notes.add_at(Breach::UnreadableBody.code(), &format!("{error}{section}")),
    }
}

/// Returns true if a body is compressed, or is not plain UTF-8.
fn is_encoded(request: &Request<Bytes>) -> bool {
    const GZIP: &[u8] = b"\x1f\x8b";
    const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let body = request.body();
    let is_plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    !request.headers().get_all(CONTENT_ENCODING).iter().all(is_plain)
        || MARKS.iter().chain([&GZIP]).any(|start| body.starts_with(start))
        || str::from_utf8(body).is_err()
}

/// Returns a second timestamp in the request, if it differs from the one that should be signed.
fn other_timestamp<'a>(
    request: &'a Request<Bytes>,
    body: Option<&'a Value>,
    proof: &RequestProof,
) -> Option<&'a str> {
    let in_headers = request.headers().get("smileid-timestamp").and_then(|it| it.to_str().ok());
    let in_body = body.and_then(|body| body.get("timestamp")?.as_str());
    [in_headers, in_body].into_iter().flatten().find(|text| *text != proof.timestamp.as_str())
}

fn proof_is_wrong(proof: &RequestProof, key: &Credentials) -> bool {
    proof.partner_id != *key.partner_id() || key.check(&proof.timestamp, &proof.signature).is_err()
}

fn read<E: Endpoint>(request: &Request<Bytes>) -> Result<Option<RequestProof>, DecodeError>
where
    ProofOf<E>: MaybeProof,
{
    E::decode(request).map(|read| read.proof().to_proof())
}

/// Trait of the authentication data in a request, whose signature may be absent for some endpoints.
trait MaybeProof {
    fn to_proof(&self) -> Option<RequestProof>;
}

impl MaybeProof for RequestProof {
    fn to_proof(&self) -> Option<RequestProof> {
        Some(self.clone())
    }
}

impl MaybeProof for () {
    fn to_proof(&self) -> Option<RequestProof> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_bodies_that_are_not_plain_utf8() -> Result<(), http::Error> {
        let request = |body: &'static [u8]| Request::post("/v1/upload").body(Bytes::from_static(body));
        for body in [
            &b"\x1f\x8b\x08"[..],
            b"\xef\xbb\xbf{}",
            b"\xff\xfe{\0}\0",
            b"\xfe\xff\0{\0}",
            b"{\"a\": \"\xe9\"}",
        ] {
            assert!(is_encoded(&request(body)?), "{body:?}");
        }
        for body in [&b""[..], b"{", "{\"a\": \"é\"".as_bytes()] {
            assert!(!is_encoded(&request(body)?), "{body:?}");
        }
        Ok(())
    }
}
