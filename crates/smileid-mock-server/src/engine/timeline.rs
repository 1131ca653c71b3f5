//! Changes the state as time passes: completes jobs, sends callbacks that are due, and moves clocks.

use bytes::Bytes;
use smileid_protocol::auth::PartnerId;

use super::Engine;
use crate::{
    model::{bounded::BoundedFifo, clock::Clock, utc_millis::UtcMillis},
    request::presign::{ImageKey, Presigner},
    state::{
        State,
        callbacks::{CallbackMessage, Outgoing, Received, Sending},
        tenant::Tenant,
    },
};

/// Maximum number of steps of a clock change that runs until no event is left.
const IDLE_EVENTS: u32 = 100_000;

/// End of a clock change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// The clock moves to this time, on the partner's clock. It is never moved back.
    Moment(UtcMillis),
    /// The clock moves until no planned event is left.
    Idle,
}

/// Clock change that must be made before a response is sent. A response that requires one has it in its extensions.
///
/// [`Service::reply_after`](crate::Service::reply_after) returns the response to send after the move.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockAdvance {
    /// Id of the partner whose clock is moved.
    pub partner_id: PartnerId,
    /// End of the clock change.
    pub until: Until,
    /// Number of the clock change, unique even after a reset.
    number: u64,
}

/// Next step of a clock change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advance {
    /// Send a callback, report the result to [`Service::callback_sent`](crate::Service::callback_sent), and continue.
    Send(Box<Outgoing>),
    /// Wait for the results of earlier callbacks, and continue.
    Wait,
    /// The clock has reached the end of the change.
    Done,
}

impl Engine {
    /// Returns the real time of the next planned event, such as a callback.
    pub(crate) fn next_event(&self, wall: UtcMillis) -> Option<UtcMillis> {
        let next = |tenant: &Tenant| {
            if tenant.deliveries.has_ready() {
                return Some(wall);
            }
            tenant.clock.wall_at(tenant.agenda.next()?, wall)
        };
        self.state.tenants.values().filter(|tenant| !tenant.moves.any()).filter_map(next).min()
    }

    /// Takes up to `most` callbacks that are due, from each partner in turn.
    pub(crate) fn take_callbacks(&mut self, most: usize, wall: UtcMillis) -> Vec<Outgoing> {
        let waits = |tenant: &Tenant| !tenant.moves.any();
        let waiting = self.state.tenants.iter().filter(|(_, tenant)| waits(tenant));
        let mut partners: Vec<_> = waiting.map(|(id, _)| id.clone()).collect();
        let mut outgoing = Vec::new();
        while !partners.is_empty() && outgoing.len() < most {
            partners.retain(|partner| {
                let next = (outgoing.len() < most).then(|| self.next_callback(partner, wall)).flatten();
                let goes_on = next.is_some();
                outgoing.extend(next);
                goes_on
            });
        }
        self.state.make_room();
        outgoing
    }

    /// Records the result of a callback that was sent. It is ignored if the partner was reset in the meantime.
    pub(crate) fn callback_sent(&mut self, callback: &Outgoing, received: Received, wall: UtcMillis) {
        let tenant = self.state.tenants.get(&callback.partner_id);
        if tenant.is_some_and(|tenant| tenant.generation == callback.generation) {
            self.settle(&callback.partner_id, callback.delivery, received, wall);
        }
    }

    /// Sends a callback with any content at once. Returns its number; none if the partner does not exist.
    pub(crate) fn emit_callback(
        &mut self,
        partner_id: &PartnerId,
        callback: CallbackMessage,
        url: String,
        wall: UtcMillis,
    ) -> Option<u64> {
        let tenant = self.state.tenants.get_mut(partner_id)?;
        let now = tenant.clock.now(wall);
        tenant.emit(callback, url, now);
        self.pass(Some(partner_id), wall);
        self.changed();
        self.state.tenants.get(partner_id)?.deliveries.list().last().map(|delivery| delivery.id)
    }

    /// Plans to send a callback again, whatever its state. Returns false if the callback does not exist.
    pub(crate) fn resend_callback(&mut self, partner_id: &PartnerId, delivery: u64, wall: UtcMillis) -> bool {
        let Some(tenant) = self.state.tenants.get_mut(partner_id) else { return false };
        let now = tenant.clock.now(wall);
        let is_known = tenant.deliveries.resend(delivery, now, &mut tenant.agenda);
        self.changed();
        is_known
    }

    /// Sets the clock of a partner. Returns true if the partner exists.
    pub(crate) fn set_clock(&mut self, partner_id: &PartnerId, set: impl FnOnce(Clock) -> Clock) -> bool {
        let Some(tenant) = self.state.tenants.get_mut(partner_id) else { return false };
        tenant.clock = set(tenant.clock);
        self.changed();
        true
    }

    /// Creates a change of a partner's clock, if the partner exists.
    pub(crate) fn clock_advance(&mut self, partner_id: &PartnerId, until: Until) -> Option<ClockAdvance> {
        let number = self.state.turn();
        let clock_advance = || ClockAdvance { partner_id: partner_id.clone(), until, number };
        self.state.tenants.contains(partner_id).then(clock_advance)
    }

    /// Moves the clock of a partner forward, up to the next callback that is due.
    pub(crate) fn advance(&mut self, clock_advance: &ClockAdvance, wall: UtcMillis) -> Advance {
        let ClockAdvance { partner_id, until, number } = clock_advance;
        if !self.state.tenants.get_mut(partner_id).is_some_and(|tenant| tenant.moves.join(*number)) {
            return Advance::Done;
        }
        for _ in 0..IDLE_EVENTS {
            let next = self.next_callback(partner_id, wall);
            self.state.make_room();
            if let Some(outgoing) = next {
                return Advance::Send(Box::new(outgoing));
            }
            let Some(tenant) = self.state.tenants.get_mut(partner_id) else { return Advance::Done };
            if tenant.deliveries.under_way() > 0 {
                return Advance::Wait;
            }
            let now = tenant.clock.now(wall);
            let next = tenant.agenda.next().filter(|at| match until {
                Until::Moment(moment) => at <= moment,
                Until::Idle => true,
            });
            match (next, until) {
                (Some(at), _) => tenant.clock = tenant.clock.put_to(at.max(now), wall),
                (None, Until::Moment(moment)) => {
                    tenant.clock = tenant.clock.put_to((*moment).max(now), wall);
                    break;
                }
                (None, Until::Idle) => break,
            }
        }
        if let Some(tenant) = self.state.tenants.get_mut(partner_id) {
            tenant.moves.leave(*number);
        }
        self.changed();
        Advance::Done
    }

    /// Runs the events that are due for a partner.
    pub(super) fn run(&mut self, partner_id: &PartnerId, wall: UtcMillis) {
        let State { tenants, callback_faults, .. } = &mut self.state;
        if let Some(tenant) = tenants.get_mut(partner_id) {
            tenant.run(tenant.clock.now(wall), callback_faults, &self.settings.secret);
        }
    }

    /// Returns the next callback of a partner that is due and must be sent.
    fn next_callback(&mut self, partner_id: &PartnerId, wall: UtcMillis) -> Option<Outgoing> {
        loop {
            self.run(partner_id, wall);
            self.state.count(partner_id);
            let State { tenants, images, .. } = &mut self.state;
            let tenant = tenants.get_mut(partner_id)?;
            let now = tenant.clock.now(wall);
            let generation = tenant.generation;
            let sending = next_sending(tenant, &self.settings.presigner, images, now)?;
            match sending.instead {
                Some(received) => self.settle(partner_id, sending.id, received, wall),
                None => {
                    return Some(Outgoing {
                        partner_id: partner_id.clone(),
                        delivery: sending.id,
                        url: sending.url,
                        headers: sending.headers,
                        body: sending.body,
                        patience: sending.patience,
                        mock_clock: (now != wall).then_some(now),
                        slow: sending.slow,
                        generation,
                    });
                }
            }
        }
    }

    fn settle(&mut self, partner_id: &PartnerId, delivery: u64, received: Received, wall: UtcMillis) {
        if let Some(tenant) = self.state.tenants.get_mut(partner_id) {
            let time = (tenant.clock.now(wall), &mut tenant.agenda);
            tenant.deliveries.settle(delivery, received, &self.settings.callback_retries, time);
            self.changed();
        }
    }
}

fn next_sending(
    tenant: &mut Tenant,
    presigner: &Presigner,
    images: &BoundedFifo<ImageKey, Bytes>,
    now: UtcMillis,
) -> Option<Sending> {
    let credentials = tenant.credentials().clone();
    let Tenant { jobs, deliveries, clock, .. } = tenant;
    let links = |number: &str| {
        let job = jobs.numbered(number)?;
        let of_job = (credentials.partner_id(), number);
        Some(presigner.image_links(&job.announced().origin, of_job, images, now))
    };
    deliveries.next(&credentials, links, (now, *clock))
}
