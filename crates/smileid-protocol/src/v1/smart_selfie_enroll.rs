//! `POST /v2/smart-selfie-enroll`: enrols a user with a selfie. The response contains the result.
//!
//! Wire: seen in the mobile SDKs; the reply from their models.

use super::selfie_form::SelfieForm;
use crate::endpoint::Spec;

selfie_endpoint! {
    /// Request that enrols a user with a selfie.
    pub struct Request { form: SelfieForm }

    const SPEC = Spec::post("v1::smart_selfie_enroll", "/v2/smart-selfie-enroll");
    const NEEDS_USER = false;
}
