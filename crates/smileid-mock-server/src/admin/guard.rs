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
use crate::{about::Route, refusal::Refused, service::Service};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses who may not. Open routes ask for no token.
pub(super) fn check(service: &Service, request: &Request<Bytes>, is_open: bool) -> Result<(), Failure> {
    let forbidden = |error: &'static str| Err(Failure::new(StatusCode::FORBIDDEN, error));
    let token = service.admin_token();
    let Ok(host) = host(request) else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "a request has one Host header"));
    };
    // A page that goes by another name for this machine cannot know the token.
    if token.is_none() && host.is_some_and(|host| !is_loopback(host)) {
        return forbidden(
            "the mock's own routes answer at loopback names alone: use localhost, or start it with an admin token",
        );
    }
    if is_of_another_origin(request, host) {
        return forbidden("the mock's own routes are not for pages of other origins");
    }
    match token {
        Some(token) if !is_open && !shows(service, request, token.expose()) => {
            let error = "the mock's own routes ask for its admin token, as `Authorization: Bearer`";
            Err(Failure::new(StatusCode::UNAUTHORIZED, error).with_header(WWW_AUTHENTICATE, "Bearer"))
        }
        _ => Ok(()),
    }
}

/// Refuses a web page that sends a request to the API's routes, which none does: its partners' keys are on servers. The
/// mock's own key is known to all, so any page could sign, and have the mock call back whom it likes on this machine.
///
/// Pages may show images, as they do with those of the real storage: who has an image's link was given it.
pub(crate) fn check_page(request: &Request<Bytes>, route: Route) -> Result<(), Refused> {
    let host = host(request).map_err(|SeveralHosts| Refused::bad_host())?;
    let names_foreign_host = request.headers().contains_key(ORIGIN) && !host.is_some_and(is_loopback);
    if !matches!(route, Route::Image) && (names_foreign_host || is_of_another_origin(request, host)) {
        return Err(Refused::of_a_page());
    }
    Ok(())
}

/// Whether a request says that a page of another origin sends it: of another port of this machine, too. Browsers say so
/// in `Sec-Fetch-Site` also where they name no origin, as when a page embeds what it may not read.
fn is_of_another_origin(request: &Request<Bytes>, host: Option<&str>) -> bool {
    texts(request, &ORIGIN).any(|origin| !is_same_origin(origin, host))
        || texts(request, &FETCH_SITE).any(|site| !matches!(site, "same-origin" | "none"))
}

/// Which of several hosts a request was sent to, nobody can say.
struct SeveralHosts;

/// The host that a request was sent to.
fn host(request: &Request<Bytes>) -> Result<Option<&str>, SeveralHosts> {
    let mut hosts = texts(request, &HOST);
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(SeveralHosts);
    }
    Ok(host.or_else(|| request.uri().authority().map(Authority::as_str)))
}

/// What is no text is none of the mock's names either.
fn texts<'a>(request: &'a Request<Bytes>, name: &'a HeaderName) -> impl Iterator<Item = &'a str> {
    request.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
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
fn is_same_origin(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == host
}

/// Whether a request shows the token. How long this takes depends on neither.
fn shows(service: &Service, request: &Request<Bytes>, token: &str) -> bool {
    let shown = texts(request, &AUTHORIZATION).next().and_then(|it| it.split_once(' '));
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
        assert!(is_same_origin("http://127.0.0.1:8085", host));
        assert!(is_same_origin("https://127.0.0.1:8085", host));
        for other in ["null", "", "http://127.0.0.1", "http://127.0.0.1:80850", "http://localhost:8085"] {
            assert!(!is_same_origin(other, host), "{other}");
        }
        assert!(!is_same_origin("null", None));
    }
}
