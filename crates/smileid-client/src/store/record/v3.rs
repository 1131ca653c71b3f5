//! Facts about a V3 job in its record.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    timestamp,
    types::{
        Decision, Uncertainty, Verdict,
        v3::{JobStatus, Status},
    },
    v3::JobId,
};

use super::{Change, Ignored, JobRecord};
use crate::v3::SentJob;

/// Facts about a V3 job. Only a status from the API makes its result final, because the signature of a callback does not protect
/// its body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct V3Job {
    /// The id that the API gave the job: from its response, or confirmed by a status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job_id: Option<JobId>,
    /// Unconfirmed verdicts from callbacks, the latest for each `job_id`. A pending verdict only shows that the `job_id` may
    /// belong to this job.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    claims: Vec<Claim>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<Confirmed>,
    /// True if this program has stored the job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_kept: bool,
    /// True if the outcome of the submission is unknown and the person may have other jobs: then nothing shows that the job in a
    /// callback is this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_proposed: bool,
    /// True if callbacks had several different `job_id`s for this job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_contested: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Claim {
    job_id: JobId,
    verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Confirmed {
    status: Status,
    /// Time at which the status was requested from the API.
    asked: i64,
}

/// Maximum number of different `job_id`s from callbacks for a submission whose outcome is unknown. At most one is right.
const MOST: usize = 8;

impl V3Job {
    pub(super) fn is_settled(&self) -> bool {
        self.confirmed.is_some() && !self.is_proposed && !self.is_contested
    }

    /// Returns true if the job exists as far as this program knows: it was stored, or the record has its id at the API.
    /// Otherwise the record only has the correlation value and the `job_id`s of callbacks, which prove nothing about each other.
    pub(super) fn is_known(&self) -> bool {
        self.is_kept || self.job_id.is_some()
    }

    pub(super) fn verdict(&self) -> Verdict {
        let Some(confirmed) = &self.confirmed else {
            let mut verdict = self.claims.last().map_or_else(Verdict::pending, |it| it.verdict.clone());
            if !matches!(verdict.decision, Decision::Pending | Decision::Unknown) {
                (verdict.decision, verdict.doubt) = (Decision::Provisional, Some(Uncertainty::Unconfirmed));
            }
            return verdict;
        };
        let mut status = JobStatus::default();
        status.status = Some(confirmed.status.clone());
        // Only the callback has the signs of fraud. It is unconfirmed, so they cannot reject a job, but they prevent an
        // approval.
        let is_doubted = self.claims.iter().any(|claim| {
            claim.verdict.status.as_ref() == Some(&confirmed.status)
                && claim.verdict.decision != Decision::Approved
        });
        let is_doubted = is_doubted || self.is_contested;
        let verdict = status.verdict().doubting(is_doubted, Uncertainty::Contradicted);
        verdict.doubting(self.is_proposed, Uncertainty::Unconfirmed)
    }

    /// Adds the unconfirmed verdict of a callback. Without a verdict, only its `job_id` is stored.
    fn claim(&mut self, job_id: &JobId, verdict: Option<Verdict>) -> Change {
        if self.is_of_another(job_id) && !self.is_proposed {
            return Change::Ignored(Ignored::AnotherJob);
        }
        if verdict.is_none() && self.claims.iter().any(|known| known.job_id == *job_id) {
            return Change::MustConfirm;
        }
        let verdict = verdict.unwrap_or_else(Verdict::pending);
        let claim = Claim { job_id: job_id.clone(), verdict };
        let is_confirmed = self.confirmed.as_ref().map(|it| &it.status) == claim.verdict.status.as_ref();
        let is_known = self.claims.contains(&claim);
        self.claims.retain(|known| known.job_id != *job_id);
        if self.claims.len() == MOST {
            self.claims.remove(0);
        }
        self.claims.push(claim);
        if is_confirmed && is_known { Change::Ignored(Ignored::Duplicate) } else { Change::MustConfirm }
    }

    fn is_of_another(&self, job_id: &JobId) -> bool {
        self.job_id.as_ref().is_some_and(|known| known != job_id)
    }

    /// Adds the status, requested from the API, of a job of this person.
    fn confirm(&mut self, job_id: &JobId, status: &JobStatus, asked: i64) -> Change {
        if self.is_of_another(job_id) && !self.is_proposed || !self.is_known() {
            return Change::Ignored(Ignored::AnotherJob);
        }
        let Some(word) = status.status.clone().filter(|_| status.is_final()) else {
            return Change::MustConfirm;
        };
        if self.is_of_another(job_id) {
            // One of the two is not the job that was submitted.
            let before = self.verdict();
            self.is_contested = true;
            let verdict = self.verdict();
            return if before == verdict {
                Change::Ignored(Ignored::Duplicate)
            } else {
                Change::Applied(verdict)
            };
        }
        if self.confirmed.as_ref().is_some_and(|known| known.asked > asked) {
            return Change::Ignored(Ignored::Older);
        }
        let before = self.verdict();
        self.job_id = Some(job_id.clone());
        self.claims.retain(|claim| claim.job_id == *job_id);
        self.confirmed = Some(Confirmed { status: word, asked });
        let verdict = self.verdict();
        if before == verdict { Change::Ignored(Ignored::Duplicate) } else { Change::Applied(verdict) }
    }
}

impl JobRecord {
    /// Returns the id that the API gave the job, if it is a V3 job and the id is certain.
    pub fn v3_job_id(&self) -> Option<&JobId> {
        self.v3.as_ref()?.job_id.as_ref()
    }

    /// Returns the ids whose status must be requested, if the job is a V3 job: its own id, or those in callbacks.
    pub(crate) fn v3_candidates(&self) -> Option<Vec<JobId>> {
        let v3 = self.v3.as_ref()?;
        let proposed = || v3.claims.iter().map(|claim| claim.job_id.clone()).collect();
        Some(v3.job_id.as_ref().map_or_else(proposed, |job_id| vec![job_id.clone()]))
    }

    /// Stores the ids of a V3 job that this program submits.
    pub(crate) fn keep_v3(&mut self, sent: &SentJob) {
        let Some(v3) = self.v3_mut() else { return };
        let is_first = !std::mem::replace(&mut v3.is_kept, true);
        let Some(job_id) = &sent.job_id else {
            if is_first {
                v3.is_proposed = !sent.is_only_job;
            }
            return;
        };
        (v3.is_proposed, v3.is_contested) = (false, false);
        if v3.job_id.as_ref() != Some(job_id) {
            // The id in the response to the job is certain; an id that a status confirmed is only likely.
            v3.job_id = Some(job_id.clone());
            v3.confirmed = None;
        }
        v3.claims.retain(|claim| claim.job_id == *job_id);
    }

    /// Stores the API's id of a job that another program submitted. Such a job has no correlation value.
    pub(crate) fn of_v3(&mut self, job_id: &JobId) {
        if let Some(v3) = self.v3_mut() {
            v3.job_id.get_or_insert_with(|| job_id.clone());
        }
    }

    /// Returns true if the record is that of a V3 job that is known to exist.
    pub(crate) fn is_known_v3(&self) -> bool {
        self.v3.as_ref().is_some_and(V3Job::is_known)
    }

    /// Adds the unconfirmed verdict of a callback, or none if the signature was also seen on another body.
    pub(crate) fn claim_v3(&mut self, job_id: &JobId, verdict: Option<Verdict>) -> Change {
        self.v3_mut().map_or(Change::Ignored(Ignored::AnotherJob), |v3| v3.claim(job_id, verdict))
    }

    /// Adds the API's status of `job_id`, if that job belongs to this person. The person's id is the only value by which the job
    /// is recognized.
    pub(crate) fn confirm_v3(&mut self, job_id: &JobId, status: &JobStatus, asked: SystemTime) -> Change {
        if status.user_id.as_deref() != Some(self.ids().user_id()) {
            return Change::Ignored(Ignored::AnotherJob);
        }
        let v3 = self.v3_mut();
        v3.map_or(Change::Ignored(Ignored::AnotherJob), |v3| {
            v3.confirm(job_id, status, timestamp::utc_millis(asked))
        })
    }

    /// Returns the facts about a V3 job. None if the record belongs to a job of version 1, which V3 callbacks must not change.
    fn v3_mut(&mut self) -> Option<&mut V3Job> {
        let is_v1 = self.submission.is_some() || !self.results.is_empty();
        if is_v1 && self.v3.is_none() { None } else { Some(self.v3.get_or_insert_default()) }
    }
}
