//! The one list of what may be shown.

use super::{Part, Shown};

/// Who and which. The partner's names for a person and a job, `user_id` and `job_id`, are shown: without them nobody
/// finds anything.
const NAMES: &[&str] = &[
    "partner_id",
    "smile_client_id",
    "smileid-partner-id",
    "user_id",
    "job_id",
    "smile_job_id",
    "SmileJobID",
    "ref_id",
];

/// What kind.
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

/// What partners may put beside their own members, of which nobody knows what they hold.
const PARAMS: &[&str] = &["job_type", "sandbox_result"];

/// What is asked for.
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
];

/// How it ended.
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

/// Texts of the server.
const PROSE: &[&str] = &["error", "message"];

/// Members and headers whose value is a secret: with it, somebody could act for the partner or a person.
const SECRETS: &[&str] = &["api_key", "auth_token", "session_id", "signature", "token"];

/// Headers that say how a message came.
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

/// Whether the value of a member or a header of this name is a secret, in whatever case.
pub fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// The part to show of a value, by the name it has in a part of a message. What is not listed here is not shown.
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
