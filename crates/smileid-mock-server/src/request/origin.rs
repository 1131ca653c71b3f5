//! Determines the origin (scheme, host and port) of the links in a response.

use bytes::Bytes;
use http::{
    HeaderMap, Request,
    header::HOST,
    uri::{Authority, Scheme},
};

use crate::refusal::Refused;

/// Returns the origin of the links in the response to `request`.
///
/// The origin comes from the request, because clients may reach the mock by another address than the one it is bound
/// to, for example through a proxy. Only a host and a port are accepted. A server says with a [`Scheme`] in the
/// request's extensions if the request came over TLS.
pub(crate) fn from_request(request: &Request<Bytes>) -> Result<String, Refused> {
    let headers = request.headers();
    let (forwarded_scheme, forwarded_host) =
        (first(headers, "x-forwarded-proto"), first(headers, "x-forwarded-host"));
    let arrived = request.extensions().get::<Scheme>().map(Scheme::as_str);
    let scheme = match forwarded_scheme.or(arrived).or(request.uri().scheme_str()).unwrap_or("http") {
        "http" => "http",
        "https" => "https",
        _ => return Err(Refused::bad_host()),
    };
    let host = match (forwarded_host, headers.get(HOST)) {
        (Some(host), _) => host,
        (None, Some(host)) => host.to_str().map_err(|_| Refused::bad_host())?,
        (None, None) => request.uri().authority().map(Authority::as_str).ok_or_else(Refused::bad_host)?,
    };
    if is_plausible(host) { Ok(format!("{scheme}://{host}")) } else { Err(Refused::bad_host()) }
}

/// Returns the first of a header's comma-separated values, which comes from the proxy nearest to the client.
fn first<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().unwrap_or_default();
    Some(text.split(',').next().unwrap_or_default().trim())
}

/// Returns true if the text is only a host with an optional port.
fn is_plausible(authority: &str) -> bool {
    let Ok(parsed) = authority.parse::<Authority>() else { return false };
    let host = parsed.host();
    let name =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
    let port = match authority.strip_prefix(host) {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()),
        None => false,
    };
    (name || address) && port && authority.len() <= 255
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        from_request(&request.body(Bytes::new()).unwrap()).ok()
    }

    #[test]
    fn the_outermost_name_wins() {
        let host = ("host", "mock.internal:8085");
        assert_eq!(origin("/", &[host]).unwrap(), "http://mock.internal:8085");
        assert_eq!(origin("http://127.0.0.1:1/", &[]).unwrap(), "http://127.0.0.1:1");
        assert_eq!(origin("http://127.0.0.1:1/", &[host]).unwrap(), "http://mock.internal:8085");
        let forwarded = [host, ("x-forwarded-host", "api.example, inner"), ("x-forwarded-proto", "https")];
        assert_eq!(origin("/", &forwarded).unwrap(), "https://api.example");
        assert_eq!(origin("/", &[("host", "[::1]:8085")]).unwrap(), "http://[::1]:8085");
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for host in [
            "", " ", "a b", "a/b", "a?b", "a#b", "user@a", "a:", "a:b", "a:99999", "[::1", "[x]", "ä",
            "a\"b", ":80",
        ] {
            assert_eq!(origin("/", &[("host", host)]), None, "{host}");
            assert_eq!(origin("/", &[("host", "a"), ("x-forwarded-host", host)]), None, "{host}");
        }
        assert_eq!(origin("/", &[]), None);
        assert_eq!(origin("/", &[("host", "a"), ("x-forwarded-proto", "ftp")]), None);
    }
}
