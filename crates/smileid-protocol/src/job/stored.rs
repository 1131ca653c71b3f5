//! Serialization of jobs and of how their results are delivered, so that another process can read them.
//!
//! The form is this project's own, not the API's. It distinguishes an image in memory from one that is sent as base64,
//! which the form of the official SDKs does not. A value that is read back is checked by the same rules as any other
//! job.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smileid_types::{IdInfo, ImageSubject, ImageType, PartnerParams, Product};

use super::{
    CallbackUrl, Image, ImageJob, InvalidInput, JobRef, LookupJob, Problem, content_tag::check_name,
    image::Source, image_job::IsSdkForm, ready::image_type,
};

/// Serializes the job with the person's data and the images in memory: protect the output accordingly.
impl Serialize for ImageJob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let images = self.images.iter().map(|(subject, image)| StoredImage::new(*subject, image));
        Stored {
            partner_params: self.partner_params.clone(),
            images: images.collect(),
            id_info: self.id_info.clone(),
            use_enrolled_image: self.use_enrolled_image,
            allow_new_enroll: self.allow_new_enroll,
            is_sdk_form: self.is_sdk_form.0,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ImageJob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let params = &stored.partner_params;
        let ids = ids_of(params).map_err(D::Error::custom)?;
        let job_type = params.job_type.ok_or_else(|| D::Error::custom("the job has no type"))?;
        let images = stored.images.into_iter().map(StoredImage::read).collect::<Result<_, _>>();
        let job = Self {
            ids,
            job_type,
            partner_params: stored.partner_params,
            images: images.map_err(D::Error::custom)?,
            id_info: stored.id_info,
            use_enrolled_image: stored.use_enrolled_image,
            allow_new_enroll: stored.allow_new_enroll,
            is_sdk_form: IsSdkForm(stored.is_sdk_form),
        };
        job.check().map_err(D::Error::custom)?;
        Ok(job)
    }
}

/// Serializes the lookup with the person's data: protect the output accordingly.
impl Serialize for LookupJob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StoredLookup {
            product: self.product.clone(),
            partner_params: self.partner_params.clone(),
            id_info: self.id_info.clone(),
            callback: self.callback.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LookupJob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let StoredLookup { product, partner_params, id_info, callback } =
            StoredLookup::deserialize(deserializer)?;
        let ids = ids_of(&partner_params).map_err(D::Error::custom)?;
        let job = Self { ids, product, partner_params, id_info: IdInfo::default(), callback };
        job.with_id_info(id_info).map_err(D::Error::custom)
    }
}

/// Returns the `user_id` and `job_id` of stored parameters. Fails if a parameter has a reserved name.
fn ids_of(params: &PartnerParams) -> Result<JobRef, InvalidInput> {
    for (name, _) in params.extra().iter() {
        check_name(name)
            .map_err(|it| InvalidInput::new(format!("partner_params.{}", it.0), Problem::Reserved))?;
    }
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    JobRef::new(name(&params.user_id), name(&params.job_id))
}

impl Serialize for JobRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Names { user_id: self.user_id().to_owned(), job_id: self.job_id().to_owned() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JobRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Names { user_id, job_id } = Names::deserialize(deserializer)?;
        Self::new(user_id, job_id).map_err(D::Error::custom)
    }
}

impl Serialize for CallbackUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CallbackUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct Names {
    user_id: String,
    job_id: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    partner_params: PartnerParams,
    images: Vec<StoredImage>,
    id_info: IdInfo,
    use_enrolled_image: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allow_new_enroll: Option<bool>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_sdk_form: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredLookup {
    product: Product,
    partner_params: PartnerParams,
    id_info: IdInfo,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    callback: Option<CallbackUrl>,
}

#[derive(Serialize, Deserialize)]
struct StoredImage {
    /// Image type of the image as a file, in whatever form the image is given.
    image_type_id: u16,
    #[serde(flatten)]
    source: StoredSource,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredSource {
    File(PathBuf),
    /// The image in base64, because JSON has no type for bytes.
    Bytes(String),
    Base64(String),
}

impl StoredImage {
    fn new(subject: ImageSubject, image: &Image) -> Self {
        let source = match &image.0 {
            Source::File(path) => StoredSource::File(Path::to_owned(path)),
            Source::Bytes(bytes) => StoredSource::Bytes(STANDARD.encode(bytes)),
            Source::Base64(text) => StoredSource::Base64(text.clone()),
        };
        Self { image_type_id: image_type(subject, false).number(), source }
    }

    fn read(self) -> Result<(ImageSubject, Image), &'static str> {
        let subject = ImageType::from(self.image_type_id).subject().ok_or("an image has an unknown type")?;
        let image = match self.source {
            StoredSource::File(path) => Image::file(path),
            StoredSource::Bytes(text) => {
                Image::bytes(STANDARD.decode(text).map_err(|_| "an image is not base64")?)
            }
            StoredSource::Base64(text) => Image::base64(text),
        };
        Ok((subject, image))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Delivery, Face, IdNumber, PollOptions};

    fn ids() -> JobRef {
        JobRef::new("user-1", "job-1").unwrap()
    }

    #[test]
    fn a_job_reads_back_as_it_was_kept() {
        let png = Image::bytes(&b"\x89PNG\r\n\x1a\n"[..]);
        let number = IdNumber::new("NG", "NIN", "00000000000").unwrap();
        let jobs = [
            ImageJob::biometric_kyc(ids(), Image::file("a/selfie.jpg"), number)
                .with_liveness(png.clone())
                .with_id_card_back(Image::base64("iVBORw0KGgo="))
                .with_partner_param("shop", 7)
                .unwrap(),
            ImageJob::document_verification(ids(), Face::Enrolled, png.clone(), "GH").unwrap(),
            ImageJob::smart_selfie_registration(ids(), png).allowing_new_enroll(),
        ];
        for job in jobs {
            let kept = serde_json::to_string(&job).unwrap();
            let read: ImageJob = serde_json::from_str(&kept).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), kept);
            assert_eq!(read.images, job.images);
            assert_eq!((read.ids, read.job_type), (job.ids, job.job_type));
            assert_eq!(read.partner_params, job.partner_params);
            assert_eq!(read.id_info, job.id_info);
            assert_eq!(read.use_enrolled_image, job.use_enrolled_image);
            assert_eq!(read.allow_new_enroll, job.allow_new_enroll);
        }

        let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
        let delivery = Delivery::callback(callback).and_follow(PollOptions::default().with_history());
        let kept = serde_json::to_string(&delivery).unwrap();
        assert_eq!(serde_json::from_str::<Delivery>(&kept).unwrap(), delivery);
    }

    #[test]
    fn what_cannot_be_sent_cannot_be_read_back() {
        let job = ImageJob::smart_selfie_registration(ids(), Image::file("selfie.jpg"));
        let kept = serde_json::to_value(&job).unwrap();
        for (pointer, value) in [
            ("/partner_params/user_id", "".into()),
            ("/partner_params/job_type", serde_json::Value::Null),
            ("/images", serde_json::json!([])),
            ("/images/0/image_type_id", 99.into()),
        ] {
            let mut broken = kept.clone();
            *broken.pointer_mut(pointer).unwrap() = value;
            assert!(serde_json::from_value::<ImageJob>(broken).is_err(), "{pointer}");
        }
        for delivery in ["{}", r#"{"callback":"ftp://x"}"#] {
            assert!(serde_json::from_str::<Delivery>(delivery).is_err(), "{delivery}");
        }
    }
}
