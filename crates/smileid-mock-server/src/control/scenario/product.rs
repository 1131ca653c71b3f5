//! Determines the product of a request, because each product has its own result codes.

use smileid_protocol::types::{JobType, Product};

/// Job types with images.
pub(super) const WITH_IMAGES: [JobType; 7] = [
    JobType::BiometricKyc,
    JobType::SmartSelfieAuthentication,
    JobType::SmartSelfieRegistration,
    JobType::DocumentVerification,
    JobType::UpdatePhoto,
    JobType::CompareUserInfo,
    JobType::EnhancedDocumentVerification,
];

/// Returns the products whose results an endpoint returns, for jobs of one type, or of every type if it is none. Most endpoints
/// return no results.
pub(super) fn products(endpoint: &str, job_type: Option<JobType>) -> Vec<Product> {
    if endpoint == UPLOAD {
        let of_type = WITH_IMAGES.iter().filter(|it| job_type.is_none_or(|job_type| **it == job_type));
        return of_type.filter_map(|it| image_product(*it)).collect();
    }
    let is_of_type = |product: &&Product| {
        let types = product.row().map(|row| row.job_types).unwrap_or_default();
        job_type.is_none_or(|job_type| types.is_empty() || types.contains(&job_type))
    };
    let of_endpoint = PRODUCTS.iter().filter(|(name, _)| *name == endpoint).map(|(_, product)| product);
    of_endpoint.filter(is_of_type).cloned().collect()
}

/// Returns the members of a scenario that an endpoint supports, in addition to `code` and `text`.
pub(super) fn members(endpoint: &str) -> &'static [&'static str] {
    match endpoint {
        UPLOAD => &["actions", "after", "enrols", "review", "set", "smile_secure"],
        "async_business_verification" | "async_id_verification" | "verify_async" => {
            &["actions", "after", "set"]
        }
        // The results of these endpoints have no actions.
        "async_verify_address" | "async_verify_phone" => &["after", "set"],
        "smart_selfie_authentication" | "verify_phone_number" => &["set"],
        "smart_selfie_enroll" => &["enrols", "set"],
        "backfill_users" => &["actions", "enrols", "set"],
        "aml" | "business_verification" | "compare_user_info" | "id_verification" | "verify" => {
            &["actions", "set"]
        }
        _ => &[],
    }
}

/// Returns the product of an image job.
pub(crate) fn image_product(job_type: JobType) -> Option<Product> {
    // The job type may name the product by an alias. The table has the main name.
    Product::from(job_type.product()?).row().map(|row| row.product.clone())
}

const UPLOAD: &str = "upload";

/// Products of the other endpoints, by the name of the endpoint in the protocol crate.
const PRODUCTS: &[(&str, Product)] = &[
    ("aml", Product::Aml),
    ("async_business_verification", Product::BusinessVerification),
    ("async_id_verification", Product::EnhancedKyc),
    ("async_verify_address", Product::AddressVerification),
    ("async_verify_phone", Product::PhoneNumberVerification),
    ("backfill_users", Product::SmartSelfieRegistration),
    ("business_verification", Product::BusinessVerification),
    ("compare_user_info", Product::CompareUserInfo),
    ("id_verification", Product::EnhancedKyc),
    ("smart_selfie_authentication", Product::SmartSelfieAuthentication),
    ("smart_selfie_enroll", Product::SmartSelfieRegistration),
    ("verify", Product::BasicKyc),
    ("verify_async", Product::BasicKyc),
    ("verify_phone_number", Product::PhoneNumberVerification),
];

#[cfg(test)]
mod tests {
    use smileid_protocol::ENDPOINTS;

    use super::*;
    use crate::request::endpoint_name;

    #[test]
    fn the_names_are_those_of_endpoints() {
        for name in PRODUCTS.iter().map(|(name, _)| *name).chain([UPLOAD]) {
            assert!(ENDPOINTS.iter().any(|spec| endpoint_name(spec) == name), "{name}");
            assert!(!members(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn every_job_with_images_has_a_product() {
        assert_eq!(products(UPLOAD, None).len(), WITH_IMAGES.len());
        assert_eq!(
            products(UPLOAD, Some(JobType::SmartSelfieRegistration)),
            [Product::SmartSelfieRegistration]
        );
        assert_eq!(products(UPLOAD, Some(JobType::EnhancedKyc)), []);
        assert_eq!(products("verify", Some(JobType::EnhancedKyc)), [Product::BasicKyc]);
        assert_eq!(products("token", None), []);
    }
}
