//! Callbacks: verifies received bytes and updates the record of a job, without depending on a web framework.
//!
//! 1. [`Verifier`] checks the bytes: size, form, signature, time.
//! 2. The signature covers the timestamp alone, so a [`ReplayCheck`] says if it was seen before on another body. An
//!    [`ReplayCheck::Ambiguous`] callback only adds a doubt to a record; then `Client::confirm` has to ask the API.
//! 3. [`JobRecord`](crate::store::JobRecord) is the record of one job. It merges the job's callbacks in any order,
//!    duplicates included, and returns the job's verdict and the parts that are still awaited.
//! 4. [`Store`](crate::store::Store) keeps records and fingerprints of callbacks; [`InMemory`](crate::store::InMemory) is
//!    an implementation.
//! 5. [`Receiver`] does all of these steps in one call.
//!
//! Version 3 signs in headers, and has the same weakness. A [`Receiver`] takes both versions at one URL; of version 3 only the
//! API's status settles a job.
//!
//! A signature proves that the sender has the key, or has copied a signature of the API. **Before anything that cannot
//! be undone, have the API confirm the result**: with [`Receiver::confirming`], and check [`Receipt::is_confirmed`].
//!
//! ```
//! use http::HeaderMap;
//! use smileid_client::{
//!     BlockingTransport as _, Config, Environment,
//!     blocking::Client,
//!     callback::Receiver,
//!     store::{Change, InMemory},
//!     testing::Script,
//! };
//! use smileid_protocol::{
//!     auth::{AuthScheme as _, Credentials, SignedReply},
//!     callback::Callback, timestamp::Timestamp, types::Decision,
//! };
//!
//! let key = Credentials::new("085", "mock-api-key-0000")?;
//! let script = Script::new([]); // a transport for tests, with a clock of its own
//! let client = Client::new(Config::new(key.clone(), &Environment::sandbox()), script.clone());
//! let receiver = Receiver::new(client, InMemory::default());
//!
//! // What the API sends, here made by hand.
//! let now = script.now().wall;
//! let text = r#"{"ResultCode": "0840", "PartnerParams": {"user_id": "leo", "job_id": "job-1", "job_type": 4}}"#;
//! let proof = SignedReply::prove(&key, &Timestamp::from(now));
//! let body = Callback::read(text.as_bytes())?.trust_without_checking().0.write(Some(&proof))?;
//!
//! let headers = HeaderMap::new(); // of the request, in the type of any web framework
//! let receipt = receiver.handle_blocking(&headers, &body)?;
//! assert!(matches!(receipt.change, Change::Applied(_)));
//! assert_eq!(receipt.verdict().decision, Decision::Approved);
//! assert!(!receipt.is_confirmed()); // anyone who has seen a signature can claim this: confirm it before you act
//! // The sender did not hear our answer and sends it once more.
//! assert!(matches!(receiver.handle_blocking(&headers, &body)?.change, Change::Ignored(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod receipt;
mod receiver;
mod v3;
mod verify;

pub use receipt::{Receipt, ReceivedCallback};
pub use receiver::{Api, Receiver};
pub use verify::{CallbackError, Digest, Fingerprint, Fresh, Received, ReplayCheck, Verifier};
