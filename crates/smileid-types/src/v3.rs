//! Data types of V3, the current version of the API.
//!
//! The [`Status`] of a job is its decision: only [`Status::Clear`] is an approval. The status endpoint returns only the
//! status ([`JobStatus`]). Callbacks, synchronous responses and replays also contain the reason and the data
//! ([`JobResult`]).
//!
//! ```
//! use smileid_types::{Decision, v3::JobResult};
//!
//! let callback = r#"{"status": "block", "reason": "spoof_detected", "product": "biometric_kyc"}"#;
//! let result: JobResult = serde_json::from_str(callback)?;
//! assert_eq!(result.verdict().decision, Decision::Rejected);
//! assert_eq!(result.verdict().reason(), "The selfie does not show a live person.");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod job_status;
mod result;
pub(crate) mod rows;
mod verdict;

pub use crate::generated::v3::{Product, Reason, Status};
pub use job_status::JobStatus;
pub use result::{
    AdditionalDocument, Antifraud, Expiry, FraudRisk, IdFields, ImageLinks, JobResult, SmileSecure, UserInfo,
};
pub use rows::{IdentityRow, ProductRow, ReasonRow};
