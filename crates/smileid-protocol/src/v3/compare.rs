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
        /// Selfie, as JPEG.
        #[debug(shown)]
        selfie_image: FormImage,
        /// Image to compare the selfie with, as JPEG.
        #[debug(shown)]
        comparison_image: FormImage,
        /// Kind of the comparison image.
        #[debug(shown)]
        comparison_image_type: ComparisonImageType,
        /// Images of the liveness check: 6 to 8, as JPEG.
        #[debug(shown)]
        liveness_images: Vec<FormImage>,
        /// Name of the person, with e-mail address or phone number.
        user_details: UserDetails,
        /// The person's consent to the check.
        #[debug(shown)]
        consent: Consent,
        /// True to allow that an enrolled user is enrolled again with another face.
        #[debug(shown)]
        allow_new_enroll: Option<bool>,
        /// The partner's id of the person. If absent, the API creates one.
        user_id: Option<UserId>,
        /// HTTPS URL to which the result is sent. Without it, the callback URL of the partner portal is used.
        callback_url: Option<String>,
        /// Result code that the sandbox returns, such as 840 or 1220.
        #[debug(shown)]
        sandbox_result: Option<u32>,
        /// The partner's own members, which are returned in the result.
        #[debug(shown)]
        partner_params: Option<Extra>,
        /// Data about the device, which mobile clients send.
        metadata: Option<Vec<Metadata>>,
    }
}

job_options!(Request);

/// Kind of the image that a selfie is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComparisonImageType {
    /// Image of a document with a photo.
    Document,
    /// Photo of an ID.
    IdPhoto,
    /// Portrait.
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
    /// Creates the request of a comparison without a liveness check.
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

    /// Creates the request of a comparison with a liveness check.
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
