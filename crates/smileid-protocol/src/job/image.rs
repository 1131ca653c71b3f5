//! Images of a job, as files, bytes or base64 text.

use std::{fmt, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use smileid_types::redact;

use super::{InvalidInput, Problem, excerpt};
use crate::{image_format::ImageFormat, package::picture::Picture};

/// An image of a job, as a file, as bytes or as base64 text.
#[derive(Clone, PartialEq, Eq)]
pub struct Image(pub(crate) Source);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Bytes(Bytes),
    Base64(String),
}

impl Image {
    /// Creates an image from a JPEG or PNG file. The file is read when the job is prepared, before anything is sent.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// Creates an image from a JPEG or PNG in memory. It is sent as a file of the archive.
    pub fn bytes(image: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(image.into()))
    }

    /// Creates an image from the base64 text of a JPEG or PNG. Line breaks and a `data:` prefix are removed, because the API does
    /// not accept them.
    pub fn base64(text: impl Into<String>) -> Self {
        Self(Source::Base64(text.into()))
    }

    /// Checks an image in memory now: it must be a JPEG or PNG whose headers contain width and height. A service that queues jobs
    /// can then refuse a bad image in its response. An image that is a file is checked later, when the job is prepared.
    ///
    /// ```
    /// use smileid_protocol::job::Image;
    ///
    /// let error = Image::bytes(&b"%PDF-1.7"[..]).checked().unwrap_err();
    /// assert_eq!(error.to_string(), "`image` is PDF: convert it to JPEG or PNG");
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not such an image. The field is `image`.
    pub fn checked(self) -> Result<Self, InvalidInput> {
        let checked = match &self.0 {
            Source::File(_) => Ok(()),
            Source::Bytes(image) => check_content(image),
            Source::Base64(text) => match decode(text) {
                Ok((_, image)) => check_content(&image),
                Err(_) if text.trim().is_empty() => Err(Problem::Empty),
                Err(_) => Err(Problem::WrongType { expected: "base64 text" }),
            },
        };
        checked.map(|()| self).map_err(|problem| InvalidInput::new("image", problem))
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // The caller may have passed an image in base64 as a path.
            Source::File(path) => f.debug_tuple("File").field(&excerpt(&path.to_string_lossy())).finish(),
            Source::Bytes(bytes) => f.debug_tuple("Bytes").field(&redact::bytes(bytes.len())).finish(),
            Source::Base64(text) => f.debug_tuple("Base64").field(&redact::bytes(text.len())).finish(),
        }
    }
}

/// Recognizes the format of an image from its first bytes: at least sixteen, or all of a shorter image.
pub(crate) fn format_of(head: &[u8]) -> Result<ImageFormat, Problem> {
    ImageFormat::detect(head).ok_or_else(|| match ImageFormat::name_of_other(head) {
        _ if head.is_empty() => Problem::Empty,
        Some(format) => Problem::OtherFormat { format },
        None => Problem::NotAnImage,
    })
}

fn check_content(image: &[u8]) -> Result<(), Problem> {
    format_of(image)?;
    Picture::from_bytes(image).dimensions.map(|_| ()).ok_or(Problem::NoDimensions)
}

/// Returns an image as base64 text in the standard alphabet, without a `data:` prefix and line breaks. Fails if the text is not
/// an image. Accepts the URL-safe alphabet, with or without padding.
pub(crate) fn base64_image(text: &str) -> Result<String, NotBase64Image> {
    let (text, image) = decode(text)?;
    if ImageFormat::detect(&image).is_some() { Ok(text) } else { Err(NotBase64Image::NotAnImage) }
}

/// Decodes base64 text as [`base64_image`] does, but accepts content that is not an image.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    decode(text).ok().map(|(_, image)| image)
}

/// Returns the base64 text in the standard form of [`base64_image`], and the decoded bytes.
fn decode(text: &str) -> Result<(String, Vec<u8>), NotBase64Image> {
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
    Ok((text, image))
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
    fn an_image_can_be_checked_before_it_is_sent() {
        // A PNG of 3 × 2 pixels up to its dimensions, as ISO/IEC 15948 has it; a JPEG up to its frame header, as ITU T.81.
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02";
        let jpeg = b"\xff\xd8\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\x01\x11\0";
        let flat = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\0";
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0";
        let expected: [(&[u8], _); 7] = [
            (png, None),
            (jpeg, None),
            (&png[..16], Some(Problem::NoDimensions)),
            (&jpeg[..6], Some(Problem::NoDimensions)),
            (flat, Some(Problem::NoDimensions)),
            (heic, Some(Problem::OtherFormat { format: "HEIC" })),
            (b"\x89PNG", Some(Problem::NotAnImage)),
        ];
        for (image, problem) in expected {
            for image in [Image::bytes(image.to_vec()), Image::base64(STANDARD.encode(image))] {
                let problem = problem.clone().map(|problem| InvalidInput::new("image", problem));
                assert_eq!(image.clone().checked().err(), problem, "{image:?}");
            }
        }
        for (image, problem) in [
            (Image::bytes(Bytes::new()), Problem::Empty),
            (Image::base64(" "), Problem::Empty),
            (Image::base64("selfie.jpg"), Problem::WrongType { expected: "base64 text" }),
        ] {
            assert_eq!(image.checked().unwrap_err(), InvalidInput::new("image", problem));
        }
        assert!(Image::file("missing.jpg").checked().is_ok(), "a file is not read");
    }

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
