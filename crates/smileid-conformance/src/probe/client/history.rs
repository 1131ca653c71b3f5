//! Rules for clients that depend on earlier requests, such as a job id that is used twice.
//!
//! Only hashes of requests are stored, and the oldest are removed.

use std::{collections::VecDeque, ops::Range};

use percent_encoding::percent_decode_str;
use serde_json::Value;
use smileid_protocol::{
    auth::PartnerId,
    subject::Subject,
    types::{ErrorCode, JobType},
};

use super::{
    bounded::{Bounded, hash},
    proof::tick_millis,
    response::ResponseInfo,
    rule::Breach,
};

/// Maximum time for which one signature may be used for requests about several jobs, in milliseconds: requests that
/// were signed at the same time may have waited in a queue. For one job, no such time is allowed.
const QUEUE_MILLIS: i64 = 30_000;

/// Maximum number of status requests about a job within [`MAX_POLLS_MILLIS`]. The fastest official SDK sends six.
const MAX_POLLS: usize = 10;
const MAX_POLLS_MILLIS: i64 = 10_000;

/// Maximum number of status requests after the final result, for example for image links on another page.
const MAX_POLLS_AFTER_RESULT: u32 = 3;

/// Maximum number of status requests about a job without a pause of a minute. No official SDK sends more.
const MAX_POLLS_IN_A_ROW: u32 = 22;

/// Pause after which polling counts as new, in milliseconds. Official SDKs poll at intervals of at most 16 seconds.
const NEW_POLLING_MILLIS: i64 = 60_000;

/// Time after a response in which an arriving request may have been sent before the client read that response, in
/// milliseconds.
const IN_FLIGHT_MILLIS: i64 = 50;

#[derive(Clone, Default)]
pub(super) struct History {
    /// Number of resets of each partner, and of all partners.
    resets: Bounded<u32>,
    /// Uses of each signature, and of each signature for each job.
    proofs: Bounded<Option<Use>>,
    jobs: Bounded<Job>,
    links: Bounded<Link>,
}

/// Use of a signature: its first and last request.
#[derive(Clone, Copy)]
struct Use {
    /// Time of the first request with the signature. The limit counts from the first, not from the last request, so that it also
    /// ends for a client that never pauses.
    first: i64,
    request: u64,
    was_answered: bool,
}

#[derive(Clone, Default)]
struct Job {
    announcement: Option<Announcement>,
    /// True if an upload URL was issued and no archive was uploaded.
    awaits_archive: bool,
    /// Time of the first response which says that the job id was already used, since the last accepted upload request.
    name_taken_at: Option<i64>,
    is_looked_up: bool,
    asked: VecDeque<i64>,
    /// Number of consecutive status requests without a final result.
    in_a_row: u32,
    rank: ResultRank,
}

impl Job {
    /// Resets the polling state, since the job has changed.
    fn reset_polling(&mut self) {
        self.rank = ResultRank::Open;
        self.in_a_row = 0;
    }
}

/// Response to the last status request for a job.
#[derive(Clone, Copy, Default)]
enum ResultRank {
    #[default]
    Open,
    /// The request was refused. The first refusal was at this time.
    Refused(i64),
    /// The final result was returned. The client has sent this number of status requests since then.
    Done(u32),
}

/// Presigned URL for an archive.
#[derive(Clone, Copy, Default)]
struct Link {
    job: Option<u64>,
    has_refused: bool,
}

/// Content of an upload request. Personal values are hashed.
#[derive(Clone, Copy)]
pub(super) struct Announcement {
    pub(super) job_type: Option<JobType>,
    /// True if the job uses the enrolled selfie instead of a new one.
    pub(super) is_enrolled: bool,
    repeated: [Option<u64>; REPEATED.len()],
}

/// Members of the upload request that `misc_information` in `info.json` must repeat.
const REPEATED: [&str; 4] = ["partner_params", "smile_client_id", "file_name", "callback_url"];

impl Announcement {
    fn new(body: &Value, subject: &Subject) -> Self {
        let is_enrolled = body.get("use_enrolled_image");
        Self {
            job_type: subject.job_type,
            is_enrolled: is_enrolled.is_some_and(|it| *it == true || *it == "true"),
            repeated: REPEATED.map(|name| hashed(body, name)),
        }
    }

    /// Returns the members whose values differ between upload request and `misc_information`. Members that one of them
    /// lacks do not differ.
    pub(super) fn differing(&self, misc: &Value) -> impl Iterator<Item = &'static str> {
        let differing =
            move |(name, announced): (_, Option<u64>)| (hashed(misc, name)? != announced?).then_some(name);
        REPEATED.into_iter().zip(self.repeated).filter_map(differing)
    }
}

/// Returns the hash of a member. Null and an empty text count as absent.
fn hashed(members: &Value, name: &str) -> Option<u64> {
    members.get(name).filter(|value| !value.is_null() && **value != "").map(hash)
}

impl History {
    /// Returns a hash that identifies the job of a request. It includes the partner, because partners may use the same ids.
    pub(super) fn job(&self, subject: &Subject) -> Option<u64> {
        let partner = subject.partner_id.as_ref();
        let resets = [None, partner].map(|whose| self.resets.get(hash(&whose.map(PartnerId::as_str))));
        let names = (subject.user_id.as_ref()?, subject.job_id.as_ref()?);
        Some(hash(&(partner.map(PartnerId::as_str), resets, names)))
    }

    /// Records that one or all partners were reset. Later jobs with the same ids are different jobs.
    pub(super) fn reset(&mut self, partner: Option<&PartnerId>) {
        *self.resets.entry(hash(&partner.map(PartnerId::as_str))) += 1;
    }

    /// Records that a clock was changed. The time between requests is then unknown.
    pub(super) fn clock_set(&mut self) {
        for job in self.jobs.values_mut() {
            job.asked.clear();
            job.in_a_row = 0;
        }
    }

    /// Records a request with a signature made at `timestamp`.
    ///
    /// The same request may be repeated unchanged if it got no response.
    pub(super) fn proven(
        &mut self,
        (timestamp, signature): (&str, &str),
        request: u64,
        job: Option<u64>,
        response: &ResponseInfo<'_>,
        now: i64,
    ) -> Option<Breach> {
        let was_answered = !response.is_missing();
        let mut prove = |scope, longest| {
            let proof = self.proofs.entry(hash(&(signature, scope)));
            let is_repeated = proof.is_some_and(|last| last.request == request && !last.was_answered);
            let first = proof.map_or(now, |last| last.first);
            *proof = Some(Use { first, request, was_answered });
            (now.saturating_sub(first) > longest, is_repeated)
        };
        let (is_late, is_repeated) = prove(None, QUEUE_MILLIS);
        let (is_late, is_repeated) = match job {
            Some(job) => {
                let (is_late_for_job, is_repeated) = prove(Some(job), 2 * tick_millis(timestamp));
                (is_late || is_late_for_job, is_repeated)
            }
            None => (is_late, is_repeated),
        };
        let is_reused = is_late && !is_repeated;
        is_reused.then_some(Breach::SignatureReused)
    }

    /// Records an upload request.
    pub(super) fn announced(
        &mut self,
        job: u64,
        body: &Value,
        subject: &Subject,
        response: &ResponseInfo<'_>,
        during: &Range<i64>,
    ) -> Option<Breach> {
        let is_retry = body.get("retry").is_some_and(|retry| *retry == true || *retry == "true");
        let announced = self.jobs.entry(job);
        let is_known = announced.name_taken_at.is_some_and(|told| could_know(told, during));
        let breach = (is_known && !is_retry).then_some(Breach::AnnouncedAgain);
        let is_taken = response.code() == Some(ErrorCode::JOB_EXISTS);
        announced.name_taken_at = is_taken.then(|| announced.name_taken_at.unwrap_or(during.end));
        if response.is_success() {
            announced.announcement = Some(Announcement::new(body, subject));
            announced.reset_polling();
            if let Some(link) = response.text("upload_url") {
                announced.awaits_archive = true;
                *self.links.entry(link_hash(&link)) = Link { job: Some(job), has_refused: false };
            }
        }
        breach
    }

    /// Returns true if a response contained this upload URL.
    pub(super) fn knows(&self, address: &str) -> bool {
        self.links.get(link_hash(address)).is_some()
    }

    /// Returns the upload request whose response contained this upload URL.
    pub(super) fn announcement(&self, address: &str) -> Option<&Announcement> {
        let job = self.links.get(link_hash(address))?.job?;
        self.jobs.get(job)?.announcement.as_ref()
    }

    /// Records the upload of an archive.
    pub(super) fn put(&mut self, address: &str, response: &ResponseInfo<'_>) -> Option<Breach> {
        let link = self.links.entry(link_hash(address));
        let breach = (link.has_refused && response.is_refusal()).then_some(Breach::LinkUsedAgain);
        link.has_refused |= response.is_refusal();
        if let Some(job) = link.job {
            let job = self.jobs.entry(job);
            job.awaits_archive = false;
            job.reset_polling();
        }
        breach
    }

    /// Records a lookup. A lookup without a response may be repeated, because the client does not know its result.
    pub(super) fn looked_up(&mut self, job: u64, response: &ResponseInfo<'_>) -> Option<Breach> {
        let job = self.jobs.entry(job);
        let breach = (job.is_looked_up && response.is_success()).then_some(Breach::LookupRepeated);
        job.is_looked_up |= response.is_success();
        if !response.is_refusal() {
            job.reset_polling();
        }
        breach
    }

    /// Records a status request.
    pub(super) fn asked(
        &mut self,
        job: u64,
        response: &ResponseInfo<'_>,
        during: &Range<i64>,
    ) -> Vec<Breach> {
        let job = self.jobs.entry(job);
        let now = during.start;
        let mut breaches = Vec::new();
        if job.asked.len() == MAX_POLLS
            && job.asked.pop_front().is_some_and(|first| now - first < MAX_POLLS_MILLIS)
        {
            breaches.push(Breach::PolledTooFast);
        }
        if job.asked.back().is_none_or(|last| now - last >= NEW_POLLING_MILLIS) {
            job.in_a_row = 0;
            if matches!(job.rank, ResultRank::Refused(_)) {
                job.rank = ResultRank::Open;
            }
        }
        job.asked.push_back(now);
        if !response.is_missing() {
            job.in_a_row = job.in_a_row.saturating_add(1);
        }
        match &mut job.rank {
            ResultRank::Open if job.in_a_row > MAX_POLLS_IN_A_ROW => breaches.push(Breach::PolledForEver),
            ResultRank::Refused(told) if could_know(*told, during) => {
                breaches.push(Breach::PolledAfterRefusal);
            }
            ResultRank::Open | ResultRank::Refused(_) => {}
            ResultRank::Done(since) => {
                *since = since.saturating_add(1);
                if *since > MAX_POLLS_AFTER_RESULT {
                    breaches.push(Breach::PolledAfterResult);
                }
            }
        }
        job.rank = match job.rank {
            rank if response.is_missing() => rank,
            // A refusal without a code comes from a proxy, not from the API.
            ResultRank::Refused(told) if response.code().is_some() => ResultRank::Refused(told),
            _ if response.code().is_some() => ResultRank::Refused(during.end),
            ResultRank::Done(since) => ResultRank::Done(since),
            _ if response.is_final() => ResultRank::Done(0),
            _ => ResultRank::Open,
        };
        breaches
    }

    /// Returns the job types of the jobs whose archives were not uploaded.
    pub(super) fn awaiting(&self) -> impl Iterator<Item = Option<JobType>> {
        let awaiting = self.jobs.values().filter(|job| job.awaits_archive);
        awaiting.map(|job| job.announcement.and_then(|it| it.job_type))
    }
}

/// Returns true if the client may have read a response before it sent the request.
fn could_know(told: i64, request: &Range<i64>) -> bool {
    request.start.saturating_sub(told) > IN_FLIGHT_MILLIS
}

/// Returns a hash of a URL's path and query. Host, order of the query and different escapes do not change it.
fn link_hash(address: &str) -> u64 {
    let path = address.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let path = path.unwrap_or(address);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let decoded = |text| percent_decode_str(text).collect::<Vec<_>>();
    let mut pairs: Vec<_> = query.split('&').map(decoded).collect();
    pairs.sort_unstable();
    hash(&(decoded(path), pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_links_have_the_same_hash() {
        const LINK: &str = "https://storage.example/videos/085/1-x/selfie.zip?Content-Type=application%2Fzip&Signature=a%2Bb%3D";
        for same in [
            LINK,
            "/videos/085/1-x/selfie.zip?Content-Type=application%2Fzip&Signature=a%2Bb%3D",
            "/videos/085/1-x/selfie.zip?Content-Type=application/zip&Signature=a+b=",
            "/videos/085/1%2dx/selfie.zip?Signature=a%2bb%3d&Content-Type=application%2fzip",
        ] {
            assert_eq!(link_hash(same), link_hash(LINK), "{same}");
        }
        for other in [
            "/videos/085/1-x/selfie.zip",
            "/videos/085/2-x/selfie.zip?Content-Type=application%2Fzip&Signature=a%2Bb%3D",
            "/videos/085/1-x/selfie.zip?Content-Type=application%2Fzip&amp;Signature=a%2Bb%3D",
            "/videos/085/1-x/selfie.zip?Content-Type=application%2Fzip&Signature=a%2Bc%3D",
        ] {
            assert_ne!(link_hash(other), link_hash(LINK), "{other}");
        }
    }
}
