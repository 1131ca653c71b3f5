//! State of one partner: jobs, enrolled users, callbacks and other data.

mod billing;
mod consents;
mod credentials;
mod id_numbers;
mod jobs;
mod lookups;
mod moves;
mod records;
mod smile_links;
mod users;
mod v3_jobs;

pub(crate) use billing::Billing;
pub use billing::Charge;
pub(crate) use consents::Session;
pub(crate) use jobs::{Job, Jobs};
pub(crate) use moves::Moves;
pub(crate) use smile_links::Link;
pub(crate) use users::Purpose;
pub(crate) use v3_jobs::{V3Job, V3Jobs};

use std::{fmt, mem::size_of, slice};

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    auth::Credentials,
    callback::Callback,
    subject::Subject,
    types::{JobResult, JobType, PersonalInfo, v3},
};

use self::{
    consents::Consents, id_numbers::IdNumbers, lookups::Lookups, records::Records, smile_links::SmileLinks,
    users::Users,
};
use super::callbacks::{CallbackMessage, Deliveries};
use crate::{
    control::{callback_fault::CallbackFault, rules::Rules},
    diagnose::Reason,
    model::{
        agenda::{Agenda, Event},
        bounded::Kept,
        clock::Clock,
        processing::Processing,
        secret::Secret,
        utc_millis::UtcMillis,
    },
    request::RequestInfo,
    sandbox::{
        announced::Announced,
        outcome::{Outcome, lookup},
    },
};

/// State of one partner. What is not skipped is in a snapshot.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tenant {
    #[serde(flatten, with = "credentials")]
    credentials: Credentials,
    /// Number of the turn in which the partner was added or last reset. No other partner has the same number.
    #[serde(skip)]
    pub(crate) generation: u64,
    /// Number of the turn in which the partner was last used.
    #[serde(skip)]
    pub(crate) last_used: u64,
    /// True for a partner of the configuration, which is never removed to free memory.
    #[serde(skip)]
    pub(crate) is_pinned: bool,
    /// Value of [`Tenant::bytes`] at the last count, which is included in the total.
    #[serde(skip)]
    pub(crate) counted: usize,
    pub(crate) clock: Clock,
    last_number: u64,
    last_name: u64,
    pub(crate) jobs: Jobs,
    pub(crate) users: Users,
    pub(crate) agenda: Agenda,
    /// Results that became known, and for which callbacks must be planned.
    #[serde(skip)]
    calls: Vec<Call>,
    #[serde(skip, default = "Deliveries::new")]
    pub(crate) deliveries: Deliveries,
    /// Clock changes in progress. They send the callbacks that become due.
    #[serde(skip, default = "Moves::none")]
    pub(crate) moves: Moves,
    pub(crate) billing: Billing,
    pub(crate) consents: Consents,
    pub(crate) id_numbers: IdNumbers,
    lookups: Lookups,
    pub(crate) records: Records,
    pub(crate) smile_links: SmileLinks,
    pub(crate) v3_jobs: V3Jobs,
}

/// Results of one job that became known at the same time, in the order of their callbacks.
struct Call {
    at: UtcMillis,
    url: String,
    callbacks: Vec<CallbackMessage>,
    subject: Subject,
}

impl Tenant {
    /// Creates a partner in the turn `turn`.
    pub(crate) fn new(credentials: Credentials, clock: Clock, turn: u64) -> Self {
        Self {
            credentials,
            generation: turn,
            last_used: turn,
            is_pinned: false,
            counted: 0,
            clock,
            last_number: 0,
            last_name: 0,
            jobs: Jobs::new(),
            users: Users::new(),
            agenda: Agenda::new(),
            calls: Vec::new(),
            deliveries: Deliveries::new(),
            moves: Moves::since(turn),
            billing: Billing::new(),
            consents: Consents::new(),
            id_numbers: IdNumbers::new(),
            lookups: Lookups::new(),
            records: Records::new(),
            smile_links: SmileLinks::new(),
            v3_jobs: V3Jobs::new(),
        }
    }

    /// Removes all data except the credentials. Numbers start again, so that the same requests get the same responses.
    pub(crate) fn reset(&mut self, clock: Clock, turn: u64) {
        let is_pinned = self.is_pinned;
        *self = Self { is_pinned, ..Self::new(self.credentials.clone(), clock, turn) };
    }

    /// Takes on the state of a partner that was stored, within the limits of this mock. The credentials stay.
    pub(crate) fn restore(&mut self, stored: Self, turn: u64) {
        self.reset(stored.clock, turn);
        let Self { last_number, last_name, jobs, users, agenda, billing, .. } = stored;
        let Self { consents, id_numbers, lookups, records, smile_links, v3_jobs, .. } = stored;
        (self.last_number, self.last_name) = (last_number, last_name);
        (self.jobs, self.agenda) = (jobs, agenda);
        self.users.0.adopt(users.0);
        self.billing.adopt(billing);
        self.consents.0.adopt(consents.0);
        self.id_numbers.0.adopt(id_numbers.0);
        self.lookups.0.adopt(lookups.0);
        self.records.0.adopt(records.0);
        self.smile_links.0.adopt(smile_links.0);
        self.v3_jobs.0.adopt(v3_jobs.0);
    }

    /// Marks the partner as part of the configuration, so that it is never removed.
    pub(crate) fn pinned(self) -> Self {
        Self { is_pinned: true, ..self }
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Returns the API's number for the next job, ten digits as in the samples.
    pub(crate) fn next_number(&mut self) -> String {
        self.last_number += 1;
        format!("{:010}", self.last_number)
    }

    /// Returns a new unique id. `kind` is the kind of item that it identifies.
    pub(crate) fn next_name(&mut self, kind: &str, secret: &Secret) -> String {
        self.last_name += 1;
        secret.name(&[kind, self.credentials.partner_id().as_str(), &self.last_name.to_string()])
    }

    /// Stores an enrolled selfie of the user.
    pub(crate) fn enrol(&mut self, user_id: &str) {
        self.users.enrol(user_id);
    }

    /// Adds the image job of an upload request.
    pub(crate) fn announce(&mut self, announced: Announced) -> Option<&Job> {
        let number = self.next_number();
        self.jobs.announce(&number, announced)
    }

    /// Returns the approximate memory use of the partner's data, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.kept().into_iter().map(Kept::bytes).sum::<usize>()
    }

    /// Removes the oldest part of the largest collection. Returns false if all are empty.
    pub(crate) fn forget_some(&mut self) -> bool {
        let heaviest = self.kept_mut().into_iter().max_by_key(|kept| kept.bytes());
        heaviest.is_some_and(Kept::forget_oldest)
    }

    fn kept(&self) -> [&dyn Kept; 11] {
        let Self { jobs, users, agenda, deliveries, billing, .. } = self;
        let Self { consents, id_numbers, lookups, records, smile_links, v3_jobs, .. } = self;
        [
            jobs,
            &users.0,
            agenda,
            &deliveries.list,
            &billing.charges,
            &consents.0,
            &id_numbers.0,
            &lookups.0,
            &records.0,
            &smile_links.0,
            &v3_jobs.0,
        ]
    }

    fn kept_mut(&mut self) -> [&mut dyn Kept; 11] {
        let Self {
            jobs,
            users,
            agenda,
            deliveries,
            billing,
            consents,
            id_numbers,
            lookups,
            records,
            smile_links,
            v3_jobs,
            ..
        } = self;
        [
            jobs,
            &mut users.0,
            agenda,
            &mut deliveries.list,
            &mut billing.charges,
            &mut consents.0,
            &mut id_numbers.0,
            &mut lookups.0,
            &mut records.0,
            &mut smile_links.0,
            &mut v3_jobs.0,
        ]
    }

    /// Stores the outcome of a job whose archive arrived, and plans when the job is complete.
    pub(crate) fn receive(
        &mut self,
        number: &str,
        (outcome, diagnosis): (Outcome, Vec<Reason>),
        processing: Processing,
        now: UtcMillis,
    ) {
        let processing = outcome.takes.map_or(processing, Processing::After);
        self.jobs.receive(number, outcome, diagnosis);
        if let Some(at) = processing.done_at(now) {
            self.agenda.plan(at, Event::Reach(number.to_owned()));
        }
    }

    /// Stores the callback of an asynchronous lookup, and plans when the lookup is complete.
    pub(crate) fn look_up(
        &mut self,
        number: &str,
        (url, callback): (String, Callback),
        processing: Processing,
        now: UtcMillis,
    ) {
        self.lookups.keep(number, url, callback);
        if let Some(at) = processing.done_at(now) {
            self.agenda.plan(at, Event::Find(number.to_owned()));
        }
    }

    /// Returns the job with these ids for a status request. The request may complete the job.
    pub(crate) fn ask(
        &mut self,
        user_id: &str,
        job_id: &str,
        processing: Processing,
        now: UtcMillis,
    ) -> Option<&Job> {
        if !self.jobs.has(user_id, job_id) {
            return None;
        }
        let number = self.jobs.named(job_id)?.number().to_owned();
        let polls = self.jobs.numbered_mut(&number).and_then(Job::count_poll);
        if polls.is_some_and(|polls| processing.is_done_when_asked(polls)) {
            self.reach(&number, now);
        }
        self.jobs.numbered(&number)
    }

    /// Returns the results of the newest asynchronous lookup with these ids for a status request. Empty until the lookup is
    /// complete.
    pub(crate) fn ask_lookup(
        &mut self,
        user_id: &str,
        job_id: &str,
        processing: Processing,
        now: UtcMillis,
    ) -> Option<&[JobResult]> {
        let number = self.lookups.named(user_id, job_id)?;
        if self.lookups.count_poll(&number).is_some_and(|polls| processing.is_done_when_asked(polls)) {
            self.find(&number, now);
        }
        Some(self.lookups.result(&number).map(slice::from_ref).unwrap_or_default())
    }

    /// Handles the events that are due at `now`.
    pub(crate) fn run(
        &mut self,
        now: UtcMillis,
        callback_faults: &mut Rules<CallbackFault>,
        secret: &Secret,
    ) {
        loop {
            for call in std::mem::take(&mut self.calls) {
                self.take_on(call, callback_faults, secret);
            }
            let Some((at, event)) = self.agenda.take(now) else { return };
            match event {
                Event::Reach(number) => self.reach(&number, at),
                Event::Find(number) => self.find(&number, at),
                Event::Complete(id) => self.complete(&id, at),
                Event::Send(id) => self.deliveries.make_ready(id),
            }
        }
    }

    /// Stores the outcome of a job's archive, and moves the job to its last stage.
    pub(crate) fn complete_at_once(&mut self, number: &str, outcome: Outcome) {
        let stages = outcome.stages().len();
        self.jobs.receive(number, outcome, Vec::new());
        let Some(job) = self.jobs.numbered_mut(number) else { return };
        let user_id = job.announced().user_id.clone();
        let enrols = (0..stages).filter_map(|_| job.reach()).any(|reached| reached.enrols);
        if enrols {
            self.enrol(&user_id);
        }
    }

    /// Moves a job to its next stage.
    fn reach(&mut self, number: &str, at: UtcMillis) {
        let Some(job) = self.jobs.numbered_mut(number) else { return };
        let Some(reached) = job.reach() else { return };
        if let Some(after) = reached.next {
            self.agenda.plan(at.after(after), Event::Reach(number.to_owned()));
        }
        let announced = job.announced();
        if let Some(url) = announced.callback_url.clone() {
            let subject = announced.subject();
            let callbacks = reached.callbacks.into_iter().map(CallbackMessage::from).collect();
            self.calls.push(Call { at, url, callbacks, subject });
        }
        if reached.enrols {
            let user_id = announced.user_id.clone();
            self.enrol(&user_id);
        }
    }

    /// Completes an asynchronous lookup.
    fn find(&mut self, number: &str, at: UtcMillis) {
        let Some((url, callback)) = self.lookups.find(number) else { return };
        let mut subject = Subject::default();
        if let Some(params) = callback.result().and_then(|result| result.partner_params.as_ref()) {
            subject.user_id.clone_from(&params.user_id);
            subject.job_id.clone_from(&params.job_id);
            subject.job_type = params.job_type;
        }
        self.calls.push(Call { at, url, callbacks: vec![callback.into()], subject });
    }

    /// Stores a V3 job, and plans when it is complete.
    pub(crate) fn submit(&mut self, id: &str, job: V3Job, processing: Processing, now: UtcMillis) {
        let processing = job.takes.map_or(processing, Processing::After);
        self.v3_jobs.keep(id, job);
        if let Some(at) = processing.done_at(now) {
            self.agenda.plan(at, Event::Complete(id.to_owned()));
        }
    }

    /// Stores a V3 job that is done at once, and returns its result.
    pub(crate) fn submit_done(&mut self, id: &str, job: V3Job, now: UtcMillis) -> v3::JobResult {
        self.v3_jobs.keep(id, job);
        self.complete(id, now);
        self.v3_jobs.get(id).and_then(V3Job::result).cloned().unwrap_or_default()
    }

    /// Returns a V3 job for a status request, which may complete it.
    pub(crate) fn ask_v3(&mut self, id: &str, processing: Processing, now: UtcMillis) -> Option<&V3Job> {
        if self.v3_jobs.count_poll(id).is_some_and(|polls| processing.is_done_when_asked(polls)) {
            self.complete(id, now);
        }
        self.v3_jobs.get(id)
    }

    /// Completes a V3 job.
    fn complete(&mut self, id: &str, at: UtcMillis) {
        let Some(job) = self.v3_jobs.complete(id, at) else { return };
        let (enrolled, url) = (job.enrols.then(|| job.user_id.clone()), job.url.clone());
        if let Some(user_id) = enrolled {
            self.enrol(&user_id);
        }
        if let Some(url) = url {
            self.call_back(id, url, at);
        }
    }

    /// Sends the callback of a V3 job that is complete.
    pub(crate) fn call_back(&mut self, id: &str, url: String, at: UtcMillis) {
        let Some(job) = self.v3_jobs.get(id) else { return };
        let mut subject = Subject::default();
        subject.user_id = Some(job.user_id.clone());
        subject.job_id = Some(id.to_owned());
        let callbacks = job.callback().into_iter().collect();
        self.calls.push(Call { at, url, callbacks, subject });
    }

    /// Sends a callback with any content, without a job.
    pub(crate) fn emit(&mut self, callback: CallbackMessage, url: String, at: UtcMillis) {
        self.calls.push(Call { at, url, callbacks: vec![callback], subject: Subject::default() });
    }

    /// Plans callbacks for results. Each callback is sent after the result of the previous one.
    fn take_on(&mut self, call: Call, callback_faults: &mut Rules<CallbackFault>, secret: &Secret) {
        let mut subject = call.subject;
        subject.partner_id = Some(self.credentials.partner_id().clone());
        let info = RequestInfo::of_callback(subject);
        let mut before = None;
        for callback in call.callbacks {
            let callback_faults = callback_faults.pick(&info, secret).cloned().unwrap_or_default();
            let callback = (call.url.clone(), callback);
            before =
                Some(self.deliveries.take_on(callback, callback_faults, before, (call.at, &mut self.agenda)));
        }
    }

    /// Returns the authority's data about a user, from an approved job of type 1 or a lookup.
    pub(crate) fn authority_record(
        &self,
        user_id: &str,
        country: &str,
        id_type: &str,
    ) -> Option<&PersonalInfo> {
        let of_this_id = |person: &&PersonalInfo| {
            person.country.as_deref() == Some(country) && person.id_type.as_deref() == Some(id_type)
        };
        self.records.get(user_id, country, id_type).or_else(|| {
            let results = self.jobs.passed(user_id, JobType::BiometricKyc).flat_map(Job::results);
            results.filter(|it| lookup::is_verified(it)).map(|it| &it.personal_info).find(of_this_id)
        })
    }

    /// Returns the data of a user's document from a country, from an approved job of type 6.
    pub(crate) fn document_record(&self, user_id: &str, country: &str) -> Option<&PersonalInfo> {
        let results = self.jobs.passed(user_id, JobType::DocumentVerification).flat_map(Job::results);
        results.map(|it| &it.personal_info).find(|person| person.country.as_deref() == Some(country))
    }
}

/// Shows the jobs without personal data.
impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant")
            .field("partner_id", self.credentials.partner_id())
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}
