//! Rules that involve earlier requests.
//!
//! Of each request its hashes are kept, and of those that were learned first nothing.

use std::{collections::VecDeque, ops::Range};

use percent_encoding::percent_decode_str;
use serde_json::Value;
use smileid_protocol::{
    auth::PartnerId,
    subject::Subject,
    types::{ErrorCode, JobType},
};

use super::{
    answer::Answer,
    bounded::{Bounded, hash},
    proof::tick_millis,
    rule::Breach,
};

/// How long after its first use one signature may prove requests about several jobs, in milliseconds: those that are
/// signed in one moment may wait for each other. About one job, a request comes after the response to the one before.
const QUEUE_MILLIS: i64 = 30_000;

/// More questions about a job in so many milliseconds are too many. The fastest official SDK asks six times.
const OFTEN: usize = 10;
const OFTEN_MILLIS: i64 = 10_000;

/// How often a job whose result is final may be asked after again: for links to its images, by another page.
const AGAIN: u32 = 3;

/// More questions about a job, one after the other, are no waiting any more. No official SDK asks more often.
const PATIENCE: u32 = 22;

/// After so many milliseconds it is not the same waiting: somebody comes back. Official SDKs ask within 16 seconds.
const BACK_MILLIS: i64 = 60_000;

/// A request that comes so many milliseconds after an answer may have been on its way when that was sent.
const ON_ITS_WAY_MILLIS: i64 = 50;

#[derive(Clone, Default)]
pub(super) struct History {
    /// How often a partner, or all, began anew.
    beginnings: Bounded<u32>,
    /// By signature, and by signature and job.
    proofs: Bounded<Option<Use>>,
    jobs: Bounded<Job>,
    links: Bounded<Link>,
}

/// The first and the last request that a signature proved.
#[derive(Clone, Copy)]
struct Use {
    /// When the first came. A window that began at the last would never end for a client that sends without a pause.
    first: i64,
    request: u64,
    was_answered: bool,
}

#[derive(Clone, Default)]
struct Job {
    announcement: Option<Announcement>,
    /// Whether a link for its archive was given out, and nothing put there.
    awaits_archive: bool,
    /// When it was said first, after the last announcement that was taken, that there is such a job.
    name_taken_at: Option<i64>,
    is_looked_up: bool,
    asked: VecDeque<i64>,
    /// How many questions were answered, one after the other, and not with a result.
    in_a_row: u32,
    rank: ResultRank,
}

impl Job {
    /// Something was done for it, so that its status is another question now.
    fn go_on(&mut self) {
        self.rank = ResultRank::Open;
        self.in_a_row = 0;
    }
}

/// What the last question about a job was answered with.
#[derive(Clone, Copy, Default)]
enum ResultRank {
    #[default]
    Open,
    /// First at this time.
    Refused(i64),
    /// With its final result, and so many questions since.
    Done(u32),
}

/// A link for an archive.
#[derive(Clone, Copy, Default)]
struct Link {
    job: Option<u64>,
    has_refused: bool,
}

/// What the announcement of a job said, in hashes where it may be personal.
#[derive(Clone, Copy)]
pub(super) struct Announcement {
    pub(super) job_type: Option<JobType>,
    /// Whether an enrolled selfie stands in for a new one.
    pub(super) is_enrolled: bool,
    repeated: [Option<u64>; REPEATED.len()],
}

/// What `info.json` says once more, in its `misc_information`.
const REPEATED: [&str; 4] = ["partner_params", "smile_client_id", "file_name", "callback_url"];

impl Announcement {
    fn of(body: &Value, subject: &Subject) -> Self {
        let is_enrolled = body.get("use_enrolled_image");
        Self {
            job_type: subject.job_type,
            is_enrolled: is_enrolled.is_some_and(|it| *it == true || *it == "true"),
            repeated: REPEATED.map(|name| hashed(body, name)),
        }
    }

    /// The members that `misc_information` has otherwise. Both messages may leave any out.
    pub(super) fn differing(&self, misc: &Value) -> impl Iterator<Item = &'static str> {
        let differing =
            move |(name, announced): (_, Option<u64>)| (hashed(misc, name)? != announced?).then_some(name);
        REPEATED.into_iter().zip(self.repeated).filter_map(differing)
    }
}

/// A member; null and an empty text are none.
fn hashed(members: &Value, name: &str) -> Option<u64> {
    members.get(name).filter(|value| !value.is_null() && **value != "").map(hash)
}

impl History {
    /// The job that a request is about, once it has names. Partners name their jobs without knowing of each other.
    pub(super) fn job(&self, subject: &Subject) -> Option<u64> {
        let partner = subject.partner_id.as_ref();
        let beginnings =
            [None, partner].map(|whose| self.beginnings.get(hash(&whose.map(PartnerId::as_str))));
        let names = (subject.user_id.as_ref()?, subject.job_id.as_ref()?);
        Some(hash(&(partner.map(PartnerId::as_str), beginnings, names)))
    }

    /// A partner, or all, began anew: jobs of the same names are other jobs from now on.
    pub(super) fn begin_anew(&mut self, partner: Option<&PartnerId>) {
        *self.beginnings.entry(hash(&partner.map(PartnerId::as_str))) += 1;
    }

    /// A clock was moved, so that nobody can say how long questions are apart.
    pub(super) fn clock_set(&mut self) {
        for job in self.jobs.values_mut() {
            job.asked.clear();
            job.in_a_row = 0;
        }
    }

    /// A request was proven by a signature made at `timestamp`.
    ///
    /// The same request may come again as it was, as long as it was not answered.
    pub(super) fn proven(
        &mut self,
        (timestamp, signature): (&str, &str),
        request: u64,
        job: Option<u64>,
        answer: &Answer<'_>,
        now: i64,
    ) -> Option<Breach> {
        let was_answered = !answer.is_missing();
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

    /// A job was announced.
    pub(super) fn announced(
        &mut self,
        job: u64,
        body: &Value,
        subject: &Subject,
        answer: &Answer<'_>,
        during: &Range<i64>,
    ) -> Option<Breach> {
        let is_retry = body.get("retry").is_some_and(|retry| *retry == true || *retry == "true");
        let announced = self.jobs.entry(job);
        let is_known = announced.name_taken_at.is_some_and(|told| could_know(told, during));
        let breach = (is_known && !is_retry).then_some(Breach::AnnouncedAgain);
        let is_taken = answer.code() == Some(ErrorCode::JOB_EXISTS);
        announced.name_taken_at = is_taken.then(|| announced.name_taken_at.unwrap_or(during.end));
        if answer.is_success() {
            announced.announcement = Some(Announcement::of(body, subject));
            announced.go_on();
            if let Some(link) = answer.text("upload_url") {
                announced.awaits_archive = true;
                *self.links.entry(link_hash(&link)) = Link { job: Some(job), has_refused: false };
            }
        }
        breach
    }

    /// Whether a link was given out for an archive.
    pub(super) fn knows(&self, address: &str) -> bool {
        self.links.get(link_hash(address)).is_some()
    }

    /// What was announced for the link that an archive is put to.
    pub(super) fn announcement(&self, address: &str) -> Option<&Announcement> {
        let job = self.links.get(link_hash(address))?.job?;
        self.jobs.get(job)?.announcement.as_ref()
    }

    /// An archive was put.
    pub(super) fn put(&mut self, address: &str, answer: &Answer<'_>) -> Option<Breach> {
        let link = self.links.entry(link_hash(address));
        let breach = (link.has_refused && answer.is_refusal()).then_some(Breach::LinkUsedAgain);
        link.has_refused |= answer.is_refusal();
        if let Some(job) = link.job {
            let job = self.jobs.entry(job);
            job.awaits_archive = false;
            job.go_on();
        }
        breach
    }

    /// A lookup was made. One that was not answered may be made again: nobody else can say what came of it.
    pub(super) fn looked_up(&mut self, job: u64, answer: &Answer<'_>) -> Option<Breach> {
        let job = self.jobs.entry(job);
        let breach = (job.is_looked_up && answer.is_success()).then_some(Breach::LookupRepeated);
        job.is_looked_up |= answer.is_success();
        if !answer.is_refusal() {
            job.go_on();
        }
        breach
    }

    /// A job was asked after.
    pub(super) fn asked(&mut self, job: u64, answer: &Answer<'_>, during: &Range<i64>) -> Vec<Breach> {
        let job = self.jobs.entry(job);
        let now = during.start;
        let mut breaches = Vec::new();
        if job.asked.len() == OFTEN && job.asked.pop_front().is_some_and(|first| now - first < OFTEN_MILLIS) {
            breaches.push(Breach::PolledTooFast);
        }
        if job.asked.back().is_none_or(|last| now - last >= BACK_MILLIS) {
            job.in_a_row = 0;
            if matches!(job.rank, ResultRank::Refused(_)) {
                job.rank = ResultRank::Open;
            }
        }
        job.asked.push_back(now);
        if !answer.is_missing() {
            job.in_a_row = job.in_a_row.saturating_add(1);
        }
        match &mut job.rank {
            ResultRank::Open if job.in_a_row > PATIENCE => breaches.push(Breach::PolledForEver),
            ResultRank::Refused(told) if could_know(*told, during) => {
                breaches.push(Breach::PolledAfterRefusal);
            }
            ResultRank::Open | ResultRank::Refused(_) => {}
            ResultRank::Done(since) => {
                *since = since.saturating_add(1);
                if *since > AGAIN {
                    breaches.push(Breach::PolledAfterResult);
                }
            }
        }
        job.rank = match job.rank {
            rank if answer.is_missing() => rank,
            // Without a code of the API's, somebody between has refused it.
            ResultRank::Refused(told) if answer.code().is_some() => ResultRank::Refused(told),
            _ if answer.code().is_some() => ResultRank::Refused(during.end),
            ResultRank::Done(since) => ResultRank::Done(since),
            _ if answer.is_final() => ResultRank::Done(0),
            _ => ResultRank::Open,
        };
        breaches
    }

    /// The types of the jobs for which links were given out and nothing put there.
    pub(super) fn awaiting(&self) -> impl Iterator<Item = Option<JobType>> {
        let awaiting = self.jobs.values().filter(|job| job.awaits_archive);
        awaiting.map(|job| job.announcement.and_then(|it| it.job_type))
    }
}

/// Whether a client that makes a request can have known what it was told at a time.
fn could_know(told: i64, request: &Range<i64>) -> bool {
    request.start.saturating_sub(told) > ON_ITS_WAY_MILLIS
}

/// A link by its path and query, whatever the order and the escapes that libraries write it in again with; the host may be
/// another name of the same.
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
    fn a_link_is_the_same_however_it_is_written() {
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
