//! Consent sessions of a partner, in which the holder of a BVN allows its lookup.

use std::time::Duration;

use crate::model::{
    bounded::{BoundedFifo, Limits},
    utc_millis::UtcMillis,
};
use serde::{Deserialize, Serialize};

const SESSIONS: Limits = Limits { entries: 10_000, bytes: 4 << 20 };

/// Lifetime of a consent session. Inferred: no source documents it.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// Consent sessions of a partner, in which the holder of a BVN allows its lookup.
#[derive(Serialize, Deserialize)]
pub(crate) struct Consents(pub(super) BoundedFifo<String, Session>);

/// Consent session of one person.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    id_number: String,
    stage: Stage,
    expires: UtcMillis,
}

/// Stage of a consent session.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Begun,
    CodeSent,
    Confirmed,
}

impl Consents {
    pub(crate) fn new() -> Self {
        Self(BoundedFifo::new(SESSIONS))
    }

    pub(crate) fn begin(&mut self, session_id: &str, id_number: &str, now: UtcMillis) {
        let session =
            Session { id_number: id_number.to_owned(), stage: Stage::Begun, expires: now.after(LIFE) };
        self.0.insert(session_id.to_owned(), session, session_id.len() + id_number.len());
    }

    /// Returns a consent session that is valid at `now`.
    pub(crate) fn session(&mut self, session_id: &str, now: UtcMillis) -> Option<&mut Session> {
        self.0.get_mut(&session_id.to_owned()).filter(|session| now <= session.expires)
    }

    /// Returns the ID number of a consent session in which the person has consented.
    pub(crate) fn id_number(&self, session_id: &str, now: UtcMillis) -> Option<&str> {
        let session = self.0.get(&session_id.to_owned()).filter(|session| now <= session.expires)?;
        (session.stage == Stage::Confirmed).then_some(&session.id_number)
    }
}

impl Session {
    pub(crate) fn send_code(&mut self) {
        if self.stage == Stage::Begun {
            self.stage = Stage::CodeSent;
        }
    }

    /// Records the consent if the one-time code is right and was sent before. Returns true if the person has consented.
    pub(crate) fn confirm(&mut self, is_right: bool) -> bool {
        if is_right && self.stage == Stage::CodeSent {
            self.stage = Stage::Confirmed;
        }
        is_right && self.stage == Stage::Confirmed
    }
}
