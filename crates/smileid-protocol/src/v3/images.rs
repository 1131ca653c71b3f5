//! Images of a V3 job, as raw bytes.

use crate::{
    form_image::FormImage,
    image_format::ImageFormat,
    job::{InvalidInput, Problem},
};

/// Maximum size of all images of a V3 job in total, in bytes. The gateway accepts requests of 10 MB, of which the other form
/// parts need some. Clients check the size before they send a job.
pub const MOST_IMAGE_BYTES: u64 = 10_000_000 - (64 << 10);

/// A selfie with the images for its liveness check, all as JPEG.
#[derive(Clone, Debug, PartialEq)]
pub struct Selfie {
    pub(super) selfie_image: FormImage,
    pub(super) liveness_images: Vec<FormImage>,
}

impl Selfie {
    /// Creates a selfie with 6 to 8 images for the liveness check.
    ///
    /// # Errors
    ///
    /// If an image is not a JPEG, or there are fewer or more frames.
    pub fn new(
        selfie: impl Into<FormImage>,
        liveness: impl IntoIterator<Item = impl Into<FormImage>>,
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
        Ok(Self { selfie_image, liveness_images })
    }
}

/// Checks that an image is a JPEG.
pub(super) fn jpeg(field: &str, image: FormImage) -> Result<FormImage, InvalidInput> {
    match format_of(field, &image)? {
        ImageFormat::Jpeg => Ok(image),
        ImageFormat::Png => Err(InvalidInput::new(field, Problem::NotAJpeg)),
    }
}

/// Checks that an image is a JPEG or a PNG.
pub(super) fn document(field: &str, image: FormImage) -> Result<FormImage, InvalidInput> {
    format_of(field, &image)?;
    Ok(image)
}

fn format_of(field: &str, image: &FormImage) -> Result<ImageFormat, InvalidInput> {
    image.format().map_err(|problem| InvalidInput::new(field, problem))
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
}
