//! The cases that wrong receivers must fail, with reasons. Derived from the behaviour of each receiver, not from
//! running it.

type Reasons = &'static [(&'static str, &'static [&'static str])];

/// Cases that a receiver fails which accepts everything, and for which the last callback counts.
pub(crate) const NAIVE: Reasons = &[
    (
        "it does not check the signature",
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
    ("it does not check the time", &["future", "stale", "unreadable_time"]),
    ("it does not detect repeated signatures", &["replayed_onto_another_job", "replayed_on_another_result"]),
    ("it does not ask the API, and reports nothing as unconfirmed", &["altered_body", "unknown_job"]),
    ("it accepts bodies that are not JSON objects", MALFORMED),
    ("the later lookup replaces the face result", &["both_at_once", "face_rejected_lookup_found"]),
    (
        "a later result replaces a final one",
        &["machine_after_person", "provisional_after_final", "provisional_resent_after_final"],
    ),
    ("the later search replaces the job's result", &["smile_secure"]),
    ("it ignores whether a result is final", NOT_FINAL),
    ("it distinguishes 810 from 0810", &["numbers_for_texts"]),
];

const NOT_FINAL: &[&str] = &["not_final", "not_final_other_letters"];

const MALFORMED: &[&str] = &["array", "deep_nesting", "empty", "json_cut_off", "not_json", "null", "xml"];

/// Cases that a receiver fails which refuses everything.
pub(crate) const REFUSING: Reasons = &[
    (
        "it refuses a result",
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
        "it refuses several results of a job",
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
    ("it refuses a valid time", &["clock_ahead", "late", "other_time_forms"]),
    ("it refuses the genuine first callback", &["replayed_onto_another_job", "replayed_on_another_result"]),
    (
        "it refuses unusual but valid content",
        &["further_members", "numbers_for_texts", "other_letters", "unknown_code"],
    ),
    ("it refuses unusual transfers", &["charset", "chunked", "cut_off", "huge", "slow", "too_large"]),
    ("it has no result to confirm", &["confirmed"]),
];

/// Cases that a receiver fails which checks the signature but not the age, stores a row for every callback, and ignores methods
/// and content types.
pub(crate) const MIDDLING: Reasons = &[
    ("it does not check the time", &["future", "stale", "unreadable_time"]),
    (
        "a job with several callbacks has several rows",
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
    ("it does not detect repeated signatures", &["replayed_onto_another_job", "replayed_on_another_result"]),
    ("it does not ask the API, and reports nothing as unconfirmed", &["altered_body", "unknown_job"]),
    ("it ignores whether a result is final", NOT_FINAL),
    ("it distinguishes 810 from 0810", &["numbers_for_texts"]),
];
