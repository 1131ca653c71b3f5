//! The memory of all partners together, and which of them make room.

use bytes::Bytes;
use memchr::memchr2;
use smileid_protocol::auth::PartnerId;

use super::State;
use crate::{bounded::Newest, presign::ImageKey, tenant::Tenant};

/// How much memory all partners may take together, without images and journal.
const STATE_BYTES: usize = 80 << 20;
/// How much is left once room was made, so that it is not made at every request.
const AFTER: usize = STATE_BYTES / 8 * 7;

/// How many values JSON may have. Real messages have some dozens, and each takes a hundred times its text.
const VALUES: usize = 20_000;

impl State {
    /// The number of the next turn.
    pub(crate) fn turn(&mut self) -> u64 {
        self.last_turn += 1;
        self.last_turn
    }

    /// Notes that a partner sent a request.
    pub(super) fn used(&mut self, partner: &PartnerId) {
        let turn = self.turn();
        if let Some(tenant) = self.tenants.get_mut(partner) {
            tenant.last_used = turn;
        }
        self.count(partner);
    }

    /// Counts the memory of a partner that may have changed.
    pub(super) fn count(&mut self, partner: &PartnerId) {
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
    pub(super) fn make_room(&mut self) {
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
        self.mischief.reset(partner);
        self.scenarios.reset(partner);
        self.faults.reset(partner);
    }
}

fn forget_images(images: &mut Newest<ImageKey, Bytes>, tenant: &mut Tenant) {
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

/// Whether a body is JSON of more than [`VALUES`] values, told without reading them.
pub(super) fn is_too_complex(body: &[u8]) -> bool {
    if body.len() <= VALUES || !matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return false;
    }
    let (mut values, mut rest) = (0, body);
    while let Some((byte, behind)) = rest.split_first() {
        rest = match byte {
            b'"' => behind_text(behind),
            b',' | b'{' | b'[' => {
                values += 1;
                behind
            }
            _ => behind,
        };
    }
    values > VALUES
}

/// What stands behind a text in quotes whose first was read.
fn behind_text(mut rest: &[u8]) -> &[u8] {
    while let Some(found) = memchr2(b'"', b'\\', rest) {
        let is_end = rest.get(found) == Some(&b'"');
        let read = if is_end { found + 1 } else { found + 2 };
        rest = rest.get(read..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_texts() {
        let nested = |value: &str, times| format!("{{\"a\":[{}0]}}", value.repeat(times));
        assert!(!is_too_complex(nested("0,", VALUES - 3).as_bytes()));
        for value in ["0,", "{},", "[[]],", "{\"\":0},"] {
            assert!(is_too_complex(nested(value, VALUES).as_bytes()), "{value}");
        }
        for text in ["\",,\",", "\"\\\",,,\","] {
            assert!(!is_too_complex(nested(text, VALUES / 2).as_bytes()), "{text}");
        }
        assert!(!is_too_complex(&vec![b','; 2 * VALUES]), "no JSON");
    }
}
