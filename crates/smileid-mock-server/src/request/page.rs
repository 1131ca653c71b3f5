//! Requests that a web page sends, and the names of this machine.

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

/// Refuses a web page that sends a request to the API's routes, which none does: its partners' keys are on servers. The
/// mock's own key is known to all, so any page could sign, and have the mock call back whom it likes on this machine.
///
/// Pages may show images, as they do with those of the real storage: who has an image's link was given it.
pub(crate) fn check(request: &Request<Bytes>, route: Route) -> Result<(), Refused> {
    let host = host(request).map_err(|SeveralHosts| Refused::bad_host())?;
    let names_foreign_host = request.headers().contains_key(ORIGIN) && !host.is_some_and(is_loopback);
    if !matches!(route, Route::Image) && (names_foreign_host || is_of_another_origin(request, host)) {
        return Err(Refused::of_a_page());
    }
    Ok(())
}

/// Whether a request says that a page of another origin sends it: of another port of this machine, too. Browsers say so
/// in `Sec-Fetch-Site` also where they name no origin, as when a page embeds what it may not read.
pub(crate) fn is_of_another_origin(request: &Request<Bytes>, host: Option<&str>) -> bool {
    texts(request, &ORIGIN).any(|origin| !is_same_origin(origin, host))
        || texts(request, &FETCH_SITE).any(|site| !matches!(site, "same-origin" | "none"))
}

/// Which of several hosts a request was sent to, nobody can say.
pub(crate) struct SeveralHosts;

/// The host that a request was sent to.
pub(crate) fn host(request: &Request<Bytes>) -> Result<Option<&str>, SeveralHosts> {
    let mut hosts = texts(request, &HOST);
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(SeveralHosts);
    }
    Ok(host.or_else(|| request.uri().authority().map(Authority::as_str)))
}

/// What is no text is none of the mock's names either.
pub(crate) fn texts<'a>(request: &'a Request<Bytes>, name: &'a HeaderName) -> impl Iterator<Item = &'a str> {
    request.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
}

/// Whether a host, maybe with a port, is this machine by its own names.
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

/// Whether an origin is the host that the request was sent to, whatever stands before it to speak TLS.
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
