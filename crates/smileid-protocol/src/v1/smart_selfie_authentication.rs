//! `POST /v2/smart-selfie-authentication`: compares a selfie with the enrolled selfie. The response contains the result.
//!
//! Wire: seen in the mobile SDKs; the reply from their models.

use super::selfie_form::SelfieForm;
use crate::endpoint::Spec;

selfie_endpoint! {
    /// Request that compares a selfie with the enrolled selfie of a user.
    pub struct Request { form: SelfieForm }

    const SPEC = Spec::post("v1::smart_selfie_authentication", "/v2/smart-selfie-authentication");
    const NEEDS_USER = true;
}
