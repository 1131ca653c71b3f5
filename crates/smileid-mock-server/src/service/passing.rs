//! What happens as time passes: callbacks go out, and clocks are moved.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use smileid_protocol::auth::PartnerId;

use super::{Service, State};
use crate::{
    admin,
    bounded::Newest,
    callbacks::{Delivery, Mischief, Outgoing, Received, Sending},
    clock::Clock,
    millis::Millis,
    presign::ImageKey,
    rules::{Active, Origin, Rule},
    tenant::{Moves, Tenant},
};

/// How much may happen while a clock is moved until nothing is left to happen.
const IDLE_EVENTS: u32 = 100_000;

/// How far a partner's clock is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// Until that moment, by that clock. It is never moved back.
    Moment(Millis),
    /// Until nothing is left to happen.
    Idle,
}

/// What is to be done before a reply goes out: a clock is moved. It is among the extensions of the reply, in whose place
/// [`Service::reply_after`] has the right one then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Errand {
    /// Whose clock.
    pub partner_id: PartnerId,
    /// How far.
    pub until: Until,
    /// Tells it from others, and from those before a reset.
    number: u64,
}

/// The next thing to do while a clock is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advance {
    /// Send a callback, tell [`Service::callback_sent`] what came of it, and go on.
    Send(Outgoing),
    /// Wait until what was sent before has come to something, and go on.
    Wait,
    /// The clock is where it was to be.
    Done,
}

/// Callbacks.
impl Service {
    /// When the world's clock will say that something is to happen which nobody asks for, such as a callback.
    ///
    /// Whoever drives the core waits until then, or until the next request, and has [`Service::take_callbacks`].
    pub fn next_event(&self, wall: Millis) -> Option<Millis> {
        let state = self.state();
        let next = |tenant: &Tenant| {
            if tenant.deliveries.has_ready() {
                return Some(wall);
            }
            tenant.clock.wall_at(tenant.agenda.next()?, wall)
        };
        state.tenants.values().filter(|tenant| !tenant.moves.any()).filter_map(next).min()
    }

    /// The callbacks that are to be sent when the world's clock says `wall`. Each is under way from now on, until
    /// [`Service::callback_sent`] says what came of it.
    pub fn take_callbacks(&self, wall: Millis) -> Vec<Outgoing> {
        self.take_some(usize::MAX, wall)
    }

    /// Takes up to `most` of them, from every partner in turn.
    pub(crate) fn take_some(&self, most: usize, wall: Millis) -> Vec<Outgoing> {
        let mut state = self.state();
        let waits = |tenant: &Tenant| !tenant.moves.any();
        let waiting = state.tenants.iter().filter(|(_, tenant)| waits(tenant));
        let mut partners: Vec<_> = waiting.map(|(id, _)| id.clone()).collect();
        let mut outgoing = Vec::new();
        while !partners.is_empty() && outgoing.len() < most {
            partners.retain(|partner| {
                let next = (outgoing.len() < most).then(|| self.next_callback(&mut state, partner, wall));
                let next = next.flatten();
                let goes_on = next.is_some();
                outgoing.extend(next);
                goes_on
            });
        }
        state.make_room();
        outgoing
    }

    /// Whether somebody moves a partner's clock.
    #[cfg(feature = "server")]
    pub(crate) fn is_moved(&self, partner_id: &PartnerId) -> bool {
        self.state().tenants.get(partner_id).is_some_and(|tenant| tenant.moves.any())
    }

    /// Whether a partner began anew, or was removed, after a callback was taken.
    #[cfg(feature = "server")]
    pub(crate) fn is_outrun(&self, callback: &Outgoing) -> bool {
        let state = self.state();
        let tenant = state.tenants.get(&callback.partner_id);
        tenant.is_none_or(|tenant| tenant.generation != callback.generation)
    }

    /// Notes what came of a callback that was sent. Of one that a reset has outrun, nothing is noted.
    pub fn callback_sent(&self, callback: &Outgoing, received: Received, wall: Millis) {
        let mut state = self.state();
        let tenant = state.tenants.get_mut(&callback.partner_id);
        if let Some(tenant) = tenant.filter(|tenant| tenant.generation == callback.generation) {
            self.settle(tenant, callback.delivery, received, wall);
        }
    }

    /// A partner's callbacks, the oldest first, and what became of them.
    pub fn callbacks(&self, partner_id: &PartnerId) -> Vec<Delivery> {
        let state = self.state();
        let tenant = state.tenants.get(partner_id);
        tenant.map(|tenant| tenant.deliveries.list().cloned().collect()).unwrap_or_default()
    }

    /// Sends a callback once more, at once, whatever became of it. Whether there is one of that number.
    pub fn resend_callback(&self, partner_id: &PartnerId, delivery: u64, wall: Millis) -> bool {
        let mut state = self.state();
        let Some(tenant) = state.tenants.get_mut(partner_id) else { return false };
        let now = tenant.clock.now(wall);
        let is_known = tenant.deliveries.resend(delivery, now, &mut tenant.agenda);
        self.changed();
        is_known
    }

    /// Disturbs callbacks from now on. Says the rule's number.
    pub fn add_mischief(&self, rule: Rule<Mischief>) -> u64 {
        self.state().mischief.add(rule, Origin::Call)
    }

    /// The rules by which callbacks are disturbed, the oldest first.
    pub fn mischief(&self) -> Vec<Active<Mischief>> {
        self.state().mischief.list().to_vec()
    }

    /// Takes a rule out of force by which callbacks are disturbed.
    pub fn remove_mischief(&self, id: u64) -> Option<Active<Mischief>> {
        self.state().mischief.remove(id)
    }

    /// Lets happen what is due for a partner.
    pub(super) fn run(&self, state: &mut State, partner_id: &PartnerId, wall: Millis) {
        let State { tenants, mischief, .. } = state;
        if let Some(tenant) = tenants.get_mut(partner_id) {
            tenant.run(tenant.clock.now(wall), mischief, &self.secret);
        }
    }

    /// The next callback of a partner that is due and that somebody has to send.
    fn next_callback(&self, state: &mut State, partner_id: &PartnerId, wall: Millis) -> Option<Outgoing> {
        loop {
            self.run(state, partner_id, wall);
            state.count(partner_id);
            let State { tenants, images, .. } = &mut *state;
            let tenant = tenants.get_mut(partner_id)?;
            let now = tenant.clock.now(wall);
            let sending = self.next_sending(tenant, images, now)?;
            match sending.instead {
                Some(received) => self.settle(tenant, sending.id, received, wall),
                None => {
                    return Some(Outgoing {
                        partner_id: partner_id.clone(),
                        delivery: sending.id,
                        url: sending.url,
                        body: sending.body,
                        mock_clock: (now != wall).then_some(now),
                        slow: sending.slow,
                        generation: tenant.generation,
                    });
                }
            }
        }
    }

    fn next_sending(
        &self,
        tenant: &mut Tenant,
        images: &Newest<ImageKey, Bytes>,
        now: Millis,
    ) -> Option<Sending> {
        let credentials = tenant.credentials().clone();
        let Tenant { jobs, deliveries, clock, .. } = tenant;
        let links = |number: &str| {
            let job = jobs.numbered(number)?;
            let of_job = (credentials.partner_id(), number);
            Some(self.presigner.image_links(&job.announced().origin, of_job, images, now))
        };
        deliveries.next(&credentials, links, (now, *clock))
    }

    fn settle(&self, tenant: &mut Tenant, delivery: u64, received: Received, wall: Millis) {
        let now = tenant.clock.now(wall);
        tenant.deliveries.settle(delivery, received, &self.callback_retries, (now, &mut tenant.agenda));
        self.changed();
    }
}

/// Clocks.
impl Service {
    /// A partner's clock.
    pub fn clock(&self, partner_id: &PartnerId) -> Option<Clock> {
        self.state().tenants.get(partner_id).map(|tenant| tenant.clock)
    }

    /// Has a partner's clock stand still at what time it is. Whether there is such a partner.
    pub fn freeze(&self, partner_id: &PartnerId, wall: Millis) -> bool {
        self.set_clock(partner_id, |clock| clock.frozen(wall))
    }

    /// Has a partner's clock run on from what time it is. Whether there is such a partner.
    pub fn resume(&self, partner_id: &PartnerId, wall: Millis) -> bool {
        self.set_clock(partner_id, |clock| clock.running(wall))
    }

    /// Has a partner's clock show the world's time again, and ends the moves under way. Whether there is such a partner.
    pub fn set_real(&self, partner_id: &PartnerId) -> bool {
        let turn = self.state().turn();
        let is_known = self.set_clock(partner_id, |_| Clock::REAL);
        if let Some(tenant) = self.state().tenants.get_mut(partner_id) {
            tenant.moves = Moves::since(turn);
        }
        is_known
    }

    fn set_clock(&self, partner_id: &PartnerId, set: impl FnOnce(Clock) -> Clock) -> bool {
        let mut state = self.state();
        let Some(tenant) = state.tenants.get_mut(partner_id) else { return false };
        tenant.clock = set(tenant.clock);
        self.changed();
        true
    }

    /// The reply to a request whose errand is done.
    pub fn reply_after(&self, errand: &Errand, wall: Millis) -> Response<Bytes> {
        admin::after(self, errand, wall)
    }

    /// When it will be `duration` later for a partner.
    pub fn later(&self, partner_id: &PartnerId, duration: Duration, wall: Millis) -> Option<Millis> {
        self.clock(partner_id).map(|clock| clock.now(wall).after(duration))
    }

    /// A move of a partner's clock, if there is such a partner. [`Service::advance`] makes it. It is over when the
    /// partner begins anew, or is removed.
    pub fn errand(&self, partner_id: &PartnerId, until: Until) -> Option<Errand> {
        let mut state = self.state();
        let number = state.turn();
        state.tenants.contains_key(partner_id).then(|| Errand {
            partner_id: partner_id.clone(),
            until,
            number,
        })
    }

    /// Moves a partner's clock as far as an errand says, up to the next callback that is to be sent on the way.
    ///
    /// Everything happens at its own time and in order, so whoever calls this again and again, and sends what it says,
    /// sees what would have happened had that time passed. Nothing of the partner is in [`Service::take_callbacks`]
    /// meanwhile, until this says that it is done.
    pub fn advance(&self, errand: &Errand, wall: Millis) -> Advance {
        let Errand { partner_id, until, number } = errand;
        let mut state = self.state();
        if !state.tenants.get_mut(partner_id).is_some_and(|tenant| tenant.moves.join(*number)) {
            return Advance::Done;
        }
        for _ in 0..IDLE_EVENTS {
            let next = self.next_callback(&mut state, partner_id, wall);
            state.make_room();
            if let Some(outgoing) = next {
                return Advance::Send(outgoing);
            }
            let Some(tenant) = state.tenants.get_mut(partner_id) else { return Advance::Done };
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
        if let Some(tenant) = state.tenants.get_mut(partner_id) {
            tenant.moves.leave(*number);
        }
        self.changed();
        Advance::Done
    }
}
