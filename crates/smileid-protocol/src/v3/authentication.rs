//! `POST /v3/authentication`: compares a selfie with the one of the enrolment.
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
    /// Compares a selfie with the one of the enrolment.
    pub struct Request {
        /// The partner's id of the person, who is enrolled.
        user_id: UserId,
        /// Selfie: a JPEG.
        #[debug(shown)]
        selfie_image: Option<ImageBytes>,
        /// Frames of the liveness check: JPEG, 6 to 8.
        #[debug(shown)]
        liveness_images: Vec<ImageBytes>,
        /// True to use the selfie of the enrolment. Then no images are needed.
        #[debug(shown)]
        use_enrolled_image: Option<bool>,
        /// Name and contact of the person.
        user_details: UserDetails,
        /// Consent of the person.
        #[debug(shown)]
        consent: Consent,
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
}

job_options!(Request without user_id);

impl Request {
    /// Creates the request of an authentication with a selfie.
    pub fn new(user_id: UserId, selfie: Selfie, person: UserDetails, consent: Consent) -> Self {
        let Selfie { selfie_image, liveness_images } = selfie;
        Self { selfie_image: Some(selfie_image), liveness_images, ..Self::empty(user_id, person, consent) }
    }

    /// Creates the request of an authentication with the selfie of the enrolment.
    pub fn with_enrolled_image(user_id: UserId, person: UserDetails, consent: Consent) -> Self {
        Self { use_enrolled_image: Some(true), ..Self::empty(user_id, person, consent) }
    }

    fn empty(user_id: UserId, user_details: UserDetails, consent: Consent) -> Self {
        Self {
            user_id,
            selfie_image: None,
            liveness_images: Vec::new(),
            use_enrolled_image: None,
            user_details,
            consent,
            callback_url: None,
            sandbox_result: None,
            partner_params: None,
            metadata: None,
            other: Vec::new(),
        }
    }
}

sandbox_option!(Request);

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::authentication", "/v3/authentication");
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
