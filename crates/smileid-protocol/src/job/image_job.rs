//! Image jobs, such as Biometric KYC and Document Verification.

use smileid_types::{IdInfo, ImageSubject, JobType, PartnerParams, ReservedName};

use super::{
    IdNumber, Image, InvalidInput, JobRef, Problem,
    content_tag::check_name,
    input::{country_code, id_type_word, number_or_session, required},
    person::add_id_info,
    ready::plain_name,
};

/// A job with images: job types 1, 2, 4, 6, 8, 9 and 11. Each type has a constructor that takes the required inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageJob {
    pub(crate) ids: JobRef,
    pub(crate) job_type: JobType,
    pub(crate) partner_params: PartnerParams,
    pub(crate) images: Vec<(ImageSubject, Image)>,
    pub(crate) id_info: IdInfo,
    pub(crate) use_enrolled_image: bool,
    pub(crate) allow_new_enroll: Option<bool>,
    pub(crate) is_sdk_form: IsSdkForm,
}

impl ImageJob {
    /// Creates a Biometric KYC with an ID number: compares a selfie with the ID authority's photo (job type 1).
    pub fn biometric_kyc(ids: JobRef, selfie: Image, id: IdNumber) -> Self {
        Self::new(JobType::BiometricKyc, ids, selfie.into()).with_known_id(id.into())
    }

    /// Creates a Biometric KYC with an ID card: compares a selfie with the photo on the card (job type 1).
    pub fn biometric_kyc_by_card(ids: JobRef, selfie: Image, id_card: Image) -> Self {
        Self::new(JobType::BiometricKyc, ids, selfie.into()).with(ImageSubject::IdCard, id_card)
    }

    /// Creates a SmartSelfie authentication: compares a selfie with the enrolled selfie of the user (job type 2).
    pub fn smart_selfie_authentication(ids: JobRef, selfie: Image) -> Self {
        Self::new(JobType::SmartSelfieAuthentication, ids, selfie.into())
    }

    /// Creates a SmartSelfie registration: enrols a user with a selfie (job type 4).
    pub fn smart_selfie_registration(ids: JobRef, selfie: Image) -> Self {
        Self::new(JobType::SmartSelfieRegistration, ids, selfie.into())
    }

    /// Creates a Document Verification: checks a document and compares its photo with a face (job type 6).
    ///
    /// # Errors
    ///
    /// If the country is not two capital letters.
    pub fn document_verification(
        ids: JobRef,
        face: impl Into<Face>,
        document: Image,
        country: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        let mut id_info = IdInfo::default();
        id_info.country = Some(country_code(country.into())?);
        Ok(Self::new(JobType::DocumentVerification, ids, face.into())
            .with(ImageSubject::IdCard, document)
            .with_known_id(id_info))
    }

    /// Creates an Enhanced Document Verification: checks a document and its photo, and looks up its number at the authority (job
    /// type 11).
    ///
    /// # Errors
    ///
    /// If the country is not two capital letters, or the ID type is not a word in capital letters.
    pub fn enhanced_document_verification(
        ids: JobRef,
        face: impl Into<Face>,
        document: Image,
        country: impl Into<String>,
        id_type: impl Into<String>,
    ) -> Result<Self, InvalidInput> {
        let mut id_info = IdInfo::default();
        id_info.country = Some(country_code(country.into())?);
        id_info.id_type = Some(id_type_word(id_type.into())?);
        Ok(Self::new(JobType::EnhancedDocumentVerification, ids, face.into())
            .with(ImageSubject::IdCard, document)
            .with_known_id(id_info))
    }

    /// Creates a photo update: replaces the enrolled selfie of the user (job type 8).
    pub fn update_photo(ids: JobRef, selfie: Image) -> Self {
        Self::new(JobType::UpdatePhoto, ids, selfie.into())
    }

    /// Creates a comparison of user information. It has a selfie, because the official SDKs send one (job type 9).
    pub fn compare_user_info(ids: JobRef, selfie: Image) -> Self {
        Self::new(JobType::CompareUserInfo, ids, selfie.into())
    }

    fn new(job_type: JobType, ids: JobRef, face: Face) -> Self {
        let job = Self {
            job_type,
            partner_params: ids.params(job_type),
            ids,
            images: Vec::new(),
            id_info: IdInfo::default(),
            use_enrolled_image: matches!(face, Face::Enrolled),
            allow_new_enroll: None,
            is_sdk_form: IsSdkForm(false),
        };
        match face {
            Face::Selfie(selfie) => job.with(ImageSubject::Selfie, selfie),
            Face::Enrolled => job,
        }
    }

    /// Adds an image of the front of the ID card.
    #[must_use]
    pub fn with_id_card(self, image: Image) -> Self {
        self.with(ImageSubject::IdCard, image)
    }

    /// Adds an image of the back of the ID card.
    #[must_use]
    pub fn with_id_card_back(self, image: Image) -> Self {
        self.with(ImageSubject::IdCardBack, image)
    }

    /// Adds an image for the liveness check. The API accepts up to eight.
    #[must_use]
    pub fn with_liveness(self, image: Image) -> Self {
        self.with(ImageSubject::Liveness, image)
    }

    /// Adds members to the ID information of the job. Members that `added` does not have keep their values. Common members have
    /// their own methods, such as [`with_name`](Self::with_name).
    ///
    /// # Errors
    ///
    /// If country, ID type, ID number or session differ from those that the job has. If a required member of this job
    /// is missing or empty.
    pub fn with_id_info(mut self, added: IdInfo) -> Result<Self, InvalidInput> {
        add_id_info(&mut self.id_info, added)?;
        self.check()?;
        Ok(self)
    }

    /// Allows the job to enrol a user who is already enrolled.
    #[must_use]
    pub fn allowing_new_enroll(mut self) -> Self {
        self.allow_new_enroll = Some(true);
        self
    }

    /// Adds a parameter of the partner's choice, which the API returns with the result.
    ///
    /// # Errors
    ///
    /// If the name has a field of its own, or is [`CONTENT_TAG`](super::CONTENT_TAG).
    pub fn with_partner_param(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Result<Self, ReservedName> {
        let name = name.into();
        check_name(&name)?;
        self.partner_params.set_extra(name, value)?;
        Ok(self)
    }

    /// Returns the `user_id` and `job_id` of the job.
    pub fn ids(&self) -> &JobRef {
        &self.ids
    }

    /// Returns the type of the job.
    pub fn job_type(&self) -> JobType {
        self.job_type
    }

    fn with(mut self, subject: ImageSubject, image: Image) -> Self {
        self.images.push((subject, image));
        self
    }

    fn with_known_id(mut self, id_info: IdInfo) -> Self {
        self.id_info = id_info;
        self
    }

    fn has(&self, subject: ImageSubject) -> bool {
        self.images.iter().any(|(it, _)| *it == subject)
    }

    /// Returns the name of an image for error messages: the argument or method that added it, such as `selfie` or `liveness[2]`,
    /// counted from 0. For a job in the SDKs' form, the path of the field, such as `image_details[3].image`.
    pub(crate) fn image_field(&self, index: usize) -> String {
        let subject = self.images.get(index).map(|(subject, _)| *subject).filter(|_| !self.is_sdk_form.0);
        let Some(subject) = subject else { return format!("image_details[{index}].image") };
        let before = self.images.iter().take(index).filter(|(it, _)| *it == subject).count();
        let name = plain_name(subject);
        if subject == ImageSubject::Liveness || before > 0 {
            format!("{name}[{before}]")
        } else {
            name.to_owned()
        }
    }

    /// Checks the rules for jobs in the SDKs' form. Jobs from the constructors always comply with them.
    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        let documents = is_document(self.job_type);
        let info = &self.id_info;

        let has_face = self.has(ImageSubject::Selfie) || (documents && self.use_enrolled_image);
        if !has_face {
            return Err(InvalidInput::new("image_details", Problem::NoSelfie));
        }
        if documents && !self.has(ImageSubject::IdCard) {
            return Err(InvalidInput::new("image_details", Problem::NoIdCard));
        }
        let by_number = info.entered == Some(true);
        if self.job_type == JobType::BiometricKyc && !self.has(ImageSubject::IdCard) && !by_number {
            return Err(InvalidInput::new("id_info.entered", Problem::NeitherCardNorNumber));
        }
        if documents || by_number {
            required("id_info.country", info.country.as_ref())?;
        }
        if self.job_type == JobType::EnhancedDocumentVerification || (by_number && !documents) {
            required("id_info.id_type", info.id_type.as_ref())?;
        }
        if by_number && !documents {
            number_or_session(info)?;
        }
        Ok(())
    }
}

/// True for a job in the SDKs' form, whose errors name the fields of that form. Not part of the content, so all values are equal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IsSdkForm(pub(crate) bool);

impl PartialEq for IsSdkForm {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Returns true if a job of this type verifies a document.
pub(crate) fn is_document(job_type: JobType) -> bool {
    matches!(job_type, JobType::DocumentVerification | JobType::EnhancedDocumentVerification)
}

/// The face that is compared with the photo on a document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Face {
    /// A new selfie is compared with the document.
    Selfie(Image),
    /// The enrolled selfie of the user is compared with the document.
    Enrolled,
}

impl From<Image> for Face {
    fn from(selfie: Image) -> Self {
        Self::Selfie(selfie)
    }
}

with_person!(ImageJob);
