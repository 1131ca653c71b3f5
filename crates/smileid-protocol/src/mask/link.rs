//! Masks URL paths, links and callback URLs.

use http::Uri;

use super::{characters, described};
use crate::v1::upload;

/// Masks a link from the API: removes its signature.
pub(super) fn link(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority()?;
    let host = authority.as_str().rsplit('@').next()?;
    let query = if uri.query().is_some() { "?<\u{2026}>" } else { "" };
    Some(format!("{}://{host}{}{query}", uri.scheme_str()?, path(uri.path(), is_link_segment)))
}

/// Masks a partner's URL: shows only scheme and host, because the rest may be secret.
pub(super) fn host(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let host = uri.authority()?.as_str().rsplit('@').next()?;
    Some(format!("{}://{host}/<\u{2026}>", uri.scheme_str()?))
}

/// Masks a URL path: shows only the segments that `is_shown` accepts, at most 16.
pub fn path(path: &str, is_shown: impl Fn(&str) -> bool) -> String {
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

/// Returns true if a path segment is common in the API's links: folders, partner ids, generated names of uploads and images.
pub fn is_link_segment(segment: &str) -> bool {
    const WORDS: [&str; 6] = ["videos", "images", "links", "selfie_image", "id_card_image", "id_card_back"];
    let is_upload = || {
        let mut parts = segment.rsplit('-');
        parts.next().is_some_and(is_made_name) && parts.next().is_some_and(is_number)
    };
    let is_partner = segment.len() <= 4 && segment.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = is_partner || is_number(segment) || is_made_name(segment) || is_upload();
    segment == upload::FILE_NAME || WORDS.contains(&segment) || is_name
}

/// Returns true if a path segment is ten digits, as the API's job numbers are.
fn is_number(segment: &str) -> bool {
    segment.len() == 10 && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true if a path segment looks like a name that the API generated: thirty letters and digits.
pub fn is_made_name(segment: &str) -> bool {
    segment.len() == 30 && segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_shown_without_what_opens_them() {
        let upload = "/videos/085/085-0000000001-s8fqo7ju2ji2u32hhu4us11bq3yhww/selfie.zip";
        assert_eq!(
            link(&format!("http://h:1{upload}?x=y")).unwrap(),
            format!("http://h:1{upload}?<\u{2026}>")
        );
        assert_eq!(host("https://a:b@h:1/secret?x").unwrap(), "https://h:1/<\u{2026}>");
        assert_eq!((link("/x"), host("leonora")), (None, None));
    }
}
