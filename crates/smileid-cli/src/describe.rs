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

use crate::{resume, terminal::Lines};

/// A decision, its reason and advice.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// Word for the decision in JSON.
    pub(crate) decision: &'static str,
    pub(crate) reason: String,
    pub(crate) advice: String,
}

impl Judgement {
    /// Returns the judgement on a job from its status response.
    pub(crate) fn from_status(reply: &job_status::Response) -> Self {
        if reply.job_complete || reply.result().is_some() {
            return Self::from(&reply.verdict());
        }
        let (reason, advice) = if reply.lacks_archive() {
            ("The API has not received the archive of this job.", "Submit the job again, with the same ids.")
        } else {
            ("The job has no result yet.", "Wait for the result with `smileid wait`, or for the callback.")
        };
        Self { decision: PENDING, reason: reason.to_owned(), advice: advice.to_owned() }
    }

    /// Returns the JSON member `verdict`.
    pub(crate) fn json(&self) -> Value {
        json!({"decision": self.decision, "reason": self.reason, "advice": self.advice})
    }

    /// Marks the judgement as unconfirmed by the API. `confirm` is the command that confirms it.
    pub(crate) fn claimed(mut self, confirm: Option<&str>) -> Self {
        let how = match confirm {
            Some(command) => format!("To confirm the result, run `{command}`"),
            None => "The API cannot confirm this kind of result".to_owned(),
        };
        let caution = "The content is not confirmed: the signature covers only the time.";
        self.advice = format!("{caution} {how}. If the result is true: {}", self.advice);
        self
    }

    /// Marks the judgement as unverified: the signature was not checked.
    pub(crate) fn unverified(mut self) -> Self {
        self.advice = format!(
            "The signature was not checked: run `smileid verify`. If the result is true: {}",
            self.advice
        );
        self
    }

    /// Returns the decision as text for people.
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

    /// Returns the exit code with `--exit-status`. An unconfirmed approval does not count as an approval.
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

/// Word for the decision on a job without a result, for which there is no verdict.
const PENDING: &str = "pending";

/// Level of trust in a message: the member `proof` of the JSON output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The message is not signed.
    None,
    /// The signature is valid for the timestamp, but the content may have been changed.
    Origin,
    /// The message is the API's signed response to a request of this command, or agrees with one.
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

    /// Returns the explanation of the level of trust, for people.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::None => "none: the message is not signed",
            Self::Origin => "origin: the signature proves the sender and the time, not the content",
            Self::Confirmed => "confirmed: the result is in a response of the API itself",
        }
    }
}

/// Maximum length of an id that is shown, in bytes. Real ids are shorter.
const LONGEST_ID: usize = 1024;

/// Returns the ids in a message, as JSON members and as lines.
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

/// Returns ids as JSON members and as lines. Texts that are too long for an id are left out.
pub(crate) fn shown_ids<const N: usize>(
    ids: [(&'static str, Option<&str>); N],
) -> (Map<String, Value>, Lines) {
    let shown = |id: Option<&str>| id.filter(|id| id.len() <= LONGEST_ID).map(str::to_owned);
    let ids: Lines = ids.into_iter().filter_map(|(name, id)| Some((name, shown(id)?))).collect();
    let members = ids.iter().map(|(name, id)| ((*name).to_owned(), json!(id))).collect();
    (members, ids)
}

/// Returns the reason of a V3 result, as a line.
pub(crate) fn reason_line(reason: Option<&Reason>) -> Option<(&'static str, String)> {
    let reason = reason.filter(|reason| reason.as_str().len() <= LONGEST_ID)?;
    Some(("reason", reason.to_string()))
}

/// Returns the command that requests the status of the V3 job in a message.
pub(crate) fn status_command_v3(result: &v3::JobResult) -> Option<String> {
    let job_id: JobId = result.job_id.as_deref()?.parse().ok()?;
    Some(format!("smileid status {job_id}"))
}

/// Returns the command that requests the status of the job in a message.
pub(crate) fn status_command(params: Option<&PartnerParams>) -> Option<String> {
    let params = params?;
    let (user_id, job_id) = (params.user_id.as_deref()?, params.job_id.as_deref()?);
    (user_id.len().max(job_id.len()) <= LONGEST_ID).then(|| resume::status(user_id, job_id))
}
