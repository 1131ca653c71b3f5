//! Partners that the mock server knows, each with its own state.

use std::{
    collections::{BTreeMap, btree_map},
    sync::Arc,
};

use smileid_protocol::auth::PartnerId;

use super::tenant::Tenant;
use crate::model::keyring::Keyring;

/// Maximum number of partners.
pub(crate) const MOST_PARTNERS: usize = 5_000;

/// Partners that the mock server knows, by id.
#[derive(Default)]
pub(crate) struct Tenants {
    list: BTreeMap<PartnerId, Tenant>,
    keyring: Keyring,
}

impl Tenants {
    /// Adds a partner, or replaces the partner with the same id.
    pub(crate) fn insert(&mut self, tenant: Tenant) {
        let credentials = tenant.credentials().clone();
        let id = credentials.partner_id().clone();
        Arc::make_mut(&mut self.keyring).insert(id.clone(), credentials);
        self.list.insert(id, tenant);
    }

    pub(crate) fn remove(&mut self, id: &PartnerId) -> Option<Tenant> {
        Arc::make_mut(&mut self.keyring).remove(id);
        self.list.remove(id)
    }

    /// Returns the credentials of all partners.
    pub(crate) fn keyring(&self) -> Keyring {
        Arc::clone(&self.keyring)
    }

    /// Returns the partner's own id for the `id` in a V3 request, which may lack leading zeros.
    pub(crate) fn known_as(&self, id: &PartnerId) -> Option<PartnerId> {
        let plain = id.without_zeros();
        let padded = PartnerId::new(format!("{:0>3}", plain.as_str())).ok();
        [Some(id.clone()), padded, Some(plain)].into_iter().flatten().find(|id| self.contains(id))
    }

    pub(crate) fn get(&self, id: &PartnerId) -> Option<&Tenant> {
        self.list.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &PartnerId) -> Option<&mut Tenant> {
        self.list.get_mut(id)
    }

    pub(crate) fn contains(&self, id: &PartnerId) -> bool {
        self.list.contains_key(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the ids of all partners, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &PartnerId> {
        self.list.keys()
    }

    pub(crate) fn iter(&self) -> btree_map::Iter<'_, PartnerId, Tenant> {
        self.list.iter()
    }

    pub(crate) fn values(&self) -> btree_map::Values<'_, PartnerId, Tenant> {
        self.list.values()
    }

    pub(crate) fn values_mut(&mut self) -> btree_map::ValuesMut<'_, PartnerId, Tenant> {
        self.list.values_mut()
    }
}

impl FromIterator<Tenant> for Tenants {
    fn from_iter<T: IntoIterator<Item = Tenant>>(tenants: T) -> Self {
        let mut all = Self::default();
        tenants.into_iter().for_each(|tenant| all.insert(tenant));
        all
    }
}
