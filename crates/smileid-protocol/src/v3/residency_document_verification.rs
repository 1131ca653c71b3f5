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
    /// Request that checks a passport with a visa or permit, and compares the photo on it with a selfie. It requires an access
    /// token that is not bound to a product.
    pub struct Request {
        /// Country that issued the ID, in two capital letters.
        #[debug(shown)]
        country: String,
        /// ID type, such as `NATIONAL_ID`.
        #[debug(shown)]
        id_type: String,
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
        /// Image of the visa or permit, as JPEG or PNG.
        #[debug(shown)]
        visa: FormImage,
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

/// Type of the document: this product accepts only passports.
const PASSPORT: &str = "PASSPORT";

impl Request {
    /// Creates the request of a residency document verification.
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
