//! Maps field names of jobs and responses to command-line flags.

/// Returns the flag that sets a field, if there is one.
pub(crate) fn flag_of(field: &str) -> Option<String> {
    if let Some(name) = field.strip_prefix("id_info.") {
        return Some(format!("--{}", name.replace('_', "-")));
    }
    let field = field.split('[').next().unwrap_or(field);
    FLAGS.iter().find(|(name, _)| *name == field).map(|(_, flag)| (*flag).to_owned())
}

const FLAGS: [(&str, &str); 41] = [
    ("env", "--env"),
    ("partner_id", "--partner-id"),
    ("api_key", "--api-key-file"),
    ("api_key_file", "--api-key-file"),
    ("job", "--job"),
    ("output", "--output"),
    ("reply", "--reply"),
    ("resume", "--resume"),
    ("callback", "--callback"),
    ("timestamp", "--timestamp"),
    ("header", "--header"),
    ("product", "--product"),
    ("user_id", "--user-id"),
    ("job_id", "--job-id"),
    ("job_type", "--job-type"),
    ("partner_param", "--partner-param"),
    ("partner_params.user_id", "--user-id"),
    ("partner_params.job_id", "--job-id"),
    ("partner_params.job_type", "--job-type"),
    ("callback_url", "--callback"),
    ("comparison_image", "--comparison-image"),
    ("comparison_image_type", "--comparison-image-type"),
    ("consent.granted_at", "--consent-at"),
    ("consent.notice_language", "--consent-language"),
    ("consent.notice_privacy_policy_url", "--privacy-policy"),
    ("correlation_id", "--partner-param"),
    ("country", "--country"),
    ("document", "--id-card"),
    ("document_back", "--id-card-back"),
    ("id_number", "--id-number"),
    ("id_type", "--id-type"),
    ("liveness_images", "--liveness"),
    ("sandbox_result", "--sandbox-result"),
    ("selfie_image", "--selfie"),
    ("user_details.email", "--email"),
    ("user_details.given_names", "--first-name"),
    ("user_details.last_name", "--last-name"),
    ("user_details.phone_number", "--phone-number"),
    ("visa", "--visa"),
    ("options.return_job_status", "--wait"),
    ("options.optional_callback", "--callback"),
];
