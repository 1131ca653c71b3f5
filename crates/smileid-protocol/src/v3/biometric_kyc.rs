//! `POST /v3/biometric_kyc`: looks up an ID number and compares the photo in the record with a selfie.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Metadata, Selfie, UserDetails, UserId, id_parts};
use crate::{
    auth::{Anonymous, TokenAndPartner},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    form_image::FormImage,
    job::{IdNumber, InvalidInput},
};

form! {
    /// Request that looks up an ID number, and compares the photo in the authority's record with a selfie.
    pub struct Request {
        /// Country that issued the ID, in two capital letters.
        #[debug(shown)]
        country: String,
        /// ID type, such as `NATIONAL_ID`.
        #[debug(shown)]
        id_type: String,
        /// Number of the ID.
        id_number: String,
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
    /// Creates the request of a biometric KYC.
    ///
    /// # Errors
    ///
    /// If the ID has a consent session instead of a number: V3 does not support such sessions.
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
    const SPEC: Spec = Spec::post("v3::biometric_kyc", "/v3/biometric_kyc").accepted();
    type Auth = TokenAndPartner;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
