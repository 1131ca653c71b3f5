//! Images as the caller gives them.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use smileid_types::redact;

use super::excerpt;

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
            // It may be an image in base64 that was taken for a path.
            Source::File(path) => f.debug_tuple("File").field(&excerpt(&path.to_string_lossy())).finish(),
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

    /// The name of a format that the API does not take, by the first sixteen bytes of a file.
    pub(crate) fn name_of_other(image: &[u8]) -> Option<&'static str> {
        const HEIF_BRANDS: [&[u8]; 8] =
            [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
        let from = |start: usize, text: &[u8]| image.get(start..).is_some_and(|rest| rest.starts_with(text));
        let is_media = from(4, b"ftyp");
        let text = image.trim_ascii_start();
        let name = match () {
            () if is_media && HEIF_BRANDS.iter().any(|brand| from(8, brand)) => "HEIC",
            () if is_media && (from(8, b"avif") || from(8, b"avis")) => "AVIF",
            () if is_media => "a video",
            () if from(0, b"RIFF") && from(8, b"WEBP") => "WebP",
            () if from(0, b"GIF8") => "GIF",
            () if from(0, b"BM") => "BMP",
            () if from(0, b"II*\0") || from(0, b"MM\0*") => "TIFF",
            () if from(0, b"\xff\x0a") || from(0, b"\0\0\0\x0cJXL ") => "JPEG XL",
            () if from(0, b"%PDF") => "PDF",
            () if from(0, b"PK\x03\x04") => "a ZIP archive",
            () if text.starts_with(b"<svg") => "SVG",
            () if text.starts_with(b"<") => "HTML or XML",
            () if text.starts_with(b"{") || text.starts_with(b"[") => "JSON",
            () if is_start_of_base64_image(text) => "an image in base64",
            () => return None,
        };
        Some(name)
    }

    /// What content that is no JPEG or PNG seems to be, for messages to people: `WebP`, `HTML or XML`, `text`.
    ///
    /// It never repeats the content.
    pub fn describe_other(content: &[u8]) -> &'static str {
        let head = content.get(..256).unwrap_or(content);
        let text = head.trim_ascii_start();
        match () {
            () if content.is_empty() => "empty",
            () if head.starts_with(b"\xff\xd8") => "a JPEG that is cut off or damaged",
            () if head.starts_with(b"\x89PNG") => "a PNG that is cut off or damaged",
            () if text.starts_with(b"data:") => "a data: URL",
            () if text.starts_with(b"<?xml") && text.windows(4).any(|it| it == b"<svg") => "SVG",
            () if head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')) => {
                Self::name_of_other(head).unwrap_or("text")
            }
            () => Self::name_of_other(head).unwrap_or("of a format that the API does not take"),
        }
    }

    /// Whether the content is an image of a kind the API takes whose headers are whole: they give its dimensions. What
    /// follows them is not decoded.
    pub fn is_image(content: &[u8]) -> bool {
        crate::package::picture::Picture::of(content).dimensions.is_some()
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

/// Whether a text begins as an image in base64 does: with the first bytes of a JPEG, PNG, GIF, WebP or HEIC file, or as
/// a `data:` URL.
pub(crate) fn is_start_of_base64_image(text: &[u8]) -> bool {
    const STARTS: [&[u8]; 9] = [
        b"/9j/",
        b"_9j_",
        b"iVBORw0KGgo",
        b"R0lGOD",
        b"UklGR",
        b"AAAAGGZ0eXB",
        b"AAAAHGZ0eXB",
        b"AAAAIGZ0eXB",
        b"data:",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
}

/// The base64 text of an image in the standard alphabet and without what people put around it, when it is that of an
/// image. The alphabet for URLs is accepted, with padding or without.
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

    #[test]
    fn other_formats_have_a_name() {
        // First bytes as in the documents of each format: ISO/IEC 23008-12 and 14496-12, RFC 9649, GIF89a, ISO 32000.
        for (head, name) in [
            (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], Some("HEIC")),
            (b"\0\0\0\x18ftypmif1\0\0\0\0", Some("HEIC")),
            (b"\0\0\0\x20ftypisom\0\0\0\0", Some("a video")),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some("WebP")),
            (b"GIF89a", Some("GIF")),
            (b"%PDF-1.7", Some("PDF")),
            (b"\n<!DOCTYPE html>", Some("HTML or XML")),
            (b"/9j/4AAQSkZJRgAB", Some("an image in base64")),
            (b"undefined", None),
            (b"", None),
        ] {
            assert_eq!(ImageFormat::name_of_other(head), name, "{}", head.escape_ascii());
        }
    }
}
