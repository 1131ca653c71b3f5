//! Version 3 of the API: jobs, their status, and services.
//!
//! A V3 job is a value of [`enhanced_kyc`], [`biometric_kyc`], [`document_verification`],
//! [`enhanced_document_verification`], [`residency_document_verification`], [`registration`], [`authentication`] or
//! [`compare`]. [`Client::submit`](crate::Client::submit) submits it, as it does with the jobs of version 1. All other calls are
//! those of [`Client::v3`](crate::Client::v3).
//!
//! The client requests the tokens that V3 needs. Each job has a separate token, bound to its product and its person.
//! All other calls share one token, which is renewed a minute before its end.
//!
//! ```
//! use smileid_client::{Client, Result, v3::{JobId, UserDetails, Consent, enhanced_kyc}};
//! # use smileid_client::protocol::job::IdNumber;
//!
//! async fn look_up(client: &Client, person: UserDetails, consent: Consent) -> Result<JobId> {
//!     let id = IdNumber::new("NG", "NIN", "00000000000")?;
//!     let job = enhanced_kyc::Request::new(id, person, consent)?;
//!     let outcome = client.submit(job).wait().await?;
//!     println!("{}", outcome.decision());
//!     Ok(outcome.job_id().clone())
//! }
//! ```

mod await_status;
mod handle;
mod image;
mod job;
mod look_up;
mod outcome;
mod read;
mod sent_job;
mod submit;
mod submit_job;
pub(crate) mod tokens;

pub use handle::V3;
pub use image::read_image;
pub use look_up::{Found, LookUp};
pub use outcome::{Accepted, Outcome};
pub use sent_job::SentJob;
pub use smileid_protocol::{
    form_image::FormImage,
    types::v3::{JobResult, JobStatus, Product, Reason, Status},
    v3::{
        Consent, Correlation, Document, JobId, MOST_IMAGE_BYTES, Metadata, Selfie, UserDetails, UserId,
        authentication, bank_codes, biometric_kyc, callback, compare, document_verification,
        enhanced_document_verification, enhanced_kyc, id_status, registration, replay, report_fraud,
        residency_document_verification, supported_documents, supported_id_types,
    },
};
pub use submit::{Submit, WaitForResult};

pub(crate) use sent_job::{NotSubmitted, record_ids};
pub(crate) use tokens::Tokens;
