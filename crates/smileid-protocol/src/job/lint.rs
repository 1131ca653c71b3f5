//! Lint: warnings about jobs that can be sent but are probably wrong.
//!
//! Jobs are checked by two sets of rules. The rules that all official SDKs share are in [`super::sdk_job`] and in the
//! typed jobs; breaking one is an error. The rules of this module come from tables, which may be older than the API,
//! and from advice. Breaking one is a warning, and the caller decides what to do.
//!
//! ```
//! use smileid_protocol::job::{IdNumber, JobRef, LookupJob};
//!
//! let id = IdNumber::new("NG", "BVN", "1234")?;
//! let job = LookupJob::enhanced_kyc(JobRef::new("user-1", "job-1")?, id);
//! let warnings = job.warnings();
//! assert_eq!(warnings[0].code.as_str(), "id-number.shape");
//! assert_eq!(warnings[0].field, "id_info.id_number");
//! # Ok::<(), smileid_protocol::job::InvalidInput>(())
//! ```
//!
//! [`ImageJob::warnings`], [`LookupJob::warnings`], [`SdkJob::warnings`] and [`ReadyJob::warnings`] do not know the
//! environment; the functions of this module take it as an argument. [`received`] checks the parts of a received
//! request.

mod id_info;
mod image;
mod params;
mod warning;

pub use warning::{Warning, WarningCode};

use serde_json::Value;
use smileid_types::{EnvironmentRow, IdInfo, ImageEntry, ImageSubject, ImageType, JobType, PartnerParams};

use super::{ImageJob, LookupJob, ReadyJob, sdk_job::SdkJob};
use crate::timestamp::Timestamp;

impl SdkJob {
    /// Returns warnings: probable mistakes in the job that do not prevent sending it.
    pub fn warnings(&self) -> Vec<Warning> {
        sdk_job(self, None)
    }
}

impl ImageJob {
    /// Returns warnings: probable mistakes in the job that do not prevent sending it. The images are not read; see
    /// [`ReadyJob::warnings`].
    pub fn warnings(&self) -> Vec<Warning> {
        image_job(self, None)
    }
}

impl LookupJob {
    /// Returns warnings: probable mistakes in the lookup that do not prevent sending it.
    pub fn warnings(&self) -> Vec<Warning> {
        lookup_job(self, None)
    }
}

impl ReadyJob {
    /// Returns warnings: probable mistakes in the job and its images that do not prevent sending it.
    pub fn warnings(&self) -> Vec<Warning> {
        ready_job(self, None)
    }
}

/// Returns warnings about a job in the SDKs' form. `environment` is the environment to which it will be sent, if known.
pub fn sdk_job(job: &SdkJob, environment: Option<&EnvironmentRow>) -> Vec<Warning> {
    let params = &job.partner_params;
    let subjects = job
        .image_details
        .iter()
        .flatten()
        .filter_map(|image| ImageType::from(u16::try_from(image.image_type_id?).ok()?).subject());
    let facts = Facts {
        user_id: params.user_id.as_deref(),
        job_id: params.job_id.as_deref(),
        job_type: params.job_type.and_then(|number| u16::try_from(number).ok()).map(JobType::from),
        own_params: params.extra.iter().map(|(name, value)| (name.as_str(), value)).collect(),
        id_info: &job.id_info,
        subjects: subjects.collect(),
        production: is_production(environment),
    };
    facts.warnings()
}

/// Returns warnings about an image job. The images are not read.
pub fn image_job(job: &ImageJob, environment: Option<&EnvironmentRow>) -> Vec<Warning> {
    let subjects = job.images.iter().map(|(subject, _)| *subject).collect();
    Facts::new(&job.partner_params, &job.id_info, subjects, environment).warnings()
}

/// Returns warnings about a lookup.
pub fn lookup_job(job: &LookupJob, environment: Option<&EnvironmentRow>) -> Vec<Warning> {
    let lookup = job.clone().into_lookup();
    Facts::new(&lookup.partner_params, &lookup.id_info, Vec::new(), environment).warnings()
}

/// Returns warnings about a job and its images, which have been read.
pub fn ready_job(job: &ReadyJob, environment: Option<&EnvironmentRow>) -> Vec<Warning> {
    let subjects = job.images.iter().filter_map(|image| image.image_type.subject()).collect();
    let facts = Facts::new(&job.partner_params, &job.id_info, subjects, environment);
    let mut warnings = facts.warnings();
    image::quality(&facts, &job.images, &job.files, &mut warnings);
    warnings
}

/// Returns warnings about the parts of a received request: its `partner_params`, its ID and the images in it.
pub fn received(params: &PartnerParams, id_info: &IdInfo, images: &[ImageEntry]) -> Vec<Warning> {
    let subjects = images.iter().filter_map(|image| image.image_type.subject()).collect();
    Facts::new(params, id_info, subjects, None).warnings()
}

/// Returns a warning if the timestamp of a request has no known format with a time zone.
pub fn timestamp(timestamp: &Timestamp) -> Option<Warning> {
    let names_none = timestamp.to_utc_millis().is_none();
    names_none.then(|| Warning::new(WarningCode::TimestampShape, "timestamp"))
}

fn is_production(environment: Option<&EnvironmentRow>) -> bool {
    environment.is_some_and(|row| row.name == "production")
}

/// The data of a job that is checked, for all kinds of jobs.
struct Facts<'a> {
    user_id: Option<&'a str>,
    job_id: Option<&'a str>,
    job_type: Option<JobType>,
    /// Members of `partner_params` that the partner added.
    own_params: Vec<(&'a str, &'a Value)>,
    id_info: &'a IdInfo,
    /// Subjects of the job's images.
    subjects: Vec<ImageSubject>,
    production: bool,
}

impl<'a> Facts<'a> {
    fn new(
        params: &'a PartnerParams,
        id_info: &'a IdInfo,
        subjects: Vec<ImageSubject>,
        environment: Option<&EnvironmentRow>,
    ) -> Self {
        Self {
            user_id: params.user_id.as_deref(),
            job_id: params.job_id.as_deref(),
            job_type: params.job_type,
            own_params: params.extra().iter().collect(),
            id_info,
            subjects,
            production: is_production(environment),
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        params::check(self, &mut warnings);
        id_info::check(self, &mut warnings);
        image::subjects(self, &mut warnings);
        warnings
    }

    fn is_of_documents(&self) -> bool {
        matches!(self.job_type, Some(JobType::DocumentVerification | JobType::EnhancedDocumentVerification))
    }
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;
    use smileid_types::{IdInfo, id_type};

    use super::Warning;
    use crate::job::{IdNumber, Image, ImageJob, JobRef, LookupJob};

    fn shown(warnings: &[Warning]) -> Vec<(&str, String)> {
        warnings.iter().map(|it| (it.code.as_str(), it.to_string())).collect()
    }

    #[test]
    fn usual_mistakes_of_typed_jobs_are_warned_of() {
        let ids = || JobRef::new("user-1", "job-1").unwrap();
        let job = ImageJob::smart_selfie_registration(ids(), Image::file("selfie.jpg"));
        let job = (0..9).fold(job, |job, _| job.with_liveness(Image::file("frame.jpg")));
        let mut info = IdInfo::default();
        info.country = Some("Nigeria".to_owned());
        info.dob = Some("31/01/1990".to_owned());
        let expected = [
            ("dob.shape", "`id_info.dob` is not in the format YYYY-MM-DD".to_owned()),
            ("country.shape", "`id_info.country` is not two capital letters".to_owned()),
            ("images.too-much-liveness", "`image_details` has more than eight liveness images".to_owned()),
        ];
        assert_eq!(shown(&job.with_id_info(info).unwrap().warnings()), expected);

        let unknown =
            "`id_info.id_type` is not in the tables of ID types for this country and kind of job".to_owned();
        let id = || IdNumber::new("NG", "NINN", "00000000000").unwrap();
        let mut info = IdInfo::default();
        info.dob = Some("31/01/1990".to_owned());
        let lookup = LookupJob::enhanced_kyc(ids(), id()).with_id_info(info).unwrap();
        assert_eq!(shown(&lookup.warnings()), [expected[0].clone(), ("id-type.unknown", unknown.clone())]);
        let job = ImageJob::biometric_kyc(ids(), Image::file("selfie.jpg"), id());
        assert_eq!(shown(&job.warnings()), [("id-type.unknown", unknown)]);
    }

    #[test]
    fn every_pattern_of_the_tables_can_be_read() {
        let of_people = id_type::rows().iter().flat_map(|row| row.patterns);
        for pattern in of_people.chain(id_type::business_rows().iter().flat_map(|row| row.patterns)) {
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
        }
    }
}
