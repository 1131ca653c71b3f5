//! Image entries of an archive's `info.json`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{image_type::ImageType, redact};

/// An item of `images` in `info.json`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageEntry {
    /// Subject and form of the image.
    #[serde(rename = "image_type_id")]
    pub image_type: ImageType,
    /// The image in base64; empty if it is a file of the archive.
    #[serde(default)]
    pub image: String,
    /// Name of the file in the archive; empty if the image is in base64.
    #[serde(default)]
    pub file_name: String,
}

impl ImageEntry {
    /// Creates the entry of an image that is a file of the archive.
    pub fn file(image_type: ImageType, file_name: impl Into<String>) -> Self {
        Self { image_type, image: String::new(), file_name: file_name.into() }
    }

    /// Creates the entry of an image in base64.
    pub fn base64(image_type: ImageType, image: impl Into<String>) -> Self {
        Self { image_type, image: image.into(), file_name: String::new() }
    }
}

impl fmt::Debug for ImageEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageEntry")
            .field("image_type", &self.image_type)
            .field("image", &redact::bytes(self.image.len()))
            .field("file_name", &self.file_name)
            .finish()
    }
}
