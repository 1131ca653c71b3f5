//! `POST /v3/registration`: enrols a person with a selfie.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Metadata, Selfie, UserDetails, UserId};
use crate::{
    auth::{Anonymous, TokenHeader},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    form_image::FormImage,
};

form! {
    /// Request that enrols a person with a selfie.
    pub struct Request {
        /// Selfie of the person, as JPEG.
        #[debug(shown)]
        selfie_image: FormImage,
        /// Images for the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// Name of the person, with email address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// True to allow that an enrolled user is enrolled again with another face.
        #[debug(shown)]
        allow_new_enroll: Option<bool>,
        /// The id that the partner gave the person. If absent, the API creates an id.
        user_id: Option<UserId>,
        /// HTTPS URL to which the API sends the result. If absent, the callback URL in the partner portal is used.
        callback_url: Option<String>,
        /// Result code that the job gets in the sandbox, such as 840 or 1220.
        #[debug(shown)]
        sandbox_result: Option<u32>,
        /// Parameters that the partner adds. The API returns them in the result.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Data about the device, sent by mobile clients.
        metadata: Option<Vec<Metadata>>,
    }
    const HEADERS = [("user_id", "user-id")];
}

job_options!(Request);

impl Request {
    /// Creates the request of an enrolment with a selfie.
    pub fn new(selfie: Selfie, person: UserDetails, consent: Consent) -> Self {
        let Selfie { selfie_image, liveness_images } = selfie;
        Self {
            selfie_image,
            liveness_images,
            user_details: person,
            consent,
            allow_new_enroll: None,
            user_id: None,
            callback_url: None,
            sandbox_result: None,
            partner_params: None,
            metadata: None,
            other: Vec::new(),
        }
    }

    /// Allows an enrolled user to be enrolled again with another face.
    #[must_use]
    pub fn allowing_new_enroll(self) -> Self {
        Self { allow_new_enroll: Some(true), ..self }
    }
}

sandbox_option!(Request);

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::registration", "/v3/registration").accepted();
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
