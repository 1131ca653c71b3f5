//! Image jobs of one partner.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smileid_protocol::{
    callback::Callback,
    types::{JobResult, JobType},
};

use crate::{
    diagnose::Reason,
    model::bounded::Kept,
    sandbox::{announced::Announced, outcome::Outcome},
};

/// Maximum number of stored image jobs of a partner. Older jobs are removed, so that a mock server can run for long.
const JOBS: usize = 10_000;
const JOBS_BYTES: usize = 64 << 20;

/// Image jobs of one partner.
pub(crate) struct Jobs {
    /// Jobs by number. The numbers rise, so this is also the order of age.
    list: BTreeMap<String, Job>,
    /// Number of each job, by its `job_id`.
    numbers: BTreeMap<String, String>,
    bytes: usize,
    /// Numbers of removed jobs whose images still exist.
    forgotten: Vec<String>,
}

impl Jobs {
    pub(crate) fn new() -> Self {
        Self { list: BTreeMap::new(), numbers: BTreeMap::new(), bytes: 0, forgotten: Vec::new() }
    }

    /// Returns the stored jobs, the oldest first.
    pub(crate) fn list(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.list.values()
    }

    /// Returns the job with this `job_id`.
    pub(crate) fn named(&self, job_id: &str) -> Option<&Job> {
        self.list.get(self.numbers.get(job_id)?)
    }

    /// Returns the job with this number.
    pub(crate) fn numbered(&self, number: &str) -> Option<&Job> {
        self.list.get(number)
    }

    /// Returns the job with this number, for changes that keep its size.
    pub(super) fn numbered_mut(&mut self, number: &str) -> Option<&mut Job> {
        self.list.get_mut(number)
    }

    /// Returns true if there is a job with these ids.
    pub(crate) fn has(&self, user_id: &str, job_id: &str) -> bool {
        self.named(job_id).is_some_and(|job| job.announced.user_id == user_id)
    }

    /// Adds the job of an upload request.
    pub(super) fn announce(&mut self, number: &str, announced: Announced) -> Option<&Job> {
        let bytes = announced.bytes();
        self.numbers.insert(announced.job_id.clone(), number.to_owned());
        let job = Job {
            number: number.to_owned(),
            announced,
            attempts: 1,
            stage: Stage::Announced,
            outcome: Outcome::default(),
            diagnosis: Vec::new(),
            bytes,
        };
        self.bytes += bytes;
        self.list.insert(number.to_owned(), job);
        self.forget_for(number);
        self.list.get(number)
    }

    /// Updates a job for a repeated upload request, if its archive has not arrived.
    pub(crate) fn announce_again(&mut self, announced: Announced) -> Option<&Job> {
        let number = self.numbers.get(&announced.job_id)?.clone();
        let job = self.list.get_mut(&number)?;
        job.attempts += 1;
        let selected = announced.selected.or(job.announced.selected.take());
        job.announced = Announced { selected, ..announced };
        let bytes = job.announced.bytes();
        self.bytes = self.bytes - job.bytes + bytes;
        job.bytes = bytes;
        self.forget_for(&number);
        self.list.get(&number)
    }

    /// Stores the outcome of a job's archive.
    pub(super) fn receive(&mut self, number: &str, outcome: Outcome, diagnosis: Vec<Reason>) {
        let Some(job) = self.list.get_mut(number) else { return };
        let bytes = outcome.bytes() + diagnosis.iter().map(Reason::bytes).sum::<usize>();
        job.stage = Stage::Processing { polls: 0 };
        job.outcome = outcome;
        job.diagnosis = diagnosis;
        job.bytes += bytes;
        self.bytes += bytes;
        self.forget_for(number);
    }

    /// Returns the approved jobs of a user, the newest first.
    pub(super) fn passed<'a>(&'a self, user_id: &str, job_type: JobType) -> impl Iterator<Item = &'a Job> {
        self.list.values().rev().filter(move |job| {
            job.announced.user_id == user_id && job.announced.job_type == job_type && job.is_success()
        })
    }

    /// Returns the numbers of the jobs that were removed since the last call.
    pub(crate) fn take_forgotten(&mut self) -> Vec<String> {
        std::mem::take(&mut self.forgotten)
    }

    /// Adds a job that was stored.
    fn adopt(&mut self, job: Job) {
        let number = job.number.clone();
        self.bytes += job.bytes;
        self.numbers.insert(job.announced.job_id.clone(), number.clone());
        self.list.insert(number.clone(), job);
        self.forget_for(&number);
    }

    /// Frees memory for a job. The oldest complete jobs are removed first, then the oldest of all.
    fn forget_for(&mut self, keep: &str) {
        while self.list.len() > JOBS || self.bytes > JOBS_BYTES {
            if !self.forget_one(|job| job.number != keep) {
                return;
            }
        }
    }

    /// Removes one job for which `may_go` returns true: the oldest complete one, otherwise the oldest. Returns false if
    /// there is none.
    fn forget_one(&mut self, may_go: impl Fn(&Job) -> bool) -> bool {
        let complete = self.list.values().find(|job| job.is_complete() && may_go(job));
        let Some(oldest) = complete.or_else(|| self.list.values().find(|job| may_go(job))) else {
            return false;
        };
        let number = oldest.number.clone();
        if let Some(forgotten) = self.list.remove(&number) {
            self.bytes -= forgotten.bytes;
            self.numbers.remove(&forgotten.announced.job_id);
        }
        self.forgotten.push(number);
        true
    }
}

/// A list of the jobs, the oldest first.
impl Serialize for Jobs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.list.values())
    }
}

impl<'de> Deserialize<'de> for Jobs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut jobs = Self::new();
        for job in Vec::<Job>::deserialize(deserializer)? {
            // The size is counted again, as the memory limit depends on it.
            let bytes = job.announced.bytes() + job.outcome.bytes();
            let bytes = bytes + job.diagnosis.iter().map(Reason::bytes).sum::<usize>();
            // Numbers are unique: a job with the number of another one is left out.
            if !jobs.list.contains_key(&job.number) {
                jobs.adopt(Job { bytes, ..job });
            }
        }
        Ok(jobs)
    }
}

impl Kept for Jobs {
    fn bytes(&self) -> usize {
        self.bytes + self.list.len() * 512
    }

    fn forget_oldest(&mut self) -> bool {
        self.forget_one(|_| true)
    }
}

/// Shows the jobs without personal data.
impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(f)
    }
}

/// An image job.
#[derive(Serialize, Deserialize)]
pub(crate) struct Job {
    number: String,
    announced: Announced,
    attempts: u32,
    stage: Stage,
    outcome: Outcome,
    diagnosis: Vec<Reason>,
    #[serde(skip)]
    bytes: usize,
}

/// Stage of an image job.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Announced,
    Processing {
        polls: u32,
    },
    /// The results up to this stage of the outcome are known.
    Complete {
        known: usize,
    },
}

impl Job {
    /// Returns the number that the API gave the job.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    pub(crate) fn announced(&self) -> &Announced {
        &self.announced
    }

    /// Returns the number of presigned URLs that were issued for the archive of the job.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the findings about the archive of the job.
    pub(crate) fn diagnosis(&self) -> &[Reason] {
        &self.diagnosis
    }

    pub(crate) fn awaits_archive(&self) -> bool {
        matches!(self.stage, Stage::Announced)
    }

    /// Returns the results of the job, the newest first; none until the job is complete.
    pub(crate) fn results(&self) -> impl Iterator<Item = &JobResult> {
        self.known().into_iter().flat_map(|known| self.outcome.results_through(known))
    }

    /// Returns true if the job is complete and approved.
    pub(crate) fn is_success(&self) -> bool {
        self.known().and_then(|known| self.outcome.stages().get(known)).is_some_and(|stage| stage.approved)
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.known().is_some()
    }

    /// Counts a status request while the job is processed. Returns the number of earlier status requests.
    pub(super) fn count_poll(&mut self) -> Option<u32> {
        let Stage::Processing { polls } = &mut self.stage else { return None };
        if self.outcome.takes.is_some() {
            return None; // its time is fixed, so status requests do not complete it
        }
        let before = *polls;
        *polls = polls.saturating_add(1);
        Some(before)
    }

    /// Moves the job to its next stage, and returns the effects. A job whose outcome has no stages is never complete.
    pub(super) fn reach(&mut self) -> Option<Reached> {
        let next = match self.stage {
            Stage::Announced => return None,
            Stage::Processing { .. } => 0,
            Stage::Complete { known } => known + 1,
        };
        let stage = self.outcome.stages().get(next)?;
        self.stage = Stage::Complete { known: next };
        Some(Reached {
            callbacks: stage.callbacks().map(|it| Callback::Result(Box::new(it.clone()))).collect(),
            enrols: stage.enrols,
            next: self.outcome.stages().get(next + 1).map(|stage| stage.after),
        })
    }

    fn known(&self) -> Option<usize> {
        match self.stage {
            Stage::Complete { known } => Some(known),
            _ => None,
        }
    }
}

/// Effects of reaching a stage of a job.
pub(super) struct Reached {
    /// Callbacks to send, in order.
    pub(super) callbacks: Vec<Callback>,
    /// True if the user is enrolled with the selfie.
    pub(super) enrols: bool,
    /// Time until the next stage, if there is one.
    pub(super) next: Option<Duration>,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("params", &self.announced.params)
            .field("stage", &self.stage)
            .field("diagnosis", &self.diagnosis.iter().map(|it| &it.code).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
