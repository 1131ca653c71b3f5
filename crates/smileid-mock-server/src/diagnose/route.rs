//! Diagnosis of requests to unknown paths: finds the endpoint with the most similar path.

use std::borrow::Cow;

use http::Method;
use smileid_protocol::{ENDPOINTS, endpoint::Spec};

use super::Reason;

/// Maximum number of characters of a path to compare: more than the longest path of an endpoint has.
const COMPARED: usize = 128;

/// Returns a reason that names the endpoint whose path is most similar to `path`.
///
/// The path itself is not included, because it may contain personal data.
pub(super) fn nearest(method: &Method, path: &str) -> Reason {
    let known = ENDPOINTS
        .iter()
        .flat_map(|spec| std::iter::once(&spec.path).chain(spec.aliases).map(move |path| (spec, *path)));
    let measured =
        known.map(|(spec, template)| (distance(template, path), !takes(spec, method), spec, template));
    let Some((distance, wrong_method, spec, template)) = measured.min_by_key(|it| (it.0, it.1)) else {
        return Reason::refused("no-route", "the API has no endpoint at this path");
    };
    let name = format!("{} {template}", spec.method);
    match distance {
        0 if wrong_method => Reason::refused("wrong-method", format!("wrong HTTP method: use {name}")),
        _ if distance <= fixed(template) / 2 => {
            Reason::refused("no-route", format!("unknown path; the most similar endpoint is {name}"))
        }
        _ => Reason::refused("no-route", "unknown path, and no endpoint has a similar path"),
    }
}

fn takes(spec: &Spec, method: &Method) -> bool {
    spec.method == *method || spec.other_methods.contains(method)
}

/// Returns the length of the fixed parts of a path template.
fn fixed(template: &str) -> usize {
    template.split('/').filter(|segment| !segment.starts_with('{')).map(|segment| segment.len() + 1).sum()
}

/// Returns the edit distance between a path and a path template. Fields of the template match any text.
fn distance(template: &str, path: &str) -> usize {
    let path: String = path.chars().take(COMPARED).collect();
    let mut segments = path.split('/');
    let filled = template.split('/').map(|expected| match segments.next() {
        Some(segment) if expected.starts_with('{') && !segment.is_empty() => Cow::Borrowed(segment),
        _ => Cow::Borrowed(expected),
    });
    strsim::levenshtein(&filled.collect::<Vec<_>>().join("/"), &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_that_was_meant_is_named() {
        for (method, path, code, names) in [
            (Method::POST, "/v1/uplaod", "no-route", "POST /v1/upload"),
            (Method::POST, "/upload", "no-route", "POST /v1/upload"),
            (Method::POST, "/v1/upload/", "no-route", "POST /v1/upload"),
            (Method::POST, "/v1//upload", "no-route", "POST /v1/upload"),
            (Method::POST, "/v1/v1/job_status", "no-route", "POST /v1/job_status"),
            (Method::GET, "/v1/upload", "wrong-method", "POST /v1/upload"),
            (Method::DELETE, "/v1/smile_links/abc", "wrong-method", "GET /v1/smile_links/{ref_id}"),
            (Method::GET, "/v1/smile_link/abc", "no-route", "GET /v1/smile_links/{ref_id}"),
            (Method::GET, "/favicon.ico", "no-route", "no endpoint has a similar path"),
            (Method::GET, "/nothing/like/it", "no-route", "no endpoint has a similar path"),
            (Method::GET, "/", "no-route", "no endpoint has a similar path"),
        ] {
            let reason = nearest(&method, path);
            assert_eq!(reason.code, code, "{method} {path}: {reason:?}");
            assert!(reason.text.contains(names), "{method} {path}: {reason:?}");
        }
    }

    #[test]
    fn what_was_written_into_the_path_is_not_repeated() {
        let text = nearest(&Method::GET, "/v1/leo@example.com/12345678901").text;
        assert!(!text.contains("leo") && !text.contains("123"), "{text}");
        nearest(&Method::GET, &"/é".repeat(10_000));
    }
}
