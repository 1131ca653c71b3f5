//! Images as the caller gives them.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use smileid_types::redact;

/// An image, as a file, as bytes or as base64 text.
#[derive(Clone, PartialEq, Eq)]
pub struct Image(pub(crate) Source);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Bytes(Bytes),
    Base64(String),
}

impl Image {
    /// A JPEG or PNG file. It is read when the job is made ready, before anything is sent.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// A JPEG or PNG image in memory. It travels as a file of the archive.
    pub fn bytes(image: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(image.into()))
    }

    /// A JPEG or PNG image in base64. Line breaks and a `data:` prefix are taken off; the API wants neither.
    pub fn base64(text: impl Into<String>) -> Self {
        Self(Source::Base64(text.into()))
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::File(path) => f.debug_tuple("File").field(path).finish(),
            Source::Bytes(bytes) => f.debug_tuple("Bytes").field(&redact::bytes(bytes.len())).finish(),
            Source::Base64(text) => f.debug_tuple("Base64").field(&redact::bytes(text.len())).finish(),
        }
    }
}

/// A kind of image that the API takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl ImageFormat {
    /// The kind of an image, by its first bytes.
    pub fn of(image: &[u8]) -> Option<Self> {
        if image.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if image.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            None
        }
    }

    pub(crate) fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// Whether a file name says that it is an image of a kind the API takes.
    pub(crate) fn is_named_in(name: &str) -> bool {
        let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|it| ["jpg", "jpeg", "png"].iter().any(|known| it.eq_ignore_ascii_case(known)))
    }
}

/// The base64 text of an image without what people put around it, when it is that of an image.
pub(crate) fn base64_image(text: &str) -> Result<String, NotBase64Image> {
    let text = match text.trim().strip_prefix("data:") {
        Some(url) => url.split_once(";base64,").map_or("", |(_, text)| text),
        None => text,
    };
    let text: String = text.split_ascii_whitespace().collect();
    let image = STANDARD.decode(&text).map_err(|_| NotBase64Image::NotBase64)?;
    if ImageFormat::of(&image).is_some() { Ok(text) } else { Err(NotBase64Image::NotAnImage) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotBase64Image {
    NotBase64,
    NotAnImage,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_cleaned_and_checked() {
        let png = STANDARD.encode(b"\x89PNG\r\n\x1a\nrest");
        for given in
            [png.clone(), format!("data:image/png;base64,{png}"), format!("{}\r\n{}", &png[..8], &png[8..])]
        {
            assert_eq!(base64_image(&given), Ok(png.clone()));
        }
        assert_eq!(base64_image("selfie.jpg"), Err(NotBase64Image::NotBase64));
        assert_eq!(base64_image("data:image/png,raw"), Err(NotBase64Image::NotAnImage));
        assert_eq!(base64_image(&STANDARD.encode("text")), Err(NotBase64Image::NotAnImage));
    }
}
