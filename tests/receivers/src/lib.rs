//! Receivers of callbacks in four web frameworks. `docs/guides/receiving-callbacks.md` shows each file from its first
//! `use` on.

#![expect(clippy::missing_errors_doc, reason = "recipes are short")]

pub mod actix;
pub mod axum;
pub mod lambda;
pub mod warp;
