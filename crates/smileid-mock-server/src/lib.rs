//! A local Smile ID for tests in any language: it takes the API's signed requests and archives, remembers what they
//! leave behind, and answers as the documented API does, without a network or an account.
//!
//! It has every endpoint that the protocol crate knows: jobs with images and their status, lookups of people's IDs and
//! of businesses at once and for later, Basic KYC, phone numbers, addresses, the lists of sanctions, selfies judged at
//! once, users enrolled with a photo, links, web tokens, the consent of a BVN's holder, the signature for mobile apps,
//! the limit for one ID number, and what there is to choose from.
//!
//! What it answers is chosen by the requests, as in the sandbox:
//!
//! - A lookup goes by the last digit of its number: 0 finds the sandbox's sample person, 4 the same with the partner's
//!   own values, 1 nobody, 2 a number of the wrong shape, 3 an authority that is down.
//! - Basic KYC, phone numbers and addresses are held against the sample person when the digit is 0. Of a phone number,
//!   1 says that nobody has it; of an address, 4 that it is too far away; both refuse 2.
//! - It does not look at pictures: a face compare passes unless the job's `sandbox_result` says otherwise.
//! - The lists hold the sample person, and everybody with `listed` in the name.
//! - A mobile app's secret is [`AUTH_TOKEN`], the code that the holder of a BVN receives is [`ONE_TIME_CODE`].
//! - Lookups are unlimited unless [`Config::id_number_limit`] says otherwise.
//! - What a network and a proxy do to requests, a [`Fault`] says: latency, replies of others, connections that break.
//!
//! Any other code of the tables comes on demand, for the requests that are named: see [`Scenario`], whose rules may
//! come from a file, and the header `Smileid-Mock-Scenario` for one request. [`UserState`] says how a user stands.
//!
//! [`fidelity`] lists every endpoint and behaviour with how well it is known that the platform does the same, and what
//! is not simulated: pictures, authorities, reviewers, the portal, hosted pages, web tokens in place of signatures.
//!
//! The ID types it lists are a choice. Where nobody has published what the API does, it does what the users of the
//! official SDKs would expect. This project is independent of Smile ID and not affiliated with or endorsed by it.
//!
//! - [`MockServer`] runs in the process of a test, over HTTP and, if asked to, over HTTPS; the binary `smileid-mock`
//!   serves everyone else. Both need the feature `server`, which is on by default.
//! - An [`Observer`] is shown what is asked and answered. The module `exec` runs a command beside a server, which all of
//!   its clients find and trust.
//! - [`Service`] is the same without sockets or clock: a request and a moment in, a reply out.
//! - With the feature `wiremock`, the module of that name mounts it in tests that use `wiremock` already.
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

// Printing to a standard stream that is full or gone panics.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod admin;
mod api;
mod control;
mod diagnose;
mod dispatch;
mod engine;
#[cfg(feature = "server")]
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
    scenario::{FileError, FileStatus, Review, Scenario, ScenarioError, ScenarioFile},
};
pub use engine::{Advance, ClockAdvance, Until};
pub use model::{
    clock::Clock,
    config::{
        AUTH_TOKEN, AdminToken, Config, DEFAULT_API_KEY, DEFAULT_PARTNER_ID, DEFAULT_RETRIES,
        DOCUMENTED_ID_NUMBER_LIMIT, JOURNAL_BYTES, ONE_TIME_CODE, ParseAdminTokenError, TIMESTAMP_WINDOW,
    },
    millis::UtcMillis,
    observer::{Observer, Seen},
    processing::{ParseProcessingError, Processing},
};
pub use refusal::Unread;
#[cfg(feature = "server")]
pub use server::{Https, MockServer, Options};
pub use service::Service;
#[doc(hidden)]
#[cfg(feature = "server")]
pub use shell::crowd; // for `smileid listen`, whose connections are bounded alike
#[cfg(feature = "server")]
pub use shell::{
    deliver::{NoReceivers, Receivers},
    tls::{LocalCa, ParseTlsNameError, TlsName},
};
pub use state::{
    callbacks::{Attempt, Delivery, DeliveryState, Outgoing, Received},
    tenant::UserState,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/scenarios.md")]
struct Scenarios;
