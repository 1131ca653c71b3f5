//! Reasons that only a server has.

use http::uri::Scheme;

use super::{Reason, Severity};

/// Reason for a response that was replaced, as there was no memory for it.
pub(crate) fn crowded_out() -> Reason {
    let text =
        "the client got 503 in place of this reply: unread replies of other clients use all the memory";
    Reason { code: "crowded-out".into(), severity: Severity::Fault, at: None, text: text.to_owned() }
}

/// Reason for a client that spoke the protocol `spoken` to a port of the other one.
pub(crate) fn misled(spoken: &Scheme) -> Reason {
    if *spoken == Scheme::HTTPS {
        let text =
            "a client sent HTTPS to the HTTP port: use an http:// URL here, or the URL of the HTTPS port";
        return Reason::refused("https-at-http-port", text);
    }
    let text = "a client sent HTTP to the HTTPS port: use an https:// URL here, or the URL of the HTTP port";
    Reason::refused("http-at-https-port", text)
}

/// Reason that replaces `search-continues` if too many searches wait.
pub(crate) fn search_skipped() -> Reason {
    let text =
        "there was no search for rare mistakes: too many wrongly signed requests came at the same time";
    Reason::refused("search-skipped", text)
}
