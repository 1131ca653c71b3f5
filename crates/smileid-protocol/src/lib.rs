//! The Smile ID protocol without I/O: types that encode and decode every message, for clients and servers.
//!
//! - [`endpoint::Endpoint`]: an endpoint is declared once, on its request type. This defines the client's side (encode
//!   the request, decode the reply) and the server's side (decode the request, encode the reply). [`ENDPOINTS`] lists
//!   those of versions 1 and 2, which [`v1`] holds. [`v3`] holds those of version 3.
//! - [`extensible`]: extra members of a request.
//! - [`auth`]: credentials, the signature, and the place of the proof in each message. A received message is
//!   [`auth::Unverified`] until its proof is checked.
//! - [`job`]: typed jobs whose constructors require the inputs of the job, and the form of the official SDKs'
//!   `submit_job` with errors that name the field.
//! - [`mask`]: the parts of a message that may be shown in logs and reports.
//! - [`package`]: the archive of images. It builds archives, where equal inputs give equal bytes, and inspects received
//!   ones.
//! - [`piece`] and [`form_image`]: bodies in pieces, and images in memory or in files.
//! - [`types`]: the data types, re-exported as a whole.
//!
//! Nothing here reads a clock, a file, the environment or a socket: time, file contents and configuration are
//! arguments.
//!
//! # Adding an endpoint
//!
//! A new endpoint needs a file in `v1/` that `v1.rs` declares, a handler in the mock server, a row of fidelity, and a
//! case in the conformance suite. `cargo xtask codegen` adds it to [`ENDPOINTS`], and the checks name any
//! missing part.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

#[macro_use]
mod endpoints;

pub mod auth;
pub mod callback;
pub mod codec;
pub mod endpoint;
pub mod extensible;
pub mod form_image;
mod image_format;
pub mod job;
pub mod mask;
pub mod message;
pub mod mock_clock;
pub mod origin;
pub mod package;
pub mod piece;
pub mod printable;
pub mod reply;
pub mod subject;
pub mod timestamp;
pub mod v1;
pub mod v3;

pub use smileid_types as types;

macro_rules! specs {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$(<$version::$endpoint::Request as endpoint::Endpoint>::SPEC),+]
    };
}

/// All endpoints of versions 1 and 2.
pub const ENDPOINTS: &[endpoint::Spec] = for_each_endpoint!(specs);

/// All endpoints of version 3.
pub const V3_ENDPOINTS: &[endpoint::Spec] = for_each_v3_endpoint!(specs);

/// Value of `source_sdk` in requests: the name of the program that sent them.
///
/// The API's documentation tells callers without an official SDK to send this value.
pub const SOURCE_SDK: &str = "rest_api";

/// Version that requests send with [`SOURCE_SDK`]: the version of this crate.
pub const SOURCE_SDK_VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
