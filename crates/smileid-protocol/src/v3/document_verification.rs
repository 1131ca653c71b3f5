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
        /// Country of the ID: two capital letters.
        #[debug(shown)]
        country: String,
        /// Type of the document. Without one the API recognises it.
        #[debug(shown)]
        id_type: Option<String>,
        /// Selfie: a JPEG.
        #[debug(shown)]
        selfie_image: ImageBytes,
        /// Frames of the liveness check: JPEG, 6 to 8.
        #[debug(shown)]
        liveness_images: Vec<ImageBytes>,
        /// Front of the document: JPEG or PNG.
        #[debug(shown)]
        document: ImageBytes,
        /// Back of the document: JPEG or PNG.
        #[debug(shown)]
        document_back: Option<ImageBytes>,
        /// Name and contact of the person.
        user_details: UserDetails,
        /// Consent of the person.
        #[debug(shown)]
        consent: Consent,
        /// The partner's id of the person. The API makes one if there is none.
        user_id: Option<UserId>,
        /// Callback URL for the result: an https address. Without one the default of the partner portal is used.
        callback_url: Option<String>,
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
    const SPEC: Spec = Spec::post("v3::document_verification", "/v3/document_verification");
    type Auth = TokenAndPartner;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
