//! `POST /v3/document_verification`: checks a document and compares its photo with a selfie.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Document, Metadata, Selfie, UserDetails, UserId};
use crate::{
    auth::{Anonymous, TokenAndPartner},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    form_image::FormImage,
};

form! {
    /// Request that checks a document, and compares the photo on it with a selfie.
    pub struct Request {
        /// Country that issued the ID, in two capital letters.
        #[debug(shown)]
        country: String,
        /// Type of the document. If absent, the API detects the type.
        #[debug(shown)]
        id_type: Option<String>,
        /// Selfie of the person, as JPEG.
        #[debug(shown)]
        selfie_image: FormImage,
        /// Images for the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// Image of the front of the document, as JPEG or PNG.
        #[debug(shown)]
        document: FormImage,
        /// Image of the back of the document, as JPEG or PNG.
        #[debug(shown)]
        document_back: Option<FormImage>,
        /// Name of the person, with email address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// The id that the partner gave the person. If absent, the API creates an id.
        user_id: Option<UserId>,
        /// HTTPS URL to which the API sends the result. If absent, the callback URL in the partner portal is used.
        callback_url: Option<String>,
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
    /// Creates the request of a document verification.
    pub fn new(document: Document, selfie: Selfie, person: UserDetails, consent: Consent) -> Self {
        let Selfie { selfie_image, liveness_images } = selfie;
        Self {
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
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::document_verification", "/v3/document_verification").accepted();
    type Auth = TokenAndPartner;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
