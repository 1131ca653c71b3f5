//! Detects requests from web pages, and hosts that are this machine.

use std::net::{IpAddr, Ipv6Addr};

use bytes::Bytes;
use http::{
    HeaderName, Request,
    header::{HOST, ORIGIN},
    uri::Authority,
};

use super::Route;
use crate::refusal::Refused;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses an API request from a web page. Web pages have no reason to call the API, because API keys are on servers. But the
/// default key of the mock server is public, so any web page could sign a request whose callback URL is another port of this
/// machine.
///
/// Web pages may load images by their links, as from the real storage.
pub(crate) fn check(request: &Request<Bytes>, route: Route) -> Result<(), Refused> {
    let host = host(request).map_err(|SeveralHosts| Refused::bad_host())?;
    let names_foreign_host = request.headers().contains_key(ORIGIN) && !host.is_some_and(is_loopback);
    if !matches!(route, Route::Image) && (names_foreign_host || is_of_another_origin(request, host)) {
        return Err(Refused::of_a_page());
    }
    Ok(())
}

/// Returns true if the request comes from a web page of another origin. Another port of this machine is another origin. Checks
/// `Sec-Fetch-Site` too, because browsers send it even without `Origin`, for example for embedded images.
pub(crate) fn is_of_another_origin(request: &Request<Bytes>, host: Option<&str>) -> bool {
    texts(request, &ORIGIN).any(|origin| !is_same_origin(origin, host))
        || texts(request, &FETCH_SITE).any(|site| !matches!(site, "same-origin" | "none"))
}

/// Error: the request has several `Host` headers.
pub(crate) struct SeveralHosts;

/// Returns the `Host` header of a request.
pub(crate) fn host(request: &Request<Bytes>) -> Result<Option<&str>, SeveralHosts> {
    let mut hosts = texts(request, &HOST);
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(SeveralHosts);
    }
    Ok(host.or_else(|| request.uri().authority().map(Authority::as_str)))
}

/// Returns the values of a header. A value that is not text becomes an empty text.
pub(crate) fn texts<'a>(request: &'a Request<Bytes>, name: &'a HeaderName) -> impl Iterator<Item = &'a str> {
    request.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
}

/// Returns true if a host, with an optional port, is a loopback name or address.
pub(crate) fn is_loopback(authority: &str) -> bool {
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

/// Returns true if host and port of an origin are those of the request. The scheme is ignored, because a proxy may handle TLS.
fn is_same_origin(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == host
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
