//! Checks the images listed in `info.json` against the files of the archive and the requirements of the job.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use smileid_types::{ImageContent, ImageEntry, ImageSubject, JobType};

use super::{
    describe::Description,
    finding::{Finding, FindingCode, Place},
};
use crate::{
    image_format::ImageFormat,
    package::picture::{Advice, Picture},
};

/// Files of an archive other than `info.json`.
pub(super) struct Files<'a> {
    /// Names of all entries in the archive.
    pub(super) names: BTreeSet<&'a str>,
    /// Properties of the image files that could be read.
    pub(super) pictures: BTreeMap<&'a str, Picture>,
}

/// Adds the mistakes in the images to `findings`.
pub(super) fn check(description: &Description, files: &Files<'_>, findings: &mut Vec<Finding>) {
    let images: Vec<_> = description.images().collect();
    let mut named = BTreeSet::new();
    for (index, image) in &images {
        let mut row = Row { index: *index, image, description, files, findings };
        row.check();
        if !image.file_name.is_empty() && !named.insert(&image.file_name) {
            row.add(FindingCode::ImageFileListedTwice, FILE_NAME);
        }
    }
    if description.is_whole() {
        not_listed(&images, files, findings);
        needed(&images, description, findings);
    }
    sender(description, findings);
}

const FILE_NAME: &str = "/file_name";

/// Name of an entry that the Python SDK leaves in its archives. Source: recorded requests.
const PYTHON_LEFTOVER: &str = "base64imgString";

fn not_listed(images: &[(usize, &ImageEntry)], files: &Files<'_>, findings: &mut Vec<Finding>) {
    let listed: BTreeSet<_> = images.iter().map(|(_, image)| image.file_name.as_str()).collect();
    for name in files.names.difference(&listed).filter(|name| !name.is_empty() && !name.ends_with('/')) {
        let code = match *name {
            PYTHON_LEFTOVER => FindingCode::EntryBase64ImgString,
            _ => FindingCode::EntryNotListed,
        };
        findings.push(Finding::new(code, Place::entry(name)));
    }
}

/// Checks that the images required by the job type are present. `info.json` does not tell if the enrolled selfie is used, so job
/// types that allow that need no selfie.
fn needed(images: &[(usize, &ImageEntry)], description: &Description, findings: &mut Vec<Finding>) {
    /// Maximum number of liveness images. Source: the documentation's page on image types.
    const MOST_LIVENESS: usize = 8;

    let mut add = |code| findings.push(Finding::new(code, Place::Info("/images".to_owned())));
    if images.is_empty() {
        return add(FindingCode::InfoJsonNoImages);
    }
    let count = |subject| images.iter().filter(|(_, it)| it.image_type.subject() == Some(subject)).count();
    if count(ImageSubject::Liveness) > MOST_LIVENESS {
        add(FindingCode::InfoJsonTooMuchLiveness);
    }
    let Some(job_type) = job_type(description) else { return };
    let by_selfie = matches!(
        job_type,
        JobType::BiometricKyc
            | JobType::SmartSelfieAuthentication
            | JobType::SmartSelfieRegistration
            | JobType::UpdatePhoto
            | JobType::CompareUserInfo
    );
    if by_selfie && count(ImageSubject::Selfie) == 0 {
        add(FindingCode::InfoJsonNoSelfie);
    }
    let by_number = description.info.id_info.entered == Some(true);
    let by_card = is_of_documents(job_type) || (job_type == JobType::BiometricKyc && !by_number);
    if by_card && count(ImageSubject::IdCard) == 0 {
        add(FindingCode::InfoJsonNoIdCard);
    }
}

fn job_type(description: &Description) -> Option<JobType> {
    description.info.misc_information.as_ref()?.partner_params.job_type
}

fn is_of_documents(job_type: JobType) -> bool {
    matches!(job_type, JobType::DocumentVerification | JobType::EnhancedDocumentVerification)
}

/// Adds findings about members that official SDKs leave out, and about placeholders that they send.
fn sender(description: &Description, findings: &mut Vec<Finding>) {
    let Some(misc) = &description.info.misc_information else { return };
    let mut add = |code, pointer: &str| findings.push(Finding::new(code, Place::Info(pointer.to_owned())));
    if misc.signature.is_none() {
        add(FindingCode::InfoJsonNoSignature, "/misc_information/signature");
    }
    if misc.user_data.first_name == "Bill" {
        add(FindingCode::InfoJsonPlaceholderName, "/misc_information/userData/firstName");
    }
}

/// An item of `images` in `info.json`.
struct Row<'a> {
    index: usize,
    image: &'a ImageEntry,
    description: &'a Description,
    files: &'a Files<'a>,
    findings: &'a mut Vec<Finding>,
}

impl Row<'_> {
    fn check(&mut self) {
        let ImageEntry { image_type, image, file_name, .. } = self.image;
        match (image.is_empty(), file_name.is_empty(), image_type.content()) {
            (true, true, _) => self.add(FindingCode::ImageNoContent, ""),
            (false, false, _) => self.add(FindingCode::ImageFileAndBase64, ""),
            (_, true, Some(ImageContent::File)) | (true, _, Some(ImageContent::Base64)) => {
                self.add(FindingCode::ImageTypeMismatch, "/image_type_id");
            }
            _ => {}
        }
        if image_type.subject().is_none() {
            self.add(FindingCode::ImageUnknownType, "/image_type_id");
        }
        if !file_name.is_empty() {
            self.file(file_name);
        }
        if !image.is_empty() {
            self.base64(image);
        }
    }

    fn file(&mut self, name: &str) {
        match self.files.pictures.get(name) {
            Some(picture) => self.picture(*picture, FILE_NAME),
            // If the file exists but cannot be read, another finding reports it.
            None if self.files.names.contains(name) => {}
            None => {
                self.add(FindingCode::ImageFileMissing, FILE_NAME);
                if name.contains(['/', '\\']) {
                    self.add(FindingCode::ImageLocalPath, FILE_NAME);
                }
            }
        }
    }

    fn base64(&mut self, text: &str) {
        const MEMBER: &str = "/image";
        let mut text = text;
        if let Some(url) = text.strip_prefix("data:") {
            self.add(FindingCode::ImageDataUrl, MEMBER);
            text = url.split_once(";base64,").map_or(url, |(_, text)| text);
        }
        let whole = if text.contains(|c: char| c.is_ascii_whitespace()) {
            Cow::Owned(text.split_ascii_whitespace().collect())
        } else {
            Cow::Borrowed(text)
        };
        match STANDARD.decode(whole.as_bytes()) {
            Ok(content) if ImageFormat::detect(&content).is_none() && looks_like_a_path(text) => {
                self.add(FindingCode::ImageLocalPath, MEMBER);
            }
            Ok(content) => {
                if whole.len() != text.len() {
                    self.add(FindingCode::ImageWrappedBase64, MEMBER);
                }
                self.picture(Picture::from_bytes(&content), MEMBER);
            }
            Err(_) if looks_like_a_path(text) => self.add(FindingCode::ImageLocalPath, MEMBER),
            Err(_) => self.add(FindingCode::ImageNotBase64, MEMBER),
        }
    }

    fn picture(&mut self, picture: Picture, member: &str) {
        if picture.format.is_none() {
            return self.add(FindingCode::ImageNotJpegOrPng, member);
        }
        let subject = self.image.image_type.subject();
        let is_document = matches!(subject, Some(ImageSubject::IdCard | ImageSubject::IdCardBack))
            && job_type(self.description).is_some_and(is_of_documents);
        if !is_document {
            return;
        }
        if picture.dimensions.is_none() {
            self.add(FindingCode::ImageNoDimensions, member);
        }
        let passport = self.description.info.id_info.id_type.as_deref() == Some("PASSPORT");
        for advice in picture.advice(passport) {
            let code = match advice {
                Advice::FewPixels { .. } => FindingCode::ImageFewPixels,
                Advice::FewBytes { .. } => FindingCode::ImageFewBytes,
                Advice::ManyBytes { .. } => FindingCode::ImageManyBytes,
            };
            let finding = Finding::new(code, self.place(member));
            self.findings.push(finding.saying(advice.to_string()));
        }
    }

    fn add(&mut self, code: FindingCode, member: &str) {
        let place = self.place(member);
        self.findings.push(Finding::new(code, place));
    }

    fn place(&self, member: &str) -> Place {
        Place::Info(format!("/images/{}{member}", self.index))
    }
}

/// Returns true if a text that is not an image looks like a file path. The base64 of every JPEG begins like an absolute path, so
/// that beginning is excluded.
fn looks_like_a_path(text: &str) -> bool {
    const LONGEST: usize = 1024;
    let from_a_root = text.starts_with(['/', '~', '.']) && !text.starts_with("/9j/");
    let extension = text.rsplit_once('.').map(|(_, extension)| extension);
    let has_extension = extension
        .is_some_and(|it| (1..=5).contains(&it.len()) && it.chars().all(|c| c.is_ascii_alphanumeric()));
    text.len() <= LONGEST && (from_a_root || has_extension || text.contains('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_images() {
        for path in ["/srv/s/selfie", "./a", "~/a", "C:\\a\\b", "selfie.jpg", "a/b.PNG"] {
            assert!(looks_like_a_path(path), "{path}");
        }
        for other in ["", "/9j/4AAQSkZJRgABAQ", "iVBORw0KGgo=", "selfie", "a.b c", &".".repeat(1025)] {
            assert!(!looks_like_a_path(other), "{other}");
        }
    }
}
