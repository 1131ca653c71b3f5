//! The Smile ID protocol without input or output: every message, in both directions, as types.
//!
//! - [`endpoint::Endpoint`]: an endpoint is declared once, on its request type; from that follow the client's
//!   half (encode the request, decode the reply) and the server's half (decode the request, encode the reply).
//!   [`ENDPOINTS`] lists them, [`v1`] holds them.
//! - [`extensible`]: members that a request has no field for.
//! - [`auth`]: credentials, the signature, and where each endpoint carries its proof. What arrives is
//!   [`auth::Unverified`] until it is checked.
//! - [`job`]: jobs as types whose constructors ask for what the job needs, and the loose form of the official SDKs'
//!   `submit_job` with errors that name the field.
//! - [`mask`]: what may be shown of a message in logs and reports.
//! - [`package`]: the archive of images, built so that equal inputs give equal bytes, and inspected when it arrives.
//! - [`types`]: the data types, re-exported whole.
//!
//! Nothing here reads a clock, a file, the environment or a socket: time, file contents and configuration are
//! arguments.
//!
//! # Where things go
//!
//! A new endpoint is one file in `v1/` that `v1.rs` declares, one handler in the mock server with its row of fidelity, and
//! one case in the conformance suite; `cargo xtask codegen` adds it to [`ENDPOINTS`], and the checks name whichever is
//! missing.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

#[macro_use]
mod endpoints;

pub mod auth;
pub mod callback;
pub mod codec;
pub mod endpoint;
pub mod extensible;
mod image_format;
pub mod job;
pub mod mask;
pub mod message;
pub mod mock_clock;
pub mod origin;
pub mod package;
pub mod printable;
pub mod reply;
pub mod subject;
pub mod timestamp;
pub mod v1;

pub use smileid_types as types;

macro_rules! specs {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(<$version::$endpoint::Request as endpoint::Endpoint>::SPEC),+]
    };
}

/// Every endpoint this crate knows.
pub const ENDPOINTS: &[endpoint::Spec] = for_each_endpoint!(specs);

/// What a request says it was made with, in `source_sdk`.
///
/// The API's documentation tells callers without an official SDK to send this.
pub const SOURCE_SDK: &str = "rest_api";

/// The version that goes with [`SOURCE_SDK`]: this crate's.
pub const SOURCE_SDK_VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
