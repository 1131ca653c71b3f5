//! `POST /v3/biometric_kyc`: looks up an ID number and compares its photo with a selfie.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Metadata, Selfie, UserDetails, UserId, id_parts};
use crate::{
    auth::{Anonymous, TokenAndPartner},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    job::{IdNumber, InvalidInput},
    v1::selfie_form::ImageBytes,
};

form! {
    /// Looks up an ID number, and compares the photo in the record with a selfie.
    pub struct Request {
        /// Country of the ID: two capital letters.
        #[debug(shown)]
        country: String,
        /// ID type.
        #[debug(shown)]
        id_type: String,
        /// ID number.
        id_number: String,
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
    /// Creates the request of a job.
    ///
    /// # Errors
    ///
    /// If the ID is known by a session and not by its number, which V3 does not have.
    pub fn new(
        id: IdNumber,
        selfie: Selfie,
        person: UserDetails,
        consent: Consent,
    ) -> Result<Self, InvalidInput> {
        let (country, id_type, id_number) = id_parts(id)?;
        let Selfie { selfie_image, liveness_images } = selfie;
        Ok(Self {
            country,
            id_type,
            id_number,
            selfie_image,
            liveness_images,
            user_details: person,
            consent,
            user_id: None,
            callback_url: None,
            sandbox_result: None,
            partner_params: None,
            metadata: None,
            other: Vec::new(),
        })
    }
}

sandbox_option!(Request);

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::biometric_kyc", "/v3/biometric_kyc");
    type Auth = TokenAndPartner;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
