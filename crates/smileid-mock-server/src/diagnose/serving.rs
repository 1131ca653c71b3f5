//! Reasons for refusals that only occur if the mock runs as a server.

use http::uri::Scheme;

use super::{Reason, Severity};

/// Reason for a large response that was replaced because memory was short.
pub(crate) fn crowded_out() -> Reason {
    let text =
        "the client got 503 in place of this reply: unread replies of other clients use all the memory";
    Reason { code: "crowded-out".into(), severity: Severity::Fault, at: None, text: text.to_owned() }
}

/// Reason for a client that used HTTP on an HTTPS port, or the reverse. `spoken` is the protocol that it used.
pub(crate) fn misled(spoken: &Scheme) -> Reason {
    if *spoken == Scheme::HTTPS {
        let text =
            "a client sent HTTPS to the HTTP port: use an http:// URL here, or the URL of the HTTPS port";
        return Reason::refused("https-at-http-port", text);
    }
    let text = "a client sent HTTP to the HTTPS port: use an https:// URL here, or the URL of the HTTP port";
    Reason::refused("http-at-https-port", text)
}

/// Reason that replaces `search-continues` if too many searches for signature mistakes are queued.
pub(crate) fn search_skipped() -> Reason {
    let text =
        "there was no search for rare mistakes: too many wrongly signed requests came at the same time";
    Reason::refused("search-skipped", text)
}
