//! `POST /v3/authentication`: compares a selfie with the enrolled selfie.
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
    /// Request that compares a selfie with the person's enrolled selfie.
    pub struct Request {
        /// The id that the partner gave the enrolled person.
        user_id: UserId,
        /// Selfie of the person, as JPEG.
        #[debug(shown)]
        selfie_image: Option<FormImage>,
        /// Images for the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// True to use the enrolled selfie instead of new images.
        #[debug(shown)]
        use_enrolled_image: Option<bool>,
        /// Name of the person, with email address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
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
}

job_options!(Request without user_id);

impl Request {
    /// Creates a request that compares a new selfie with the enrolled selfie.
    pub fn new(user_id: UserId, selfie: Selfie, person: UserDetails, consent: Consent) -> Self {
        let Selfie { selfie_image, liveness_images } = selfie;
        Self { selfie_image: Some(selfie_image), liveness_images, ..Self::empty(user_id, person, consent) }
    }

    /// Creates a request without new images, which uses the enrolled selfie.
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
    const SPEC: Spec = Spec::post("v3::authentication", "/v3/authentication").accepted();
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
