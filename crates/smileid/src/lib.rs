//! The Rust toolkit for Smile ID: submit identity and face-recognition jobs, wait for verified results.
//!
//! One dependency and one import path: the client ([`smileid_client`]), the protocol ([`smileid_protocol`]) and
//! transports that work, each behind a feature.
//!
//! | feature | gives |
//! |---|---|
//! | `reqwest` (default) | [`Client`], asynchronous, over reqwest with rustls and the system's certificates |
//! | `blocking` | `blocking::Client`, the same without `async` |
//! | `axum` | `axum::SignedCallback`, an extractor for the callbacks that the API sends |
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use smileid::{
//!     Client, Config, Delivery, Environment, Follow, Image, ImageJob, JobIds, ReqwestTransport, Submission,
//! };
//!
//! let server = smileid_mock_server::MockServer::start().await?; // or Environment::sandbox() and your own key
//! let environment: Environment = server.base_url().parse()?;
//! let client = Client::new(Config::new(server.credentials().clone(), &environment), ReqwestTransport::new()?);
//!
//! let selfie = Image::file(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/selfie.jpg"));
//! let job = ImageJob::smart_selfie_registration(JobIds::new("user-1", "job-1")?, selfie);
//! let mut submission = Submission::new(job, Delivery::follow(Follow::result()));
//! let submitted = client.submit(&mut submission).await?;
//!
//! let reply = submitted.state.as_ref().and_then(|state| state.complete()).ok_or("still pending")?;
//! let result = reply.value.result().ok_or("no result")?;
//! assert_eq!(result.result_code.as_ref().map(|code| code.as_str()), Some("0840")); // enrolled
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "reqwest")]
pub mod reqwest;

#[cfg(feature = "reqwest")]
pub use crate::reqwest::{Client, ReqwestTransport};
pub use smileid_client as client;
pub use smileid_client::{
    Budget, Config, Environment, Error, JobState, Reply, Retry, Schedule, Stage, Step, Submission,
    SubmitError, Submitted, Timeouts, UnknownEnvironment, Until, Wait, Watch,
};
pub use smileid_protocol as protocol;
pub use smileid_protocol::{
    auth::{ApiKey, Credentials, EmptyCredential, PartnerId},
    job::{
        CallbackUrl, Delivery, Face, Follow, IdNumber, Image, ImageJob, InvalidInput, JobIds, LookupJob,
        Problem,
    },
    types,
};
