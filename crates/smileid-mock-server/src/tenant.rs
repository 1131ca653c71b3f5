//! What the mock knows of one partner: jobs, users who are enrolled, and what else its calls leave behind.

mod consents;
mod id_numbers;
mod pending;
mod records;
mod smile_links;

pub(crate) use consents::Session;
pub use pending::PendingCallback;
pub(crate) use smile_links::Link;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use smileid_protocol::{
    auth::Credentials,
    package::inspect::Finding,
    types::{JobResult, JobType, PartnerParams, PersonalInfo},
};

use self::{
    consents::Consents, id_numbers::IdNumbers, pending::Pending, records::Records, smile_links::SmileLinks,
};
use crate::{
    bounded::{Limits, Newest},
    clock::Clock,
    millis::Millis,
    outcome::{Outcome, lookup},
    processing::Processing,
    secret::Secret,
};

/// How much a tenant keeps: enough for any test, and an end for whoever never restarts the mock.
const JOBS: usize = 10_000;
const JOBS_BYTES: usize = 64 << 20;
const USERS: Limits = Limits { entries: 100_000, bytes: 16 << 20 };

/// What the mock knows of one partner.
pub(crate) struct Tenant {
    credentials: Credentials,
    pub(crate) clock: Clock,
    last_number: u64,
    last_name: u64,
    /// By the API's numbers, which rise, so that the order is that of age.
    jobs: BTreeMap<String, Job>,
    /// The API's number of each job by the partner's name for it.
    numbers: BTreeMap<String, String>,
    /// Those whose archive came, and maybe a few that are complete or forgotten since.
    in_progress: BTreeSet<String>,
    users: Newest<String, ()>,
    bytes: usize,
    pub(crate) consents: Consents,
    pub(crate) id_numbers: IdNumbers,
    pub(crate) pending: Pending,
    pub(crate) records: Records,
    pub(crate) smile_links: SmileLinks,
}

impl Tenant {
    pub(crate) fn new(credentials: Credentials, clock: Clock) -> Self {
        Self {
            credentials,
            clock,
            last_number: 0,
            last_name: 0,
            jobs: BTreeMap::new(),
            numbers: BTreeMap::new(),
            in_progress: BTreeSet::new(),
            users: Newest::new(USERS),
            bytes: 0,
            consents: Consents::new(),
            id_numbers: IdNumbers::new(),
            pending: Pending::new(),
            records: Records::new(),
            smile_links: SmileLinks::new(),
        }
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The API's number for the next job, ten digits as in the samples.
    pub(crate) fn next_number(&mut self) -> String {
        self.last_number += 1;
        format!("{:010}", self.last_number)
    }

    /// A name of the mock's own making for a `kind` of thing. None comes twice.
    pub(crate) fn next_name(&mut self, kind: &str, secret: &Secret) -> String {
        self.last_name += 1;
        secret.name(&[kind, self.credentials.partner_id().as_str(), &self.last_name.to_string()])
    }

    /// Leaves the user with an enrolled selfie.
    pub(crate) fn enrol(&mut self, user_id: &str) {
        self.users.insert(user_id.to_owned(), (), user_id.len());
    }

    /// Whether the user has an enrolled selfie.
    pub(crate) fn is_enrolled(&self, user_id: &str) -> bool {
        self.users.contains(&user_id.to_owned())
    }

    /// The job of the partner's name `job_id`.
    pub(crate) fn job(&self, job_id: &str) -> Option<&Job> {
        self.jobs.get(self.numbers.get(job_id)?)
    }

    /// The job of the API's number `number`.
    pub(crate) fn numbered(&self, number: &str) -> Option<&Job> {
        self.jobs.get(number)
    }

    /// Whether there is a job with images of these names.
    pub(crate) fn has(&self, user_id: &str, job_id: &str) -> bool {
        self.job(job_id).is_some_and(|job| job.announced.user_id == user_id)
    }

    /// Takes a job that was announced with a message of `bytes` bytes.
    pub(crate) fn announce(&mut self, announced: Announced, bytes: usize) -> Option<&Job> {
        let number = self.next_number();
        self.numbers.insert(announced.job_id.clone(), number.clone());
        let job = Job {
            number: number.clone(),
            announced,
            attempts: 1,
            stage: Stage::Announced,
            outcome: Outcome::default(),
            findings: Vec::new(),
            bytes,
        };
        self.bytes += bytes;
        self.jobs.insert(number.clone(), job);
        self.forget_for(&number);
        self.jobs.get(&number)
    }

    /// Takes a job once more whose archive never came, announced with a message of `bytes` bytes.
    pub(crate) fn announce_again(&mut self, announced: Announced, bytes: usize) -> Option<&Job> {
        let number = self.numbers.get(&announced.job_id)?.clone();
        let job = self.jobs.get_mut(&number)?;
        job.attempts += 1;
        job.announced = announced;
        self.bytes = self.bytes - job.bytes + bytes;
        job.bytes = bytes;
        self.forget_for(&number);
        self.jobs.get(&number)
    }

    /// The job of the API's number `number`, as long as its archive has not come.
    pub(crate) fn awaiting(&self, number: &str) -> Option<&Job> {
        self.numbered(number).filter(|job| job.awaits_archive())
    }

    /// Takes in what came of the archive of a job.
    pub(crate) fn receive(&mut self, number: &str, now: Millis, outcome: Outcome, findings: Vec<Finding>) {
        let Some(job) = self.jobs.get_mut(number) else { return };
        let bytes = outcome.bytes() + findings.iter().map(|it| it.to_string().len()).sum::<usize>();
        job.stage = Stage::Processing { received: now, polls: 0 };
        self.in_progress.insert(number.to_owned());
        job.outcome = outcome;
        job.findings = findings;
        job.bytes += bytes;
        self.bytes += bytes;
        self.forget_for(number);
    }

    /// Completes every job that is done at `now`.
    pub(crate) fn settle(&mut self, processing: Processing, now: Millis) {
        let Self { jobs, in_progress, users, .. } = self;
        in_progress.retain(|number| {
            let Some(job) = jobs.get_mut(number) else { return false };
            if let Stage::Processing { received, .. } = job.stage
                && job.processing(processing).is_due(received, now)
            {
                job.complete(now, users);
            }
            job.review(now, users)
        });
    }

    /// The job of these names, as one who asks for its status finds it.
    pub(crate) fn ask(
        &mut self,
        user_id: &str,
        job_id: &str,
        processing: Processing,
        now: Millis,
    ) -> Option<&Job> {
        self.settle(processing, now);
        let job = self.jobs.get_mut(self.numbers.get(job_id)?)?;
        if job.announced.user_id != user_id {
            return None;
        }
        if let Stage::Processing { polls, .. } = &mut job.stage {
            if job.outcome.takes.is_none() && processing.is_due_when_asked(*polls) {
                job.complete(now, &mut self.users);
            } else {
                *polls = polls.saturating_add(1);
            }
        }
        Some(job)
    }

    /// What the authority said of a user's ID in an approved job of type 1 or a lookup.
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
            let results = self.passed(user_id, JobType::BiometricKyc).flat_map(Job::results);
            results.filter(|it| lookup::is_verified(it)).map(|it| &it.personal_info).find(of_this_id)
        })
    }

    /// What was read from a user's document of a country in an approved job of type 6.
    pub(crate) fn document_record(&self, user_id: &str, country: &str) -> Option<&PersonalInfo> {
        let results = self.passed(user_id, JobType::DocumentVerification).flat_map(Job::results);
        results.map(|it| &it.personal_info).find(|person| person.country.as_deref() == Some(country))
    }

    /// The approved jobs of a user, the newest first.
    fn passed<'a>(&'a self, user_id: &str, job_type: JobType) -> impl Iterator<Item = &'a Job> {
        self.jobs.values().rev().filter(move |job| {
            job.announced.user_id == user_id && job.announced.job_type == job_type && job.is_success()
        })
    }

    /// Makes room for a job: the oldest that are complete go first, then the oldest of all.
    fn forget_for(&mut self, keep: &str) {
        while self.jobs.len() > JOBS || self.bytes > JOBS_BYTES {
            let complete = self.jobs.values().find(|job| job.is_complete() && job.number != keep);
            let Some(oldest) = complete.or_else(|| self.jobs.values().find(|job| job.number != keep)) else {
                return;
            };
            let number = oldest.number.clone();
            if let Some(forgotten) = self.jobs.remove(&number) {
                self.bytes -= forgotten.bytes;
                self.numbers.remove(&forgotten.announced.job_id);
            }
        }
    }
}

/// Shows the jobs without what is personal in them.
impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant")
            .field("partner_id", self.credentials.partner_id())
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}

/// What the partner said of a job before its archive.
#[derive(Clone)]
pub(crate) struct Announced {
    pub(crate) user_id: String,
    pub(crate) job_id: String,
    pub(crate) job_type: JobType,
    /// All of it as it came, to be echoed.
    pub(crate) params: PartnerParams,
    pub(crate) use_enrolled_image: bool,
}

/// A job with images.
pub(crate) struct Job {
    number: String,
    announced: Announced,
    attempts: u32,
    stage: Stage,
    outcome: Outcome,
    findings: Vec<Finding>,
    bytes: usize,
}

/// How far a job is.
#[derive(Debug)]
enum Stage {
    Announced,
    Processing {
        received: Millis,
        polls: u32,
    },
    /// All stages of its outcome up to this one are known, which since then.
    Complete {
        known: usize,
        since: Millis,
    },
}

impl Job {
    /// The API's number for it.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    pub(crate) fn announced(&self) -> &Announced {
        &self.announced
    }

    /// How many links were given out for it.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn awaits_archive(&self) -> bool {
        matches!(self.stage, Stage::Announced)
    }

    /// Its results, the newest first; none as long as it is not complete.
    pub(crate) fn results(&self) -> impl Iterator<Item = &JobResult> {
        let known = match self.stage {
            Stage::Complete { known, .. } => Some(known),
            _ => None,
        };
        known.into_iter().flat_map(|known| self.outcome.results_through(known))
    }

    /// Whether it is complete and was approved.
    pub(crate) fn is_success(&self) -> bool {
        match self.stage {
            Stage::Complete { known, .. } => self.outcome.stages().get(known).is_some_and(|it| it.approved),
            _ => false,
        }
    }

    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.stage, Stage::Complete { .. })
    }

    /// When it is done, where the mock has `processing` for most.
    fn processing(&self, processing: Processing) -> Processing {
        self.outcome.takes.map_or(processing, Processing::After)
    }

    /// Completes it; a job whose outcome has no stage never is complete.
    fn complete(&mut self, now: Millis, users: &mut Newest<String, ()>) {
        self.learn(0, now, users);
    }

    /// Takes in what a person found meanwhile. Whether anything is still to come.
    fn review(&mut self, now: Millis, users: &mut Newest<String, ()>) -> bool {
        while let Stage::Complete { known, since } = self.stage {
            let Some(next) = self.outcome.stages().get(known + 1) else { return false };
            let at = since.after(next.after);
            if now < at {
                break;
            }
            self.learn(known + 1, at, users);
        }
        true
    }

    fn learn(&mut self, stage: usize, now: Millis, users: &mut Newest<String, ()>) {
        let Some(learnt) = self.outcome.stages().get(stage) else { return };
        self.stage = Stage::Complete { known: stage, since: now };
        if learnt.enrols {
            users.insert(self.announced.user_id.clone(), (), self.announced.user_id.len());
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("params", &self.announced.params)
            .field("stage", &self.stage)
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}
