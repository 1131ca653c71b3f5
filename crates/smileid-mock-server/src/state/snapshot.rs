//! Snapshots: the state of partners as JSON, to be stored and loaded.

use serde::{Deserialize, Serialize};
use smileid_protocol::auth::PartnerId;

use super::{MOST_PARTNERS, State, tenant::Tenant};

/// Version of the format. Another version is refused.
const VERSION: u32 = 1;

/// Snapshot that can be stored.
#[derive(Serialize)]
pub(crate) struct Snapshot<'a> {
    version: u32,
    partners: Vec<&'a Tenant>,
}

/// Snapshot that was stored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stored {
    version: u32,
    partners: Vec<Tenant>,
}

/// Reason for which a snapshot cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is no snapshot.
    #[error("not a snapshot of this mock: {0}")]
    Invalid(String),
    /// Another version of the mock made it.
    #[error("the snapshot has the version {0}; this mock reads the version {VERSION}")]
    Version(u32),
    /// It has too many partners.
    #[error("the mock can have {MOST_PARTNERS} partners")]
    TooManyPartners,
}

impl State {
    /// Returns the state of one partner, or of all.
    pub(crate) fn snapshot(&self, partner: Option<&PartnerId>) -> Snapshot<'_> {
        let is_meant = |tenant: &&Tenant| partner.is_none_or(|id| tenant.credentials().partner_id() == id);
        Snapshot { version: VERSION, partners: self.tenants.values().filter(is_meant).collect() }
    }

    /// Replaces the state of the partners in a snapshot, and adds those that do not exist. Other partners stay. Returns
    /// the ids.
    pub(crate) fn restore(&mut self, stored: Stored) -> Result<Vec<PartnerId>, SnapshotError> {
        if stored.version != VERSION {
            return Err(SnapshotError::Version(stored.version));
        }
        let ids: Vec<_> = stored.partners.iter().map(|it| it.credentials().partner_id().clone()).collect();
        if self.tenants.len() + ids.iter().filter(|id| !self.tenants.contains(id)).count() > MOST_PARTNERS {
            return Err(SnapshotError::TooManyPartners);
        }
        let turn = self.turn();
        for stored in stored.partners {
            let id = stored.credentials().partner_id().clone();
            if !self.tenants.contains(&id) {
                self.tenants.insert(Tenant::new(stored.credentials().clone(), stored.clock, turn));
            }
            if let Some(tenant) = self.tenants.get_mut(&id) {
                tenant.restore(stored, turn);
            }
        }
        self.images.retain(|key| !ids.contains(&key.partner));
        for id in &ids {
            self.seed(Some(id));
        }
        Ok(ids)
    }
}
