//! Tests the web page of the mock server.

use std::collections::BTreeSet;

use http::{Method, Response, StatusCode, header::CONTENT_TYPE};
use smileid_mock_server::Config;

use crate::{
    admin::{ask, get},
    support::Mock,
};

const FILES: [(&str, &str); 3] = [
    ("/ui/", "text/html; charset=utf-8"),
    ("/ui/page.css", "text/css; charset=utf-8"),
    ("/ui/page.js", "text/javascript; charset=utf-8"),
];

fn text(response: &Response<bytes::Bytes>) -> String {
    assert_eq!(response.status(), StatusCode::OK);
    String::from_utf8(response.body().to_vec()).unwrap()
}

fn file(mock: &Mock, path: &str) -> String {
    text(&ask(mock, &Method::GET, path, &[], ""))
}

/// Returns the texts between `beginning` and the next double quotation mark.
fn quoted<'a>(text: &'a str, beginning: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(beginning).skip(1).map(|rest| rest.split('"').next().unwrap())
}

#[test]
fn a_browser_loads_its_files_and_nothing_else() {
    let mock = Mock::new();
    for (path, content_type) in FILES {
        let response = ask(&mock, &Method::GET, path, &[("sec-fetch-site", "same-origin")], "");
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header(CONTENT_TYPE.as_str()), content_type);
        assert_eq!((header("x-content-type-options"), header("x-frame-options")), ("nosniff", "DENY"));
        let policy: BTreeSet<_> = header("content-security-policy").split("; ").collect();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(directive), "{directive}: {policy:?}");
        }
        assert!(!header("content-security-policy").contains("unsafe"), "{policy:?}");

        let text = text(&response);
        for elsewhere in ["http:", "https:", "//cdn", "@import", "url(", "\"//"] {
            assert!(!text.contains(elsewhere), "{path}: {elsewhere}");
        }
    }
    let page = file(&mock, "/ui/");
    let loaded: BTreeSet<_> = quoted(&page, "href=\"").chain(quoted(&page, "src=\"")).collect();
    assert_eq!(loaded, ["data:,", "page.css", "page.js"].into());
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 0));
    assert!(!page.contains("style=") && !page.contains(" onclick"), "nothing that its policy forbids");

    let door = ask(&mock, &Method::GET, "/ui", &[], "");
    assert_eq!(door.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(door.headers()["location"], "ui/");
    let embedded = ask(&mock, &Method::GET, "/ui/", &[("sec-fetch-site", "cross-site")], "");
    assert_eq!(embedded.status(), StatusCode::FORBIDDEN);
}

#[test]
fn it_is_there_before_a_token_is_given() {
    let mut config = Config::new([42; 32]);
    config.admin_token = Some("secret".parse().unwrap());
    let mock = Mock::with(config);
    for (path, _) in FILES {
        assert_eq!(ask(&mock, &Method::GET, path, &[], "").status(), StatusCode::OK, "{path}");
    }
    assert_eq!(ask(&mock, &Method::GET, "/journal", &[], "").status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn it_asks_for_routes_that_there_are() {
    let mock = Mock::new();
    let document = get(&mock, "/openapi.json");
    let script = file(&mock, "/ui/page.js");
    let mut asked = BTreeSet::new();
    for call in
        script.split(" ask(").skip(1).chain(script.split("&& ask(").skip(1)).filter(|it| it.starts_with('"'))
    {
        let mut arguments = call.split('"');
        let (method, path) = (arguments.nth(1).unwrap(), arguments.nth(1).unwrap());
        let operation = &document["paths"][format!("/_mock{path}")][method.to_lowercase()];
        assert!(operation["summary"].is_string(), "{method} {path}");
        asked.insert(path);
    }
    let all = ["/billing", "/callbacks", "/callbacks/rules", "/callbacks/{id}/resend", "/clock", "/faults"];
    let all = all.into_iter().chain(["/jobs", "/journal", "/partners", "/reset", "/scenarios"]);
    assert_eq!(asked, all.collect());
    assert_eq!(script.matches("fetch(").count(), 1, "through `ask` alone");
}

/// The web page shows values from requests as text, never as HTML.
#[test]
fn it_writes_no_markup() {
    let script = file(&Mock::new(), "/ui/page.js");
    for way in
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"]
    {
        assert!(!script.contains(way), "{way}");
    }
}

/// Every element that the script looks up by its id is in the web page.
#[test]
fn its_files_fit() {
    let mock = Mock::new();
    let (page, script) = (file(&mock, "/ui/"), file(&mock, "/ui/page.js"));
    let ids: BTreeSet<_> = quoted(&page, " id=\"").collect();
    let found = quoted(&script, "find(\"").chain(quoted(&script, "show(\""));
    let found: Vec<_> = found.collect();
    assert!(found.len() > 10);
    for id in found {
        assert!(ids.contains(id), "{id}");
    }
}
