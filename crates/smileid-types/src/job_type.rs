//! Job types: the numbers of the products in requests for jobs.

use crate::generated::products::BY_JOB_TYPE;

pub use crate::generated::job_type::JobType;

impl JobType {
    /// Returns the product that the job type usually stands for, as a word such as `biometric_kyc`.
    ///
    /// If a request for a web token takes a word for the product, it is that word.
    /// [`Product::row`](crate::Product::row) accepts it.
    pub fn product(self) -> Option<&'static str> {
        let (_, product) = BY_JOB_TYPE.iter().find(|(job_type, _)| *job_type == self)?;
        let keyword = product.row().and_then(|row| row.token_keywords.first());
        Some(keyword.copied().unwrap_or(product.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_types_have_a_word_that_web_tokens_take() {
        for (number, word) in [
            (1, Some("biometric_kyc")),
            (2, Some("authentication")),
            (3, None),
            (4, Some("smartselfie")),
            (5, Some("enhanced_kyc")),
            (8, Some("update_photo")),
            (99, None),
        ] {
            let job_type = JobType::from(number);
            assert_eq!(job_type.product(), word, "{number}");
            let row = word.and_then(|word| crate::Product::from(word).row());
            assert!(row.is_none_or(|row| row.job_types.contains(&job_type)), "{number}");
        }
    }
}
