//! Tests requests that the control routes refuse.

use http::{
    Method, StatusCode,
    header::{HOST, ORIGIN},
};
use serde_json::Value;
use smileid_mock_server::Config;
use smileid_protocol::v1::job_status;

use crate::{
    admin::{ask, json_of},
    support::{Mock, registration},
};

const HERE: &str = "127.0.0.1:8085";

#[test]
fn pages_of_others_are_refused() {
    let mock = Mock::new();
    let status =
        |path: &str, headers: &[(&str, &str)]| ask(&mock, &Method::GET, path, headers, "").status().as_u16();
    let host = HOST.as_str();
    let origin = ORIGIN.as_str();
    for path in ["/health", "/ready", "/partners", "/nothing"] {
        let fine = if path == "/nothing" { 404 } else { 200 };
        for headers in [
            &[][..],
            &[(host, HERE)],
            &[(host, "localhost:8085")],
            &[(host, "[::1]:8085")],
            &[(host, HERE), (origin, "http://127.0.0.1:8085")],
            &[(host, HERE), ("sec-fetch-site", "same-origin")],
            &[(host, HERE), ("sec-fetch-site", "none")],
        ] {
            assert_eq!(status(path, headers), fine, "{path} {headers:?}");
        }
        for headers in [
            &[(host, "rebound.example:8085")][..],
            &[(host, "127.0.0.1.rebound.example")],
            &[(host, HERE), (origin, "https://evil.example")],
            &[(host, HERE), (origin, "http://localhost:8085")],
            &[(host, HERE), (origin, "null")],
            &[(host, HERE), (origin, "")],
            &[(host, HERE), ("sec-fetch-site", "cross-site")],
            &[(host, HERE), ("sec-fetch-site", "same-site")],
            &[(host, HERE), ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate")],
            &[(host, HERE), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[(host, HERE), ("sec-fetch-site", "something new")],
            &[(host, HERE), (origin, "http://127.0.0.1:8085"), (origin, "https://evil.example")],
            &[(host, HERE), (origin, "http://127.0.0.1:3000"), ("sec-fetch-site", "same-site")],
            &[(host, "rebound.example"), (origin, "http://rebound.example")],
            &[(host, "rebound.example"), ("x-forwarded-host", "localhost")],
        ] {
            assert_eq!(status(path, headers), 403, "{path} {headers:?}");
        }
        // Two `Host` headers are ambiguous, even if they are equal.
        for second in ["rebound.example", HERE] {
            assert_eq!(status(path, &[(host, HERE), (host, second)]), 400, "{path} {second}");
        }
    }
    for response in [
        ask(&mock, &Method::GET, "/partners", &[], ""),
        ask(&mock, &Method::OPTIONS, "/partners", &[(origin, "https://evil.example")], ""),
    ] {
        let names: Vec<_> = response.headers().keys().map(http::HeaderName::as_str).collect();
        assert!(!names.iter().any(|name| name.starts_with("access-control-")), "{names:?}");
    }
    // Nor is the API itself for them: with a key that is known to all, any page could sign.
    let mut request = mock.encode(&job_status::Request::new("leo", "job"));
    request.headers_mut().insert(ORIGIN, "https://evil.example".parse().unwrap());
    request.headers_mut().insert(HOST, "rebound.example".parse().unwrap());
    assert_eq!(mock.raw(&request).status(), 403);
}

#[test]
fn the_api_answers_no_page_but_shows_it_images() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    let mut status = job_status::Request::new("leo", "job");
    status.image_links = true;
    let link = mock.send(&status).unwrap().image_links.unwrap().selfie_image.unwrap();
    let image = || http::Request::get(&link).body(bytes::Bytes::new()).unwrap();
    let asked = || mock.encode(&status);
    let with = |mut request: http::Request<bytes::Bytes>, headers: &[(&'static str, &str)]| {
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        mock.raw(&request).status().as_u16()
    };
    for (headers, expected) in [
        (&[][..], 200),
        (&[("host", HERE)], 200),
        (&[("host", "mock.internal")], 200),
        (&[("host", HERE), ("origin", "http://127.0.0.1:8085")], 200),
        (&[("host", HERE), ("sec-fetch-site", "same-origin")], 200),
        (&[("host", HERE), ("sec-fetch-site", "none")], 200),
        (&[("host", HERE), ("sec-fetch-site", "same-site")], 403),
        (&[("host", HERE), ("sec-fetch-site", "cross-site")], 403),
        (&[("host", HERE), ("origin", "http://127.0.0.1:3000")], 403),
        (&[("host", "rebound.example"), ("origin", "http://rebound.example")], 403),
        (&[("host", HERE), ("host", HERE)], 400),
        (&[("host", HERE), ("host", "rebound.example")], 400),
    ] {
        assert_eq!(with(asked(), headers), expected, "{headers:?}");
        // Image links need no such protection: a page that has a link may show its image.
        let expected = if expected == 403 { 200 } else { expected };
        assert_eq!(with(image(), headers), expected, "{headers:?}");
    }
    let diagnosis = &mock.journal("?refused=true&limit=1")[0]["diagnosis"][0]["code"];
    assert_eq!(diagnosis, "bad-host");
}

#[test]
fn a_token_is_asked_for() {
    let mut config = Config::new([42; 32]);
    config.admin_token = Some("correct horse".parse().unwrap());
    assert!(!format!("{config:?}").contains("horse"));
    let mock = Mock::with(config);
    let paths = get_paths(&mock, &[("authorization", "Bearer correct horse")]);
    assert!(paths.len() > 8, "{paths:?}");
    assert_eq!(ask(&mock, &Method::GET, "/ui", &[], "").status(), StatusCode::TEMPORARY_REDIRECT);
    for path in paths.iter().filter(|path| *path != "/ui") {
        let status = |headers: &[(&str, &str)]| ask(&mock, &Method::GET, path, headers, "").status();
        let is_open = ["/fidelity", "/health", "/ready"].contains(&path.as_str()) || path.starts_with("/ui/");
        let closed = if is_open { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        for headers in [
            &[][..],
            &[("authorization", "Bearer correct")],
            &[("authorization", "Bearer ")],
            &[("authorization", "Basic correct horse")],
            &[("authorization", "correct horse")],
            &[("host", "mock.internal:8085")],
        ] {
            assert_eq!(status(headers), closed, "{path} {headers:?}");
        }
        for headers in [
            &[("authorization", "Bearer correct horse")][..],
            &[("authorization", "bearer correct horse"), ("host", "mock.internal:8085")],
        ] {
            // Some ask for more than a token: 400 is what they answer then.
            let answered = [StatusCode::OK, StatusCode::BAD_REQUEST];
            assert!(answered.contains(&status(headers)), "{path} {headers:?}");
        }
        let foreign = [("authorization", "Bearer correct horse"), ("origin", "https://evil.example")];
        assert_eq!(status(&foreign), StatusCode::FORBIDDEN, "{path}");
    }
    let refused = ask(&mock, &Method::GET, "/no/such/route", &[], "");
    assert_eq!(
        (refused.status(), &refused.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
    );
    assert!(!String::from_utf8_lossy(refused.body()).contains("horse"));
    assert_eq!(ask(&mock, &Method::POST, "/reset", &[], "").status(), StatusCode::UNAUTHORIZED);
}

/// Returns the paths of all GET routes, from the OpenAPI document.
fn get_paths(mock: &Mock, headers: &[(&str, &str)]) -> Vec<String> {
    let document = json_of(&ask(mock, &Method::GET, "/openapi.json", headers, ""));
    let paths = document["paths"].as_object().unwrap().iter().filter(|(_, path)| !path["get"].is_null());
    paths.map(|(path, _)| path.strip_prefix("/_mock").unwrap().to_owned()).collect()
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let mock = Mock::new();
    for (path, field) in [
        ("/health?x=y", "x"),
        ("/jobs?user=leo", "user"),
        ("/journal?since=yesterday", "since"),
        ("/journal?refused=maybe", "refused"),
        ("/journal?limit=-1", "limit"),
        ("/journal?partner_id=1&partner_id=2", "partner_id"),
    ] {
        let (status, refused) = mock.admin(&Method::GET, path);
        assert_eq!((status, &refused["field"]), (400, &field.into()), "{path}: {refused}");
    }
    let unknown = mock.admin(&Method::GET, "/jobs?user=leo").1["error"].to_string();
    assert!(unknown.contains("user_id"), "says what there is: {unknown}");
    assert_eq!(mock.admin(&Method::GET, "/nothing").0, 404);
    assert_eq!(mock.admin(&Method::GET, "").0, 404);
    let wrong = ask(&mock, &Method::PUT, "/journal", &[], "");
    assert_eq!(
        (wrong.status(), &wrong.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"DELETE, GET, HEAD".parse().unwrap())
    );
    let large = "x".repeat((2 << 20) + 1);
    assert_eq!(ask(&mock, &Method::POST, "/partners", &[], &large).status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(mock.journal(""), [] as [Value; 0], "they are no requests to the API");
}
