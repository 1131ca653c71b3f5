//! Image types: the subject of an image, and if it is sent as a file or as base64 text.

pub use crate::generated::image_type::ImageType;

impl ImageType {
    /// Returns the subject of the image, such as the selfie.
    pub const fn subject(self) -> Option<ImageSubject> {
        match self {
            Self::SelfieFile | Self::SelfieBase64 => Some(ImageSubject::Selfie),
            Self::IdCardFile | Self::IdCardBase64 => Some(ImageSubject::IdCard),
            Self::IdCardBackFile | Self::IdCardBackBase64 => Some(ImageSubject::IdCardBack),
            Self::LivenessFile | Self::LivenessBase64 => Some(ImageSubject::Liveness),
            Self::PortraitFile => Some(ImageSubject::Portrait),
            Self::Unlisted(_) => None,
        }
    }

    /// Returns the form in which the image is sent: file or base64 text.
    pub const fn content(self) -> Option<ImageContent> {
        match self {
            Self::SelfieFile
            | Self::IdCardFile
            | Self::IdCardBackFile
            | Self::LivenessFile
            | Self::PortraitFile => Some(ImageContent::File),
            Self::SelfieBase64 | Self::IdCardBase64 | Self::IdCardBackBase64 | Self::LivenessBase64 => {
                Some(ImageContent::Base64)
            }
            Self::Unlisted(_) => None,
        }
    }
}

/// Subject of an image: a selfie, an ID card, a liveness frame or a portrait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ImageSubject {
    /// The image shows the person's face.
    Selfie,
    /// The image shows the front of the ID card.
    IdCard,
    /// The image shows the back of the ID card.
    IdCardBack,
    /// The image is a frame of the liveness check.
    Liveness,
    /// The image is a portrait with which the selfie is compared.
    Portrait,
}

/// Form in which an image is sent: file or base64 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ImageContent {
    /// The image is a file in the archive.
    File,
    /// The image is base64 text in the archive's `info.json`.
    Base64,
}
