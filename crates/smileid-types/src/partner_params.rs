//! The `partner_params` object of a request: the parameters that the partner chooses for a job.

use serde_json::Value;

use crate::{
    extra::{Extra, ReservedName},
    job_type::JobType,
    member::Member,
    open_struct::Fields,
};

open_struct! {
    /// The `partner_params` object of a request, which results return as `PartnerParams`.
    ///
    /// The partner's own members are kept, and returned with every result.
    #[derive(Default)]
    #[debug(rest)]
    pub strict struct PartnerParams {
        /// The id that the partner gave the person.
        #[debug(personal)]
        user_id: Option<String> as text_or_number,
        /// The id that the partner gave the job. A `job_id` can be used only once.
        #[debug(shown)]
        job_id: Option<String> as text_or_number,
        /// Job type: the number of the product.
        #[debug(shown)]
        job_type: Option<JobType>,
    }
    rest {
        extra: Extra,
    }
}

impl PartnerParams {
    /// Creates the parameters of a job.
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>, job_type: JobType) -> Self {
        Self {
            user_id: Some(user_id.into()),
            job_id: Some(job_id.into()),
            job_type: Some(job_type),
            extra: Extra::default(),
        }
    }

    /// Creates parameters that contain only a job type.
    pub fn of_type(job_type: JobType) -> Self {
        Self { job_type: Some(job_type), ..Self::default() }
    }

    /// Returns the members that the partner added: those without a field in this struct.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// Adds a member of the partner's choice, which results return unchanged.
    ///
    /// # Errors
    ///
    /// If the name has a field of its own.
    pub fn set_extra(
        &mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<(), ReservedName> {
        self.extra.set(<Self as Fields>::NAMES, name.into(), value.into())
    }
}

/// Reads the parameters that a result returns. A malformed member does not affect the others; in requests it is an error.
impl Member for PartnerParams {
    fn fit(value: &Value) -> Option<Self> {
        let mut extra = Extra::from(value.as_object()?.clone());
        Some(Self {
            user_id: extra.take("user_id"),
            job_id: extra.take("job_id"),
            job_type: extra.take("job_type"),
            extra,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_fields() {
        let all = serde_json::to_value(PartnerParams::new("u", "j", JobType::BiometricKyc)).unwrap();
        let names: Vec<_> = all.as_object().unwrap().keys().cloned().collect();
        let mut expected = <PartnerParams as Fields>::NAMES.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_field_cannot_be_set_as_an_extra() {
        let mut params = PartnerParams::new("u", "j", JobType::BiometricKyc);
        assert_eq!(params.set_extra("job_id", "other"), Err(ReservedName("job_id".into())));
        params.set_extra("optional_info", "we are one").unwrap();
        assert_eq!(params.extra().get("optional_info"), Some(&"we are one".into()));
    }

    #[test]
    fn numbers_and_texts_read_alike() {
        let read: PartnerParams =
            serde_json::from_str(r#"{"user_id":7,"job_id":"j","job_type":"1","deep":{"a":[1,null]}}"#)
                .unwrap();
        assert_eq!(read.user_id.as_deref(), Some("7"));
        assert_eq!(read.job_type, Some(JobType::BiometricKyc));
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(
            written,
            serde_json::json!({"user_id":"7","job_id":"j","job_type":1,"deep":{"a":[1,null]}})
        );
    }
}
