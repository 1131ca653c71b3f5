//! Cases of a receiver of callbacks: what is sent to it, and what must come of it.

mod state;

pub(crate) use state::check_job;

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::{CallbackCase, Change, Expected, Names, SignCallback, header::WithHeader, problem::CaseProblem};

/// What is sent to a receiver of callbacks, how it must answer, and what it must have accepted.
///
/// Every text may hold names in braces: `run`, which is new for every run of every case; `number`, ten digits that are
/// too; `partner_id`, and where somebody signs, `api_key`. The user of a case is `user-{run}`, its job `job-{run}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReceiverCase {
    /// What to do about a receiver that does otherwise, in one line.
    pub advice: String,
    /// What the receiver must have been given.
    #[serde(default)]
    pub needs: Vec<ReceiverNeed>,
    /// The messages, by the names that the rest of the case has for them.
    #[serde(default)]
    pub messages: BTreeMap<String, Message>,
    /// What the API says when it is asked about the jobs.
    #[serde(default)]
    pub api: Truth,
    /// What is sent, one after the other.
    pub deliveries: Vec<Delivery>,
    /// What the receiver must say of each job, by the partner's name for it: any of `decision`, `code` and `confirmed`, or
    /// nothing.
    #[serde(default)]
    pub state: BTreeMap<String, Expected>,
}

/// What a receiver must have been given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceiverNeed {
    /// The address of an API that it can ask about jobs.
    Api,
}

/// The body of a callback without its proof: that of a case of `callback/`, or one of its own.
///
/// In a case's body, the names of the user and the job and the API's number are replaced by those of the run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Message {
    /// The id of the case whose body it is: `callback/biometric`.
    #[serde(default)]
    pub callback: Option<String>,
    /// The body.
    #[serde(default)]
    pub json: Option<Map<String, Value>>,
    /// Members that are something else, by JSON pointer.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// A photo of so many bytes of base64.
    #[serde(default)]
    pub photo: usize,
    /// The body of the case, once it is known.
    #[serde(skip)]
    pub text: String,
}

/// What the API says of the jobs of a case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Truth {
    /// The messages that are results of jobs, those of one job with the newest first. A job without any the API does not
    /// know.
    #[serde(default)]
    pub results: Vec<String>,
    /// How often it breaks down over the question about a job before it answers.
    #[serde(default)]
    pub fails: u32,
}

/// A callback on its way.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Delivery {
    /// The message that it brings. Absent for no body, or that of `change`.
    #[serde(default)]
    pub message: Option<String>,
    /// The number, from 1, of the delivery before it whose very bytes it brings.
    #[serde(default)]
    pub again: Option<usize>,
    /// How it is signed.
    #[serde(default)]
    pub sign: SignCallback,
    /// What is changed once it is signed.
    #[serde(default)]
    pub change: Change,
    /// The HTTP method.
    #[serde(default = "post", deserialize_with = "method")]
    pub method: Method,
    /// How it travels.
    #[serde(default)]
    pub pace: Pace,
    /// How many of it are sent at once.
    #[serde(default = "one")]
    pub copies: usize,
    /// Whether it is sent at once with the one before it.
    #[serde(default)]
    pub beside: bool,
    /// How often it is sent again, signed anew, until it is answered with success.
    #[serde(default)]
    pub retries: u32,
    /// How it may be answered.
    pub expect: Vec<Answer>,
}

/// How a body travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pace {
    /// In how many pieces.
    #[serde(default = "one")]
    pub pieces: usize,
    /// How many milliseconds are between two pieces.
    #[serde(default)]
    pub every: u64,
    /// Whether the connection ends in the middle of it.
    #[serde(default)]
    pub cut_off: bool,
    /// Whether it is sent in chunks, without its length being said.
    #[serde(default)]
    pub chunked: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { pieces: 1, every: 0, cut_off: false, chunked: false }
    }
}

/// A kind of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub enum Answer {
    /// Success.
    #[serde(rename = "2xx")]
    Success,
    /// A redirect.
    #[serde(rename = "3xx")]
    Redirect,
    /// A refusal.
    #[serde(rename = "4xx")]
    Refusal,
    /// An error of the receiver's.
    #[serde(rename = "5xx")]
    Error,
    /// None: the connection ends.
    #[serde(rename = "none")]
    Nothing,
}

impl Answer {
    /// The kind of a status, or of none.
    pub fn of(status: Option<StatusCode>) -> Option<Self> {
        let Some(status) = status else { return Some(Self::Nothing) };
        match status.as_u16() / 100 {
            2 => Some(Self::Success),
            3 => Some(Self::Redirect),
            4 => Some(Self::Refusal),
            5 => Some(Self::Error),
            _ => None,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success => "success (2xx)",
            Self::Redirect => "a redirect (3xx)",
            Self::Refusal => "a refusal (4xx)",
            Self::Error => "an error (5xx)",
            Self::Nothing => "no answer",
        })
    }
}

impl ReceiverCase {
    /// The names that texts may hold.
    pub(crate) const NAMES: [&str; 3] = ["run", "number", "partner_id"];

    /// Says what cannot be played: names of nothing, or nothing to do.
    pub(crate) fn check(&self, file: &str) -> Result<(), CaseProblem> {
        let wrong = |what: String| Err(CaseProblem::Contradiction { file: file.to_owned(), what });
        if self.deliveries.is_empty() {
            return Err(CaseProblem::Unread { file: file.to_owned() });
        }
        if self.advice.trim().is_empty() || self.advice.contains('\n') {
            return Err(CaseProblem::Empty { file: file.to_owned(), member: "advice" });
        }
        for (name, message) in &self.messages {
            if message.callback.is_some() == message.json.is_some() {
                return wrong(format!("message `{name}` has either `callback` or `json`"));
            }
        }
        let results = self.api.results.iter().map(|name| (name, "`api`".to_owned()));
        let brought = self.deliveries.iter().enumerate().filter_map(|(index, delivery)| {
            delivery.message.as_ref().map(|name| (name, format!("delivery {}", index + 1)))
        });
        for (name, place) in results.chain(brought) {
            if !self.messages.contains_key(name) {
                return wrong(format!("{place} names the message `{name}`, which is not there"));
            }
        }
        for (index, delivery) in self.deliveries.iter().enumerate() {
            let number = index + 1;
            for earlier in [delivery.again, delivery.sign.like].into_iter().flatten() {
                if earlier == 0 || earlier >= number {
                    return wrong(format!(
                        "delivery {number} names delivery {earlier}, which is not before it"
                    ));
                }
            }
            if delivery.again.is_some() && delivery.message.is_some() {
                return wrong(format!("delivery {number} brings either a `message` or one `again`"));
            }
            if delivery.expect.is_empty() || delivery.copies == 0 || delivery.pace.pieces == 0 {
                return wrong(format!(
                    "delivery {number} must expect an answer, and be sent whole, at least once"
                ));
            }
            if delivery.retries > 0 && (delivery.copies > 1 || delivery.beside || delivery.again.is_some()) {
                return wrong(format!(
                    "delivery {number} is sent again, so it must be signed anew and go alone"
                ));
            }
        }
        self.unknown_name().map_or(Ok(()), |name| wrong(format!("`{{{name}}}` is the name of nothing")))
    }

    fn unknown_name(&self) -> Option<String> {
        let mut names = Vec::new();
        let mut text = |text: &str| names.extend(Names::of_text(text));
        for message in self.messages.values() {
            message.set.values().chain(message.json.iter().flat_map(Map::values)).for_each(|value| {
                Names::of_value(value, &mut text);
            });
        }
        self.deliveries.iter().for_each(|delivery| delivery.change.texts(&mut text));
        for (job, expected) in &self.state {
            text(job);
            expected.texts(&mut text);
        }
        let keys = self.deliveries.iter().filter_map(|delivery| delivery.sign.by.as_ref());
        let texts = keys.flat_map(|keys| [&keys.partner_id, &keys.api_key]);
        let of_keys = texts.flat_map(|text| Names::of_text(text)).filter(|name| name != "api_key");
        let all = names.into_iter().chain(of_keys);
        all.into_iter().find(|name| !Self::NAMES.contains(&name.as_str()))
    }

    /// Gives each message the body of the case that it names. `files` reads a file of the cases.
    pub(crate) fn attach(
        &mut self,
        file: &str,
        files: impl Fn(&str) -> Option<Bytes>,
    ) -> Result<(), CaseProblem> {
        for message in self.messages.values_mut() {
            let Some(id) = &message.callback else { continue };
            let attachment = format!("{id}.json");
            let Some(text) = files(&attachment) else {
                return Err(CaseProblem::NoAttachment { file: file.to_owned(), attachment });
            };
            let WithHeader(_, case) = super::parse_one::<CallbackCase>(&attachment, &text)?;
            message.text = case.body;
        }
        Ok(())
    }
}

fn post() -> Method {
    Method::POST
}

fn method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    let method = String::deserialize(deserializer)?;
    method.parse().map_err(|_| D::Error::custom(format_args!("{method:?} is no HTTP method")))
}

fn one() -> usize {
    1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    #[test]
    fn a_case_for_receivers_that_cannot_be_played_is_named() {
        let case = r#"{
            "id": "receiver/a", "description": "d", "source": "synthetic", "advice": "Do.",
            "messages": {"face": {"callback": "callback/biometric", "set": {"/Country": "{run}"}}},
            "api": {"results": ["face"]},
            "deliveries": [
                {"message": "face", "expect": ["2xx"]},
                {"again": 1, "sign": {"by": {"partner_id": "1", "api_key": "{api_key}"}}, "expect": ["2xx"]}
            ],
            "state": {"job-{run}": {"decision": "approved"}}
        }"#;
        let problem_with = |from: &str, to: &str| {
            let text = case.replacen(from, to, 1);
            let read = Case::read("receiver/a.json", text.as_bytes());
            let attached = read.and_then(|case| match case.receiver() {
                Some(case) => case.clone().attach("receiver/a.json", |name| {
                    let case = include_bytes!("../../cases/callback/biometric.json");
                    (name == "callback/biometric.json").then(|| Bytes::from_static(case))
                }),
                None => Ok(()),
            });
            attached.err().map(|problem| problem.to_string()).unwrap_or_default()
        };
        assert_eq!(problem_with("", ""), "");
        for (from, to, problem) in [
            ("[\"face\"]", "[\"fase\"]", ": `api` names the message `fase`, which is not there"),
            (
                "{\"message\": \"face\"",
                "{\"message\": \"f\"",
                ": delivery 1 names the message `f`, which is not there",
            ),
            ("\"again\": 1", "\"again\": 2", ": delivery 2 names delivery 2, which is not before it"),
            ("\"again\": 1", "\"again\": 1, \"message\": \"face\"", ": delivery 2 brings either"),
            (
                "\"sign\": {",
                "\"sign\": {\"like\": 0, ",
                ": delivery 2 names delivery 0, which is not before it",
            ),
            ("\"again\": 1", "\"again\": 1, \"retries\": 1", ": delivery 2 is sent again"),
            ("[\"2xx\"]", "[]", ": delivery 1 must expect an answer"),
            ("\"expect\"", "\"copies\": 0, \"expect\"", ": delivery 1 must expect an answer"),
            ("\"set\"", "\"json\": {}, \"set\"", ": message `face` has either `callback` or `json`"),
            ("\"{run}\"", "\"{runs}\"", ": `{runs}` is the name of nothing"),
            ("job-{run}", "job-{api_key}", ": `{api_key}` is the name of nothing"),
            ("\"Do.\"", "\"\"", ": `advice` must be one line of text"),
            ("callback/biometric", "callback/b", ": there is no `callback/b.json`"),
            ("2xx", "200", ":6:52: unknown variant `200`, expected one of"),
            ("\"approved\"", "{\"$typ\": 1}", ":9:"),
            ("\"deliveries\"", "\"delivery\"", ":5:"),
        ] {
            let found = problem_with(from, to);
            assert!(found.starts_with(&format!("receiver/a.json{problem}")), "{problem}\n{found}");
        }
    }
}
