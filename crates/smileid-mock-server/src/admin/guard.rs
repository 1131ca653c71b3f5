//! Who may use the mock's own routes: nobody whom a web page sends.
//!
//! The mock listens where a browser on the same machine can reach it, and any page may make a browser send requests.
//! It cannot do so without saying where it is from, nor read the answer without a header that the mock never sends; and
//! a page whose name was made to lead to this machine still says its own name.

use std::net::{IpAddr, Ipv6Addr};

use bytes::Bytes;
use hmac::Mac as _;
use http::{
    HeaderName, Request, StatusCode,
    header::{AUTHORIZATION, HOST, ORIGIN, WWW_AUTHENTICATE},
    uri::Authority,
};

use super::Failure;
use crate::service::Service;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses who may not. Open routes ask for no token.
pub(super) fn check(service: &Service, request: &Request<Bytes>, is_open: bool) -> Result<(), Failure> {
    let forbidden = |error: &'static str| Err(Failure::new(StatusCode::FORBIDDEN, error));
    let token = service.admin_token();
    let host = host(request);
    // A page that goes by another name for this machine cannot know the token.
    if token.is_none() && host.is_some_and(|host| !is_loopback(host)) {
        return forbidden(
            "the mock's own routes answer at loopback names alone: use localhost, or start it with an admin token",
        );
    }
    if request.headers().contains_key(ORIGIN) && !is_same_origin(text(request, &ORIGIN), host) {
        return forbidden("the mock's own routes are not for pages of other origins");
    }
    if text(request, &FETCH_SITE) == Some("cross-site") {
        return forbidden("the mock's own routes are not for pages of other sites");
    }
    match token {
        Some(token) if !is_open && !shows(service, request, token.as_str()) => {
            let error = "the mock's own routes ask for its admin token, as `Authorization: Bearer`";
            Err(Failure::new(StatusCode::UNAUTHORIZED, error).with_header(WWW_AUTHENTICATE, "Bearer"))
        }
        _ => Ok(()),
    }
}

/// Whether a web page sends a request to the API's routes, which none does: its partners' keys are on servers. The mock's
/// own key is known to all, so any page could sign, and have the mock call back whom it likes on this machine.
pub(crate) fn is_of_a_page(request: &Request<Bytes>) -> bool {
    let host = host(request);
    let is_ours = host.is_some_and(is_loopback) && is_same_origin(text(request, &ORIGIN), host);
    (request.headers().contains_key(ORIGIN) && !is_ours) || text(request, &FETCH_SITE) == Some("cross-site")
}

/// The host that a request was sent to.
fn host(request: &Request<Bytes>) -> Option<&str> {
    text(request, &HOST).or_else(|| request.uri().authority().map(Authority::as_str))
}

fn text<'a>(request: &'a Request<Bytes>, name: &HeaderName) -> Option<&'a str> {
    // What is no text is none of the mock's names either.
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

/// Whether a host, maybe with a port, is this machine by its own names.
fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host().to_ascii_lowercase();
    let address = match host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(host) => host.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    };
    match address {
        Some(address) => address.is_loopback(),
        None => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Whether an origin is the host that the request was sent to, whatever stands before it to speak TLS.
fn is_same_origin(origin: Option<&str>, host: Option<&str>) -> bool {
    let authority = origin.and_then(|origin| Some(origin.split_once("://")?.1));
    authority.is_some() && authority == host
}

/// Whether a request shows the token. How long this takes depends on neither.
fn shows(service: &Service, request: &Request<Bytes>, token: &str) -> bool {
    let shown = text(request, &AUTHORIZATION).and_then(|it| it.split_once(' '));
    let Some((scheme, shown)) = shown else { return false };
    let digest = service.secret().digest(&["admin token", token]);
    scheme.eq_ignore_ascii_case("bearer")
        && service.secret().mac(&["admin token", shown.trim()]).verify_slice(&digest).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_few_names() {
        for host in
            ["localhost", "LOCALHOST:1", "a.localhost", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8085"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "x", "localhost.example", "127.0.0.1.example", "10.0.0.1", "[::2]", "0.0.0.0", "a b"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_compared_whole() {
        let host = Some("127.0.0.1:8085");
        assert!(is_same_origin(Some("http://127.0.0.1:8085"), host));
        assert!(is_same_origin(Some("https://127.0.0.1:8085"), host));
        for other in ["null", "", "http://127.0.0.1", "http://127.0.0.1:80850", "http://localhost:8085"] {
            assert!(!is_same_origin(Some(other), host), "{other}");
        }
        assert!(!is_same_origin(None, None));
    }
}
