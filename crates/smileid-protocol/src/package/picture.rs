//! Reads the headers of an image, and compares images of documents with the documentation's advice.

use crate::image_format::ImageFormat;

/// Properties of an image that are checked. The image is read once, even if it is listed several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Format of the image. `None` if it is neither JPEG nor PNG.
    pub(crate) format: Option<ImageFormat>,
    /// Width and height of the image, if its headers contain them.
    pub(crate) dimensions: Option<(u32, u32)>,
    /// Length of the image, in bytes.
    #[cfg(feature = "diagnostics")]
    pub(crate) bytes: usize,
}

impl ImageFormat {
    /// Returns true if the content is an image in an accepted format, with width and height in its headers. The rest of the image
    /// is not decoded.
    pub fn is_image(content: &[u8]) -> bool {
        Picture::from_bytes(content).dimensions.is_some()
    }
}

impl Picture {
    pub(crate) fn from_bytes(image: &[u8]) -> Self {
        let format = ImageFormat::detect(image);
        let dimensions = match format {
            Some(ImageFormat::Jpeg) => of_jpeg(image),
            Some(ImageFormat::Png) => of_png(image),
            None => None,
        };
        let dimensions = dimensions.filter(|(width, height)| *width > 0 && *height > 0);
        Self {
            format,
            dimensions,
            #[cfg(feature = "diagnostics")]
            bytes: image.len(),
        }
    }

    /// Checks the image of a document against the documentation's advice. No such advice is known for selfies.
    ///
    /// Source: the page on document verification. Longer side of 1500 pixels or more for cards and 2200 for passports,
    /// 600 KB to 10 MB. It does not define its kilobytes; the limits here are the wider ones.
    #[cfg(feature = "diagnostics")]
    pub(crate) fn advice(self, passport: bool) -> impl Iterator<Item = Advice> {
        let bytes = self.bytes;
        let least = if passport { 2200 } else { 1500 };
        let longer_side = self.dimensions.map(|(width, height)| width.max(height));
        let pixels = longer_side
            .filter(|side| *side < least)
            .map(|longer_side| Advice::FewPixels { longer_side, least });
        let size = match bytes {
            ..600_000 => Some(Advice::FewBytes { bytes }),
            10_485_761.. => Some(Advice::ManyBytes { bytes }),
            _ => None,
        };
        pixels.into_iter().chain(size)
    }
}

/// Reads width and height from IHDR, the first chunk of a PNG: signature, length, type, width, height.
fn of_png(image: &[u8]) -> Option<(u32, u32)> {
    if image.get(12..16)? != b"IHDR" {
        return None;
    }
    Some((
        u32::from_be_bytes(*image.get(16..)?.first_chunk()?),
        u32::from_be_bytes(*image.get(20..)?.first_chunk()?),
    ))
}

/// Reads width and height from the first frame header (SOF) of a JPEG: marker, length, precision, height, width. Segments before
/// it are skipped.
fn of_jpeg(image: &[u8]) -> Option<(u32, u32)> {
    /// Maximum number of segments and fill bytes before the frame header. Cameras write about ten segments; a colour profile or a
    /// second, smaller image of 16 MB takes 256. Without a limit, an image of nothing else would be read to its last byte.
    const MOST_STEPS: usize = 1024;

    let mut rest = image.strip_prefix(b"\xff\xd8")?;
    for _ in 0..MOST_STEPS {
        let [0xff, marker, following @ ..] = rest else { return None };
        rest = match marker {
            0xff => rest.get(1..)?, // fill bytes
            0x01 | 0xd0..=0xd7 => following,
            // The image data or the end of the file begins, and no header with the dimensions was found.
            0xd8..=0xda => return None,
            // Frame headers SOF0 to SOF15. The codes for tables (DHT, DAC) and the reserved code JPG are excluded.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let number =
                    |at: usize| Some(u32::from(u16::from_be_bytes(*following.get(at..)?.first_chunk()?)));
                return Some((number(5)?, number(3)?));
            }
            _ => following.get(usize::from(u16::from_be_bytes(*following.first_chunk()?)).max(2)..)?,
        };
    }
    None
}

/// Documentation's advice that the image of a document does not follow.
#[cfg(feature = "diagnostics")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    FewPixels { longer_side: u32, least: u32 },
    FewBytes { bytes: usize },
    ManyBytes { bytes: usize },
}

#[cfg(feature = "diagnostics")]
impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FewPixels { longer_side, least } => {
                write!(
                    f,
                    "the longer side has {longer_side} pixels; the documentation advises {least} or more"
                )
            }
            Self::FewBytes { bytes } => {
                write!(f, "the image has {bytes} bytes; the documentation advises 600 KB or more")
            }
            Self::ManyBytes { bytes } => {
                write!(f, "the image has {bytes} bytes; the documentation advises 10 MB or less")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimensions(image: &[u8]) -> Option<(u32, u32)> {
        Picture::from_bytes(image).dimensions
    }

    #[test]
    fn headers_say_the_dimensions() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x05\xdc\0\0\x03\xb6";
        assert_eq!(dimensions(png), Some((1500, 950)));
        // A segment of another kind, a fill byte, and a table whose marker lies among those of frames.
        let before = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc4\x00\x03x";
        for frame in [0xc0, 0xc1, 0xc2, 0xcf] {
            let sof = [0xff, frame, 0, 11, 8, 3, 0xb6, 5, 0xdc, 1, 1, 0x11, 0];
            assert_eq!(dimensions(&[before, &sof[..]].concat()), Some((1500, 950)));
        }
    }

    #[test]
    fn headers_that_say_none_are_no_reason_to_fail() {
        let images: [&[u8]; 9] = [
            b"",
            b"\xff\xd8",
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xe0\xff",
            b"\xff\xd8\xff\xe0\x00\x00\xff\xd9",
            b"\xff\xd8\xff\xc0\x00\x0b\x08\x00",
            b"\xff\xd8\xff\xda\x00\x0b\x08\x00",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x05",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x01",
        ];
        for image in images {
            assert_eq!(dimensions(image), None, "{image:x?}");
        }
    }

    #[test]
    fn what_stands_before_the_frame_is_read_so_far_and_no_further() {
        const SOF: [u8; 13] = [0xff, 0xc0, 0, 11, 8, 3, 0xb6, 5, 0xdc, 1, 1, 0x11, 0];
        let segment: &[u8] = b"\xff\xfe\x00\x02";
        for before in [segment, b"\xff", b"\xff\x01"] {
            let of = |count: usize| {
                dimensions(&[b"\xff\xd8".as_slice(), &before.repeat(count), SOF.as_slice()].concat())
            };
            assert_eq!(of(1023), Some((1500, 950)), "{before:x?}");
            assert_eq!(of(1024), None, "{before:x?}");
            assert_eq!(of(1 << 20), None, "{before:x?}");
        }
    }

    #[test]
    fn the_bounds_are_inside() {
        let of = |width: u32, bytes: usize, passport: bool| {
            let mut image = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
            image.extend_from_slice(&width.to_be_bytes());
            image.extend_from_slice(&1_u32.to_be_bytes());
            image.resize(bytes, 0);
            Picture::from_bytes(&image).advice(passport).collect::<Vec<_>>()
        };
        assert_eq!(of(1500, 600_000, false), []);
        assert_eq!(of(2200, 10 << 20, true), []);
        assert_eq!(of(2199, 700_000, true), [Advice::FewPixels { longer_side: 2199, least: 2200 }]);
        assert_eq!(
            of(1499, 599_999, false),
            [Advice::FewPixels { longer_side: 1499, least: 1500 }, Advice::FewBytes { bytes: 599_999 }]
        );
        assert_eq!(of(1500, (10 << 20) + 1, false), [Advice::ManyBytes { bytes: (10 << 20) + 1 }]);
    }
}
