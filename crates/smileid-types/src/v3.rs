//! Data types of V3, the current generation of the API.
//!
//! A job's [`Status`] is its decision: only [`Status::Clear`] is a pass. The status endpoint says no more than that
//! ([`JobStatus`]); the reason and the data come by callback, by a synchronous response or by a replay ([`JobResult`]).
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
