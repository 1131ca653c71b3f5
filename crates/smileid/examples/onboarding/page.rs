//! The pages of the service. They need no JavaScript, except to show the decision without reloading.

use axum::{
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use maud::{DOCTYPE, Markup, html};
use serde::Serialize;
use smileid::protocol::types::Decision;
use uuid::Uuid;

/// Only files of this service are loaded, and forms are sent only to it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// Progress of an application, in the applicant's words.
#[derive(Serialize)]
pub(crate) struct Progress {
    /// Word of the decision: the state of the page.
    state: &'static str,
    title: &'static str,
    text: &'static str,
    is_final: bool,
}

impl Progress {
    /// Describes a decision. None: the job is not complete.
    pub(crate) fn new(decision: Option<Decision>) -> Self {
        let decision = decision.unwrap_or(Decision::Pending);
        let (title, text, is_final) = match decision {
            Decision::Approved => ("Welcome!", "Your identity is verified. Your account is open.", true),
            Decision::Rejected => {
                ("We could not verify you", "The selfie or the ID number does not match. Contact us.", true)
            }
            Decision::Pending => (
                "We are checking your details",
                "This usually takes a few seconds. You can come back to this page later.",
                false,
            ),
            // A person of this company looks at everything else.
            _ => ("We need a closer look", "One of our staff will check your application today.", false),
        };
        Self { state: decision.word(), title, text, is_final }
    }
}

/// Returns the form. A form that is sent twice has the same `application`, and so the same job.
pub(crate) fn form(application: Uuid) -> Markup {
    layout(
        "Open an account",
        &html! {
            h1 { "Open an account" }
            p { "We compare your selfie with the photo in the national register." }
            form method="post" action="/applications" enctype="multipart/form-data" {
                input type="hidden" name="application" value=(application);
                label for="id_number" { "National identification number (NIN)" }
                input #id_number name="id_number" inputmode="numeric" pattern="[0-9]{11}" required
                    aria-describedby="id_number_hint";
                p.hint #id_number_hint { "11 digits. With test data, 00000000000 is approved." }
                label for="selfie" { "Selfie" }
                input #selfie name="selfie" type="file" accept="image/jpeg,image/png" required;
                button { "Verify me" }
            }
        },
    )
}

/// Returns the page of an application.
pub(crate) fn application(progress: &Progress) -> Markup {
    layout(
        progress.title,
        &html! {
            section data-state=(progress.state) role="status" {
                h1 { (progress.title) }
                p { (progress.text) }
            }
            @if !progress.is_final { script src="/follow.js" defer {} }
        },
    )
}

/// Returns a page that says what is wrong.
pub(crate) fn problem(text: &str) -> Markup {
    layout(
        "That did not work",
        &html! {
            h1 { "That did not work" }
            p role="alert" { (text) }
            p { a href="/" { "Back to the form" } }
        },
    )
}

/// Returns a response with the page and its security headers.
pub(crate) fn html(page: &Markup) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    (headers, Html(page.0.clone())).into_response()
}

fn layout(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/style.css";
            }
            body { main { (content) } }
        }
    }
}
