//! Tests every combination of request flags, job type and state of the user.

use serde_json::json;
use smileid_protocol::{
    types::{JobType, PartnerParams},
    v1::upload,
};

use crate::support::Mock;

/// State of a user before the request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum User {
    Unknown,
    Enrolled,
    WithoutPhoto,
    MustReenroll,
}

const TYPES: [u16; 7] = [1, 2, 4, 6, 8, 9, 11];

/// Returns the expected error, from the table of errors (`docs-error-codes`): 2209 already enrolled, 2210 not enrolled, 2211 must
/// enrol again, 2216 no photo to compare with. `use_enrolled_image` is documented for document jobs
/// (`docs-document-verification`); that it changes nothing elsewhere is inferred from official tests that send it with every
/// type.
fn expected(job_type: u16, user: User, use_enrolled: bool, allow_new: bool) -> Option<&'static str> {
    let enrols = matches!(job_type, 1 | 4);
    let compares = matches!(job_type, 2 | 8) || (use_enrolled && matches!(job_type, 6 | 11));
    match user {
        User::Unknown => compares.then_some("2210"),
        User::Enrolled => (enrols && !allow_new).then_some("2209"),
        User::WithoutPhoto => compares.then_some("2216"),
        User::MustReenroll => (!enrols).then_some("2211"),
    }
}

#[test]
fn every_combination_has_its_outcome() {
    for job_type in TYPES {
        let mut outcomes = Vec::new();
        for user in [User::Unknown, User::Enrolled, User::WithoutPhoto, User::MustReenroll] {
            for use_enrolled in [None, Some(false), Some(true)] {
                for allow_new in [None, Some(false), Some(true)] {
                    for retry in [None, Some(true)] {
                        let mock = Mock::new();
                        let state = match user {
                            User::Unknown => None,
                            User::Enrolled => Some(json!({})),
                            User::WithoutPhoto => Some(json!({"photo": false})),
                            User::MustReenroll => Some(json!({"must_reenroll": true})),
                        };
                        if let Some(state) = state {
                            let state = serde_json::from_value(state).unwrap();
                            assert!(mock.service.set_user(mock.credentials.partner_id(), "leo", state));
                        }
                        let mut request =
                            upload::Request::new(PartnerParams::new("leo", "job", JobType::from(job_type)));
                        request.use_enrolled_image = use_enrolled;
                        request.allow_new_enroll = allow_new;
                        request.retry = retry;
                        let code = mock.send(&request).err().map(|refused| refused.code);
                        let wanted =
                            expected(job_type, user, use_enrolled == Some(true), allow_new == Some(true));
                        let what =
                            format!("type {job_type}, {user:?}, {use_enrolled:?}, {allow_new:?}, {retry:?}");
                        assert_eq!(code.as_deref(), wanted, "{what}");
                        outcomes.push((use_enrolled, allow_new, code.is_none()));
                    }
                }
            }
        }
        // No flags contradict each other so that no user can have the job.
        for (use_enrolled, allow_new, _) in outcomes.clone() {
            let is_possible = outcomes.iter().any(|it| (it.0, it.1, it.2) == (use_enrolled, allow_new, true));
            assert!(is_possible, "type {job_type}: {use_enrolled:?} {allow_new:?}");
        }
    }
}
