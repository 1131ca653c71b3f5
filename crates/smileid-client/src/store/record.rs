//! Record of one job: its submission, its callbacks and its confirmed results.

mod v3;

use std::{cmp::Reverse, fmt, time::SystemTime};

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    callback::Callback,
    job::JobRef,
    timestamp,
    types::{Decision, JobResult, JobType, Part, PartnerParams, ResultRank, Uncertainty, Verdict, available},
};

use crate::{
    callback::Fresh,
    submission::{OtherContent, Stage, Submission},
};

/// Record of one job: all that is known about it, including its [`Submission`]. Any database can store it as JSON.
///
/// The callbacks that a [confirming](crate::callback::Receiver::confirming) receiver takes decide nothing until the API has
/// confirmed them. The other rules are the same for all receivers.
///
/// The callbacks of a job lead to the same record in any order, and with any number of duplicates. They are ordered by:
///
/// - **Their content.** A person's result outweighs a machine's, and both outweigh a result that is provisional or
///   could not be done, whatever the times. The same content again is a duplicate, whatever its time.
/// - **Not the times of their signatures**, as a callback that is delivered again is signed anew: an old one may carry
///   the newest time. Only among results that decide nothing, the time of the first signature selects the one that is
///   shown.
/// - **The API**, where that is not enough. The last word is unknown for two decisions of equal rank, for a code
///   that no table has, and for a callback that contradicts an earlier response of the API. Until the API has been
///   asked, the job is provisional at best.
///
/// The record keeps the partner's names for the person and the job, with which the API is asked, and the API's number.
/// Of each result it keeps the [essentials](JobResult::essentials): nothing that an issuer or an image says about the
/// person.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use smileid_client::{callback::{ReplayCheck, Verifier}, store::JobRecord};
/// use smileid_protocol::{auth::Credentials, job::JobRef, types::{Decision, Part}};
///
/// let verifier = Verifier::new([Credentials::new("212", "test-api-key-0001")?]);
/// let body = br#"{
///     "ResultCode": "0810", "SmileJobID": "0000000001", "FullName": "Joe Leo",
///     "PartnerParams": {"user_id": "leo", "job_id": "job-1", "job_type": 1},
///     "timestamp": "2023-03-09T21:35:00.279Z", "signature": "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE="
/// }"#;
/// let received = verifier.verify(body, UNIX_EPOCH + Duration::from_millis(1_678_397_700_500))?;
/// let ReplayCheck::Fresh(callback) = received.sighted(None) else { panic!("no store has seen it") };
///
/// let mut record = JobRecord::new(&JobRef::new("leo", "job-1")?);
/// let _ = record.apply(&callback);
/// assert_eq!(record.verdict().decision, Decision::Provisional);
/// assert_eq!(record.awaited(), [Part::Lookup]);
///
/// let kept = serde_json::to_string(&record)?; // into a column of a table
/// assert!(!kept.contains("Joe"));
/// assert_eq!(serde_json::from_str::<JobRecord>(&kept)?, record);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    #[serde(flatten)]
    ids: JobRef,
    /// Submission of the job, if this program submitted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submission: Option<Submission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smile_job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_type: Option<JobType>,
    /// Results of the job, sorted by rank. The result with the highest rank is first.
    results: Vec<Known>,
    /// Time at which the API was last asked for the status, in place of a callback. It changes with each request, so that other
    /// jobs are next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<i64>,
    /// True if the last status response as a whole contradicts an approval, even if its single results do not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    disputed: bool,
    /// True if the result in a callback counts only after the API has confirmed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    only_confirmed: bool,
    /// True if the job was given up, so that nothing more is sent for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    abandoned: bool,
    /// Facts about the job, if it is a V3 job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v3: Option<v3::V3Job>,
}

/// A known result of the job, and its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    result: JobResult,
    /// Time of the result's first signature, in milliseconds since 1970.
    signed: i64,
    /// Time of the status request by which the API confirmed the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<i64>,
    /// True if the signature was seen only together with another body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ambiguous: bool,
}

/// Effect of a callback or a confirmed result on the record of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Change {
    /// The result was added to the record. Contains the new verdict on the whole job.
    Applied(Verdict),
    /// The callback changes nothing, for this reason.
    Ignored(Ignored),
    /// The result counts only after the API has confirmed it. Until then it cannot improve the verdict.
    MustConfirm,
}

/// Reason why a callback changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ignored {
    /// The record already has the same result.
    Duplicate,
    /// The record has a newer result, a result from a person, or a later response of the API.
    Older,
    /// The result is provisional, and the same part of the job already has a final result.
    ProvisionalAfterFinal,
    /// The callback is about another job.
    AnotherJob,
    /// The callback contains no result of a job.
    NoResult,
}

/// Next step for a job that is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a store selects by it, and has to know both")]
pub enum Unsettled {
    /// The API may not have the job: [`Receiver::resume`](crate::callback::Receiver::resume) submits it.
    Unsent,
    /// The result of the job is awaited: [`Receiver::reconcile`](crate::callback::Receiver::reconcile) requests it.
    Awaited,
}

impl Unsettled {
    /// Returns the word for a database column: `unsent` or `awaited`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::Awaited => "awaited",
        }
    }
}

impl JobRecord {
    /// Creates an empty record of the job with these `ids`.
    pub fn new(ids: &JobRef) -> Self {
        Self {
            ids: ids.clone(),
            submission: None,
            smile_job_id: None,
            job_type: None,
            results: Vec::new(),
            asked: None,
            disputed: false,
            only_confirmed: false,
            abandoned: false,
            v3: None,
        }
    }

    /// Returns the `user_id` and `job_id` in a result. Ids of more than 1,024 bytes are ignored, so that a sender cannot make
    /// records grow without limit.
    pub fn ids_of(result: &JobResult) -> Option<JobRef> {
        let params = result.partner_params.as_ref()?;
        let names = [&params.user_id, &params.job_id, &result.smile_job_id];
        if names.into_iter().flatten().any(|name| name.len() > LONGEST_NAME) {
            return None;
        }
        JobRef::new(available(&params.user_id)?, available(&params.job_id)?).ok()
    }

    /// Returns the `user_id` and `job_id` of the job.
    pub fn ids(&self) -> &JobRef {
        &self.ids
    }

    /// Returns the submission of the job, if it was stored with [`ensure`](super::Store::ensure).
    pub fn submission(&self) -> Option<&Submission> {
        self.submission.as_ref()
    }

    /// Returns true if the API or a callback has sent any information about the job.
    pub(super) fn is_known(&self) -> bool {
        !self.results.is_empty()
    }

    /// Stores a submission. Its images and data are removed if nothing is left to send.
    pub(super) fn set_submission(&mut self, mut submission: Submission) {
        if self.abandoned || matches!(submission.stage(), Stage::Refused { .. }) {
            submission.drop_content();
        }
        self.submission = Some(submission);
    }

    /// Returns the stored submission if there is one, and otherwise stores the new one.
    pub(super) fn ensure(&mut self, new: &Submission) -> Result<Submission, OtherContent> {
        let stored = self.submission.as_ref();
        // Any content may take the place of a job that was refused or given up.
        let is_void = self.abandoned || self.is_refused();
        let (mut ensured, is_new) = match stored {
            Some(stored) if !is_void => (stored.clone().continued(new.clone())?, false),
            // It may have been sent before it was given up, or a callback came, so something was sent.
            _ if self.abandoned || self.is_known() => (new.clone().resumed(), true),
            _ => (new.clone(), true),
        };
        ensured.callback = ensured.callback.or_else(|| stored?.callback.clone());
        if is_new {
            self.abandoned = false;
            self.set_submission(ensured.clone());
        } else if let Some(stored) = &mut self.submission
            && stored.callback.is_none()
        {
            stored.callback.clone_from(&ensured.callback);
        }
        Ok(ensured)
    }

    /// Stores the stage of a submission, unless another process has reached a later stage.
    pub(crate) fn keep(&mut self, submission: &Submission) {
        let order = submission.stage().order();
        let is_news = self.submission.as_ref().is_none_or(|stored| {
            // A refusal is of its content, and other content may have taken its place.
            let is_refused = matches!(submission.stage(), Stage::Refused { .. });
            stored.stage().order() <= order && !(is_refused && stored.has_other_content(submission))
        });
        if is_news {
            self.set_submission(submission.clone());
        }
    }

    /// Gives up the job: nothing more is sent for it.
    pub(super) fn abandon(&mut self) {
        self.abandoned = true;
        if let Some(submission) = &mut self.submission {
            submission.drop_content();
        }
    }

    /// Lets results in callbacks count only after the API has confirmed them.
    pub(crate) fn count_only_confirmed(&mut self) {
        self.only_confirmed = true;
    }

    /// Returns true if the API refused the job, and no later information contradicts that.
    fn is_refused(&self) -> bool {
        let stage = self.submission.as_ref().map(Submission::stage);
        matches!(stage, Some(Stage::Refused { .. })) && !self.is_known()
    }

    /// Returns the next step for the job, if there is one. Store it in a database column, by which
    /// [`Store::unsettled`](super::Store::unsettled) selects.
    ///
    /// There is none if the job is [settled](Self::is_settled), was refused for its content, or was
    /// [abandoned](super::Store::abandon).
    pub fn unsettled(&self) -> Option<Unsettled> {
        if self.abandoned || self.is_refused() {
            return None;
        }
        if let Some(v3) = &self.v3 {
            return (v3.is_known() && !v3.is_settled()).then_some(Unsettled::Awaited);
        }
        let is_unsent = match self.submission.as_ref().map(Submission::stage) {
            None | Some(Stage::Uploaded { .. } | Stage::Refused { .. }) => false,
            // Only a confirmed result shows that the API has the job: a callback may be forged.
            Some(_) => self.results.iter().all(|known| known.confirmed.is_none()),
        };
        if is_unsent {
            return Some(Unsettled::Unsent);
        }
        (!self.is_settled()).then_some(Unsettled::Awaited)
    }

    /// Returns the number that the API gave the job, if a response or a result contained it.
    pub fn smile_job_id(&self) -> Option<&str> {
        let announced = self.submission.as_ref().and_then(|submission| submission.stage().smile_job_id());
        self.smile_job_id.as_deref().or(announced)
    }

    /// Returns true if every part of the job has a final result and no results contradict each other, so that no status must be
    /// requested. If a [confirming](crate::callback::Receiver::confirming) receiver added a callback, the API must have confirmed
    /// every result that counts.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use smileid_client::store::{Change, JobRecord};
    /// # use smileid_client::protocol::{auth::trust::Confirmed, job::JobRef};
    ///
    /// /// Adds what the API has confirmed, in a program that does without a `Receiver`.
    /// fn add(record: &mut JobRecord, confirmed: &Confirmed, asked: SystemTime) -> Option<Change> {
    ///     JobRecord::ids_of(confirmed).filter(|ids| ids == record.ids())?;
    ///     let change = record.apply_confirmed(confirmed, asked);
    ///     assert!(!record.is_settled() || !record.is_contested());
    ///     Some(change)
    /// }
    /// # let mut record = JobRecord::new(&JobRef::new("user-1", "job-1")?);
    /// # assert!(!record.is_settled());
    /// # Ok::<(), smileid_client::Error>(())
    /// ```
    pub fn is_settled(&self) -> bool {
        if let Some(v3) = &self.v3 {
            return v3.is_settled();
        }
        !self.results.is_empty()
            && self.awaited().is_empty()
            && !self.is_contested()
            && (!self.only_confirmed || self.is_confirmed())
    }

    /// Returns the verdict on the job from the results of all its parts.
    pub fn verdict(&self) -> Verdict {
        if let Some(v3) = &self.v3 {
            return v3.verdict();
        }
        if self.results.is_empty() {
            return Verdict::pending();
        }
        let sure = self.results.iter().filter(|known| !known.ambiguous);
        let mut verdict = Verdict::for_job(sure.map(|known| &known.result));
        let is_decided = !matches!(verdict.decision, Decision::Provisional | Decision::Unknown);
        if is_decided && self.is_contested() {
            verdict.decision = Decision::Provisional;
            verdict.doubt = Some(Uncertainty::Contradicted);
        } else if is_decided && self.only_confirmed && !self.is_confirmed() {
            verdict.decision = Decision::Provisional;
            verdict.doubt = Some(Uncertainty::Unconfirmed);
        }
        verdict.doubting(self.disputed, Uncertainty::Contradicted)
    }

    /// Returns the parts of the job that have no final result yet. The job type determines the parts. The optional search for
    /// suspects is never included.
    pub fn awaited(&self) -> Vec<Part> {
        let mut parts = self.job_type.map(JobResult::parts_of).unwrap_or_default();
        parts.retain(|part| self.known_of(*part).all(|known| known.rank() == Some(ResultRank::Open)));
        parts
    }

    /// Returns true if results contradict each other, so that only the API can tell which one is right.
    pub fn is_contested(&self) -> bool {
        let parts = [Part::Images, Part::Lookup, Part::Search];
        let is_ambiguous = self.results.iter().any(|known| known.ambiguous);
        is_ambiguous
            || parts.into_iter().any(|part| self.decisive(part).nth(1).is_some())
            || self.has_unread()
    }

    /// Returns true if there is a result and the API has confirmed every result that counts. The search for suspects is ignored:
    /// the job status does not include it, and an unconfirmed match can only make the verdict worse.
    pub fn is_confirmed(&self) -> bool {
        if let Some(v3) = &self.v3 {
            return v3.is_settled();
        }
        let parts = [Part::Images, Part::Lookup];
        let mut counting = parts.into_iter().filter_map(|part| self.known_of(part).next()).peekable();
        counting.peek().is_some() && counting.all(|known| known.confirmed.is_some()) && !self.is_contested()
    }

    /// Adds the result in a callback and returns its effect. Save the record afterwards, whatever the effect.
    pub fn apply(&mut self, callback: &Fresh) -> Change {
        let Some(result) = callback.result() else { return Change::Ignored(Ignored::NoResult) };
        if !self.is_of(result) {
            return Change::Ignored(Ignored::AnotherJob);
        }
        // If the ids differ from the known ones, one of the two callbacks may be forged.
        if !self.learn_names(result) {
            return Change::MustConfirm;
        }
        let signed = callback.timestamp().to_utc_millis().unwrap_or(i64::MIN);
        let new = Known { result: self.essentials(result), signed, confirmed: None, ambiguous: false };
        let (part, rank) = (new.part(), new.rank());
        let place = self.results.iter().position(|known| known.result == new.result);
        match place {
            Some(place) => {
                let known = &mut self.results[place];
                known.signed = signed.min(known.signed);
                known.ambiguous = false;
            }
            None if self.is_answered(&new) => return Change::Ignored(Ignored::Older),
            None if self.results.len() >= MOST => return Change::MustConfirm,
            None => self.results.push(new.clone()),
        }
        self.sort();
        let Some(part) = part else {
            return if self.has_unread() { Change::MustConfirm } else { Change::Ignored(Ignored::Duplicate) };
        };
        let counts = self.known_of(part).next();
        match counts.and_then(Known::rank) {
            highest if highest > rank && rank < Some(ResultRank::Machine) => {
                Change::Ignored(Ignored::ProvisionalAfterFinal)
            }
            highest if highest > rank => Change::Ignored(Ignored::Older),
            _ if self.decisive(part).nth(1).is_some() => Change::MustConfirm,
            _ if place.is_some() => Change::Ignored(Ignored::Duplicate),
            _ if counts.is_none_or(|known| known.result != new.result) => Change::Ignored(Ignored::Older),
            _ if self.only_confirmed => Change::MustConfirm,
            _ => Change::Applied(self.verdict()),
        }
    }

    /// Records a callback whose signature was seen on another body: one of the two is forged, or both were signed in the same
    /// millisecond. It cannot improve the verdict. Until the API has sent the status, the results of its part decide nothing.
    pub fn doubt(&mut self, ambiguous: &OriginProven<Callback>) -> Change {
        if let Some(result) = ambiguous.result().filter(|result| self.is_of(result)) {
            let signed = ambiguous.timestamp().to_utc_millis().unwrap_or(i64::MIN);
            let new = Known { result: self.essentials(result), signed, confirmed: None, ambiguous: true };
            let is_known = self.results.iter().any(|known| known.result == new.result);
            if !is_known && !self.is_answered(&new) && self.results.len() < MOST {
                self.results.push(new);
                self.sort();
            }
        }
        Change::MustConfirm
    }

    /// Adds a result that the API confirmed. `asked` is a time before the status request was sent. The result
    /// replaces all earlier results of the same part from callbacks.
    pub fn apply_confirmed(&mut self, answer: &Confirmed, asked: SystemTime) -> Change {
        if !self.is_of(answer) {
            return Change::Ignored(Ignored::AnotherJob);
        }
        if !self.learn_names(answer) {
            (self.smile_job_id, self.job_type) = (None, None);
            self.results.clear();
            self.learn_names(answer);
        }
        let result = self.essentials(answer);
        let asked = timestamp::utc_millis(asked);
        let (signed, confirmed) = (asked, Some(asked));
        let new = Known { result, signed, confirmed, ambiguous: false };
        let (part, rank) = (new.part(), new.rank());
        let newest = self
            .results
            .iter()
            .filter(|known| known.part() == part)
            .filter_map(|known| known.confirmed)
            .max();
        if newest.is_some_and(|confirmed| confirmed > asked) {
            return Change::Ignored(Ignored::Older);
        }
        self.disputed = is_against_approval(answer.verdict());
        self.results.retain(|known| known.part() != part || (known.signed > asked && known.rank() > rank));
        self.results.push(new);
        let answered = self.answered();
        self.results.retain(|known| match (known.part(), known.confirmed) {
            (Some(_), _) => true,
            (None, Some(asked)) => Some(asked) >= answered,
            (None, None) => Some(known.signed) > answered,
        });
        self.sort();
        if let Some(submission) = &mut self.submission {
            submission.confirmed(answer);
        }
        Change::Applied(self.verdict())
    }

    /// Records that the job status was requested, whatever the response.
    pub(crate) fn note_asked(&mut self, asked: SystemTime) {
        self.asked = Some(timestamp::utc_millis(asked));
    }

    /// Returns true if a result has the `user_id` and `job_id` of this job.
    fn is_of(&self, result: &JobResult) -> bool {
        let ids = Self::ids_of(result);
        ids.is_some_and(|ids| ids == self.ids)
    }

    /// Stores the API's number of the job and the job type. Returns false, and stores neither, if they differ from the known
    /// values.
    fn learn_names(&mut self, result: &JobResult) -> bool {
        let number = available(&result.smile_job_id);
        let differs = |known: Option<&str>| known.zip(number).is_some_and(|(known, number)| known != number);
        let other_type = self.job_type.zip(result.job_type()).is_some_and(|(known, other)| known != other);
        if differs(self.smile_job_id.as_deref()) || other_type {
            return false;
        }
        if self.smile_job_id.is_none() {
            self.smile_job_id = number.map(str::to_owned);
        }
        if self.job_type.is_none()
            && let Some(job_type) = result.job_type()
        {
            self.job_type = Some(job_type);
            for known in &mut self.results {
                known.result.partner_params = self.job_type.map(PartnerParams::of_type);
            }
        }
        true
    }

    /// Returns the members of a result on which verdicts depend, with the job type. Some results leave the job type out, and
    /// without it result codes have no meaning.
    fn essentials(&self, result: &JobResult) -> JobResult {
        let mut essentials = result.essentials();
        essentials.partner_params = self.job_type.map(PartnerParams::of_type);
        essentials
    }

    /// Iterates over the results of a part that are not ambiguous, the one with the highest rank first.
    fn known_of(&self, part: Part) -> impl Iterator<Item = &Known> {
        self.results.iter().filter(move |known| !known.ambiguous && known.part() == Some(part))
    }

    /// Iterates over the decisions on a part that no other result outweighs. If there are several, they contradict each other.
    /// Results confirmed by the API are included, even next to a callback of higher rank.
    fn decisive(&self, part: Part) -> impl Iterator<Item = &Known> {
        let highest = self.known_of(part).filter_map(Known::rank).max();
        let decided = self.known_of(part).filter(|known| known.rank() > Some(ResultRank::NotDone));
        decided.filter(move |known| known.rank() == highest || known.confirmed.is_some())
    }

    /// Returns true if there is a result with an unknown code that the API has not confirmed.
    fn has_unread(&self) -> bool {
        self.results.iter().any(|known| known.part().is_none() && known.confirmed.is_none())
    }

    /// Returns the time since which the API has confirmed results of every part. Results with unknown codes are older than that,
    /// or the API would have returned them.
    fn answered(&self) -> Option<i64> {
        let parts = self.job_type.map(JobResult::parts_of).unwrap_or_default();
        parts
            .into_iter()
            .map(|part| self.known_of(part).filter_map(|known| known.confirmed).max())
            .min()
            .flatten()
    }

    /// Returns true if the API has confirmed a result of at least equal rank after a result was signed.
    fn is_answered(&self, new: &Known) -> bool {
        if new.part().is_none() && self.answered() >= Some(new.signed) {
            return true;
        }
        let rivals = self.results.iter().filter(|known| known.part() == new.part());
        rivals.filter(|known| known.rank() >= new.rank()).any(|known| known.confirmed >= Some(new.signed))
    }

    fn sort(&mut self) {
        // A result with an unknown code may overturn others, so it is first. The text orders those alike in all else.
        self.results.sort_by_cached_key(|known| {
            let rank = known.rank().map(Reverse);
            (rank, Reverse(known.signed), serde_json::to_string(&known.result).unwrap_or_default())
        });
    }
}

/// Returns true if the verdict on a whole job contradicts an approval, and is not merely weaker than one.
fn is_against_approval(verdict: &Verdict) -> bool {
    match verdict.decision {
        Decision::Approved => false,
        Decision::Provisional => {
            matches!(verdict.doubt, Some(Uncertainty::Contradicted | Uncertainty::SearchUnclear))
        }
        _ => true,
    }
}

impl fmt::Debug for JobRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRecord")
            .field("ids", &self.ids)
            .field("smile_job_id", &self.smile_job_id)
            .field("job_type", &self.job_type)
            .field("results", &self.results)
            .field("v3", &self.v3)
            .finish_non_exhaustive()
    }
}

impl Known {
    fn part(&self) -> Option<Part> {
        self.result.part()
    }

    fn rank(&self) -> Option<ResultRank> {
        self.result.rank()
    }
}

/// Maximum number of results in a record. Two parts and a search, each provisional and final, are six.
const MOST: usize = 16;
/// Maximum length of a `user_id` or `job_id`, in bytes.
const LONGEST_NAME: usize = 1024;
