//! What the headers of an image say of it, and what the documentation advises about photos of documents.

/// Width and height of a JPEG or PNG image, when its headers say them.
pub(crate) fn dimensions(image: &[u8]) -> Option<(u32, u32)> {
    let (width, height) = of_png(image).or_else(|| of_jpeg(image))?;
    (width > 0 && height > 0).then_some((width, height))
}

/// IHDR is the first chunk: signature, length, type, width, height.
fn of_png(image: &[u8]) -> Option<(u32, u32)> {
    let header = image.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    if header.get(4..8)? != b"IHDR" {
        return None;
    }
    Some((
        u32::from_be_bytes(*header.get(8..)?.first_chunk()?),
        u32::from_be_bytes(*header.get(12..)?.first_chunk()?),
    ))
}

/// The first frame header (SOF): marker, length, precision, height, width. Segments before it are passed over.
fn of_jpeg(image: &[u8]) -> Option<(u32, u32)> {
    let mut rest = image.strip_prefix(b"\xff\xd8")?;
    loop {
        let [0xff, marker, following @ ..] = rest else { return None };
        rest = match marker {
            0xff => rest.get(1..)?, // fill bytes
            0x01 | 0xd0..=0xd7 => following,
            // The scan or the end, and no frame before it.
            0xd8..=0xda => return None,
            // SOF0 to SOF15, but for tables (DHT, DAC) and the reserved JPG.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let number =
                    |at: usize| Some(u32::from(u16::from_be_bytes(*following.get(at..)?.first_chunk()?)));
                return Some((number(5)?, number(3)?));
            }
            _ => following.get(usize::from(u16::from_be_bytes(*following.first_chunk()?)).max(2)..)?,
        };
    }
}

/// What the documentation advises about the photo of a document, and a photo does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    FewPixels { longer_side: u32, least: u32 },
    FewBytes { bytes: usize },
    ManyBytes { bytes: usize },
}

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

/// Holds the photo of a document against the documentation's advice. Nothing is known of such advice for selfies.
///
/// Source: the page on document verification. Longer side of 1500 pixels or more for cards and 2200 for passports,
/// 600 KB to 10 MB. It does not say which kilobytes; the bounds here are the wider ones.
pub(crate) fn advice(image: &[u8], passport: bool) -> impl Iterator<Item = Advice> {
    let least = if passport { 2200 } else { 1500 };
    let longer_side = dimensions(image).map(|(width, height)| width.max(height));
    let bytes = image.len();
    let pixels =
        longer_side.filter(|side| *side < least).map(|longer_side| Advice::FewPixels { longer_side, least });
    let size = match bytes {
        ..600_000 => Some(Advice::FewBytes { bytes }),
        10_485_761.. => Some(Advice::ManyBytes { bytes }),
        _ => None,
    };
    pixels.into_iter().chain(size)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_bounds_are_inside() {
        let of = |width: u32, bytes: usize, passport: bool| {
            let mut image = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
            image.extend_from_slice(&width.to_be_bytes());
            image.extend_from_slice(&1_u32.to_be_bytes());
            image.resize(bytes, 0);
            advice(&image, passport).collect::<Vec<_>>()
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
