//! Names of the members, parameters and headers whose values masked output may show.

use super::{Part, Shown};

/// Members that are ids. `user_id` and `job_id` are shown, because journal entries cannot be found without them.
const NAMES: &[&str] = &[
    "partner_id",
    "smile_client_id",
    "smileid-partner-id",
    "user-id",
    "job-id",
    "user_id",
    "job_id",
    "smile_job_id",
    "SmileJobID",
    "ref_id",
];

/// Members whose value is a type, such as `job_type`.
const KINDS: &[&str] = &[
    "job_type",
    "product",
    "country",
    "country_code",
    "continent",
    "locale",
    "language",
    "id_type",
    "verification_method",
    "comparison_image_type",
    "reason",
    "image_type_id",
    "business_type",
    "source",
    "Source",
    "source_sdk",
    "source_sdk_version",
    "smileid-source-sdk",
    "smileid-source-sdk-version",
    "apiVersion",
    "majorVersion",
    "minorVersion",
    "buildNumber",
    "JSONVersion",
];

/// Known members of `partner_params`. Other members there are the partner's own and may contain any data.
const PARAMS: &[&str] = &["job_type", "sandbox_result"];

/// Members that are options of a request.
const WISHES: &[&str] = &[
    "use_enrolled_image",
    "allow_new_enroll",
    "search_existing_user",
    "strict_match",
    "retry",
    "return_job_status",
    "return_history",
    "return_image_links",
    "history",
    "image_links",
    "entered",
    "is_single_use",
    "is_fraud",
    "sandbox_result",
];

/// Members that contain outcomes.
const ENDS: &[&str] = &[
    "success",
    "job_success",
    "job_complete",
    "code",
    "Code",
    "status",
    "ResultCode",
    "ResultText",
    "ResultType",
    "ConfidenceValue",
    "IsFinalResult",
    "IsMachineResult",
    "is_disabled",
    "can_access",
    "consent_required",
];

/// Members that contain a text of the server.
const PROSE: &[&str] = &["error", "message"];

/// Members and headers whose value is a secret: it allows its holder to act for the partner or a person.
const SECRETS: &[&str] = &["api_key", "auth_token", "session_id", "signature", "token"];

/// Headers that describe the message itself, such as `content-type`.
const HEADERS: &[&str] = &[
    "host",
    "user-agent",
    "content-type",
    "content-length",
    "transfer-encoding",
    "accept",
    "connection",
    "smileid-mock-diagnosis",
];

/// Returns true if a member or header of this name, in any letter case, holds a secret.
pub fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// Returns how much of a value is shown, by its name and its part of the message. Values with unlisted names are hidden.
pub(super) fn shown(name: &str, part: Part) -> Shown {
    let (whole, words): (&[&[&str]], &[&[&str]]) = match part {
        Part::Request => (&[NAMES, HEADERS], &[KINDS, WISHES]),
        Part::Reply => (&[NAMES, ENDS, HEADERS], &[KINDS, WISHES]),
        Part::PartnerParams => (&[NAMES], &[PARAMS]),
    };
    let is_in = |lists: &[&[&str]]| lists.iter().any(|list| list.contains(&name));
    if is_in(whole) {
        return Shown::Whole;
    }
    if is_in(words) {
        return Shown::Word;
    }
    match name {
        _ if part == Part::PartnerParams => Shown::Kind,
        _ if part == Part::Reply && PROSE.contains(&name) => Shown::Prose,
        "timestamp" | "smileid-timestamp" | "created_at" | "updated_at" | "expires_at" | "date" => {
            Shown::Time
        }
        "signature" | "smileid-request-signature" => Shown::Beginning,
        "upload_url" | "link" | "selfie_image" | "id_card_image" | "id_card_back" => Shown::Link,
        "callback_url" | "optional_callback" | "redirect_url" | "data_privacy_policy_url" => Shown::Host,
        _ => Shown::Kind,
    }
}
