//! The memory of all partners together, and which of them make room.

use bytes::Bytes;
use smileid_protocol::auth::PartnerId;

use super::{State, tenant::Tenant};
use crate::{model::bounded::BoundedFifo, request::presign::ImageKey};

/// How much memory all partners may take together, without images and journal.
const STATE_BYTES: usize = 80 << 20;
/// How much is left once room was made, so that it is not made at every request.
const AFTER: usize = STATE_BYTES / 8 * 7;

impl State {
    /// The number of the next turn.
    pub(crate) fn turn(&mut self) -> u64 {
        self.last_turn += 1;
        self.last_turn
    }

    /// Notes that a partner sent a request.
    pub(crate) fn used(&mut self, partner: &PartnerId) {
        let turn = self.turn();
        if let Some(tenant) = self.tenants.get_mut(partner) {
            tenant.last_used = turn;
        }
        self.count(partner);
    }

    /// Counts the memory of a partner that may have changed.
    pub(crate) fn count(&mut self, partner: &PartnerId) {
        if let Some(tenant) = self.tenants.get_mut(partner) {
            recounted(tenant, &mut self.held);
        }
    }

    /// Counts the memory of all partners, after some were removed or began anew.
    pub(crate) fn recount(&mut self) {
        for tenant in self.tenants.values_mut() {
            tenant.counted = tenant.bytes();
        }
        self.held = self.tenants.values().map(|tenant| tenant.counted).sum();
    }

    /// Has partners forget their oldest jobs, users and other things, when all together take too much. Partners that
    /// take no more than their share keep everything; of the others, the one that was idle longest goes first.
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

    /// Removes the images of those jobs that a partner has forgotten.
    pub(crate) fn forget_images(&mut self, partner: &PartnerId) {
        if let Some(tenant) = self.tenants.get_mut(partner) {
            forget_images(&mut self.images, tenant);
        }
    }

    /// Removes a partner, and its images. False when there is none.
    pub(crate) fn remove(&mut self, partner: &PartnerId) -> bool {
        let Some(removed) = self.tenants.remove(partner) else { return false };
        self.held = self.held.saturating_sub(removed.counted);
        self.images.retain(|key| key.partner != *partner);
        true
    }

    /// Removes the partner that was idle longest, of those made by a call. False when there is none.
    pub(crate) fn remove_idlest(&mut self) -> bool {
        let made = self.tenants.values().filter(|tenant| !tenant.is_pinned);
        let idlest = made.min_by_key(|tenant| tenant.last_used).map(Tenant::credentials);
        let idlest = idlest.map(|credentials| credentials.partner_id().clone());
        idlest.is_some_and(|partner| self.remove(&partner))
    }

    /// Takes out of force the rules that were put there by calls: all of them, or those for one partner alone.
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

/// Counts the memory of a partner anew, and adds what changed to the total.
fn recounted(tenant: &mut Tenant, held: &mut usize) {
    let bytes = tenant.bytes();
    *held = (*held + bytes).saturating_sub(tenant.counted);
    tenant.counted = bytes;
}
