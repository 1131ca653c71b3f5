//! Lint of the images: their number, and their quality compared with the documentation's advice.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use smileid_types::{ImageEntry, ImageSubject};

use super::{Facts, Warning, WarningCode};
use crate::package::{
    layout::Entry,
    picture::{Advice, Picture},
};

/// Maximum number of liveness images. Source: the documentation's page on image types.
const MOST_LIVENESS: usize = 8;

pub(super) fn subjects(facts: &Facts<'_>, warnings: &mut Vec<Warning>) {
    if facts.subjects.iter().filter(|subject| **subject == ImageSubject::Liveness).count() > MOST_LIVENESS {
        warnings.push(Warning::new(WarningCode::ImagesTooMuchLiveness, "image_details"));
    }
}

/// Adds the warnings about the quality of an image, which are also given for a received archive; see [`Picture::advice`].
pub(super) fn quality(
    facts: &Facts<'_>,
    images: &[ImageEntry],
    files: &[Entry<Bytes>],
    warnings: &mut Vec<Warning>,
) {
    if !facts.is_of_documents() {
        return;
    }
    let passport = facts.id_info.id_type.as_deref() == Some("PASSPORT");
    for (index, image) in images.iter().enumerate() {
        let subject = image.image_type.subject();
        if !matches!(subject, Some(ImageSubject::IdCard | ImageSubject::IdCardBack)) {
            continue;
        }
        let file = files.iter().find(|file| file.name == image.file_name);
        let content = match file {
            Some(file) => Some(Cow::Borrowed(file.content.as_ref())),
            None => STANDARD.decode(&image.image).ok().map(Cow::Owned),
        };
        for advice in content.iter().flat_map(|content| Picture::from_bytes(content).advice(passport)) {
            let code = match advice {
                Advice::FewPixels { .. } => WarningCode::ImageFewPixels,
                Advice::FewBytes { .. } => WarningCode::ImageFewBytes,
                Advice::ManyBytes { .. } => WarningCode::ImageManyBytes,
            };
            let field = format!("image_details[{index}].image");
            warnings.push(
                Warning::new(code, field)
                    .saying(format!("does not follow the documentation's advice: {advice}")),
            );
        }
    }
}
