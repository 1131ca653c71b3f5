//! Verdicts and callbacks in words, the same for every command.

use serde_json::{Map, Value, json};
use smileid::{
    protocol::{callback::Callback, v1::job_status},
    types::{Decision, ErrorCode, PartnerParams, Verdict},
};

/// For people: a name and a value on each line. The name may be empty.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// A decision with its reason and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The decision in one word, as programs read it.
    pub(crate) decision: &'static str,
    pub(crate) reason: String,
    pub(crate) advice: String,
}

impl Judgement {
    /// Judges a job by its status reply.
    pub(crate) fn of_status(reply: &job_status::Response) -> Self {
        if reply.job_complete || reply.result().is_some() {
            return Self::from(&reply.verdict());
        }
        let (reason, advice) = if reply.code == Some(ErrorCode::NO_ARCHIVE_YET) {
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

    /// The decision as people read it.
    pub(crate) fn heading(&self) -> String {
        let mut words = self.decision.replace('_', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    /// The exit code of a command that was given `--exit-status`.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.decision {
            word if word == Decision::Approved.word() => 0,
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

/// The decision of a job that has no result yet, for which there is no verdict.
const PENDING: &str = "pending";

/// What is proven about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Nothing.
    None,
    /// The holder of the key signed its time. Its content may have been changed since.
    Origin,
    /// It is the API's signed answer to our own question, or agrees with one.
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

    /// The proof in a sentence.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::None => "none: the message is not signed",
            Self::Origin => "origin: sender and time are proven, the content is not",
            Self::Confirmed => "confirmed: the API itself said so",
        }
    }
}

/// The ids of a callback, for JSON and for people.
pub(crate) fn ids_of_callback(callback: &Callback) -> (Map<String, Value>, Lines) {
    let (params, smile_job_id) = match callback {
        Callback::Result(result) => (result.partner_params.as_ref(), result.smile_job_id.as_deref()),
        Callback::Phone(result) => (result.partner_params.as_ref(), result.job_id.as_deref()),
        Callback::Selfie(result) => (result.partner_params.as_ref(), result.job_id.as_deref()),
        _ => (None, None),
    };
    let text = |of: fn(&PartnerParams) -> Option<&String>| params.and_then(of).cloned();
    let ids = [
        ("user_id", text(|params| params.user_id.as_ref())),
        ("job_id", text(|params| params.job_id.as_ref())),
        ("smile_job_id", smile_job_id.map(str::to_owned)),
    ];
    let ids: Vec<_> = ids.into_iter().filter_map(|(name, id)| Some((name, id?))).collect();
    let members = ids.iter().map(|(name, id)| ((*name).to_owned(), json!(id))).collect();
    (members, ids)
}
