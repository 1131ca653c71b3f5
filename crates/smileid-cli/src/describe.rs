//! Describes verdicts and callbacks as text, for all commands.

use serde_json::{Map, Value, json};
use smileid::{
    protocol::v1::job_status,
    types::{
        Decision, PartnerParams, Verdict,
        v3::{self, Reason},
    },
    v3::JobId,
};

use crate::resume;

/// Output lines for people: names and values. A name may be empty.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// A decision, its reason and advice.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The decision's name in JSON.
    pub(crate) decision: &'static str,
    pub(crate) reason: String,
    pub(crate) advice: String,
}

impl Judgement {
    /// Judges a job by its status response.
    pub(crate) fn from_status(reply: &job_status::Response) -> Self {
        if reply.job_complete || reply.result().is_some() {
            return Self::from(&reply.verdict());
        }
        let (reason, advice) = if reply.lacks_archive() {
            ("No archive has arrived for this job.", "Submit the job again, with the same ids.")
        } else {
            ("The job has no result yet.", "Wait for it with `smileid wait`, or for its callback.")
        };
        Self { decision: PENDING, reason: reason.to_owned(), advice: advice.to_owned() }
    }

    /// The JSON member `verdict`.
    pub(crate) fn json(&self) -> Value {
        json!({"decision": self.decision, "reason": self.reason, "advice": self.advice})
    }

    /// Marks the judgement as a claim: the API has not confirmed the content. `confirm` is the command that confirms it.
    pub(crate) fn claimed(mut self, confirm: Option<&str>) -> Self {
        let how = match confirm {
            Some(command) => format!("To confirm it, run `{command}`"),
            None => "The API cannot be asked about it".to_owned(),
        };
        let caution = "This is a claim: the signature covers the time, not the content.";
        self.advice = format!("{caution} {how}. If it is true: {}", self.advice);
        self
    }

    /// Marks the judgement as unverified.
    pub(crate) fn unverified(mut self) -> Self {
        self.advice = format!("Nothing is proven: run `smileid verify`. If it is true: {}", self.advice);
        self
    }

    /// The decision for people.
    pub(crate) fn heading(&self, proof: Proof) -> String {
        let mut words = self.decision.replace('_', " ");
        if proof == Proof::Origin {
            return format!("Claimed: {words} (not confirmed)");
        }
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    /// Exit code with `--exit-status`. An approval that is only claimed does not count.
    pub(crate) fn exit_code(&self, proof: Proof) -> u8 {
        match self.decision {
            word if word == Decision::Approved.word() && proof != Proof::Origin => 0,
            word if word == Decision::Rejected.word() => 8,
            _ => 9,
        }
    }
}

impl From<&Verdict> for Judgement {
    fn from(verdict: &Verdict) -> Self {
        Self {
            decision: verdict.decision.word(),
            reason: verdict.reason().to_owned(),
            advice: verdict.advice().to_owned(),
        }
    }
}

/// Decision of a job without a result, for which there is no verdict.
const PENDING: &str = "pending";

/// Level of trust in a message: the member `proof` of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The message is not signed.
    None,
    /// The owner of the key signed the time. The content may have been changed since.
    Origin,
    /// The message is the API's signed response to our own request, or agrees with one.
    Confirmed,
}

impl Proof {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Origin => "origin",
            Self::Confirmed => "confirmed",
        }
    }

    /// Explanation of the level of trust, for people.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::None => "none: the message is not signed",
            Self::Origin => "origin: the sender and the time are proven, the content is not",
            Self::Confirmed => "confirmed: the API's own response says so",
        }
    }
}

/// Maximum length of an id to show, in bytes. No job has a longer one.
const LONGEST_ID: usize = 1024;

/// The ids of a message, as JSON members and as lines.
pub(crate) fn ids_of(
    params: Option<&PartnerParams>,
    smile_job_id: Option<&str>,
) -> (Map<String, Value>, Lines) {
    shown_ids([
        ("user_id", params.and_then(|params| params.user_id.as_deref())),
        ("job_id", params.and_then(|params| params.job_id.as_deref())),
        ("smile_job_id", smile_job_id),
    ])
}

/// Ids of a message, as members and as lines. Texts that are too long for an id are left out.
pub(crate) fn shown_ids<const N: usize>(
    ids: [(&'static str, Option<&str>); N],
) -> (Map<String, Value>, Lines) {
    let shown = |id: Option<&str>| id.filter(|id| id.len() <= LONGEST_ID).map(str::to_owned);
    let ids: Lines = ids.into_iter().filter_map(|(name, id)| Some((name, shown(id)?))).collect();
    let members = ids.iter().map(|(name, id)| ((*name).to_owned(), json!(id))).collect();
    (members, ids)
}

/// The reason of a V3 result, as a line.
pub(crate) fn reason_line(reason: Option<&Reason>) -> Option<(&'static str, String)> {
    let reason = reason.filter(|reason| reason.as_str().len() <= LONGEST_ID)?;
    Some(("reason", reason.to_string()))
}

/// Command that asks the API about the V3 job that a message names.
pub(crate) fn status_command_v3(result: &v3::JobResult) -> Option<String> {
    let job_id: JobId = result.job_id.as_deref()?.parse().ok()?;
    Some(format!("smileid status {job_id}"))
}

/// Command that asks the API about the job that a message names.
pub(crate) fn status_command(params: Option<&PartnerParams>) -> Option<String> {
    let params = params?;
    let (user_id, job_id) = (params.user_id.as_deref()?, params.job_id.as_deref()?);
    (user_id.len().max(job_id.len()) <= LONGEST_ID).then(|| resume::status(user_id, job_id))
}
