//! Images as inputs of a job.

use std::{fmt, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use smileid_types::redact;

use super::excerpt;
use crate::image_format::ImageFormat;

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
    /// Creates an image from a JPEG or PNG file. The file is read when the job is made ready, before anything is sent.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// Creates an image from a JPEG or PNG in memory. It is sent as a file of the archive.
    pub fn bytes(image: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(image.into()))
    }

    /// Creates an image from a JPEG or PNG in base64. Line breaks and a `data:` prefix are removed; the API accepts
    /// neither.
    pub fn base64(text: impl Into<String>) -> Self {
        Self(Source::Base64(text.into()))
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // It may be an image in base64 that was taken for a path.
            Source::File(path) => f.debug_tuple("File").field(&excerpt(&path.to_string_lossy())).finish(),
            Source::Bytes(bytes) => f.debug_tuple("Bytes").field(&redact::bytes(bytes.len())).finish(),
            Source::Base64(text) => f.debug_tuple("Base64").field(&redact::bytes(text.len())).finish(),
        }
    }
}

/// Returns the base64 text of an image in the standard alphabet, without a `data:` prefix and line breaks. Fails if it
/// is not an image. The URL-safe alphabet is accepted, with or without padding.
pub(crate) fn base64_image(text: &str) -> Result<String, NotBase64Image> {
    let text = match text.trim().strip_prefix("data:") {
        Some(url) => url.split_once(";base64,").map_or("", |(_, text)| text),
        None => text,
    };
    let mut text: String = text.split_ascii_whitespace().collect();
    if text.contains(['-', '_']) || !text.len().is_multiple_of(4) {
        text = text.replace('-', "+").replace('_', "/");
        let padding = (4 - text.len() % 4) % 4;
        text.extend(std::iter::repeat_n('=', padding));
    }
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
        // Bytes whose text has both letters in which the two alphabets differ.
        let odd = STANDARD.encode(b"\x89PNG\r\n\x1a\n\0\xfb\xef\xbe\xff\xff\xff\0");
        let for_urls = odd.replace('+', "-").replace('/', "_").replace('=', "");
        assert!(for_urls.contains('-') && for_urls.contains('_'), "{for_urls}");
        assert_eq!(base64_image(&for_urls), Ok(odd));
        assert_eq!(base64_image("selfie.jpg"), Err(NotBase64Image::NotBase64));
        assert_eq!(base64_image("data:image/png,raw"), Err(NotBase64Image::NotAnImage));
        assert_eq!(base64_image(&STANDARD.encode("text")), Err(NotBase64Image::NotAnImage));
    }
}
