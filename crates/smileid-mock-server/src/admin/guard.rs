//! Who may use the mock's own routes: nobody whom a web page sends.
//!
//! The mock listens where a browser on the same machine can reach it, and any page may make a browser send requests.
//! It cannot do so without saying where it is from, nor read the answer without a header that the mock never sends; and
//! a page whose name was made to lead to this machine still says its own name.

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

/// Whether a request shows the token. How long this takes depends on neither.
fn shows(service: &Service, request: &Request<Bytes>, token: &str) -> bool {
    let shown = texts(request, &AUTHORIZATION).next().and_then(|it| it.split_once(' '));
    let Some((scheme, shown)) = shown else { return false };
    let digest = service.settings().secret.digest(&["admin token", token]);
    scheme.eq_ignore_ascii_case("bearer")
        && service.settings().secret.mac(&["admin token", shown.trim()]).verify_slice(&digest).is_ok()
}
