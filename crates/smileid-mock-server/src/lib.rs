//! A local Smile ID for tests in any language. It accepts the API's signed requests and archives, keeps their state,
//! and responds as the documented API does, without a network or an account.
//!
//! It has every endpoint of the protocol crate: jobs with images and their status; lookups of people's IDs and of
//! businesses, synchronous and asynchronous; Basic KYC; phone numbers; addresses; AML checks; selfies with an immediate
//! result; users enrolled with a photo; links; web tokens; the consent of a BVN's holder; the signature for mobile
//! apps; the limit for one ID number; and the catalogue.
//!
//! Requests choose their results, as in the sandbox:
//!
//! - The last digit of the number chooses the result of a lookup: 0 the sandbox's sample person, 4 the same person with
//!   the partner's own values, 1 no record, 2 a number in the wrong format, 3 an authority that is down.
//! - Basic KYC, phone numbers and addresses are compared with the sample person if the digit is 0. For a phone number,
//!   1 means that it has no owner; for an address, 4 means that it is too far away; both refuse 2.
//! - Images are not judged: a face compare passes unless the job's `sandbox_result` says otherwise.
//! - AML checks find the sample person, and every name that contains `listed`.
//! - A mobile app's secret is [`AUTH_TOKEN`]; the code that the holder of a BVN receives is [`ONE_TIME_CODE`].
//! - Lookups are unlimited unless [`Config::id_number_limit`] says otherwise.
//! - A [`Fault`] does to requests what networks and proxies do: latency, canned replies, broken connections.
//!
//! Any other code of the tables can be chosen for specific requests: with a [`Scenario`], whose rules may come from a
//! file, or with the header `Smileid-Mock-Scenario` for one request. [`UserState`] sets the state of a user.
//!
//! [`fidelity`] lists every endpoint and behaviour, with the evidence that the platform does the same. It also lists
//! what is not simulated: judgement of images, authorities, reviewers, the portal, hosted pages, web tokens in place of
//! signatures.
//!
//! Its list of ID types is a selection. If the API's behaviour is not published, the mock does what users of the
//! official SDKs would expect. This project is independent of Smile ID and not affiliated with or endorsed by it.
//!
//! - [`MockServer`] runs in the process of a test, over HTTP and optionally over HTTPS; the binary `smileid-mock`
//!   serves all other clients.
//! - An [`Observer`] receives every request and its response. The module `exec` runs a command beside a server, which
//!   all of its clients find and trust.
//! - [`Service`] is the mock without sockets or clock: it takes a request and a time, and returns a response.
//!
//! # Features
//!
//! The default is everything that the binary needs. Tests in Rust usually need only `server`, or `client` with
//! the client of this project:
//!
//! ```toml
//! [dev-dependencies]
//! smileid-mock-server = { version = "0.1", default-features = false, features = ["client"] }
//! ```
//!
//! | feature | adds |
//! |---|---|
//! | `server` | [`MockServer`] over HTTP, and callbacks to HTTP receivers |
//! | `client` | `MockServer::client_config` for clients of this project; includes `server` |
//! | `wiremock` | module `wiremock`, for tests that use that crate already; includes `server` |
//! | `tls` | HTTPS with a local certificate authority, and callbacks to HTTPS receivers; includes `server` |
//! | `scenario-file` | files of scenarios in YAML or JSON; includes `server` |
//! | `cli` (default) | the binary `smileid-mock` and the module `exec`; includes `tls` and `scenario-file` |
//!
//! Without features, [`Service`] remains.
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

// The macros panic if the stream is full or closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod admin;
mod api;
mod control;
mod diagnose;
mod dispatch;
mod engine;
#[cfg(feature = "cli")]
pub mod exec;
pub mod fidelity;
mod generated;
mod journal;
mod model;
mod refusal;
mod request;
mod sandbox;
#[cfg(feature = "server")]
mod server;
mod service;
#[cfg(feature = "server")]
mod shell;
mod state;
#[cfg(feature = "wiremock")]
pub mod wiremock;

pub use control::{
    callback_fault::{CallbackFault, Receiver},
    faults::{
        AtHead, Body, BodyDelivery, CannedReply, ConnectionAbort, Fault, FaultedResponse, InvalidFault,
        Latency, Point, ReplyPoint, RetryAfter,
    },
    rules::{
        Active, EndpointPattern, NotAProbability, Origin, Probability, Rule, RuleKind, UnknownEndpoint, When,
    },
    scenario::{
        FileError, FileStatus, Review, Scenario, ScenarioError, ScenarioFile, ScenarioStatus, SeedJob,
        SeedUser,
    },
};
pub use engine::{Advance, ClockAdvance, Until};
pub use journal::JournalEntry;
pub use model::{
    clock::Clock,
    config::{
        AUTH_TOKEN, AdminToken, Config, DEFAULT_API_KEY, DEFAULT_PARTNER_ID, DEFAULT_RETRIES,
        DOCUMENTED_ID_NUMBER_LIMIT, JOURNAL_BYTES, ONE_TIME_CODE, ParseAdminTokenError, TIMESTAMP_WINDOW,
    },
    observer::{Observer, Seen},
    processing::{ParseProcessingError, Processing},
    unknown_identity::{ParseUnknownIdentityPolicyError, UnknownIdentityPolicy},
    user_state::UserState,
    utc_millis::UtcMillis,
};
pub use refusal::Unread;
#[cfg(feature = "tls")]
pub use server::Https;
#[cfg(feature = "server")]
pub use server::{MockServer, Options, PartnerClock};
pub use service::Service;
#[doc(hidden)]
#[cfg(feature = "server")]
pub use shell::crowd; // for `smileid listen`, which limits its connections in the same way
#[cfg(feature = "server")]
pub use shell::deliver::{NoReceivers, Receivers};
#[cfg(feature = "tls")]
pub use shell::tls::{LocalCa, ParseTlsNameError, TlsName};
pub use state::{
    callbacks::{Attempt, CallbackMessage, Delivery, DeliveryState, Outgoing, Received},
    snapshot::SnapshotError,
    tenant::Charge,
};

#[cfg(all(doctest, feature = "server"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../../../docs/guides/scenarios.md")]
struct Scenarios;
