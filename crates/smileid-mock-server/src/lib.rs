//! A local Smile ID for tests in any language: it takes the API's signed requests and archives, remembers jobs and
//! enrolled users, and answers as the documented API does, without a network or an account.
//!
//! It does not look at pictures: a face compare passes unless the job's `sandbox_result` says otherwise. It does not
//! yet call back, speak HTTPS, hold scripted scenarios, review provisional results, verify on the paths under `/v2`,
//! or know web tokens and lists of services. Where nobody has published what the API does, it does what the users of
//! the official SDKs would expect. This project is independent of Smile ID and not affiliated with or endorsed by it.
//!
//! - [`MockServer`] runs in the process of a test; the binary `smileid-mock` serves everyone else. Both need the
//!   feature `server`, which is on by default.
//! - [`Service`] is the same without sockets or clock: a request and a moment in, a reply out.
//!
//! ```
//! # #[cfg(feature = "server")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use smileid_mock_server::MockServer;
//!
//! let server = MockServer::start().await?;
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! assert_eq!(server.credentials().partner_id().as_str(), "085");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "server"))]
//! # fn main() {}
//! ```

mod arrival;
mod bounded;
mod config;
mod handlers;
mod millis;
mod origin;
mod outcome;
mod percent;
mod presign;
mod processing;
mod refusal;
mod sample;
#[cfg(feature = "server")]
mod server;
mod service;
#[cfg(feature = "server")]
mod shell;
mod tenant;

pub use config::{Config, DEFAULT_API_KEY, DEFAULT_PARTNER_ID};
pub use millis::Millis;
pub use processing::{ParseProcessingError, Processing};
#[cfg(feature = "server")]
pub use server::{MockServer, Options};
pub use service::Service;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
