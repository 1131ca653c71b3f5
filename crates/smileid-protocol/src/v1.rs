//! Versions 1 and 2 of the API: signed JSON messages, and a ZIP archive for images.
//!
//! Each module has one endpoint, with a `Request` that implements it. [`accepted`], [`lookup`], [`phone`],
//! [`selfie_form`] and [`totp`] are shared by several endpoints. [`put_archive`] uploads an archive and is not an
//! endpoint.
//!
//! Not included: `smart-selfie-compare`, whose path no source shows; the partner portal's own calls; e-signature. Job
//! type 9 is submitted through [`upload`], as the official SDKs do.

#[macro_use]
mod shared;
#[macro_use]
pub mod selfie_form;
#[macro_use]
pub mod totp;

pub mod accepted;
pub mod aml;
pub mod async_business_verification;
pub mod async_id_verification;
pub mod async_verify_address;
pub mod async_verify_phone;
pub mod auth_smile;
pub mod backfill_users;
pub mod bank_codes;
pub mod business_verification;
pub mod compare_user_info;
pub mod create_smile_link;
pub mod get_smile_link;
pub mod id_number_rate_limit_reset;
pub mod id_verification;
pub mod job_status;
pub mod lookup;
pub mod phone;
pub mod products_config;
pub mod put_archive;
pub mod services;
pub mod smart_selfie_authentication;
pub mod smart_selfie_enroll;
pub mod token;
pub mod totp_consent;
pub mod totp_consent_mode;
pub mod totp_consent_otp;
pub mod update_smile_link;
pub mod upload;
pub mod valid_documents;
pub mod verify;
pub mod verify_async;
pub mod verify_phone_number;
