//! The Rust toolkit for Smile ID: submit identity and face-recognition jobs, wait for verified results.
//!
//! One dependency and one import path: the client ([`smileid_client`]), the protocol ([`smileid_protocol`]) and ready
//! transports, each behind a feature. Every job is created once, whatever the network does; every result is checked to
//! come from the API; no error, `Debug` text or log contains secrets or personal data.
//!
//! # Install
//!
//! ```toml
//! [dependencies]
//! smileid = "0.1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//!
//! [dev-dependencies]
//! smileid-mock-server = { version = "0.1", default-features = false, features = ["server"] } # a local Smile ID
//! ```
//!
//! # First program
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use smileid::{
//!     Client, Config, Delivery, Environment, PollOptions, Image, ImageJob, JobRef, ReqwestTransport, Submission,
//!     types::Decision,
//! };
//!
//! let server = smileid_mock_server::MockServer::start().await?; // or Environment::sandbox() and your own key
//! let environment: Environment = server.base_url().parse()?;
//! let client = Client::new(Config::new(server.credentials().clone(), &environment), ReqwestTransport::new()?);
//!
//! let selfie = Image::file(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/selfie.jpg"));
//! let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, selfie);
//! let mut submission = Submission::new(job, Delivery::follow(PollOptions::default()));
//! let submitted = client.submit(&mut submission).await?;
//!
//! let reply = submitted.state.as_ref().and_then(|state| state.complete()).ok_or("still pending")?;
//! assert_eq!(reply.value.verdict().decision, Decision::Approved); // the user is enrolled
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Products
//!
//! Each example is a program. `cargo run -p smileid --example NAME` runs it against a mock server in the same process.
//! With `SMILE_ID_ENVIRONMENT`, `SMILE_ID_PARTNER_ID` and `SMILE_ID_API_KEY` set it runs against that environment.
//!
//! | product | job | call | example |
//! |---|---|---|---|
//! | biometric KYC by number | 1 | [`ImageJob::biometric_kyc`], [`Client::submit`] | `biometric_kyc` |
//! | biometric KYC by card | 1 | [`ImageJob::biometric_kyc_by_card`], [`Client::submit`] | `biometric_kyc` |
//! | SmartSelfie authentication | 2 | [`ImageJob::smart_selfie_authentication`], [`Client::submit`] | `smart_selfie` |
//! | SmartSelfie registration | 4 | [`ImageJob::smart_selfie_registration`], [`Client::submit`] | `smart_selfie` |
//! | enhanced KYC | 5 | [`LookupJob::enhanced_kyc`], [`Client::look_up`] or [`Client::look_up_later`] | `lookups` |
//! | basic KYC | 5 | [`LookupJob::basic_kyc`], [`Client::look_up`] or [`Client::look_up_later`] | `lookups` |
//! | document verification | 6 | [`ImageJob::document_verification`], [`Client::submit`] | `documents` |
//! | business verification | 7 | [`LookupJob::business_verification`], [`Client::look_up`] or [`Client::look_up_later`] | `lookups` |
//! | update photo | 8 | [`ImageJob::update_photo`], [`Client::submit`] | `smart_selfie` |
//! | compare user information | 9 | [`ImageJob::compare_user_info`], [`Client::submit`] | as `smart_selfie` |
//! | AML | 10 | [`aml::Request`], [`Client::send`] | `screening` |
//! | enhanced document verification | 11 | [`ImageJob::enhanced_document_verification`], [`Client::submit`] | `documents` |
//! | address verification | 12 | [`async_verify_address::Request`], [`Client::send`] | `screening` |
//! | phone number verification | | [`verify_phone_number::Request`], [`Client::send`] | `screening` |
//! | SmartSelfie at once | | [`smart_selfie_enroll::Request`], [`smart_selfie_authentication::Request`], [`Client::send`] | `selfie_at_once` |
//! | web token | | [`token::Request`], [`Client::send`] | `hosted_pages` |
//! | supported services | | [`services::Request`], [`Client::send`] | `hosted_pages` |
//! | links | | [`create_smile_link::Request`], [`get_smile_link::Request`], [`update_smile_link::Request`], [`Client::send`] | `hosted_pages` |
//! | reset of an ID number's limit | | [`id_number_rate_limit_reset::Request`], [`Client::send`] | `lookups` |
//!
//! [`protocol::v1`] has all endpoints; send each request with [`Client::send`]. Other tasks:
//!
//! | task | call | example |
//! |---|---|---|
//! | status of a job; wait, watch, give up | [`Client::status`], [`Client::wait`], [`Client::watch`] | `waiting` |
//! | a submission that continues in another process | [`Submission`], [`JobRef::from_key`] | `resume` |
//! | a lookup that is billed once, even if a message is lost | [`Submission::lookup`] | `lookups` |
//! | errors, and what to do about them | [`Error`] | `errors` |
//! | results by callback | [`client::callback`], [`Client::confirm`] | `callback_receiver` |
//! | the official SDKs' `submit_job` | [`SdkJob`] | `submit_job` |
//!
//! The meaning of a result for the person is a [`Verdict`]. Do not compare codes or texts by hand: a biometric KYC has
//! two results, a provisional result is not an approval, and an unknown code is not one either.
//!
//! For users of an official SDK,
//! [`docs/guides/porting.md`](https://github.com/smileid-rs/smileid/blob/main/docs/guides/porting.md) maps every
//! method, option and error of the Python, JavaScript, Ruby, PHP and Java packages.
//!
//! # Errors
//!
//! Input is checked before a job exists: [`InvalidInput`] names the field and says what to do, and nothing was sent.
//! Everything else is an [`Error`]. Its documentation has a table of the meaning of each kind, if the job may have been
//! created, and what to do. Three checks, in this order, are enough for most programs:
//!
//! | check | if true |
//! |---|---|
//! | [`Error::is_outcome_unknown`] | the request may have taken effect, and may be billed: submit the same [`Submission`] again, which asks first. The outcome of [`Client::look_up`] cannot be asked for, and the same request again is billed again |
//! | [`Error::is_retryable`] | the request had no effect: the same request later may succeed |
//! | neither | it would fail again: correct the input, the key, the clock or the program |
//!
//! # Warnings
//!
//! With the feature `diagnostics`, [`ImageJob::warnings`] and [`LookupJob::warnings`] report probable mistakes in a job
//! that can be sent: an ID type that no table has, a number of another form, more than eight liveness images. Each
//! [`Warning`] has a stable `code`, the `field` and a `message`. The client never refuses a job because of a warning;
//! an application may.
//!
//! ```
//! # #[cfg(feature = "diagnostics")] {
//! use smileid::{IdNumber, JobRef, LookupJob, WarningCode};
//!
//! let id = IdNumber::new("NG", "NINN", "00000000000")?;
//! let job = LookupJob::enhanced_kyc(JobRef::new("user-1", "job-1")?, id);
//! let warnings = job.warnings();
//! assert_eq!(warnings[0].code, WarningCode::IdTypeUnknown); // `id-type.unknown`
//! assert_eq!(warnings[0].field, "id_info.id_type");
//! # }
//! # Ok::<(), smileid::InvalidInput>(())
//! ```
//!
//! # Retries and duplicates
//!
//! The API has no idempotency key, but the name of a job is used once and its status can be asked for. So a
//! [`Submission`] is a value: it holds the job and the stage it has reached, and can be stored. Give it to
//! [`Client::submit`] as often as needed, here or in another process. If the outcome of a request is unknown, the
//! status is asked for before anything is sent again. If an archive never came, the job is announced again as a retry,
//! which gives a new upload link. Single requests are sent again, newly signed and after a random pause, if they
//! certainly never left or have no further effect when they arrive twice. A lookup is billed each time, so it is not
//! repeated if the response was lost. [`Submission::lookup`] is billed once, and recovered by its status. [`Retry`] has
//! the limits, [`Timeouts`] the times, and [`Client::with_retry`] changes the retry rule for one call.
//!
//! # Waiting
//!
//! [`Client::submit`] waits for the result if the [`Delivery`] says to follow the job, for as long as [`Wait`] allows:
//! two minutes by default. A wait that times out is [`JobState::Pending`], not an error: the job continues, and
//! [`Client::wait`] resumes waiting with only its ids. A job without an archive is [`JobState::NoArchive`]: submit it
//! again. A dropped future leaves nothing running.
//!
//! # Callbacks
//!
//! A [`Delivery`] with a [`CallbackUrl`] has results sent to you. Their signature covers the timestamp and not the
//! message, so a callback is a claim until [`Client::confirm`] has asked the API. [`client::callback`] verifies
//! callbacks, keeps one record of each job in any order and with any number of callbacks, and tells the job's verdict.
//! The example `callback_receiver` is a service around it.
//!
//! # Tests
//!
//! `smileid_mock_server::MockServer::start` is a Smile ID API in the test's process, as in the program above. It checks
//! signatures, keeps state, and returns the outcome that the request selects, as the sandbox does (`sandbox_result`,
//! the last digit of an ID number). Network faults and any result code are available on demand. Without any server, a
//! closure from request to response is a [blocking transport](client::BlockingTransport); the example `errors` produces
//! every failure that way. [`client::testing`] has scripts in virtual time, for both clients, and replays of recorded
//! exchanges.
//!
//! # Features
//!
//! | feature | provides |
//! |---|---|
//! | `reqwest` (default) | [`Client`], asynchronous, over reqwest with rustls and the system's certificates |
//! | `ring` (default) | cryptography for TLS, used if the application has installed none of its own in rustls |
//! | `ureq` | `ureq::Client`, the same without `async` and without a runtime, over ureq |
//! | `axum` | `axum::SignedCallback`, an extractor for the callbacks that the API sends |
//! | `diagnostics` | `protocol::job::lint` warns about a job, `protocol::auth::doctor` explains a signature, `protocol::package::inspect` opens an archive and reports its mistakes |
//!
//! Without `ring`, an application installs a cryptography provider of its choice
//! (`rustls::crypto::CryptoProvider::install_default`) before it creates a transport.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.
//!
//! [`aml::Request`]: protocol::v1::aml::Request
//! [`async_verify_address::Request`]: protocol::v1::async_verify_address::Request
//! [`create_smile_link::Request`]: protocol::v1::create_smile_link::Request
//! [`get_smile_link::Request`]: protocol::v1::get_smile_link::Request
//! [`id_number_rate_limit_reset::Request`]: protocol::v1::id_number_rate_limit_reset::Request
//! [`SdkJob`]: protocol::job::sdk_job::SdkJob
//! [`services::Request`]: protocol::v1::services::Request
//! [`smart_selfie_authentication::Request`]: protocol::v1::smart_selfie_authentication::Request
//! [`smart_selfie_enroll::Request`]: protocol::v1::smart_selfie_enroll::Request
//! [`token::Request`]: protocol::v1::token::Request
//! [`update_smile_link::Request`]: protocol::v1::update_smile_link::Request
//! [`Verdict`]: types::Verdict
//! [`verify_phone_number::Request`]: protocol::v1::verify_phone_number::Request

#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
mod network;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(feature = "ureq")]
pub mod ureq;

#[cfg(any(feature = "reqwest", feature = "ureq"))]
pub use crate::network::{BuildError, TransportOptions};
#[cfg(feature = "reqwest")]
pub use crate::reqwest::{Client, ReqwestTransport};
pub use smileid_client as client;
pub use smileid_client::{
    Budget, Config, Environment, Error, JobState, LookupOutcome, Reply, Retry, Schedule, Stage, Step,
    Submission, SubmitError, Submitted, Timeouts, UnknownEnvironment, Until, Wait, Watch,
};
pub use smileid_protocol as protocol;
#[cfg(feature = "diagnostics")]
pub use smileid_protocol::job::lint::{Warning, WarningCode};
pub use smileid_protocol::{
    auth::{ApiKey, Credentials, InvalidCredential, PartnerId},
    job::{
        BirthDate, CallbackUrl, Delivery, Face, Gender, IdNumber, Image, ImageJob, InvalidInput, JobRef,
        LookupJob, PersonName, PollOptions, Problem,
    },
    types,
};

#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
