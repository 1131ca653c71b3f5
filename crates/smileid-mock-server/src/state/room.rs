//! Enforces the memory limit of all partners in total.

use bytes::Bytes;
use smileid_protocol::auth::PartnerId;

use super::{State, tenant::Tenant};
use crate::{model::bounded::BoundedFifo, request::presign::ImageKey};

/// Maximum memory use of all partners in total, in bytes, without images and journal.
const STATE_BYTES: usize = 80 << 20;
/// Memory use at which the removal of data stops, in bytes. It is below the limit, so that not every request removes data.
const AFTER: usize = STATE_BYTES / 8 * 7;

impl State {
    /// Starts a new turn, and returns its number.
    pub(crate) fn turn(&mut self) -> u64 {
        self.last_turn += 1;
        self.last_turn
    }

    /// Returns the number of the last turn.
    #[cfg(feature = "scenario-file")]
    pub(crate) fn last_turn(&self) -> u64 {
        self.last_turn
    }

    /// Records that a partner sent a request.
    pub(crate) fn used(&mut self, partner: &PartnerId) {
        let turn = self.turn();
        if let Some(tenant) = self.tenants.get_mut(partner) {
            tenant.last_used = turn;
        }
        self.count(partner);
    }

    /// Updates the memory use of a partner.
    pub(crate) fn count(&mut self, partner: &PartnerId) {
        if let Some(tenant) = self.tenants.get_mut(partner) {
            recounted(tenant, &mut self.held);
        }
    }

    /// Updates the memory use of all partners, after some were removed or reset.
    pub(crate) fn recount(&mut self) {
        for tenant in self.tenants.values_mut() {
            tenant.counted = tenant.bytes();
        }
        self.held = self.tenants.values().map(|tenant| tenant.counted).sum();
    }

    /// Removes the oldest jobs, users and other data if all partners use too much memory in total. Partners that use no more than
    /// an equal share keep all data. Of the others, the partner that was unused for the longest time loses data first.
    pub(crate) fn make_room(&mut self) {
        if self.held <= STATE_BYTES {
            return;
        }
        self.recount();
        let share = AFTER / self.tenants.len().max(1);
        let mut above: Vec<_> = self.tenants.values_mut().filter(|tenant| tenant.counted > share).collect();
        above.sort_by_key(|tenant| tenant.last_used);
        for tenant in above {
            while self.held > AFTER && tenant.counted > share && tenant.forget_some() {
                recounted(tenant, &mut self.held);
            }
            forget_images(&mut self.images, tenant);
        }
    }

    /// Removes the images of a partner's jobs that were removed.
    pub(crate) fn forget_images(&mut self, partner: &PartnerId) {
        if let Some(tenant) = self.tenants.get_mut(partner) {
            forget_images(&mut self.images, tenant);
        }
    }

    /// Removes a partner with its images. Returns false if the partner does not exist.
    pub(crate) fn remove(&mut self, partner: &PartnerId) -> bool {
        let Some(removed) = self.tenants.remove(partner) else { return false };
        self.held = self.held.saturating_sub(removed.counted);
        self.images.retain(|key| key.partner != *partner);
        true
    }

    /// Removes the partner that was unused for the longest time, except those of the configuration. Returns false if
    /// there is none.
    pub(crate) fn remove_idlest(&mut self) -> bool {
        let made = self.tenants.values().filter(|tenant| !tenant.is_pinned);
        let idlest = made.min_by_key(|tenant| tenant.last_used).map(Tenant::credentials);
        let idlest = idlest.map(|credentials| credentials.partner_id().clone());
        idlest.is_some_and(|partner| self.remove(&partner))
    }

    /// Removes the rules that are not from the scenario file: all, or those for one partner.
    pub(crate) fn reset_rules(&mut self, partner: Option<&PartnerId>) {
        let partner = partner.map(PartnerId::as_str);
        self.callback_faults.reset(partner);
        self.scenarios.reset(partner);
        self.faults.reset(partner);
    }
}

fn forget_images(images: &mut BoundedFifo<ImageKey, Bytes>, tenant: &mut Tenant) {
    for number in tenant.jobs.take_forgotten() {
        for key in ImageKey::of_job(tenant.credentials().partner_id(), &number) {
            images.remove(&key);
        }
    }
}

/// Updates a partner's memory use, and the total.
fn recounted(tenant: &mut Tenant, held: &mut usize) {
    let bytes = tenant.bytes();
    *held = (*held + bytes).saturating_sub(tenant.counted);
    tenant.counted = bytes;
}
