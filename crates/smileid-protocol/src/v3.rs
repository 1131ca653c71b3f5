//! Messages of V3, the current version of the API. Requests are multipart forms with raw images, and are authenticated
//! by a token.
//!
//! Each module has one endpoint, with a `Request` that implements it. The constructor of a request requires everything
//! that the product needs, including [`UserDetails`] and [`Consent`].
//!
//! - Authentication: [`token`] exchanges the API key for a token that is valid for 15 minutes. Almost all other
//!   endpoints need it.
//! - Jobs: [`enhanced_kyc`], [`biometric_kyc`], [`document_verification`], [`enhanced_document_verification`],
//!   [`residency_document_verification`], [`registration`], [`authentication`], [`compare`]. They return [`Accepted`].
//!   A repeated request creates a second job, which is billed.
//! - Results: [`status`] returns the status, [`callback`] reads callbacks, and [`replay`] requests that a callback is
//!   sent again.
//! - Others: [`report_fraud`], [`bank_codes`], [`supported_id_types`], [`supported_documents`], [`id_status`].
//!
//! Not supported yet: synchronous endpoints, address verification, AML and Smile Links.

#[macro_use]
pub(crate) mod form;

/// Adds the methods for options that all V3 jobs have. Jobs that require a user id have no `with_user_id`.
macro_rules! job_options {
    ($name:ident) => {
        impl $name {
            /// Sets the id that the partner gave the person. Without it, the API creates an id.
            #[must_use]
            pub fn with_user_id(self, user_id: $crate::v3::UserId) -> Self {
                Self { user_id: Some(user_id), ..self }
            }
        }

        job_options!($name without user_id);
    };
    ($name:ident without user_id) => {
        impl $name {
            /// Sets the callback URL to which the API sends the result.
            ///
            /// # Errors
            ///
            /// If it is not an https URL. For the loopback host, http is allowed.
            pub fn with_callback(
                self,
                callback: &$crate::job::CallbackUrl,
            ) -> Result<Self, $crate::job::InvalidInput> {
                Ok(Self { callback_url: Some($crate::v3::https_callback(callback)?), ..self })
            }

            /// Adds a parameter of the partner's choice, which the API returns in the result.
            #[must_use]
            pub fn with_partner_param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                let params = self.partner_params.take().unwrap_or_default();
                self.partner_params = Some($crate::v3::with_param(&params, name.into(), value.into()));
                self
            }

            /// Adds data about the person's device.
            #[must_use]
            pub fn with_metadata(mut self, item: $crate::v3::Metadata) -> Self {
                self.metadata.get_or_insert_default().push(item);
                self
            }
        }
    };
}

/// Adds the method `with_sandbox_result`, for products whose result can be chosen in the sandbox.
macro_rules! sandbox_option {
    ($name:ident) => {
        impl $name {
            /// Chooses the result code that the job gets in the sandbox, such as 840 or 1220. Production ignores or refuses it.
            #[must_use]
            pub fn with_sandbox_result(self, code: u32) -> Self {
                Self { sandbox_result: Some(code), ..self }
            }
        }
    };
}

mod accepted;
mod correlation;
mod document;
mod ids;
mod images;
mod person;

pub mod authentication;
pub mod bank_codes;
pub mod biometric_kyc;
pub mod callback;
pub mod compare;
pub mod document_verification;
pub mod enhanced_document_verification;
pub mod enhanced_kyc;
pub mod enhanced_kyc_sync;
pub mod id_status;
pub mod registration;
pub mod replay;
pub mod report_fraud;
pub mod residency_document_verification;
pub mod status;
pub mod supported_documents;
pub mod supported_id_types;
pub mod token;

pub use accepted::Accepted;
pub use correlation::Correlation;
pub use document::Document;
pub use ids::{JobId, UserId};
pub use images::{MOST_IMAGE_BYTES, Selfie};
pub use person::{Consent, Metadata, UserDetails};

use smileid_types::{Extra, IdInfo};

use crate::{
    job::{CallbackUrl, IdNumber, InvalidInput, Problem},
    origin,
};

fn https_callback(callback: &CallbackUrl) -> Result<String, InvalidInput> {
    let address = callback.as_str();
    let host = address.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    if person::is_https(address) || host.is_some_and(|host| origin::is_loopback(&host)) {
        Ok(address.to_owned())
    } else {
        Err(InvalidInput::new("callback_url", Problem::NotHttps))
    }
}

fn with_param(params: &Extra, name: String, value: String) -> Extra {
    let members = params.iter().map(|(name, value)| (name.to_owned(), value.clone()));
    let mut members: serde_json::Map<_, _> = members.collect();
    members.insert(name, value.into());
    members.into()
}

/// Returns country, ID type and number of an ID.
fn id_parts(id: IdNumber) -> Result<(String, String, String), InvalidInput> {
    let IdInfo { country, id_type, id_number, .. } = id.into();
    let missing = |field: &str| InvalidInput::new(field, Problem::Missing);
    Ok((
        country.ok_or_else(|| missing("country"))?,
        id_type.ok_or_else(|| missing("id_type"))?,
        id_number.ok_or_else(|| missing("id_number"))?,
    ))
}

/// Replaces the name of a version 1 field in an error with its V3 name, because V3 has no `id_info`.
fn renamed(mut error: InvalidInput) -> InvalidInput {
    if let Some(field) = error.field.strip_prefix("id_info.") {
        error.field = field.to_owned();
    }
    error
}
