//! Data types of the Smile ID API, for programs that store, forward or evaluate its messages.
//!
//! This crate keeps the dependency tree small: it needs no HTTP client, signatures or zip archives, only serde, and
//! serde_json for the fields that it does not know and keeps. Programs that call the API use
//! [`smileid-protocol`](https://docs.rs/smileid-protocol), which re-exports all of this.
//!
//! - Enums are open: a value that no table lists is kept and written back, and never equals a listed one.
//! - Structs keep members that they do not know, or cannot read, in an [`Extra`].
//! - Reading is lenient where the API is (numbers as text, `"True"` for `true`); writing is exact.
//! - `Debug` shows no personal data, images or links.
//!
//! The tables behind the enums and codes are in `data/`, each row with its source and its confidence.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

#[macro_use]
mod member;
#[macro_use]
mod open_enum;
#[doc(hidden)]
#[macro_use]
pub mod open_struct;

mod action;
mod aml;
mod antifraud;
mod available;
pub mod bank_code;
mod business;
mod code;
mod confidence;
pub mod document;
mod environment;
mod error_code;
mod extra;
mod generated;
mod id_info;
pub mod id_type;
mod image;
mod image_type;
mod job_type;
pub mod lenient;
mod partner_params;
mod phone;
mod product;
pub mod redact;
mod result;
mod result_code;
pub mod sandbox;
mod selfie;
mod status;
pub mod v3;
mod verdict;

pub use action::{Action, ActionValue, Actions};
pub use aml::{AmlResult, ListedPerson};
pub use antifraud::{Antifraud, FraudSummary, SmileSecure, SuspectUser};
pub use available::available;
pub use bank_code::BankCodeRow;
pub use business::{BusinessDocuments, BusinessInfo, Company, Party};
pub use confidence::Confidence;
pub use document::{CountryDocumentsRow, DocumentType, DocumentTypeRow};
pub use environment::{ENVIRONMENTS, EnvironmentRow};
pub use error_code::{ErrorCode, ErrorCodeRow};
pub use extra::{Extra, ReservedName};
pub use id_info::IdInfo;
pub use id_type::{BusinessIdTypeRow, IdTypeRow};
pub use image::ImageEntry;
pub use image_type::{ImageContent, ImageSubject, ImageType};
pub use job_type::JobType;
pub use member::Member;
pub use open_enum::Unlisted;
pub use partner_params::PartnerParams;
pub use phone::{Matches, PhoneResult};
pub use product::{Product, ProductRow};
pub use result::{JobResult, Part, PersonalInfo, ResultRank};
pub use result_code::{Category, Fault, ResultCode, ResultCodeRow};
pub use selfie::{SelfieResult, SelfieStatus};
pub use status::{ImageLinks, StatusResult};
pub use verdict::{Decision, Uncertainty, Verdict};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
