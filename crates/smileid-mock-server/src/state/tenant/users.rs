//! Users of a partner, and their states.

use serde::{Deserialize, Serialize};
use smileid_protocol::types::ErrorCode;

use crate::model::{
    bounded::{BoundedFifo, Limits},
    user_state::UserState,
};

const USERS: Limits = Limits { entries: 100_000, bytes: 16 << 20 };

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
#[derive(Serialize, Deserialize)]
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
