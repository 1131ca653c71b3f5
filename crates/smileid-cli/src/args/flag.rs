//! Maps fields of jobs and responses to command-line flags.

/// The flag that sets a field, if any.
pub(crate) fn flag_of(field: &str) -> Option<String> {
    if let Some(name) = field.strip_prefix("id_info.") {
        return Some(format!("--{}", name.replace('_', "-")));
    }
    FLAGS.iter().find(|(name, _)| *name == field).map(|(_, flag)| (*flag).to_owned())
}

const FLAGS: [(&str, &str); 20] = [
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
    ("product", "--product"),
    ("user_id", "--user-id"),
    ("job_id", "--job-id"),
    ("job_type", "--job-type"),
    ("partner_param", "--partner-param"),
    ("partner_params.user_id", "--user-id"),
    ("partner_params.job_id", "--job-id"),
    ("partner_params.job_type", "--job-type"),
    ("options.return_job_status", "--wait"),
    ("options.optional_callback", "--callback"),
];
