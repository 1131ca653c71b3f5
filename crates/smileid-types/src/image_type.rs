//! Image types: what an image shows, and if it is a file or base64.

pub use crate::generated::image_type::ImageType;

impl ImageType {
    /// Returns what the image shows, such as the selfie.
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

    /// Returns the form in which the image is sent.
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

/// What an image shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ImageSubject {
    /// The person's face.
    Selfie,
    /// The front of the ID card.
    IdCard,
    /// The back of the ID card.
    IdCardBack,
    /// A frame of the liveness check.
    Liveness,
    /// A portrait to compare with.
    Portrait,
}

/// Form in which an image is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ImageContent {
    /// As a file in the archive.
    File,
    /// As base64 text in the archive's `info.json`.
    Base64,
}
