//! Engine of the mock server: its state, and the changes of the state by requests and by time. One lock protects it.

mod timeline;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, request::Parts};
use smileid_protocol::auth::PartnerId;

pub use self::timeline::{Advance, ClockAdvance, Until};

use crate::{
    api::{AnnotatedReply, Call, Ready, settings::Settings},
    control::faults::{AtHead, FaultedResponse},
    journal::{Exchange, Remarks},
    model::utc_millis::UtcMillis,
    refusal::Refused,
    request::RequestInfo,
    state::{State, tenant::Tenant},
};

/// State of the mock server, with its settings and rules.
pub(crate) struct Engine {
    pub(crate) settings: Arc<Settings>,
    pub(crate) state: State,
    /// Function that is called when the time of the next event may have changed. It must not call the engine.
    pub(crate) notify: Option<Notify>,
}

/// Function that is called when the time of the next event may have changed.
pub(crate) type Notify = Box<dyn Fn() + Send + Sync>;

impl Engine {
    pub(crate) fn new(settings: Arc<Settings>, state: State) -> Self {
        Self { settings, state, notify: None }
    }

    /// Handles a decoded request.
    pub(crate) fn answer(&mut self, mut info: RequestInfo, ready: Ready<'_>, wall: UtcMillis) -> Exchange {
        self.name_job(&mut info);
        self.name_partner(&mut info);
        let partner = info.subject.partner_id.clone();
        self.pass(partner.as_ref(), wall);
        let now = self.now(partner.as_ref(), wall);
        let Self { state, settings, .. } = self;
        let fault = state.faults.select(&info, &settings.secret);
        let mut remarks = Remarks::default();
        let answer = || match ready(Call { state, settings, info: &info, now }) {
            Ok(AnnotatedReply { reply, warnings, odd }) => remarks.note(reply, warnings, odd),
            Err(refused) => remarks.refuse(refused),
        };
        let faulted = match fault {
            Some(fault) => fault.apply(now, answer),
            None => FaultedResponse::reply(answer()),
        };
        self.pass(partner.as_ref(), wall);
        Exchange::new(info, (now, wall), faulted, remarks, self.state.tenants.keyring())
    }

    /// Refuses a request whose body was not read.
    pub(crate) fn refuse(&mut self, info: RequestInfo, refused: Refused, wall: UtcMillis) -> Exchange {
        let mut remarks = Remarks::default();
        let faulted = FaultedResponse::reply(remarks.refuse(refused));
        self.end(info, faulted, remarks, wall)
    }

    /// Records that a fault interrupted a request before its body arrived.
    pub(crate) fn break_off(&mut self, info: RequestInfo, at_head: &AtHead, wall: UtcMillis) -> Exchange {
        let AtHead { transfer, fault, .. } = *at_head;
        let faulted = FaultedResponse { transfer, fault, ..FaultedResponse::unhandled() };
        self.end(info, faulted, Remarks::default(), wall)
    }

    fn end(
        &mut self,
        mut info: RequestInfo,
        faulted: FaultedResponse,
        remarks: Remarks,
        wall: UtcMillis,
    ) -> Exchange {
        self.name_job(&mut info);
        let now = self.now(info.subject.partner_id.as_ref(), wall);
        Exchange::new(info, (now, wall), faulted, remarks, self.state.tenants.keyring())
    }

    /// Returns the way to read the body of a request, given its headers.
    pub(crate) fn at_head(&mut self, head: &Parts) -> AtHead {
        if !self.state.faults.affect_uploads() {
            return AtHead::WHOLE;
        }
        let mut info = RequestInfo::read(&Request::from_parts(head.clone(), Bytes::new()));
        self.name_job(&mut info);
        self.state.faults.at_head(&info, &self.settings.secret)
    }

    /// Adds the `user_id` and `job_id` of the job to which a presigned URL belongs.
    fn name_job(&self, info: &mut RequestInfo) {
        let Some((partner, number)) = &info.link else { return };
        let tenant = self.state.tenants.get(partner);
        if let Some(job) = tenant.and_then(|tenant| tenant.jobs.numbered(number)) {
            let partner = info.subject.partner_id.take();
            info.subject = job.announced().subject();
            info.subject.partner_id = partner;
        }
    }

    /// Replaces the partner id of a V3 request, which has no leading zeros, with the partner's own id.
    fn name_partner(&self, info: &mut RequestInfo) {
        if let (true, Some(id)) = (info.route.is_v3(), &info.subject.partner_id)
            && let Some(known) = self.state.tenants.known_as(id)
        {
            info.subject.partner_id = Some(known);
        }
    }

    /// Runs the events that are due for the partner of a request. Called before and after the request.
    pub(crate) fn pass(&mut self, partner: Option<&PartnerId>, wall: UtcMillis) {
        let Some(partner) = partner else { return };
        self.run(partner, wall);
        self.state.used(partner);
        self.state.make_room();
        let is_waiting = |tenant: &Tenant| tenant.deliveries.has_ready() || tenant.agenda.next().is_some();
        if self.state.tenants.get(partner).is_some_and(is_waiting) {
            self.changed();
        }
    }

    /// Returns the time of a partner's clock; for an unknown partner, the time of a new partner's clock.
    fn now(&self, partner: Option<&PartnerId>, wall: UtcMillis) -> UtcMillis {
        let tenant = partner.and_then(|partner| self.state.tenants.get(partner));
        tenant.map_or(self.settings.clock, |tenant| tenant.clock).now(wall)
    }

    pub(crate) fn changed(&self) {
        if let Some(notify) = &self.notify {
            notify();
        }
    }
}
