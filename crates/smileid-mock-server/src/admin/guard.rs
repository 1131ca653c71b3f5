//! Access control of the control routes: refuses requests from web pages of other origins, and requests without the admin token.
//!
//! A browser on the same machine can reach the mock, and any web page can make the browser send requests to it. The
//! browser names the page's origin in the request. Without a CORS header, which the mock never sends, the page cannot
//! read the response. After DNS rebinding, the request still has the page's host name as `Host`.

use bytes::Bytes;
use hmac::Mac as _;
use http::{
    Request, StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};

use super::Failure;
use crate::{
    request::page::{host, is_loopback, is_of_another_origin, texts},
    service::Service,
};

/// Refuses requests without access. Open routes need no admin token.
pub(super) fn check(service: &Service, request: &Request<Bytes>, is_open: bool) -> Result<(), Failure> {
    let forbidden = |error: &'static str| Err(Failure::new(StatusCode::FORBIDDEN, error));
    let token = service.admin_token();
    let Ok(host) = host(request) else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "the request needs exactly one Host header"));
    };
    // DNS rebinding: the host name of a web page may resolve to this machine. Such a page has no token.
    if token.is_none() && host.is_some_and(|host| !is_loopback(host)) {
        return forbidden(
            "the `/_mock` routes accept loopback host names only: use localhost, or start the mock with an admin token",
        );
    }
    if is_of_another_origin(request, host) {
        return forbidden("the `/_mock` routes refuse requests from web pages of other origins");
    }
    match token {
        Some(token) if !is_open && !shows(service, request, token.expose()) => {
            let error = "the `/_mock` routes need the admin token: send `Authorization: Bearer TOKEN`";
            Err(Failure::new(StatusCode::UNAUTHORIZED, error).with_header(WWW_AUTHENTICATE, "Bearer"))
        }
        _ => Ok(()),
    }
}

/// Returns true if a request has the admin token. Compares in constant time.
fn shows(service: &Service, request: &Request<Bytes>, token: &str) -> bool {
    let shown = texts(request, &AUTHORIZATION).next().and_then(|it| it.split_once(' '));
    let Some((scheme, shown)) = shown else { return false };
    let digest = service.settings().secret.digest(&["admin token", token]);
    scheme.eq_ignore_ascii_case("bearer")
        && service.settings().secret.mac(&["admin token", shown.trim()]).verify_slice(&digest).is_ok()
}
