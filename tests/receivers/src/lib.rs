//! Recipes for callbacks, submissions and shutdown. `docs/guides/receiving-callbacks.md` shows each file from its first
//! `use` on.

#![expect(clippy::exhaustive_structs, clippy::missing_errors_doc, missing_docs, reason = "recipes are short")]

pub mod actix;
pub mod actix_submit;
pub mod axum;
pub mod lambda;
pub mod stopping;
pub mod tiny_http;
pub mod warp;
