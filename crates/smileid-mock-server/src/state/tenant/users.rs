//! Users of a partner, and their states.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::types::ErrorCode;

use crate::model::bounded::{BoundedFifo, Limits};

const USERS: Limits = Limits { entries: 100_000, bytes: 16 << 20 };

/// State of a user, which a partner can see and change in the partner portal.
///
/// By default, a user is enrolled and may do everything.
///
/// ```
/// use smileid_mock_server::UserState;
///
/// let user: UserState = serde_json::from_str(r#"{"active": false}"#)?;
/// assert!(user.photo && !user.active);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the portal has them side by side, and all of them may be set"
)]
pub struct UserState {
    /// True if a photo of the user is stored. Without it, comparisons are refused with `2216`.
    pub photo: bool,
    /// True if the user is active. Requests for an inactive user are refused with `2207`.
    pub active: bool,
    /// True if the user was deleted for good. Requests are refused with `2208`.
    pub deleted: bool,
    /// True if the user may be enrolled again, even if the request does not ask for it.
    pub allow_new_enroll: bool,
    /// True if the user must be enrolled again. All other requests are refused with `2211`.
    pub must_reenroll: bool,
    /// True if the user is known for fraud: jobs are accepted, and all results are rejections.
    pub is_fraudulent: bool,
}

impl Default for UserState {
    fn default() -> Self {
        Self {
            photo: true,
            active: true,
            deleted: false,
            allow_new_enroll: false,
            must_reenroll: false,
            is_fraudulent: false,
        }
    }
}

/// Purpose for which a job or a request needs a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The user is enrolled, for the first time or, if allowed, again.
    Enrol { again: bool },
    /// The user is compared with the stored photo.
    Compare,
    /// The request has another purpose, for which the user may be unknown.
    Other,
}

/// Users of a partner.
pub(crate) struct Users(pub(super) BoundedFifo<String, UserState>);

impl Users {
    pub(crate) fn new() -> Self {
        Self(BoundedFifo::new(USERS))
    }

    pub(crate) fn get(&self, user_id: &str) -> Option<UserState> {
        self.0.get(&user_id.to_owned()).copied()
    }

    pub(crate) fn set(&mut self, user_id: &str, state: UserState) {
        self.0.insert(user_id.to_owned(), state, 2 * user_id.len());
    }

    /// Enrols the user. Afterwards the user need not, and may not, be enrolled again.
    pub(crate) fn enrol(&mut self, user_id: &str) {
        let before = self.get(user_id).unwrap_or_default();
        self.set(user_id, UserState { photo: true, must_reenroll: false, allow_new_enroll: false, ..before });
    }

    /// Returns the error code with which a request for this user and purpose is refused, if it is.
    pub(crate) fn refusal(&self, user_id: &str, purpose: Purpose) -> Option<ErrorCode> {
        let Some(user) = self.get(user_id) else {
            return (purpose == Purpose::Compare).then_some(ErrorCode::NOT_ENROLLED);
        };
        let may_enrol = |again| again || user.allow_new_enroll || user.must_reenroll || !user.photo;
        match purpose {
            _ if user.deleted => Some(ErrorCode::USER_DELETED),
            _ if !user.active => Some(ErrorCode::USER_DISABLED),
            Purpose::Enrol { again } => (!may_enrol(again)).then_some(ErrorCode::ALREADY_ENROLLED),
            _ if user.must_reenroll => Some(ErrorCode::MUST_RE_ENROLL),
            Purpose::Compare if !user.photo => Some(ErrorCode::NO_PHOTO_ON_FILE),
            _ => None,
        }
    }

    pub(crate) fn is_fraudulent(&self, user_id: &str) -> bool {
        self.get(user_id).is_some_and(|user| user.is_fraudulent)
    }
}
