//! Format of cases for callback receivers.

mod state;

pub(crate) use state::check_job;

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::{
    ApiVersion, CallbackCase, Change, Expected, Names, SignCallback, header::WithHeader, problem::CaseProblem,
};

/// Callbacks to send to a receiver, the expected responses, and the expected state of the jobs afterwards.
///
/// Texts may contain names in braces: `run`, which is new for every run of a case; `number`, ten new digits;
/// `partner_id`; `job_id` and `other_job_id`, two ids of jobs as the API creates them in version 3; and, in credentials
/// of a signature, `api_key`. The user of a case is `user-{run}`. Its job is `job-{run}`, or `{job_id}` in version 3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReceiverCase {
    /// Version of the callbacks, from the folder of the case.
    #[serde(skip)]
    pub version: ApiVersion,
    /// Advice for a receiver that fails the case, in one line.
    pub advice: String,
    /// Features that the receiver must have for this case. Without them, the case is skipped.
    #[serde(default)]
    pub needs: Vec<ReceiverNeed>,
    /// Messages by name. Deliveries and results refer to these names.
    #[serde(default)]
    pub messages: BTreeMap<String, Message>,
    /// Status that the API reports for the jobs when the receiver requests it.
    #[serde(default)]
    pub api: Truth,
    /// Callbacks to send, in order.
    pub deliveries: Vec<Delivery>,
    /// State that the receiver must report for each job, by the partner's job id: any of `decision`, `code` and `confirmed`, or
    /// absent.
    #[serde(default)]
    pub state: BTreeMap<String, Expected>,
}

/// Feature that a receiver must have for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceiverNeed {
    /// The receiver has the address of an API from which it can request the status of jobs.
    Api,
}

/// Body of a callback without its signature: from a case of `callback/`, or given here.
///
/// In the body of another case, the ids of the user, the job and the API are replaced by those of the run. In version 3,
/// the members `user_id` and `job_id` are those of the headers, by default the ids of the run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Message {
    /// Id of the case whose body is used, such as `callback/biometric`.
    #[serde(default)]
    pub callback: Option<String>,
    /// Callback body, as a JSON object.
    #[serde(default)]
    pub json: Option<Map<String, Value>>,
    /// Members of the body to change, by JSON pointer.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Size of a photo to add to the body, in bytes of base64.
    #[serde(default)]
    pub photo: usize,
    /// Body of the case in `callback`, filled in when the case is loaded.
    #[serde(skip)]
    pub text: String,
}

/// Status that the API reports for the jobs of a case when the receiver requests it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Truth {
    /// Names of the messages that the API has as results of jobs, the newest first. All other jobs are unknown.
    #[serde(default)]
    pub results: Vec<String>,
    /// Number of status requests for a job that get an error before they get the status.
    #[serde(default)]
    pub fails: u32,
}

/// A callback to send.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Delivery {
    /// Name of the message to send. Absent for an empty body, or for the body in `change`.
    #[serde(default)]
    pub message: Option<String>,
    /// Number, from 1, of an earlier callback whose bytes are sent again.
    #[serde(default)]
    pub again: Option<usize>,
    /// Signature of the callback. If absent, it is correct.
    #[serde(default)]
    pub sign: SignCallback,
    /// Changes of the callback after it was signed.
    #[serde(default)]
    pub change: Change,
    /// HTTP method of the request with the callback.
    #[serde(default = "post", deserialize_with = "method")]
    pub method: Method,
    /// Speed at which the callback is sent.
    #[serde(default)]
    pub pace: Pace,
    /// Number of copies of the callback that are sent at the same time.
    #[serde(default = "one")]
    pub copies: usize,
    /// True if the callback is sent at the same time as the previous one.
    #[serde(default)]
    pub beside: bool,
    /// Maximum number of retries, each with a new signature, until a successful response.
    #[serde(default)]
    pub retries: u32,
    /// Responses that the receiver may send.
    pub expect: Vec<Answer>,
}

/// Speed at which a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pace {
    /// Number of pieces in which the body is sent.
    #[serde(default = "one")]
    pub pieces: usize,
    /// Time between two pieces, in milliseconds.
    #[serde(default)]
    pub every: u64,
    /// True if the connection ends in the middle of the body.
    #[serde(default)]
    pub cut_off: bool,
    /// True if the body is sent in chunks, without a `Content-Length`.
    #[serde(default)]
    pub chunked: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { pieces: 1, every: 0, cut_off: false, chunked: false }
    }
}

/// Class of a receiver's response, such as 2xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub enum Answer {
    /// The response is a success: a 2xx status.
    #[serde(rename = "2xx")]
    Success,
    /// The response is a redirect: a 3xx status.
    #[serde(rename = "3xx")]
    Redirect,
    /// The response is a client error: a 4xx status.
    #[serde(rename = "4xx")]
    Refusal,
    /// The response is a server error: a 5xx status.
    #[serde(rename = "5xx")]
    Error,
    /// There is no response: the connection ends.
    #[serde(rename = "none")]
    Nothing,
}

impl Answer {
    /// Returns the class of an HTTP status. `None` as the status means that there was no response.
    pub fn from_status(status: Option<StatusCode>) -> Option<Self> {
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
            Self::Nothing => "no response",
        })
    }
}

impl ReceiverCase {
    /// Placeholders that texts of receiver cases may contain.
    pub(crate) const NAMES: [&str; 5] = ["run", "number", "partner_id", "job_id", "other_job_id"];

    /// The id of the case's job, with a name in braces.
    pub(crate) fn job(&self) -> &'static str {
        match self.version {
            ApiVersion::V1 => "job-{run}",
            ApiVersion::V3 => "{job_id}",
        }
    }

    /// Finds contradictions, unknown placeholders, and cases without callbacks.
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
                return wrong(format!("message `{name}` needs either `callback` or `json`"));
            }
        }
        let results = self.api.results.iter().map(|name| (name, "`api`".to_owned()));
        let brought = self.deliveries.iter().enumerate().filter_map(|(index, delivery)| {
            delivery.message.as_ref().map(|name| (name, format!("delivery {}", index + 1)))
        });
        for (name, place) in results.chain(brought) {
            if !self.messages.contains_key(name) {
                return wrong(format!("{place} names the unknown message `{name}`"));
            }
        }
        for (index, delivery) in self.deliveries.iter().enumerate() {
            let number = index + 1;
            for earlier in [delivery.again, delivery.sign.like].into_iter().flatten() {
                if earlier == 0 || earlier >= number {
                    return wrong(format!(
                        "delivery {number} names delivery {earlier}, which is not an earlier one"
                    ));
                }
            }
            if delivery.again.is_some() && delivery.message.is_some() {
                return wrong(format!("delivery {number} needs either `message` or `again`"));
            }
            if delivery.expect.is_empty() || delivery.copies == 0 || delivery.pace.pieces == 0 {
                return wrong(format!(
                    "delivery {number} needs an expected response, and at least one copy and one piece"
                ));
            }
            if delivery.retries > 0 && (delivery.copies > 1 || delivery.beside || delivery.again.is_some()) {
                return wrong(format!(
                    "delivery {number} has retries, so it cannot have copies, `beside` or `again`"
                ));
            }
        }
        self.unknown_name().map_or(Ok(()), |name| wrong(format!("`{{{name}}}` is an unknown name")))
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

    /// Loads the bodies of the cases that messages name. `files` returns the content of a case file.
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
    method.parse().map_err(|_| D::Error::custom(format_args!("{method:?} is not an HTTP method")))
}

fn one() -> usize {
    1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    #[test]
    fn errors_in_receiver_cases_are_reported() {
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
            ("[\"face\"]", "[\"fase\"]", ": `api` names the unknown message `fase`"),
            ("{\"message\": \"face\"", "{\"message\": \"f\"", ": delivery 1 names the unknown message `f`"),
            ("\"again\": 1", "\"again\": 2", ": delivery 2 names delivery 2, which is not an earlier one"),
            ("\"again\": 1", "\"again\": 1, \"message\": \"face\"", ": delivery 2 needs either"),
            (
                "\"sign\": {",
                "\"sign\": {\"like\": 0, ",
                ": delivery 2 names delivery 0, which is not an earlier one",
            ),
            ("\"again\": 1", "\"again\": 1, \"retries\": 1", ": delivery 2 has retries"),
            ("[\"2xx\"]", "[]", ": delivery 1 needs an expected response"),
            ("\"expect\"", "\"copies\": 0, \"expect\"", ": delivery 1 needs an expected response"),
            ("\"set\"", "\"json\": {}, \"set\"", ": message `face` needs either `callback` or `json`"),
            ("\"{run}\"", "\"{runs}\"", ": `{runs}` is an unknown name"),
            ("job-{run}", "job-{api_key}", ": `{api_key}` is an unknown name"),
            ("\"Do.\"", "\"\"", ": `advice` must be one line of text"),
            ("callback/biometric", "callback/b", ": the file `callback/b.json` does not exist"),
            ("2xx", "200", ":6:52: unknown variant `200`, expected one of"),
            ("\"approved\"", "{\"$typ\": 1}", ":9:"),
            ("\"deliveries\"", "\"delivery\"", ":5:"),
        ] {
            let found = problem_with(from, to);
            assert!(found.starts_with(&format!("receiver/a.json{problem}")), "{problem}\n{found}");
        }
    }
}
