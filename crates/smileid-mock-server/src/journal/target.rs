//! Masks path and query of a request.

use http::Uri;
use percent_encoding::percent_decode_str;
use smileid_protocol::{
    ENDPOINTS,
    endpoint::Spec,
    mask::{self, Part, Shown},
};

use crate::request::Route;

/// Returns the masked path and query of a request.
pub(super) fn target(uri: &Uri, route: Route) -> String {
    let path = match route {
        Route::PutArchive | Route::Image => mask::path(uri.path(), mask::is_link_segment),
        Route::Endpoint(spec) => mask::path(uri.path(), |segment| {
            mask::is_made_name(segment) || words(spec).any(|word| word == segment)
        }),
        Route::Callback | Route::Nowhere => {
            mask::path(uri.path(), |segment| mask::is_made_name(segment) || is_nearly_a_word(segment))
        }
    };
    let Some(query) = uri.query() else { return path };
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent_decode_str(name).decode_utf8_lossy();
        let value = percent_decode_str(value).decode_utf8_lossy();
        let shown = match route {
            Route::Endpoint(..) => Shown::by_name(&name, Part::Request),
            _ => Shown::Kind, // parameters of presigned URLs
        };
        format!("{}={}", mask::name(&name), shown.text(&value))
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// Returns the segments of an endpoint's path.
fn words(spec: &Spec) -> impl Iterator<Item = &'static str> {
    let paths = std::iter::once(&spec.path).chain(spec.aliases);
    paths.flat_map(|path| path.split('/')).filter(|word| !word.is_empty())
}

/// Returns true for a path segment of any endpoint, even if it is misspelt. Such segments are shown, because they help with
/// diagnosis.
fn is_nearly_a_word(segment: &str) -> bool {
    let is_near = |word: &str| {
        let distance = strsim::levenshtein(word, segment);
        distance == 0 || distance * 3 <= word.len()
    };
    segment.len() <= 64 && ENDPOINTS.iter().flat_map(words).any(is_near)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn of(method: &Method, uri: &str) -> String {
        let uri: Uri = uri.parse().unwrap();
        target(&uri, Route::for_request(method, uri.path()))
    }

    #[test]
    fn the_words_of_routes_and_typing_errors_are_shown() {
        for (uri, shown) in [
            ("/v1/upload", "/v1/upload"),
            ("/v1/uplaod?token=secret", "/v1/uplaod?token=<text of 6 characters>"),
            ("/leonora/12345678901/", "/<text of 7 characters>/<text of 11 characters>/"),
            (
                "/v1/services?locale=en&Leo%20Doe=1",
                "/v1/services?locale=<text of 2 characters>&<name of 7 characters>=<text of 1 character>",
            ),
        ] {
            assert_eq!(of(&Method::POST, uri), shown);
        }
        assert_eq!(
            of(&Method::GET, "/v1/services?locale=en&x=y"),
            "/v1/services?locale=en&x=<text of 1 character>"
        );
        assert!(of(&Method::GET, &"/x".repeat(1000)).ends_with("<2000 characters more>"));
    }

    #[test]
    fn links_are_shown_without_what_opens_them() {
        let upload = "/videos/085/085-0000000001-s8fqo7ju2ji2u32hhu4us11bq3yhww/selfie.zip";
        assert_eq!(
            of(&Method::PUT, &format!("{upload}?Expires=1700000000&Signature=abc")),
            format!("{upload}?Expires=<text of 10 characters>&Signature=<text of 3 characters>")
        );
        let named = upload.replace("selfie.zip", "leonora.zip");
        assert!(of(&Method::PUT, &named).ends_with("/<text of 11 characters>"));
    }
}
