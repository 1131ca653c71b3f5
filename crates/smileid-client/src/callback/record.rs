//! What is known of one job.

use std::{cmp::Reverse, fmt};

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    callback::Callback,
    job::JobIds,
    types::{Decision, Doubt, JobResult, JobType, Part, PartnerParams, Standing, Verdict, available},
};

use super::Fresh;

/// What is known of one job: a value that any database can hold as JSON.
///
/// Its callbacks end in the same record in whatever order and however often they come. What orders them:
///
/// - **What they say.** A person's result outweighs a machine's, and both outweigh what is provisional or could not be
///   done, whatever the times. The same content again is a duplicate, whatever its time.
/// - **Not their signatures' times**, as a callback that is delivered again is signed anew: an old one may carry the
///   newest time. Only among those that decide nothing the time at which each was first signed says which one is shown.
/// - **The API**, where that is not enough: of two decisions of equal standing, of a code that no table knows, and of a
///   callback that contradicts what the API has answered before, nobody can say which is the last word. Until the API was
///   asked, the job is provisional at best.
///
/// It keeps the partner's names for the person and the job, with which the API is asked, the API's number, and of each
/// result its [essentials](JobResult::essentials): nothing that an issuer or an image says about the person.
///
/// ```
/// use smileid_client::callback::{Record, Sighting, Verifier};
/// use smileid_protocol::{auth::Credentials, job::JobIds, types::{Decision, Part}};
///
/// let verifier = Verifier::new([Credentials::new("212", "test-api-key-0001")?]);
/// let body = br#"{
///     "ResultCode": "0810", "SmileJobID": "0000000001", "FullName": "Joe Leo",
///     "PartnerParams": {"user_id": "leo", "job_id": "job-1", "job_type": 1},
///     "timestamp": "2023-03-09T21:35:00.279Z", "signature": "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE="
/// }"#;
/// let received = verifier.verify(body, 1_678_397_700_500)?;
/// let Sighting::Fresh(callback) = received.sighted(None) else { panic!("no store has seen it") };
///
/// let mut record = Record::new(&JobIds::new("leo", "job-1")?);
/// let _ = record.take_in(&callback);
/// assert_eq!(record.verdict().decision, Decision::Provisional);
/// assert_eq!(record.awaited(), [Part::Lookup]);
///
/// let kept = serde_json::to_string(&record)?; // into a column of a table
/// assert!(!kept.contains("Joe"));
/// assert_eq!(serde_json::from_str::<Record>(&kept)?, record);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    user_id: String,
    job_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    smile_job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_type: Option<JobType>,
    /// The one that counts most first.
    results: Vec<Known>,
    /// Whether the API's last answer, taken as a whole, was against an approval, whatever its results say one by one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    disputed: bool,
}

/// What is known of one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    result: JobResult,
    /// When it was first signed, in milliseconds since 1970.
    signed: i64,
    /// When the API was asked that confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<i64>,
    /// Whether its signature was seen on another body alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ambiguous: bool,
}

/// What came of a callback, or of a confirmed result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Change {
    /// It counts now. This is how the whole job stands.
    Applied(Verdict),
    /// It says nothing that counts.
    Ignored(Ignored),
    /// Whether it counts is not known before the API has confirmed it. Until then it makes nothing better.
    MustConfirm,
}

/// Why a callback says nothing that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ignored {
    /// It is known.
    Duplicate,
    /// There is a newer one, or one of a person, or the API has answered since.
    Older,
    /// It decides nothing, and the part it is about is decided.
    ProvisionalAfterFinal,
    /// It is about another job.
    AnotherJob,
    /// It is no result of a job.
    NoResult,
}

impl Record {
    /// Nothing is known of the job `ids` so far.
    pub fn new(ids: &JobIds) -> Self {
        Self {
            user_id: ids.user_id().to_owned(),
            job_id: ids.job_id().to_owned(),
            smile_job_id: None,
            job_type: None,
            results: Vec::new(),
            disputed: false,
        }
    }

    /// The job that a result names, when it does. Names of more than 1,024 bytes are none: no record may grow beyond
    /// bounds by what a sender makes up.
    pub fn ids_of(result: &JobResult) -> Option<JobIds> {
        let params = result.partner_params.as_ref()?;
        let names = [&params.user_id, &params.job_id, &result.smile_job_id];
        if names.into_iter().flatten().any(|name| name.len() > LONGEST_NAME) {
            return None;
        }
        JobIds::new(available(&params.user_id)?, available(&params.job_id)?).ok()
    }

    /// The partner's name for the person.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The partner's name for the job.
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// The API's number for the job, when a result said it.
    pub fn smile_job_id(&self) -> Option<&str> {
        self.smile_job_id.as_deref()
    }

    /// What the job comes to, all of its parts considered.
    pub fn verdict(&self) -> Verdict {
        let sure = self.results.iter().filter(|known| !known.ambiguous);
        let mut verdict = Verdict::of_job(sure.map(|known| &known.result));
        let is_decided = !matches!(verdict.decision, Decision::Provisional | Decision::Unknown);
        if is_decided && self.is_contested() {
            verdict.decision = Decision::Provisional;
            verdict.doubt = Some(Doubt::Contradicted);
        }
        verdict.doubting(self.disputed, Doubt::Contradicted)
    }

    /// The parts of which no final result has come. The type of the job tells which it has; the search for suspects, which
    /// follows where a partner has it, is never among them.
    pub fn awaited(&self) -> Vec<Part> {
        let mut parts = self.job_type.map(JobResult::parts_of).unwrap_or_default();
        parts.retain(|part| self.of(*part).all(|known| known.standing() == Some(Standing::Open)));
        parts
    }

    /// Whether there are results of which nobody can say which is the last word, until the API was asked.
    pub fn is_contested(&self) -> bool {
        let parts = [Part::Images, Part::Lookup, Part::Search];
        let is_ambiguous = self.results.iter().any(|known| known.ambiguous);
        is_ambiguous
            || parts.into_iter().any(|part| self.decisive(part).nth(1).is_some())
            || self.has_unread()
    }

    /// Whether the API has confirmed every result that counts, and there is one.
    pub fn is_confirmed(&self) -> bool {
        let parts = [Part::Images, Part::Lookup, Part::Search];
        let mut counting = parts.into_iter().filter_map(|part| self.of(part).next()).peekable();
        counting.peek().is_some() && counting.all(|known| known.confirmed.is_some()) && !self.is_contested()
    }

    /// Takes in a callback, and says what came of it. Afterwards the record has to be saved, whatever came of it.
    pub fn take_in(&mut self, callback: &Fresh) -> Change {
        let Some(result) = callback.result() else { return Change::Ignored(Ignored::NoResult) };
        if !self.is_of(result) {
            return Change::Ignored(Ignored::AnotherJob);
        }
        // Names that differ may be a forger's: these, or those known so far.
        if !self.learn_names(result) {
            return Change::MustConfirm;
        }
        let signed = callback.timestamp().to_utc_millis().unwrap_or(i64::MIN);
        let new = Known { result: self.essentials(result), signed, confirmed: None, ambiguous: false };
        let (part, standing) = (new.part(), new.standing());
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
        let counts = self.of(part).next();
        match counts.and_then(Known::standing) {
            highest if highest > standing && standing < Some(Standing::Machine) => {
                Change::Ignored(Ignored::ProvisionalAfterFinal)
            }
            highest if highest > standing => Change::Ignored(Ignored::Older),
            _ if self.decisive(part).nth(1).is_some() => Change::MustConfirm,
            _ if place.is_some() => Change::Ignored(Ignored::Duplicate),
            _ if counts.is_some_and(|known| known.result == new.result) => Change::Applied(self.verdict()),
            _ => Change::Ignored(Ignored::Older),
        }
    }

    /// Notes that a callback came whose signature was seen on another body: one of the two is forged, or both were signed in
    /// one millisecond. It makes nothing better, and until the API was asked, what is known of its part decides nothing.
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

    /// Takes in what the API answered when it was asked at `asked_utc_millis`, a time before the question. It takes the
    /// place of everything that callbacks said of the same part until then.
    pub fn settle(&mut self, answer: &Confirmed, asked_utc_millis: i64) -> Change {
        if !self.is_of(answer) {
            return Change::Ignored(Ignored::AnotherJob);
        }
        if !self.learn_names(answer) {
            (self.smile_job_id, self.job_type) = (None, None);
            self.results.clear();
            self.learn_names(answer);
        }
        let result = self.essentials(answer);
        let (signed, confirmed) = (asked_utc_millis, Some(asked_utc_millis));
        let new = Known { result, signed, confirmed, ambiguous: false };
        let (part, standing) = (new.part(), new.standing());
        let newest = self
            .results
            .iter()
            .filter(|known| known.part() == part)
            .filter_map(|known| known.confirmed)
            .max();
        if newest.is_some_and(|confirmed| confirmed > asked_utc_millis) {
            return Change::Ignored(Ignored::Older);
        }
        self.disputed = is_against_approval(answer.verdict());
        self.results.retain(|known| {
            known.part() != part || (known.signed > asked_utc_millis && known.standing() > standing)
        });
        self.results.push(new);
        let answered = self.answered();
        self.results.retain(|known| match (known.part(), known.confirmed) {
            (Some(_), _) => true,
            (None, Some(asked)) => Some(asked) >= answered,
            (None, None) => Some(known.signed) > answered,
        });
        self.sort();
        Change::Applied(self.verdict())
    }

    /// Whether a result is about this job, by the partner's names.
    fn is_of(&self, result: &JobResult) -> bool {
        let ids = Self::ids_of(result);
        ids.is_some_and(|ids| ids.user_id() == self.user_id && ids.job_id() == self.job_id)
    }

    /// Notes the API's number and the type, and says whether they are those known so far. Both or none are noted.
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

    /// With the type of the job, which some results leave out and without which no code can be read.
    fn essentials(&self, result: &JobResult) -> JobResult {
        let mut essentials = result.essentials();
        essentials.partner_params = self.job_type.map(PartnerParams::of_type);
        essentials
    }

    /// What is known of a part beyond doubt about where it comes from, the one that counts most first.
    fn of(&self, part: Part) -> impl Iterator<Item = &Known> {
        self.results.iter().filter(move |known| !known.ambiguous && known.part() == Some(part))
    }

    /// The decisions of a part that nothing outweighs. More than one contradict each other: also the API's own, and one
    /// that would outweigh it if a callback were enough for that.
    fn decisive(&self, part: Part) -> impl Iterator<Item = &Known> {
        let highest = self.of(part).filter_map(Known::standing).max();
        let decided = self.of(part).filter(|known| known.standing() > Some(Standing::NotDone));
        decided.filter(move |known| known.standing() == highest || known.confirmed.is_some())
    }

    /// Whether there is a result that nobody can read and of which the API has not said that it is the last word.
    fn has_unread(&self) -> bool {
        self.results.iter().any(|known| known.part().is_none() && known.confirmed.is_none())
    }

    /// Since when the API has answered about every part. What nobody can read is older than that, or it would have been
    /// the answer.
    fn answered(&self) -> Option<i64> {
        let parts = self.job_type.map(JobResult::parts_of).unwrap_or_default();
        parts.into_iter().map(|part| self.of(part).filter_map(|known| known.confirmed).max()).min().flatten()
    }

    /// Whether the API has answered something of equal standing since a result was signed.
    fn is_answered(&self, new: &Known) -> bool {
        if new.part().is_none() && self.answered() >= Some(new.signed) {
            return true;
        }
        let rivals = self.results.iter().filter(|known| known.part() == new.part());
        rivals
            .filter(|known| known.standing() >= new.standing())
            .any(|known| known.confirmed >= Some(new.signed))
    }

    fn sort(&mut self) {
        // What nobody can read may overturn what is known, so it comes first. The text is for those alike in all else.
        self.results.sort_by_cached_key(|known| {
            let standing = known.standing().map(Reverse);
            (standing, Reverse(known.signed), serde_json::to_string(&known.result).unwrap_or_default())
        });
    }
}

/// Whether a verdict on a whole job is against an approval, and not only short of one.
fn is_against_approval(verdict: &Verdict) -> bool {
    match verdict.decision {
        Decision::Approved => false,
        Decision::Provisional => matches!(verdict.doubt, Some(Doubt::Contradicted | Doubt::SearchUnclear)),
        _ => true,
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("job_id", &self.job_id)
            .field("smile_job_id", &self.smile_job_id)
            .field("job_type", &self.job_type)
            .field("results", &self.results)
            .finish_non_exhaustive()
    }
}

impl Known {
    fn part(&self) -> Option<Part> {
        self.result.part()
    }

    fn standing(&self) -> Option<Standing> {
        self.result.standing()
    }
}

/// How many results are remembered of a job. Two parts and a search, each provisional and final, are six.
const MOST: usize = 16;
/// How many bytes a name of a person or a job may have.
const LONGEST_NAME: usize = 1024;
