//! `POST /v3/registration`: enrols a person with a selfie.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Metadata, Selfie, UserDetails, UserId};
use crate::{
    auth::{Anonymous, TokenHeader},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    v1::selfie_form::ImageBytes,
};

form! {
    /// Enrols a person with a selfie.
    pub struct Request {
        /// Selfie: a JPEG.
        #[debug(shown)]
        selfie_image: ImageBytes,
        /// Frames of the liveness check: JPEG, 6 to 8.
        #[debug(shown)]
        liveness_images: Vec<ImageBytes>,
        /// Name and contact of the person.
        user_details: UserDetails,
        /// Consent of the person.
        #[debug(shown)]
        consent: Consent,
        /// True if an enrolled user may be enrolled again with another face.
        #[debug(shown)]
        allow_new_enroll: Option<bool>,
        /// The partner's id of the person. The API makes one if there is none.
        user_id: Option<UserId>,
        /// Callback URL for the result: an https address. Without one the default of the partner portal is used.
        callback_url: Option<String>,
        /// Result code to be given in the sandbox: 840, 1220.
        #[debug(shown)]
        sandbox_result: Option<u32>,
        /// The partner's own members, which the result repeats.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Data about the device, from mobile clients.
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
    const SPEC: Spec = Spec::post("v3::registration", "/v3/registration");
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
