//! `POST /v3/residency_document_verification`: checks a passport with a visa or permit.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Document, Metadata, Selfie, UserDetails, UserId, images};
use crate::{
    auth::{Anonymous, TokenAndPartner},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    form_image::FormImage,
    job::{InvalidInput, Problem},
};

form! {
    /// Request that checks a passport with a visa or permit, and compares its photo with a selfie. It needs an unbound
    /// token, because tokens cannot be bound to this product.
    pub struct Request {
        /// Country of the ID, as two capital letters.
        #[debug(shown)]
        country: String,
        /// ID type.
        #[debug(shown)]
        id_type: String,
        /// Selfie, as JPEG.
        #[debug(shown)]
        selfie_image: FormImage,
        /// Images of the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// Front of the document, as JPEG or PNG.
        #[debug(shown)]
        document: FormImage,
        /// Back of the document, as JPEG or PNG.
        #[debug(shown)]
        document_back: Option<FormImage>,
        /// Visa or permit: JPEG or PNG.
        #[debug(shown)]
        visa: FormImage,
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

/// The only type of document that this product accepts.
const PASSPORT: &str = "PASSPORT";

impl Request {
    /// Creates the request of a job.
    ///
    /// # Errors
    ///
    /// If the document is not a passport, or the visa is not a JPEG or PNG.
    pub fn new(
        document: Document,
        visa: impl Into<FormImage>,
        selfie: Selfie,
        person: UserDetails,
        consent: Consent,
    ) -> Result<Self, InvalidInput> {
        if document.id_type.as_deref().is_some_and(|id_type| id_type != PASSPORT) {
            return Err(InvalidInput::new("id_type", Problem::NotAPassport));
        }
        let Selfie { selfie_image, liveness_images } = selfie;
        Ok(Self {
            country: document.country,
            id_type: PASSPORT.to_owned(),
            visa: images::document("visa", visa.into())?,
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
        })
    }
}

impl Endpoint for Request {
    const SPEC: Spec =
        Spec::post("v3::residency_document_verification", "/v3/residency_document_verification").accepted();
    type Auth = TokenAndPartner;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
