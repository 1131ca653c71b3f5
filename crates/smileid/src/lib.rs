//! Rust toolkit for Smile ID: submits identity verification and face recognition jobs, and waits for their verified results.
//!
//! ```no_run
//! use smileid::{Client, Image, ImageJob, JobRef};
//!
//! #[tokio::main]
//! async fn main() -> smileid::Result<()> {
//!     let client = Client::from_env()?;
//!     let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
//!     let outcome = client.submit(job).wait().await?;
//!     println!("{}", outcome.decision()); // approved
//!     Ok(())
//! }
//! ```
//!
//! Every job is created once, whatever the network does; every result is checked to come from the API; no error,
//! `Debug` text or log contains secrets or personal data. Everything that a program needs is in this crate. Where an
//! example below imports `smileid_protocol`, import [`protocol`]; where it imports `smileid_client`, import
//! [`smileid`](self), or [`client`] for transports, flows and other parts that few programs need.
//!
//! [`Client`] is the place to begin: [`Client::from_env`] reads `SMILE_ID_PARTNER_ID`, `SMILE_ID_API_KEY` and
//! `SMILE_ID_ENVIRONMENT` (`sandbox`, `production` or the address of an API). Without an account, start
//! `smileid-mock`, a local Smile ID: the binary of the package
//! [`smileid-mock-server`](https://github.com/smileid-rs/smileid/tree/main/crates/smileid-mock-server).
//!
//! # Products
//!
//! Each example is a program: `cargo run -p smileid --example NAME`.
//!
//! | product | job | made by | example |
//! |---|---|---|---|
//! | biometric KYC by number | 1 | [`ImageJob::biometric_kyc`] | `biometric_kyc` |
//! | biometric KYC by card | 1 | [`ImageJob::biometric_kyc_by_card`] | `biometric_kyc` |
//! | SmartSelfie authentication | 2 | [`ImageJob::smart_selfie_authentication`] | `smart_selfie` |
//! | SmartSelfie registration | 4 | [`ImageJob::smart_selfie_registration`] | `smart_selfie` |
//! | enhanced KYC | 5 | [`LookupJob::enhanced_kyc`] | `lookups` |
//! | basic KYC | 5 | [`LookupJob::basic_kyc`] | `lookups` |
//! | document verification | 6 | [`ImageJob::document_verification`] | `documents` |
//! | business verification | 7 | [`LookupJob::business_verification`] | `lookups` |
//! | update photo | 8 | [`ImageJob::update_photo`] | `smart_selfie` |
//! | compare user information | 9 | [`ImageJob::compare_user_info`] | as `smart_selfie` |
//! | enhanced document verification | 11 | [`ImageJob::enhanced_document_verification`] | `documents` |
//!
//! All of them go to [`Client::submit`](client::Client::submit). The other endpoints have a method each:
//!
//! | product | call | example |
//! |---|---|---|
//! | AML (job 10) | [`aml`](client::Client::aml) | `screening` |
//! | address verification (job 12) | [`verify_address`](client::Client::verify_address) | `screening` |
//! | phone number verification | [`verify_phone_number`](client::Client::verify_phone_number) | `screening` |
//! | SmartSelfie at once | [`enroll_smart_selfie`](client::Client::enroll_smart_selfie), [`authenticate_smart_selfie`](client::Client::authenticate_smart_selfie) | `selfie_at_once` |
//! | web token | [`web_token`](client::Client::web_token) | `hosted_pages` |
//! | supported services | [`services`](client::Client::services) | `hosted_pages` |
//! | links | [`create_smile_link`](client::Client::create_smile_link), [`get_smile_link`](client::Client::get_smile_link), [`update_smile_link`](client::Client::update_smile_link) | `hosted_pages` |
//! | reset of an ID number's limit | [`reset_id_number_limit`](client::Client::reset_id_number_limit) | `lookups` |
//! | any other | [`send`](client::Client::send), with a request of [`protocol::v1`] | |
//!
//! | task | call | example |
//! |---|---|---|
//! | status of a job; wait, watch, give up | [`status`](client::Client::status), [`wait`](client::Client::wait) | `waiting` |
//! | a batch of rows of a CSV file, which continues after a crash | [`Submission::resumed`] | `batch` |
//! | a repeated request that is the same job; continuing after a restart | [`store::Store::ensure`] | `resume` |
//! | a lookup that is billed once, even if a message is lost | [`Submit::callback`] | `lookups` |
//! | a store of your own | [`store::Store`] | `file_store` |
//! | errors, and what to do about them | [`Error`], [`ErrorKind`] | `errors` |
//! | results by callback | [`callback::Receiver`] | `callback_receiver` |
//! | the official SDKs' `submit_job` | [`protocol::job::sdk_job::SdkJob`] | `submit_job` |
//!
//! # Version 3
//!
//! The jobs of the API's version 3 are the requests of the module [`v3`]. [`submit`](client::Client::submit) takes them too; the
//! other calls are those of [`client.v3()`](client::Client::v3). The client requests and renews the tokens.
//!
//! | task | call | example |
//! |---|---|---|
//! | enhanced KYC, biometric KYC | [`v3::enhanced_kyc`], [`v3::biometric_kyc`] | `v3_id_numbers` |
//! | enhanced KYC with the result in the response | [`enhanced_kyc_sync`](v3::V3::enhanced_kyc_sync) | `v3_id_numbers` |
//! | documents | [`v3::document_verification`], [`v3::enhanced_document_verification`], [`v3::residency_document_verification`] | `v3_documents` |
//! | selfies | [`v3::registration`], [`v3::authentication`], [`v3::compare`] | `v3_selfies` |
//! | result of a job | [`wait`](v3::V3::wait), [`status`](v3::V3::status); by callback with the same [`callback::Receiver`] | |
//! | a callback again, a report of fraud | [`replay`](v3::V3::replay), [`report_fraud`](v3::V3::report_fraud) | `v3_selfies` |
//! | services | [`id_status`](v3::V3::id_status), [`bank_codes`](v3::V3::bank_codes), [`supported_id_types`](v3::V3::supported_id_types), [`supported_documents`](v3::V3::supported_documents) | |
//!
//! ```no_run
//! use smileid::{Client, IdNumber, PersonName, v3};
//!
//! # async fn run(consent: v3::Consent) -> smileid::Result<()> {
//! let client = Client::from_env()?;
//! let person = v3::UserDetails::by_email(PersonName { first: "Joe", last: "Leo" }, "joe.leo@example.com")?;
//! let job = v3::enhanced_kyc::Request::new(IdNumber::new("NG", "NIN", "00000000000")?, person, consent)?;
//! let outcome = client.submit(job).wait().await?;
//! println!("{}", outcome.decision()); // approved
//! # Ok(())
//! # }
//! ```
//!
//! **A V3 job is sent once**, as nothing tells the API that a repeated one is the same. If the [outcome is
//! unknown](Error::is_outcome_unknown), do not submit it again: [`Store::keep_v3`](store::Store::keep_v3) shows how its callback
//! is recognised.
//!
//! For users of an official SDK,
//! [`docs/guides/porting.md`](https://github.com/smileid-rs/smileid/blob/main/docs/guides/porting.md) maps every
//! method, option and error of the Python, JavaScript, Ruby, PHP and Java packages.
//!
//! # Decisions
//!
//! [`Outcome::decision`] is the meaning of a result for the person: a [`Decision`]. Do not compare codes or texts by
//! hand: a biometric KYC has two results, a provisional result is not an approval, and an unknown code is not one
//! either. [`Outcome::verdict`] adds the reason and the advice, and [`Outcome::result`] is the whole result.
//!
//! # Errors
//!
//! There is one [`Error`]. It says [what failed](ErrorKind), in which step and field, and if trying again is
//! [safe](Error::is_outcome_unknown) and [useful](Error::is_retryable). Values are checked before a job exists, and
//! nothing is sent then. A wait that ends without a result is not an error: the decision is
//! [`Pending`](Decision::Pending), and the job continues.
//!
//! # Retries and duplicates
//!
//! The API has no idempotency key, but the name of a job is used once and its status can be asked for. So a
//! [`Submission`] is a value: it holds the job and the stage it has reached, and can be stored. Give it to
//! [`submit`](client::Client::submit) as often as needed, here or in another process. If the outcome of a request is
//! unknown, the status is asked for before anything is sent again. If an archive never came, the job is announced again
//! as a retry, which gives a new upload link. [`Store::ensure`](store::Store::ensure) does the storing: a second click
//! is the same job. Single requests are sent again, newly signed and after a random pause, if they certainly never left
//! or have no further effect when they arrive twice. A lookup in one request is billed each time, so it is not repeated
//! if the response was lost; with a [callback](LookUp::callback) it is billed once. [`Retry`] has the limits, and
//! [`Timeouts`] the times.
//!
//! # Waiting
//!
//! `.wait()` takes up to two minutes by default, `.wait_for(duration)` as long as you say, and `.until_final()` waits
//! for a person's decision too. [`wait`](client::Client::wait) continues a wait in any process, with only the job's
//! names. A dropped future leaves nothing running.
//!
//! # Callbacks
//!
//! `.callback(url)` has results sent to you. Their signature covers the timestamp and not the message, so a callback is
//! a claim until the API has confirmed it. [`callback::Receiver`] verifies callbacks, recognises repeated ones, keeps
//! one record of each job in your [store](store::Store), and has the API confirm them; its
//! [`reconcile`](callback::Receiver::reconcile) asks for the results whose callbacks never came. The module
//! [`callback`] has it in ten lines each for axum, actix-web, warp and AWS Lambda.
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
//! # Ok::<(), smileid::Error>(())
//! ```
//!
//! # Tests
//!
//! The guide [Testing your Rust
//! code](https://github.com/smileid-rs/smileid/blob/main/docs/guides/testing-your-rust-code.md) shows three ways: a mock
//! server in the test's process, with faults and virtual time; [scripts](testing::Script) without any server; and
//! [recordings](testing::Recorder).
//!
//! # Logs
//!
//! The client emits [`tracing`](https://docs.rs/tracing) spans and events of the target `smileid`; with a subscriber,
//! `RUST_LOG=smileid=info` shows them. Neither holds a key, a name of a person, an image or an address beyond its host.
//!
//! | level | name | when | fields |
//! |---|---|---|---|
//! | span, info | `smileid.call` | a call of the client | `operation`, `job_id` |
//! | span, info | `http.client.request` | an attempt at a request | those of OpenTelemetry's conventions for HTTP clients |
//! | info | sending again | an attempt failed and another follows | `attempt`, `pause_ms`, `error` |
//! | warn | giving up | the last attempt failed | `attempts`, `error` |
//! | warn | a callback was refused | it does not come from the API | `error` |
//! | warn | a callback could not be confirmed | the API refused the question about it | `error` |
//! | warn | the store `InMemory` is full and forgot a job that is not settled | its record was the oldest | `job_id`, `left` |
//! | warn | not authorized | a key was refused that may be the other environment's | `environment` |
//!
//! [`Config::on_attempt`] calls a function of yours after each attempt, for metrics; [`Config::rate_limit`] limits the
//! requests per second. Set both with [`Client::with`].
//!
//! # Features
//!
//! | feature | provides |
//! |---|---|
//! | `reqwest` (default) | [`Client`], asynchronous, over reqwest with rustls and the system's certificates |
//! | `ring` (default) | cryptography for TLS, used if the application has not installed a rustls crypto provider |
//! | `ureq` | [`blocking::Client`], the same without `async` and without a runtime, over ureq |
//! | `diagnostics` | warnings about jobs; `protocol::auth::doctor` explains a signature, `protocol::package::inspect` opens an archive and reports its mistakes |
//!
//! The client uses reqwest without cryptography of its own. An application that uses reqwest 0.13 itself, without a feature
//! for cryptography, therefore installs a provider too. Without `ring`, an application installs a cryptography provider of its
//! choice (`rustls::crypto::CryptoProvider::install_default`) before it creates a client. reqwest 0.13 is part of the public
//! interface in one place, [`ReqwestTransport::with_client_that_follows_no_redirects`]: a new version of it there is a
//! breaking change here.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

#[cfg(feature = "reqwest")]
mod asynchronous;
#[cfg(feature = "ureq")]
pub mod blocking;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
mod builder;
pub mod callback;
pub mod client;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
mod options;
pub mod protocol;

#[cfg(feature = "reqwest")]
#[doc(inline)]
pub use crate::asynchronous::{Client, ReqwestTransport};
#[cfg(any(feature = "reqwest", feature = "ureq"))]
#[doc(inline)]
pub use crate::{
    builder::ClientBuilder,
    options::{BuildError, TransportOptions},
};
#[doc(inline)]
pub use smileid_client::{
    Accepted, Attempt, Budget, Config, Environment, Error, ErrorKind, LookUp, OnAttempt, Outcome, RateLimit,
    Reply, Result, Retry, Schedule, Stage, Step, Submission, Submit, Timeouts, Until, Wait, Watch,
};
pub use smileid_client::{store, testing, v3};
#[cfg(feature = "diagnostics")]
#[doc(inline)]
pub use smileid_protocol::job::lint::{Warning, WarningCode};
pub use smileid_protocol::types;
#[doc(inline)]
pub use smileid_protocol::{
    auth::{ApiKey, Credentials, PartnerId},
    job::{
        BirthDate, CallbackUrl, Face, Gender, IdNumber, Image, ImageJob, InvalidInput, JobRef, LookupJob,
        PersonName,
    },
    types::{Decision, Verdict},
};
