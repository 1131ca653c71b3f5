//! Images that are sent as parts of a multipart form.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};

use crate::{
    image_format::ImageFormat,
    job::{InvalidInput, Problem, decode_base64, format_of},
    package::layout::Content as _,
    piece::{FileContent as _, FilePart, Piece},
};

/// An image that is sent as a part of a multipart form: bytes in memory, or a file that is read while it is sent.
///
/// ```
/// use smileid_protocol::form_image::FormImage;
///
/// let image = FormImage::from(&b"\xff\xd8\xff\xe0"[..]);
/// assert_eq!(FormImage::base64("/9j/4A==")?, image);
/// # Ok::<(), smileid_protocol::job::InvalidInput>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FormImage(Piece);

impl FormImage {
    /// Decodes an image from base64. Line breaks, a `data:` prefix and the URL-safe alphabet are allowed.
    ///
    /// # Errors
    ///
    /// If the text is not base64. The field is `image`.
    pub fn base64(text: &str) -> Result<Self, InvalidInput> {
        let image = decode_base64(text);
        image
            .map(Self::from)
            .ok_or_else(|| InvalidInput::new("image", Problem::WrongType { expected: "base64 text" }))
    }

    /// Returns the length of the image, in bytes.
    pub fn length(&self) -> u64 {
        self.0.len()
    }

    /// Returns the first bytes of the image: at least sixteen, or all if it is shorter.
    pub fn head(&self) -> &[u8] {
        self.0.head()
    }

    /// Returns the bytes of the image, if they are in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        self.0.bytes()
    }

    pub(crate) fn piece(&self) -> Piece {
        self.0.clone()
    }

    /// Recognizes the format of the image.
    pub(crate) fn format(&self) -> Result<ImageFormat, Problem> {
        format_of(self.head())
    }
}

impl<B: Into<Bytes>> From<B> for FormImage {
    fn from(bytes: B) -> Self {
        Self(Piece::Bytes(bytes.into()))
    }
}

impl From<FilePart> for FormImage {
    fn from(file: FilePart) -> Self {
        Self(Piece::File(file))
    }
}

impl From<Piece> for FormImage {
    fn from(piece: Piece) -> Self {
        Self(piece)
    }
}

impl fmt::Debug for FormImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes the image as base64. An image that is a file cannot be serialized.
impl Serialize for FormImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let image =
            self.bytes().ok_or_else(|| S::Error::custom("an image in a file cannot be serialized"))?;
        serializer.serialize_str(&STANDARD.encode(image))
    }
}

impl<'de> Deserialize<'de> for FormImage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let image = STANDARD.decode(text).map_err(|_| D::Error::custom("an image is not in base64"))?;
        Ok(image.into())
    }
}
