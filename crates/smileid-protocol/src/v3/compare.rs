//! `POST /v3/compare`: compares a selfie with another image.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use smileid_types::Extra;

use super::{Accepted, Consent, Metadata, Selfie, UserDetails, UserId, form::FormField, images::jpeg};
use crate::{
    auth::{Anonymous, TokenHeader},
    codec::{DecodeError, EncodeError, Multipart, Part},
    endpoint::{Endpoint, Spec},
    form_image::FormImage,
    job::InvalidInput,
    piece::Piece,
};

form! {
    /// Request that compares a selfie with another image. If the comparison passes and the request has a `user_id`, the
    /// selfie is enrolled and replaces an enrolled one.
    pub struct Request {
        /// Selfie of the person, as JPEG.
        #[debug(shown)]
        selfie_image: FormImage,
        /// Image with which the selfie is compared, as JPEG.
        #[debug(shown)]
        comparison_image: FormImage,
        /// Kind of the comparison image.
        #[debug(shown)]
        comparison_image_type: ComparisonImageType,
        /// Images for the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// Name of the person, with email address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// True to allow that an enrolled user is enrolled again with another face.
        #[debug(shown)]
        allow_new_enroll: Option<bool>,
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
}

job_options!(Request);

/// Kind of the image with which the selfie is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComparisonImageType {
    /// The image shows a document with a photo.
    Document,
    /// The image is the photo of an ID.
    IdPhoto,
    /// The image is a portrait.
    Portrait,
}

impl ComparisonImageType {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Document, "DOCUMENT"), (Self::IdPhoto, "ID_PHOTO"), (Self::Portrait, "PORTRAIT")];
}

impl FormField for ComparisonImageType {
    fn write(&self, name: &'static str, parts: &mut Vec<Part<Piece>>) -> Result<(), EncodeError> {
        let word = Self::ALL.iter().find(|(kind, _)| kind == self).map_or("", |(_, word)| word);
        parts.push(Part::text(name, word));
        Ok(())
    }

    fn read(name: &'static str, parts: &mut Vec<Part>) -> Result<Self, DecodeError> {
        let word = String::read(name, parts)?;
        let kind = Self::ALL.iter().find(|(_, it)| *it == word).map(|(kind, _)| *kind);
        kind.ok_or(DecodeError::Form { problem: "`comparison_image_type` is not a listed one" })
    }
}

impl Request {
    /// Creates a comparison without a liveness check.
    ///
    /// # Errors
    ///
    /// If an image is not a JPEG.
    pub fn new(
        selfie: impl Into<FormImage>,
        (kind, image): (ComparisonImageType, impl Into<FormImage>),
        person: UserDetails,
        consent: Consent,
    ) -> Result<Self, InvalidInput> {
        let selfie_image = jpeg("selfie_image", selfie.into())?;
        Self::build(selfie_image, Vec::new(), (kind, image.into()), (person, consent))
    }

    /// Creates a comparison with a liveness check.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn with_liveness(
        selfie: Selfie,
        (kind, image): (ComparisonImageType, impl Into<FormImage>),
        person: UserDetails,
        consent: Consent,
    ) -> Result<Self, InvalidInput> {
        let Selfie { selfie_image, liveness_images } = selfie;
        Self::build(selfie_image, liveness_images, (kind, image.into()), (person, consent))
    }

    fn build(
        selfie_image: FormImage,
        liveness_images: Vec<FormImage>,
        (comparison_image_type, image): (ComparisonImageType, FormImage),
        (user_details, consent): (UserDetails, Consent),
    ) -> Result<Self, InvalidInput> {
        let comparison_image = jpeg("comparison_image", image)?;
        Ok(Self {
            selfie_image,
            comparison_image,
            comparison_image_type,
            liveness_images,
            user_details,
            consent,
            allow_new_enroll: None,
            user_id: None,
            callback_url: None,
            sandbox_result: None,
            partner_params: None,
            metadata: None,
            other: Vec::new(),
        })
    }

    /// Allows an enrolled user to be enrolled again with another face.
    #[must_use]
    pub fn allowing_new_enroll(self) -> Self {
        Self { allow_new_enroll: Some(true), ..self }
    }
}

sandbox_option!(Request);

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::compare", "/v3/compare").accepted();
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
