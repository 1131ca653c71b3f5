//! Version 1 of the API: signed JSON, and a zip archive for images.

pub mod business_verification;
pub mod id_verification;
pub mod job_status;
pub mod lookup;
pub mod put_archive;
pub mod upload;
