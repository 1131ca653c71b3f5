//! Finds API keys in requests, which must never contain them.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use bytes::Bytes;
use http::Request;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use smileid_protocol::auth::Credentials;

use super::{mask, members};

/// Minimum length of an API key to search for. Shorter keys would match other text by chance; real keys are longer.
const SHORTEST: usize = 8;

/// Returns the places in path, query and headers that contain the API key.
pub(super) fn in_head(request: &Request<Bytes>, key: &Credentials) -> Vec<String> {
    let Some(key) = searchable(key) else { return Vec::new() };
    let headers = request.headers().iter().filter(|(_, value)| is_in_header(value.as_bytes(), key));
    let headers = headers.map(|(name, _)| format!("header {}", mask::name(name.as_str())));
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let is_in = |text| percent_decode_str(text).decode_utf8_lossy().contains(key);
    let address = [("its path", path), ("its query", query)].into_iter().filter(|(_, text)| is_in(text));
    headers.chain(address.map(|(part, _)| part.to_owned())).collect()
}

/// Returns the places in the body of a request that contain the API key. `json` is the parsed body, if it is JSON.
pub(super) fn in_body(body: &Bytes, json: Option<&Value>, key: &Credentials) -> Vec<String> {
    match json {
        Some(json) => in_json(json, key).iter().map(|pointer| mask::pointer(pointer)).collect(),
        None if searchable(key).is_some_and(|key| is_within(body, key)) => vec!["its body".to_owned()],
        None => Vec::new(),
    }
}

/// Returns the JSON pointers of the texts that contain the API key.
pub(super) fn in_json(json: &Value, key: &Credentials) -> Vec<String> {
    searchable(key).map(|key| members::texts(json, &|text| text.contains(key))).unwrap_or_default()
}

fn searchable(key: &Credentials) -> Option<&str> {
    Some(key.api_key().expose()).filter(|key| key.len() >= SHORTEST)
}

/// Returns true if a header contains the API key, directly or as the password of basic authentication.
fn is_in_header(value: &[u8], key: &str) -> bool {
    is_within(value, key) || password(value).is_some_and(|it| is_within(&it, key))
}

/// Returns user name and password of basic authentication, in any letter case and with or without base64 padding.
fn password(value: &[u8]) -> Option<Vec<u8>> {
    let mut words = str::from_utf8(value).ok()?.split_ascii_whitespace();
    words.next().filter(|scheme| scheme.eq_ignore_ascii_case("basic"))?;
    STANDARD_NO_PAD.decode(words.next()?.trim_end_matches('=')).ok()
}

fn is_within(bytes: &[u8], key: &str) -> bool {
    bytes.windows(key.len()).any(|window| window == key.as_bytes())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_key_in_every_part_of_a_request() -> Result<(), Box<dyn std::error::Error>> {
        let key = Credentials::new("085", "mock/key+0000=")?;
        let request = Request::post("/v1/mock%2Fkey+0000=/upload?key=mock/key%2B0000%3D")
            .header("authorization", "Bearer mock/key+0000=")
            .header("proxy-authorization", format!("Basic {}", STANDARD.encode("085:mock/key+0000=")))
            .header("x-leonora", "mock/key+0000=")
            .header("accept", "mock/key+0000")
            .body(Bytes::from_static(b"api_key=mock/key+0000="))?;
        let places = [
            "header authorization",
            "header proxy-authorization",
            "header <name of 9 characters>",
            "its path",
            "its query",
        ];
        assert_eq!(in_head(&request, &key), places);
        assert_eq!(in_body(request.body(), None, &key), ["its body"]);
        let json =
            json!({"api_key": "mock/key+0000=", "list": [{}, {"key": "(mock/key+0000=)"}], "a": "mock"});
        assert_eq!(
            in_body(request.body(), Some(&json), &key),
            ["/api_key", "/<name of 4 characters>/1/<name of 3 characters>"]
        );
        Ok(())
    }

    #[test]
    fn ignores_short_keys() -> Result<(), Box<dyn std::error::Error>> {
        let key = Credentials::new("085", "abc0123")?;
        let request =
            Request::post("/v1/abc0123?abc0123").header("x-api-key", "abc0123").body(Bytes::new())?;
        assert_eq!(in_head(&request, &key), [""; 0]);
        assert_eq!(in_body(&Bytes::from_static(b"abc0123"), None, &key), [""; 0]);
        Ok(())
    }
}
