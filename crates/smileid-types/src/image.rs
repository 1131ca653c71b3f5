//! Image entries of `info.json`, the description file of an image archive.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{image_type::ImageType, redact};

/// An entry of `images` in `info.json`, the description file of an image archive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageEntry {
    /// Image type: the subject of the image, and if it is a file or base64 text.
    #[serde(rename = "image_type_id")]
    pub image_type: ImageType,
    /// The image as base64 text; empty if the image is a file of the archive.
    #[serde(default)]
    pub image: String,
    /// Name of the image file in the archive; empty if the image is sent as base64 text.
    #[serde(default)]
    pub file_name: String,
}

impl ImageEntry {
    /// Creates the entry of an image that is a file of the archive.
    pub fn file(image_type: ImageType, file_name: impl Into<String>) -> Self {
        Self { image_type, image: String::new(), file_name: file_name.into() }
    }

    /// Creates the entry of an image that is sent as base64 text.
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
