//! The cases that wrong receivers must fail, with reasons: found by thinking about the behaviour of each, not by running it.

type Reasons = &'static [(&'static str, &'static [&'static str])];

/// Takes everything, and the last one wins.
pub(crate) const NAIVE: Reasons = &[
    (
        "the signature is not looked at",
        &[
            "forged",
            "garbled_signature",
            "lone_signature",
            "lone_timestamp",
            "other_partner",
            "signature_of_another_type",
            "too_large",
            "unsigned",
            "wrong_partner",
        ],
    ),
    ("nor is the time", &["future", "stale", "unreadable_time"]),
    (
        "nor whether the signature was seen before",
        &["replayed_onto_another_job", "replayed_on_another_result"],
    ),
    ("the API is not asked, and nothing is said to be unconfirmed", &["altered_body", "unknown_job"]),
    ("what is no JSON object is answered with success", MALFORMED),
    ("the lookup, which comes last, wins over the face", &["both_at_once", "face_rejected_lookup_found"]),
    (
        "what comes last wins over what is final",
        &["machine_after_person", "provisional_after_final", "provisional_resent_after_final"],
    ),
    ("the search, which comes last, wins over the job's result", &["smile_secure"]),
    ("whether a result is final is not looked at", NOT_FINAL),
    ("810 is not 0810 to it", &["numbers_for_texts"]),
];

const NOT_FINAL: &[&str] = &["not_final", "not_final_other_letters"];

const MALFORMED: &[&str] = &["array", "deep_nesting", "empty", "json_cut_off", "not_json", "null", "xml"];

/// Refuses everything.
pub(crate) const REFUSING: Reasons = &[
    (
        "a result is refused",
        &[
            "basic_kyc",
            "biometric_kyc",
            "biometric_rejected",
            "business",
            "document",
            "enhanced_kyc",
            "not_final",
            "not_final_other_letters",
            "number_not_found",
            "old_format",
            "phone",
            "provisional",
            "selfie",
            "smile_secure",
        ],
    ),
    (
        "several results of a job are refused",
        &[
            "both_at_once",
            "duplicate",
            "duplicate_resent",
            "duplicates_at_once",
            "face_rejected_lookup_found",
            "lookup_before_face",
            "machine_after_person",
            "provisional_after_final",
            "provisional_resent_after_final",
            "provisional_then_final",
            "provisional_then_rejected",
            "retry_after_failure",
            "two_jobs_of_a_user",
        ],
    ),
    ("a time that is near enough is refused", &["clock_ahead", "late", "other_time_forms"]),
    ("the honest first of two is refused", &["replayed_onto_another_job", "replayed_on_another_result"]),
    (
        "what is odd and right is refused",
        &["further_members", "numbers_for_texts", "other_letters", "unknown_code"],
    ),
    (
        "what travels in an odd way is refused",
        &["charset", "chunked", "cut_off", "huge", "slow", "too_large"],
    ),
    ("there is nothing to be confirmed", &["confirmed"]),
];

/// Checks the signature, and not the age; writes a row for every callback; sees no difference between methods and
/// types of content that matters.
pub(crate) const MIDDLING: Reasons = &[
    ("the time is not looked at", &["future", "stale", "unreadable_time"]),
    (
        "a job that has several callbacks has several rows",
        &[
            "biometric_kyc",
            "both_at_once",
            "duplicate",
            "duplicate_resent",
            "duplicates_at_once",
            "face_rejected_lookup_found",
            "lookup_before_face",
            "machine_after_person",
            "other_time_forms",
            "provisional_after_final",
            "provisional_resent_after_final",
            "provisional_then_final",
            "provisional_then_rejected",
            "smile_secure",
        ],
    ),
    (
        "whether the signature was seen before is not looked at",
        &["replayed_onto_another_job", "replayed_on_another_result"],
    ),
    ("the API is not asked, and nothing is said to be unconfirmed", &["altered_body", "unknown_job"]),
    ("whether a result is final is not looked at", NOT_FINAL),
    ("810 is not 0810 to it", &["numbers_for_texts"]),
];
