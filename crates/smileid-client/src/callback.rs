//! Callbacks: from the bytes that arrive to what a job comes to, without a web framework.
//!
//! 1. [`Verifier`] checks the bytes: size, form, signature, time.
//! 2. The signature covers the time alone, so a [`Sighting`] says whether it was seen on another body before. What is
//!    [`Sighting::Ambiguous`] is noted in a record as a doubt and no more; the API has to be asked, by `Client::confirm`.
//! 3. [`Record`] is what is known of one job: a value that joins its callbacks, in whatever order and however often
//!    they come, and says what they come to and which parts are awaited.
//! 4. [`Store`] keeps records and what was seen; [`InMemory`] is one.
//! 5. [`Receiver`] does all of it in one call.
//!
//! A signature proves that the sender has the key, or has listened to somebody who has. **Before anything that cannot be
//! undone, have the API confirm the result**, and look at [`Record::is_confirmed`].
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
pub use record::{Change, Ignored, Record};
pub use store::{InMemory, Store, Version};
pub use verify::{CallbackError, Digest, Fingerprint, Fresh, Received, Sighting, Verifier};
