//! Image formats, recognized by the first bytes of a file.

use std::path::Path;

/// An image format that the API accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageFormat {
    /// The image is a JPEG.
    Jpeg,
    /// The image is a PNG.
    Png,
}

impl ImageFormat {
    /// Returns the format of an image, recognized by its first bytes. None if the API does not accept the format.
    pub fn detect(image: &[u8]) -> Option<Self> {
        if image.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if image.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            None
        }
    }

    /// Returns the name of an image format that the API does not accept, recognized by the first sixteen bytes of a file.
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

    /// Returns a name, for messages, of content that is neither JPEG nor PNG: `WebP`, `HTML or XML`, `text`.
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
            () => Self::name_of_other(head).unwrap_or("of a format that the API does not accept"),
        }
    }

    /// Returns the media type: `image/jpeg`.
    pub fn mime(self) -> &'static str {
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

    /// Returns true if a file name has the extension of an image format that the API accepts.
    pub(crate) fn is_named_in(name: &str) -> bool {
        let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|it| ["jpg", "jpeg", "png"].iter().any(|known| it.eq_ignore_ascii_case(known)))
    }
}

/// Returns true if a text begins like an image in base64, with the first bytes of a JPEG, PNG, GIF, WebP or HEIC file,
/// or like a `data:` URL.
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

#[cfg(test)]
mod tests {
    use super::*;

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
