//! Job whose image files have been read and checked, ready to be sent.

use std::{
    collections::{HashMap, HashSet},
    fmt, io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use smileid_types::{Extra, IdInfo, ImageEntry, ImageSubject, ImageType, PartnerParams};

use super::{
    CallbackUrl, ContentTag, ImageFormat, ImageJob, InvalidInput, JobRef, MAX_IMAGES, Problem, excerpt,
    image::{NotBase64Image, Source, base64_image, format_of},
};
use crate::{
    auth::{Credentials, RequestProof},
    package::{
        INFO_JSON,
        info::{InfoJson, MiscInformation, UserData},
        layout::{Entry, Layout, LayoutError, layout},
    },
    piece::FileContent,
    v1::upload,
};

impl ImageJob {
    /// Checks the number of the images and the format of images in memory, as [`read`](Self::read) does. Files are not read.
    ///
    /// ```
    /// use smileid_protocol::job::{Image, ImageJob, JobRef};
    ///
    /// let pdf = Image::bytes(&b"%PDF-1.7"[..]);
    /// let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, pdf);
    /// assert_eq!(job.check_images().unwrap_err().to_string(), "`selfie` is PDF: convert it to JPEG or PNG");
    /// # Ok::<(), smileid_protocol::job::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for `read`, but for files.
    pub fn check_images(&self) -> Result<(), InvalidInput> {
        // Instead of reading the files, uses bytes that are recognized as a PNG image.
        match self.read(|_| Ok(Bytes::from_static(b"\x89PNG\r\n\x1a\n"))) {
            Err(ReadError::Image(error)) => Err(error),
            Ok(_) | Err(ReadError::File { .. }) => Ok(()),
        }
    }

    /// Reads every file of the job with the function `read`, and checks that each is an image.
    ///
    /// This is done before the first request: if a file were found missing later, the job's name would be used up.
    ///
    /// `read` may leave a file on disk and return a value with its size and checksum; see [`FileContent`].
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or is not an image. The field is named after the argument or method that added the
    /// image: `selfie`, `id_card`, `id_card_back`, `liveness[2]` for the third frame. For a job in the form
    /// [`sdk_job`](super::sdk_job) it is the path there: `image_details[3].image`.
    pub fn read<C: FileContent>(
        &self,
        mut read: impl FnMut(&Path) -> io::Result<C>,
    ) -> Result<ReadyJob<C>, ReadError> {
        if self.images.len() > MAX_IMAGES {
            let problem = Problem::TooMany { limit: MAX_IMAGES };
            return Err(InvalidInput::new("image_details", problem).into());
        }
        let mut images = Vec::with_capacity(self.images.len());
        let mut files: Vec<Entry<C>> = Vec::new();
        let mut names = Names::default();
        for (index, (subject, image)) in self.images.iter().enumerate() {
            let field = self.image_field(index);
            let (wished, content) = match &image.0 {
                Source::Base64(text) => {
                    let text = base64_image(text).map_err(|error| {
                        InvalidInput::new(
                            field,
                            match error {
                                NotBase64Image::NotBase64 => {
                                    Problem::NotBase64 { file_type: image_type(*subject, false).number() }
                                }
                                NotBase64Image::NotAnImage => Problem::NotAnImage,
                            },
                        )
                    })?;
                    images.push(ImageEntry::base64(image_type(*subject, true), text));
                    continue;
                }
                Source::File(path) => match read(path) {
                    Ok(content) => {
                        (path.file_name().map(|name| name.to_string_lossy().into_owned()), content)
                    }
                    Err(source) => return Err(ReadError::File { field, path: path.clone(), source }),
                },
                Source::Bytes(content) => (None, content.clone().into()),
            };
            let format = format_of(content.head()).map_err(|problem| InvalidInput::new(field, problem))?;
            let name = names.unique(wished.as_deref().unwrap_or(plain_name(*subject)), format);
            images.push(ImageEntry::file(image_type(*subject, false), name.clone()));
            files.push(Entry::new(name, content));
        }
        Ok(ReadyJob {
            ids: self.ids.clone(),
            partner_params: self.partner_params.clone(),
            images,
            files,
            id_info: self.id_info.clone(),
            use_enrolled_image: self.use_enrolled_image,
            allow_new_enroll: self.allow_new_enroll,
        })
    }
}

/// Job whose image files have been read and checked.
#[derive(Clone)]
pub struct ReadyJob<C = Bytes> {
    ids: JobRef,
    pub(super) partner_params: PartnerParams,
    pub(super) images: Vec<ImageEntry>,
    pub(super) files: Vec<Entry<C>>,
    pub(super) id_info: IdInfo,
    use_enrolled_image: bool,
    allow_new_enroll: Option<bool>,
}

impl<C: FileContent> ReadyJob<C> {
    /// Returns the upload request, the first request of the job.
    pub fn upload_request(&self, callback: Option<&CallbackUrl>) -> upload::Request {
        let mut request = upload::Request::new(self.partner_params.clone());
        request.callback_url = callback.map(|url| url.as_str().to_owned());
        request.use_enrolled_image = Some(self.use_enrolled_image);
        request.allow_new_enroll = self.allow_new_enroll;
        request
    }

    /// Returns the content tag of the job: a hash of its content.
    pub fn content_tag(&self, credentials: &Credentials) -> ContentTag {
        let digest = |entry: &ImageEntry| match self.files.iter().find(|file| file.name == entry.file_name) {
            Some(file) => file.content.sha256(),
            None => Sha256::digest(&entry.image).into(),
        };
        let images: Vec<_> =
            self.images.iter().map(|entry| (entry.image_type.number(), digest(entry))).collect();
        let options = (self.use_enrolled_image, self.allow_new_enroll);
        ContentTag::new(credentials, &(&self.partner_params, &self.id_info, options), &images)
    }

    /// Builds the archive of the job. Call it after the API answered the upload `request`, signed as in `seal`, with `reply`.
    ///
    /// # Errors
    ///
    /// If it is too large, or its `info.json` cannot be written.
    pub fn archive(
        &self,
        request: &upload::Request,
        seal: &RequestProof,
        reply: &upload::Response,
    ) -> Result<Layout<C>, ArchiveBuildError> {
        let info = InfoJson::new(
            MiscInformation::new(request, seal),
            self.id_info.clone(),
            self.images.clone(),
            serde_json::to_value(reply)?,
        );
        let mut entries = Vec::with_capacity(self.files.len() + 1);
        entries.push(Entry::new(INFO_JSON, C::from(Bytes::from(serde_json::to_vec(&info)?))));
        entries.extend(self.files.iter().cloned()); // clones of `Bytes` share the contents
        Ok(layout(entries)?)
    }

    /// Returns the `user_id` and `job_id` of the job.
    pub fn ids(&self) -> &JobRef {
        &self.ids
    }
}

impl MiscInformation {
    /// Creates the copy of an upload request and its signature for `info.json`.
    pub fn new(request: &upload::Request, seal: &RequestProof) -> Self {
        Self {
            timestamp: Some(seal.timestamp.clone()),
            signature: Some(seal.signature.clone()),
            retry: Some(request.retry.unwrap_or_default()),
            partner_params: request.partner_params.clone(),
            file_name: request.file_name.clone(),
            smile_client_id: Some(seal.partner_id.clone()),
            callback_url: Some(request.callback_url.clone().unwrap_or_default()),
            user_data: UserData::default(),
            extra: Extra::default(),
        }
    }
}

impl<C> fmt::Debug for ReadyJob<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyJob")
            .field("partner_params", &self.partner_params)
            .field("images", &self.images)
            .field("id_info", &self.id_info)
            .finish_non_exhaustive()
    }
}

/// Error from reading the files of a job. Nothing was sent.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file of the job could not be read.
    #[error("the file `{}` of `{field}` could not be read", excerpt(&path.to_string_lossy()))]
    File {
        /// Field of the job that names the file.
        field: String,
        /// Path of the file, as given in the job.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// A file or text of the job is not an image.
    #[error(transparent)]
    Image(#[from] InvalidInput),
}

/// Shortens the path as `Display` does, because it may be a base64 image.
impl fmt::Debug for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { field, path, source } => f
                .debug_struct("File")
                .field("field", field)
                .field("path", &excerpt(&path.to_string_lossy()))
                .field("source", source)
                .finish(),
            Self::Image(error) => f.debug_tuple("Image").field(error).finish(),
        }
    }
}

/// Error from building the archive of a job.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveBuildError {
    /// The archive would be too large.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// `info.json` cannot be written.
    #[error("info.json cannot be written")]
    Info(#[from] serde_json::Error),
}

pub(super) fn image_type(subject: ImageSubject, base64: bool) -> ImageType {
    *ImageType::LISTED
        .iter()
        .find(|it| {
            let is_base64 = it.content() == Some(smileid_types::ImageContent::Base64);
            it.subject() == Some(subject) && is_base64 == base64
        })
        // A portrait has no base64 form; no job of this module has a portrait.
        .unwrap_or(&ImageType::PortraitFile)
}

pub(super) fn plain_name(subject: ImageSubject) -> &'static str {
    match subject {
        ImageSubject::IdCard => "id_card",
        ImageSubject::IdCardBack => "id_card_back",
        ImageSubject::Liveness => "liveness",
        ImageSubject::Portrait => "portrait",
        // A subject that this crate does not know. The file name need not match the subject, so any will do.
        _ => "selfie",
    }
}

/// Names of the entries that the archive has so far.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// Last number that was added to each name, so that no number is tried twice.
    last: HashMap<String, u32>,
}

impl Names {
    /// Returns a name that no other entry has, with the extension of its image format and without path separators.
    fn unique(&mut self, wished: &str, format: ImageFormat) -> String {
        let mut wished: String =
            wished.chars().map(|c| if c.is_control() || "/\\:".contains(c) { '_' } else { c }).collect();
        if !ImageFormat::is_named_in(&wished) {
            wished = format!("{wished}.{}", format.extension());
        }
        let (stem, extension) = wished.rsplit_once('.').unwrap_or((&wished, format.extension()));
        let mut name = wished.clone();
        let last = self.last.entry(wished.clone()).or_insert(1);
        while name == INFO_JSON || self.taken.contains(&name) {
            *last += 1;
            name = format!("{stem}-{last}.{extension}");
        }
        self.taken.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{
        Image,
        sdk_job::{CheckedJob, SdkJob},
    };

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn read(images: Vec<(ImageSubject, Image)>) -> Result<ReadyJob, ReadError> {
        let ids = JobRef::new("u", "j").unwrap();
        let mut job = ImageJob::smart_selfie_registration(ids, Image::bytes(PNG));
        job.images = images;
        job.read(|path| {
            if path.ends_with("missing.jpg") {
                return Err(io::ErrorKind::NotFound.into());
            }
            Ok(Bytes::from_static(PNG))
        })
    }

    #[test]
    fn every_file_gets_a_name_of_its_own() {
        let paths = ["a/selfie.jpg", "b/selfie.jpg", "c/selfie-2.jpg", "noext", "up.JPEG", "..\\evil.png"];
        let ready =
            read(paths.iter().map(|path| (ImageSubject::Liveness, Image::file(path))).collect()).unwrap();
        let names: Vec<_> = ready.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(
            names,
            ["selfie.jpg", "selfie-2.jpg", "selfie-2-2.jpg", "noext.png", "up.JPEG", ".._evil.png"]
        );
        let listed: Vec<_> = ready.images.iter().map(|image| image.file_name.as_str()).collect();
        assert_eq!(listed, names);
    }

    #[test]
    fn a_job_has_a_limit_of_images() {
        let of = |count: usize| {
            let path = |index: usize| Image::file(format!("{index}/selfie.jpg"));
            read((0..count).map(|index| (ImageSubject::Liveness, path(index))).collect())
        };
        assert_eq!(of(MAX_IMAGES).unwrap().files.last().unwrap().name, "selfie-60.jpg");
        match of(MAX_IMAGES + 1) {
            Err(ReadError::Image(InvalidInput { field, problem: Problem::TooMany { limit } })) => {
                assert_eq!((field.as_str(), limit), ("image_details", MAX_IMAGES));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_path_is_not_repeated() {
        let base64 = "/9j/4AAQ".repeat(1000);
        let error = ReadError::File {
            field: "image_details[0].image".to_owned(),
            path: base64.clone().into(),
            source: io::ErrorKind::NotFound.into(),
        };
        let shown = error.to_string();
        assert!(shown.len() < 120 && shown.contains("8000 characters"), "{shown}");
    }

    #[test]
    fn a_missing_file_names_field_and_path() {
        let images = vec![
            (ImageSubject::Selfie, Image::bytes(PNG)),
            (ImageSubject::IdCard, Image::file("x/missing.jpg")),
        ];
        match read(images) {
            Err(ReadError::File { field, path, source }) => {
                assert_eq!(field, "id_card");
                assert!(path.ends_with("missing.jpg"));
                assert_eq!(source.kind(), io::ErrorKind::NotFound);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn errors_name_the_user_s_own_arguments() {
        let png = || Image::bytes(PNG);
        let ids = || JobRef::new("u", "j").unwrap();
        let broken = || Image::bytes(&b"%PDF"[..]);
        let with_frames = |count: usize, last: Image| {
            let job = ImageJob::biometric_kyc_by_card(ids(), png(), png());
            (1..count).fold(job, |job, _| job.with_liveness(png())).with_liveness(last)
        };
        let field = |job: &ImageJob| match job.read(|_| Err::<Bytes, _>(io::ErrorKind::NotFound.into())) {
            Err(ReadError::Image(error)) => error.field,
            Err(ReadError::File { field, .. }) => field,
            Ok(_) => panic!("it was read"),
        };
        for (job, expected) in [
            (ImageJob::smart_selfie_registration(ids(), broken()), "selfie"),
            (ImageJob::biometric_kyc_by_card(ids(), png(), Image::base64("%")), "id_card"),
            (ImageJob::biometric_kyc_by_card(ids(), png(), png()).with_id_card(broken()), "id_card[1]"),
            (
                ImageJob::biometric_kyc_by_card(ids(), png(), png()).with_id_card_back(broken()),
                "id_card_back",
            ),
            (with_frames(1, broken()), "liveness[0]"),
            (with_frames(3, broken()), "liveness[2]"),
            (with_frames(3, Image::file("missing.jpg")), "liveness[2]"),
        ] {
            assert_eq!(field(&job), expected);
            let stored: ImageJob = serde_json::from_value(serde_json::to_value(&job).unwrap()).unwrap();
            assert_eq!(field(&stored), expected);
        }

        let detail =
            |number: i64| serde_json::json!({"image_type_id": number, "image": format!("{number}.jpg")});
        let json = serde_json::json!({
            "partner_params": {"user_id": "u", "job_id": "j", "job_type": 4},
            "image_details": [detail(0), detail(4)],
            "options": {"return_job_status": true},
        });
        let CheckedJob::Images(job, _) = SdkJob::from_json(&json).unwrap().check(None).unwrap() else {
            panic!()
        };
        let stored: ImageJob = serde_json::from_value(serde_json::to_value(&job).unwrap()).unwrap();
        for job in [job, stored] {
            let error = job.read(|path| match path.to_str() {
                Some("0.jpg") => Ok(Bytes::from_static(PNG)),
                _ => Ok(Bytes::from_static(b"%PDF")),
            });
            assert_eq!(
                error.unwrap_err().to_string(),
                "`image_details[1].image` is PDF: convert it to JPEG or PNG"
            );
        }
    }

    #[test]
    fn types_follow_subject_and_form() {
        for (subject, file, base64) in [
            (ImageSubject::Selfie, 0, 2),
            (ImageSubject::IdCard, 1, 3),
            (ImageSubject::Liveness, 4, 6),
            (ImageSubject::IdCardBack, 5, 7),
        ] {
            assert_eq!(image_type(subject, false).number(), file);
            assert_eq!(image_type(subject, true).number(), base64);
        }
    }
}
