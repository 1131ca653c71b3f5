//! Findings about requests that can only occur if the mock server listens on sockets.

use http::uri::Scheme;

use super::{Reason, Severity};

/// Creates the finding for a large response that was replaced by an error because memory was short.
pub(crate) fn crowded_out() -> Reason {
    let text = "the client got 503 instead of this response: responses that other clients have not read yet use all the memory";
    Reason { code: "crowded-out".into(), severity: Severity::Fault, at: None, text: text.to_owned() }
}

/// Creates the finding for a client that used HTTP on an HTTPS port, or the reverse. `spoken` is the protocol that the client
/// used.
pub(crate) fn misled(spoken: &Scheme) -> Reason {
    if *spoken == Scheme::HTTPS {
        let text = "a client sent HTTPS to the HTTP port: use an http:// URL, or the URL of the HTTPS port";
        return Reason::refused("https-at-http-port", text);
    }
    let text = "a client sent HTTP to the HTTPS port: use an https:// URL, or the URL of the HTTP port";
    Reason::refused("http-at-https-port", text)
}

/// Creates the finding that replaces `search-continues` if too many searches for signature mistakes are queued.
pub(crate) fn search_skipped() -> Reason {
    let text = "rare signature mistakes were not searched for: too many requests with wrong signatures came at the same time";
    Reason::refused("search-skipped", text)
}
