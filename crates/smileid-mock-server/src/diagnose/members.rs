//! Diagnosis of wrong member names: misspelt names, the old `sec_key` (used before 2022), and the API key itself.

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};
use smileid_protocol::{
    auth::doctor::SignatureIssue,
    codec::{form_parts, read_json},
};

use super::Reason;

/// Finds mistakes in the member names of a refused request. `missing` is the member that the request lacks, if any: a path such
/// as `partner_params.user_id`.
pub(super) fn reasons(missing: Option<&str>, request: &Request<Bytes>) -> Vec<Reason> {
    let names = Names::from_request(request);
    let mut reasons = Vec::new();
    if missing.is_some_and(|name| matches!(name, "signature" | "timestamp")) && names.has("sec_key") {
        reasons.push(Reason::refused(SignatureIssue::SecKey.code(), SignatureIssue::SecKey.to_string()));
    }
    if let Some((expected, found)) = missing.and_then(|path| names.spelt_otherwise(path)) {
        reasons.push(Reason::refused(
            "member-spelling",
            format!(
                "the member `{found}` must be named `{expected}`: names are in lower case with underscores"
            ),
        ));
    }
    if names.top_level().any(|name| letters(name) == "apikey") {
        reasons.push(Reason::refused(
            "key-sent",
            "the request seems to contain the API key: sign with the key, and never send it",
        ));
    }
    reasons
}

/// Members of a request, by name.
struct Names(Map<String, Value>);

impl Names {
    fn from_request(request: &Request<Bytes>) -> Self {
        Self(match form_parts(request) {
            Some(parts) => parts.into_iter().map(|part| (part.name.clone(), Value::Bool(true))).collect(),
            None => read_json(request.body()).unwrap_or_default(),
        })
    }

    fn top_level(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// Finds the first member of a path that is present under a misspelt name. Returns the expected and the actual name.
    fn spelt_otherwise<'a>(&'a self, path: &'a str) -> Option<(&'a str, &'a str)> {
        let mut members = &self.0;
        for expected in path.split('.') {
            if let Some(inner) = members.get(expected) {
                members = inner.as_object()?;
                continue;
            }
            // The found name may be up to twice as long as the expected one, because it may have a separator between
            // every two letters.
            let is_it =
                |name: &&String| name.len() < 2 * expected.len() && letters(name) == letters(expected);
            return members.keys().find(is_it).map(|found| (expected, found.as_str()));
        }
        None
    }
}

/// Returns a member name in lower case, without separators.
fn letters(name: &str) -> String {
    let kept = name.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
    kept.map(|letter| letter.to_ascii_lowercase()).collect()
}
