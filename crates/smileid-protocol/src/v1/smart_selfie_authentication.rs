//! `POST /v2/smart-selfie-authentication`: compares a selfie with the enrolled one and answers at once.
//!
//! Wire: seen in the mobile SDKs; the reply from their models.

use serde::{Deserialize, Serialize};
use smileid_types::SelfieResult;

use super::selfie_form::SelfieForm;
use crate::{
    auth::{MaybeSignedReply, SignedHeaders},
    codec::{DecodeError, EncodeError, Form, Multipart, Part},
    endpoint::{Endpoint, Spec},
};

/// Compares a selfie with the enrolled one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it.
    pub form: SelfieForm,
}

impl From<SelfieForm> for Request {
    fn from(form: SelfieForm) -> Self {
        Self { form }
    }
}

impl Form for Request {
    fn parts(&self) -> Result<Vec<Part>, EncodeError> {
        // An enrolment may be of somebody new; here somebody must be meant.
        if self.form.user_id.is_none() {
            return Err(EncodeError::Missing { name: "user_id" });
        }
        self.form.parts()
    }

    fn from_parts(parts: Vec<Part>) -> Result<Self, DecodeError> {
        let form = SelfieForm::from_parts(parts)?;
        if form.user_id.is_none() {
            return Err(DecodeError::Missing { member: "user_id" });
        }
        Ok(Self { form })
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::smart_selfie_authentication", "/v2/smart-selfie-authentication");
    type Auth = SignedHeaders;
    type Codec = Multipart;
    type Response = SelfieResult;
    type ReplyAuth = MaybeSignedReply;
}
