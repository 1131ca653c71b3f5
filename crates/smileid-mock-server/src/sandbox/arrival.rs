//! Uploaded archives, and the defects because of which their jobs fail.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use smileid_protocol::{
    auth::PartnerId,
    job::{
        ImageFormat,
        lint::{self, Warning},
    },
    package::{
        info::InfoJson,
        inspect::{self, Archive, Finding, FindingCode, Inspection, Severity},
    },
    types::{IdInfo, ImageSubject, ImageType, JobType},
};

use super::announced::Announced;

/// Uploaded archive that was opened.
pub(crate) struct Arrival {
    /// Images for which presigned URLs are created, even if the job fails.
    pub(crate) images: Vec<(ImageSubject, Bytes)>,
    /// All findings about the archive, including those for which the job does not fail.
    pub(crate) findings: Vec<Finding>,
    /// Files that `info.json` lists as images, but which are neither JPEG nor PNG.
    pub(crate) not_images: Vec<NotAnImage>,
    info: Result<InfoJson, Defect>,
}

impl Arrival {
    /// Opens an archive.
    pub(crate) fn open(archive: &[u8]) -> Self {
        let inspection = inspect::inspect(archive, inspect::Limits::default());
        let defect = Defect::from_inspection(&inspection);
        match inspection.into_archive() {
            Ok(archive) => {
                let images = shown(&archive);
                let not_images = not_images(&archive);
                Self { images, findings: archive.findings, not_images, info: Ok(archive.info) }
            }
            Err(error) => Self {
                images: Vec::new(),
                findings: error.findings,
                not_images: Vec::new(),
                info: Err(defect),
            },
        }
    }

    /// Checks the archive against the job in the upload request.
    pub(crate) fn contents(
        &self,
        announced: &Announced,
        partner: &PartnerId,
    ) -> Result<Contents<'_>, Defect> {
        let info = self.info.as_ref().map_err(|defect| *defect)?;
        if contradicts(info, announced, partner) {
            return Err(Defect::Contradiction);
        }
        if let Some(first) = self.not_images.first() {
            return Err(first.defect());
        }
        let has = |subject| {
            info.images.iter().any(|image| {
                image.image_type.subject() == Some(subject)
                    && !(image.image.is_empty() && image.file_name.is_empty())
            })
        };
        let contents = Contents {
            id_info: &info.id_info,
            has_id_card: has(ImageSubject::IdCard),
            has_liveness: has(ImageSubject::Liveness),
        };
        let document = matches!(
            announced.job_type,
            JobType::DocumentVerification | JobType::EnhancedDocumentVerification
        );
        let may_lack_selfie = document && announced.use_enrolled_image;
        if !may_lack_selfie && !has(ImageSubject::Selfie) {
            return Err(Defect::Selfie);
        }
        let by_card =
            document || (announced.job_type == JobType::BiometricKyc && info.id_info.entered != Some(true));
        if by_card && !contents.has_id_card {
            return Err(Defect::IdCard);
        }
        Ok(contents)
    }
}

impl Arrival {
    /// Returns the lint warnings about the archive. Warnings about the upload request are not included.
    pub(crate) fn warnings(&self, announced: &Announced) -> Vec<Warning> {
        let Ok(info) = &self.info else { return Vec::new() };
        let mut warnings = lint::received(&announced.params, &info.id_info, &info.images);
        warnings.retain(|warning| !warning.field.starts_with("partner_params"));
        warnings
    }
}

/// Entry of `images` in `info.json` whose content is not an image.
pub(crate) struct NotAnImage {
    /// Index of the entry in `images`.
    pub(crate) index: usize,
    /// Member of the entry that contains or names the content.
    pub(crate) member: &'static str,
    /// Subject that the image should show, such as the selfie.
    pub(crate) subject: ImageSubject,
    /// Description of the actual content.
    pub(crate) is: &'static str,
}

impl NotAnImage {
    /// Returns the defect of the archive, which is the same as for a missing image.
    fn defect(&self) -> Defect {
        match self.subject {
            ImageSubject::Selfie => Defect::Selfie,
            ImageSubject::IdCard | ImageSubject::IdCardBack => Defect::IdCard,
            _ => Defect::File,
        }
    }
}

/// Returns the listed images that are neither JPEG nor PNG.
///
/// Entries without content count as missing images. So do liveness images and backs of cards with a local path in place
/// of the image: the official JavaScript and Ruby SDKs send them so, and their jobs are processed.
fn not_images(archive: &Archive) -> Vec<NotAnImage> {
    let lost = |index: usize| {
        let of_row = |it: &&Finding| it.place.image() == Some(index);
        archive.findings.iter().filter(of_row).any(|it| it.code == FindingCode::ImageLocalPath)
    };
    let mut found = Vec::new();
    for (index, image) in archive.info.images.iter().enumerate() {
        let Some(subject) = image.image_type.subject() else { continue };
        let file = archive.files.get(&image.file_name).filter(|_| !image.file_name.is_empty());
        let (member, is) = match file {
            Some(file) if ImageFormat::is_image(file) => continue,
            Some(file) => ("file_name", ImageFormat::describe_other(file)),
            None if image.image.is_empty() => continue,
            None => match from_base64(&image.image) {
                Some(content) if ImageFormat::is_image(&content) => continue,
                _ if is_lost_by_sdks(subject) && lost(index) => continue,
                Some(content) => ("image", ImageFormat::describe_other(&content)),
                None if image.image.starts_with("data:") => ("image", "a data: URL; send the base64 alone"),
                None => ("image", "not base64"),
            },
        };
        found.push(NotAnImage { index, member, subject, is });
    }
    found
}

/// Returns true for images for which two official SDKs send a local path instead of the content.
fn is_lost_by_sdks(subject: ImageSubject) -> bool {
    matches!(subject, ImageSubject::Liveness | ImageSubject::IdCardBack)
}

/// Content of an archive without a defect.
pub(crate) struct Contents<'a> {
    pub(crate) id_info: &'a IdInfo,
    pub(crate) has_id_card: bool,
    pub(crate) has_liveness: bool,
}

/// Defect of an archive because of which its job fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    /// The archive cannot be opened.
    Corrupt,
    /// The `info.json` of the archive is missing or cannot be read.
    InfoJson,
    /// The `info.json` of the archive belongs to another job.
    Contradiction,
    /// The archive has no selfie.
    Selfie,
    /// The archive has no image of the ID card.
    IdCard,
    /// Another file that `info.json` lists is missing.
    File,
    /// The lint has warnings about the archive, and the mock server is strict.
    Strict,
}

impl Defect {
    /// Returns the defect of an archive that cannot be used.
    fn from_inspection(inspection: &Inspection) -> Self {
        let fatal = || inspection.findings.iter().filter(|it| it.severity() == Severity::Fatal);
        let of_info = |it: &Finding| {
            matches!(
                it.code,
                FindingCode::InfoJsonMissing
                    | FindingCode::InfoJsonDuplicate
                    | FindingCode::InfoJsonTooLarge
                    | FindingCode::InfoJsonNotJson
                    | FindingCode::InfoJsonTooManyValues
                    | FindingCode::InfoJsonTooManyImages
                    | FindingCode::InfoJsonMissingField
                    | FindingCode::InfoJsonWrongField
            )
        };
        if fatal().any(of_info) {
            return Self::InfoJson;
        }
        if fatal().any(|it| it.code != FindingCode::ImageFileMissing) {
            return Self::Corrupt;
        }
        let images = inspection.info.as_ref().map(|info| info.images.as_slice()).unwrap_or_default();
        let row = fatal().find_map(|it| images.get(it.place.image()?));
        match row.and_then(|image| image.image_type.subject()) {
            Some(ImageSubject::Selfie) => Self::Selfie,
            Some(ImageSubject::IdCard | ImageSubject::IdCardBack) => Self::IdCard,
            _ => Self::File,
        }
    }
}

/// Returns true if `info.json` names another job or partner. Newer clients name none.
fn contradicts(info: &InfoJson, announced: &Announced, partner: &PartnerId) -> bool {
    let Some(misc) = &info.misc_information else { return false };
    let params = &misc.partner_params;
    params.user_id.as_ref().is_some_and(|it| *it != announced.user_id)
        || params.job_id.as_ref().is_some_and(|it| *it != announced.job_id)
        || params.job_type.is_some_and(|it| it != announced.job_type)
        || misc.smile_client_id.as_ref().is_some_and(|it| it != partner)
}

/// Returns the images for which presigned URLs are created: the first one of each kind.
fn shown(archive: &Archive) -> Vec<(ImageSubject, Bytes)> {
    let mut images: Vec<(ImageSubject, Bytes)> = Vec::new();
    for entry in &archive.info.images {
        let Some(subject) = shown_as(entry.image_type) else { continue };
        if images.iter().any(|(it, _)| *it == subject) {
            continue;
        }
        let content = match archive.files.get(&entry.file_name) {
            Some(file) => Some(file.clone()),
            None => from_base64(&entry.image),
        };
        images.extend(content.map(|content| (subject, content)));
    }
    images
}

fn shown_as(image_type: ImageType) -> Option<ImageSubject> {
    image_type.subject().filter(|subject| {
        matches!(subject, ImageSubject::Selfie | ImageSubject::IdCard | ImageSubject::IdCardBack)
    })
}

fn from_base64(text: &str) -> Option<Bytes> {
    let text: String = text.split_ascii_whitespace().collect();
    let image = STANDARD.decode(text).ok().filter(|image| !image.is_empty())?;
    Some(Bytes::from(image))
}
