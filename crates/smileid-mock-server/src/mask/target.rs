//! Paths, queries and links.

use http::Uri;
use percent_encoding::percent_decode_str;
use smileid_protocol::{ENDPOINTS, v1::upload};

use super::{Part, Shown, characters, described};
use crate::request::Route;

/// Path and query of a request as they are written down.
pub(crate) fn target(uri: &Uri, route: Route) -> String {
    let path = match route {
        Route::PutArchive | Route::Image => path(uri.path(), is_of_a_link),
        Route::Endpoint(..) | Route::Callback | Route::Nowhere => path(uri.path(), is_of_a_route),
    };
    let Some(query) = uri.query() else { return path };
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent_decode_str(name).decode_utf8_lossy();
        let value = percent_decode_str(value).decode_utf8_lossy();
        let shown = match route {
            Route::Endpoint(..) => Shown::by_name(&name, Part::Request),
            _ => Shown::Kind, // what links are signed with
        };
        format!("{}={}", super::name(&name), shown.text(&value))
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// A link of the mock's own, without what it is signed with.
pub(super) fn link(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority()?;
    let host = authority.as_str().rsplit('@').next()?;
    let query = if uri.query().is_some() { "?<\u{2026}>" } else { "" };
    Some(format!("{}://{host}{}{query}", uri.scheme_str()?, path(uri.path(), is_of_a_link)))
}

/// Where an address of the partner's is; what follows the host may be a secret.
pub(super) fn host(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let host = uri.authority()?.as_str().rsplit('@').next()?;
    Some(format!("{}://{host}/<\u{2026}>", uri.scheme_str()?))
}

fn path(path: &str, is_shown: fn(&str) -> bool) -> String {
    const MOST: usize = 16;
    let mut segments: Vec<_> =
        path.split('/')
            .take(MOST)
            .map(|segment| {
                if segment.is_empty() || is_shown(segment) { segment.to_owned() } else { described(segment) }
            })
            .collect();
    if path.split('/').nth(MOST).is_some() {
        segments.push(format!("<{} more>", characters(path)));
    }
    segments.join("/")
}

/// A word of some route, or nearly: who mistyped one wants to see it. A field of a route is a name of the mock's own.
fn is_of_a_route(segment: &str) -> bool {
    let words = ENDPOINTS.iter().flat_map(|spec| std::iter::once(&spec.path).chain(spec.aliases));
    let mut words = words.flat_map(|path| path.split('/')).filter(|word| !word.is_empty());
    let is_nearly = |word: &str| {
        let distance = strsim::levenshtein(word, segment);
        distance == 0 || distance * 3 <= word.len()
    };
    segment.len() <= 64 && (is_own_name(segment) || words.any(is_nearly))
}

/// The folders of links, partners, names of uploads and images.
fn is_of_a_link(segment: &str) -> bool {
    const WORDS: [&str; 6] = ["videos", "images", "links", "selfie_image", "id_card_image", "id_card_back"];
    let is_upload = || {
        let parts: Vec<_> = segment.split('-').collect();
        matches!(parts.as_slice(), [.., job, random] if is_number(job) && is_own_name(random))
    };
    let is_partner = segment.len() <= 4 && segment.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = is_partner || is_number(segment) || is_own_name(segment) || is_upload();
    segment == upload::FILE_NAME || WORDS.contains(&segment) || is_name
}

/// Ten digits: the API's number of a job.
fn is_number(segment: &str) -> bool {
    segment.len() == 10 && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// Thirty letters and digits: a name that the mock made.
fn is_own_name(segment: &str) -> bool {
    segment.len() == 30 && segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn of(method: &Method, uri: &str) -> String {
        let uri: Uri = uri.parse().unwrap();
        target(&uri, Route::of(method, uri.path()))
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
        assert_eq!(
            link(&format!("http://h:1{upload}?x=y")).unwrap(),
            format!("http://h:1{upload}?<\u{2026}>")
        );
        assert_eq!(host("https://a:b@h:1/secret?x").unwrap(), "https://h:1/<\u{2026}>");
        assert_eq!((link("/x"), host("leonora")), (None, None));
    }
}
