//! Images of a job, as raw bytes.

use bytes::Bytes;

use crate::{
    image_format::ImageFormat,
    job::{InvalidInput, Problem},
    v1::selfie_form::ImageBytes,
};

/// Size limit of all images of a job together, in bytes: the gateway accepts requests of 10 MB, and the other parts of
/// the form need some of it.
pub const MOST_IMAGE_BYTES: usize = 10_000_000 - (64 << 10);

/// A selfie and the images of its liveness check, all JPEG.
#[derive(Clone, Debug, PartialEq)]
pub struct Selfie {
    pub(super) selfie_image: ImageBytes,
    pub(super) liveness_images: Vec<ImageBytes>,
}

impl Selfie {
    /// Creates a selfie with 6 to 8 frames of the liveness check.
    ///
    /// # Errors
    ///
    /// If an image is not a JPEG, or there are fewer or more frames.
    pub fn new(
        selfie: impl Into<Bytes>,
        liveness: impl IntoIterator<Item = impl Into<Bytes>>,
    ) -> Result<Self, InvalidInput> {
        const LEAST: usize = 6;
        const MOST: usize = 8;
        let selfie_image = jpeg("selfie_image", selfie.into())?;
        let mut liveness_images = Vec::new();
        for (index, frame) in liveness.into_iter().take(MOST + 1).enumerate() {
            liveness_images.push(jpeg(&format!("liveness_images[{index}]"), frame.into())?);
        }
        if !(LEAST..=MOST).contains(&liveness_images.len()) {
            let problem = Problem::WrongCount { least: LEAST, most: MOST };
            return Err(InvalidInput::new("liveness_images", problem));
        }
        check_size("selfie_image", [&selfie_image].into_iter().chain(&liveness_images))?;
        Ok(Self { selfie_image, liveness_images })
    }
}

/// Checks that an image is a JPEG.
pub(super) fn jpeg(field: &str, image: Bytes) -> Result<ImageBytes, InvalidInput> {
    match format_of(field, &image)? {
        ImageFormat::Jpeg => Ok(image.into()),
        ImageFormat::Png => Err(InvalidInput::new(field, Problem::NotAJpeg)),
    }
}

/// Checks that an image is a JPEG or a PNG.
pub(super) fn document(field: &str, image: Bytes) -> Result<ImageBytes, InvalidInput> {
    format_of(field, &image)?;
    Ok(image.into())
}

fn format_of(field: &str, image: &Bytes) -> Result<ImageFormat, InvalidInput> {
    crate::job::format_of(image).map_err(|problem| InvalidInput::new(field, problem))
}

/// Checks the size of all images of a job together.
pub(super) fn check_size<'a>(
    field: &str,
    images: impl Iterator<Item = &'a ImageBytes>,
) -> Result<(), InvalidInput> {
    let size: usize = images.map(|image| image.0.len()).sum();
    if size <= MOST_IMAGE_BYTES {
        return Ok(());
    }
    Err(InvalidInput::new(field, Problem::TooLarge { limit: MOST_IMAGE_BYTES }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn a_selfie_is_jpeg_with_six_to_eight_frames() {
        for (count, is_right) in [(0, false), (5, false), (6, true), (8, true), (9, false)] {
            assert_eq!(Selfie::new(JPEG, vec![JPEG; count]).is_ok(), is_right, "{count}");
        }
        let error = Selfie::new(PNG, vec![JPEG; 6]).unwrap_err();
        assert_eq!(error, InvalidInput::new("selfie_image", Problem::NotAJpeg));
        let mut frames = vec![JPEG; 6];
        frames[2] = b"%PDF";
        let error = Selfie::new(JPEG, frames).unwrap_err();
        assert_eq!(error.to_string(), "`liveness_images[2]` is PDF: convert it to JPEG or PNG");
        assert!(Selfie::new(&b""[..], vec![JPEG; 6]).is_err());
    }

    #[test]
    fn the_size_of_all_images_is_limited() {
        let image = |size: usize| [JPEG, &vec![0; size - JPEG.len()]].concat();
        let each = MOST_IMAGE_BYTES / 7;
        assert!(Selfie::new(image(each), vec![image(each); 6]).is_ok());
        assert!(Selfie::new(image(each + 7), vec![image(each); 6]).is_err());
    }
}
