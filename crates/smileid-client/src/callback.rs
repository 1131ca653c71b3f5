//! Callbacks: verifies received bytes and derives the state of a job from them, without a web framework.
//!
//! 1. [`Verifier`] checks the bytes: size, form, signature, time.
//! 2. The signature covers the timestamp alone, so a [`ReplayCheck`] says if it was seen before on another body. An
//!    [`ReplayCheck::Ambiguous`] callback only adds a doubt to a record; then `Client::confirm` has to ask the API.
//! 3. [`JobRecord`] holds what is known of one job. It joins the job's callbacks in any order, duplicates included, and
//!    tells the job's verdict and the parts that are still awaited.
//! 4. [`Store`] keeps records and fingerprints of callbacks; [`InMemory`] is an implementation.
//! 5. [`Receiver`] does all of these steps in one call.
//!
//! A signature proves that the sender has the key, or has copied a signature of the API. **Before anything that cannot
//! be undone, have the API confirm the result**, and check [`JobRecord::is_confirmed`].
//!
//! ```
//! use smileid_client::callback::{Change, InMemory, Receiver, Verifier};
//! use smileid_protocol::{
//!     auth::{AuthScheme as _, Credentials, SignedReply},
//!     callback::Callback, timestamp::Timestamp, types::Decision,
//! };
//!
//! let key = Credentials::new("085", "mock-api-key-0000")?;
//! let receiver = Receiver::new(Verifier::new([key.clone()]), InMemory::default());
//!
//! // What the API sends, here made by hand.
//! let now = 1_700_000_000_000; // milliseconds since 1970
//! let text = r#"{"ResultCode": "0840", "PartnerParams": {"user_id": "leo", "job_id": "job-1", "job_type": 4}}"#;
//! let proof = SignedReply::prove(&key, &Timestamp::from_utc_millis(now));
//! let body = Callback::read(text.as_bytes())?.trust_without_checking().0.write(Some(&proof))?;
//!
//! let receipt = receiver.receive_blocking(&body, now)?;
//! let Change::Applied(verdict) = receipt.change else { panic!("it is the first") };
//! assert_eq!(verdict.decision, Decision::Approved);
//! // The sender did not hear our answer and sends it once more.
//! assert!(matches!(receiver.receive_blocking(&body, now)?.change, Change::Ignored(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod receiver;
mod record;
mod store;
mod verify;

pub use receiver::{Receipt, ReceiveError, Receiver};
pub use record::{Change, Ignored, JobRecord};
pub use store::{InMemory, Store, Version};
pub use verify::{CallbackError, Digest, Fingerprint, Fresh, Received, ReplayCheck, Verifier};
