//! `POST /v3/document_verification`: checks a document and compares its photo with a selfie.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Document, Metadata, Selfie, UserDetails, UserId, images::check_size};
use crate::{
    auth::{Anonymous, TokenAndPartner},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    job::InvalidInput,
    v1::selfie_form::ImageBytes,
};

form! {
    /// Checks a document, and compares its photo with a selfie.
    pub struct Request {
        /// Country of the ID, as two capital letters.
        #[debug(shown)]
        country: String,
        /// Type of the document. Without it, the API detects the type.
        #[debug(shown)]
        id_type: Option<String>,
        /// Selfie, as JPEG.
        #[debug(shown)]
        selfie_image: ImageBytes,
        /// Images of the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<ImageBytes>,
        /// Front of the document, as JPEG or PNG.
        #[debug(shown)]
        document: ImageBytes,
        /// Back of the document, as JPEG or PNG.
        #[debug(shown)]
        document_back: Option<ImageBytes>,
        /// Name of the person, with e-mail address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// The partner's id of the person. If absent, the API creates one.
        user_id: Option<UserId>,
        /// HTTPS URL to which the result is sent. Without it, the callback URL of the partner portal is used.
        callback_url: Option<String>,
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
    /// Creates the request of a job.
    ///
    /// # Errors
    ///
    /// If the images are too large together.
    pub fn new(
        document: Document,
        selfie: Selfie,
        person: UserDetails,
        consent: Consent,
    ) -> Result<Self, InvalidInput> {
        let Selfie { selfie_image, liveness_images } = selfie;
        let request = Self {
            country: document.country,
            id_type: document.id_type,
            selfie_image,
            liveness_images,
            document: document.front,
            document_back: document.back,
            user_details: person,
            consent,
            user_id: None,
            callback_url: None,
            partner_params: None,
            metadata: None,
            other: Vec::new(),
        };
        let images = [&request.selfie_image, &request.document].into_iter();
        check_size("document", images.chain(&request.liveness_images).chain(&request.document_back))?;
        Ok(request)
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::document_verification", "/v3/document_verification").accepted();
    type Auth = TokenAndPartner;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
