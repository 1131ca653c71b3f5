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
    /// Enrols a person with a selfie.
    pub struct Request {
        /// Selfie, as JPEG.
        #[debug(shown)]
        selfie_image: FormImage,
        /// Images of the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// Name of the person, with e-mail address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// True to allow that an enrolled user is enrolled again with another face.
        #[debug(shown)]
        allow_new_enroll: Option<bool>,
        /// The partner's id of the person. If absent, the API creates one.
        user_id: Option<UserId>,
        /// HTTPS URL to which the result is sent. Without it, the callback URL of the partner portal is used.
        callback_url: Option<String>,
        /// Result code that the sandbox returns, such as 840 or 1220.
        #[debug(shown)]
        sandbox_result: Option<u32>,
        /// The partner's own members, which are returned in the result.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Data about the device, which mobile clients send.
        metadata: Option<Vec<Metadata>>,
    }
    const HEADERS = [("user_id", "user-id")];
}

job_options!(Request);

impl Request {
    /// Creates the request of an enrolment.
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
