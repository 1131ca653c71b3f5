//! Methods for snapshots.

use bytes::Bytes;
use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    model::observer::Seen,
    state::snapshot::{SnapshotError, Stored},
};

impl Service {
    /// Returns the state of one partner, or of all, as JSON: clock, jobs, users, lookups, billing and other data.
    ///
    /// Images, the journal, rules, and callbacks that are not delivered are not in it. It has the personal data that
    /// requests contained.
    ///
    /// ```
    /// use smileid_mock_server::{Config, Service, UserState};
    /// use smileid_mock_server::DEFAULT_PARTNER_ID;
    /// # use smileid_protocol::auth::PartnerId;
    ///
    /// let (mock, other) = (Service::new(Config::new([0; 32])), Service::new(Config::new([1; 32])));
    /// let partner = PartnerId::new(DEFAULT_PARTNER_ID)?;
    /// mock.set_user(&partner, "amina", UserState::default());
    ///
    /// other.restore(&mock.snapshot(None))?;
    /// assert!(other.user(&partner, "amina").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&self, partner_id: Option<&PartnerId>) -> Bytes {
        serde_json::to_vec(&self.engine().state.snapshot(partner_id)).unwrap_or_default().into()
    }

    /// Replaces the state of the partners in a snapshot, and adds those that do not exist. Partners that exist keep
    /// their keys, and those that are not in the snapshot keep their state. Returns the ids.
    ///
    /// # Errors
    ///
    /// If it is no snapshot, or of another version. Nothing is changed then.
    pub fn restore(&self, snapshot: &[u8]) -> Result<Vec<PartnerId>, SnapshotError> {
        let stored = serde_json::from_slice(snapshot);
        self.restore_stored(stored.map_err(|error| SnapshotError::Invalid(error.to_string()))?)
    }

    pub(crate) fn restore_stored(&self, stored: Stored) -> Result<Vec<PartnerId>, SnapshotError> {
        let mut engine = self.engine();
        let ids = engine.state.restore(stored)?;
        engine.changed();
        drop(engine);
        for id in &ids {
            self.show(Seen::Reset { partner_id: Some(id) });
        }
        Ok(ids)
    }

    /// Returns a number that changes with each request that may change the state.
    #[cfg(feature = "scenario-file")]
    pub(crate) fn last_turn(&self) -> u64 {
        self.engine().state.last_turn()
    }
}
