//! Cases of a server: scenarios, step by step over the network.

mod expected;
mod names;

pub use expected::{Expected, JsonKind, Pattern};
pub use names::Names;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Change, Content, Sign, problem::CaseProblem};

/// What a server must do, step by step.
///
/// Every text of a step may hold names in braces, as in `"user-{run}"`: `run`, which is new for every run of every
/// scenario; `partner_id`; `callback_url`, where this scenario's callbacks are received; and what earlier steps kept. A
/// text that is a name and nothing else becomes the value itself, whatever its type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerCase {
    /// What the server must offer beside the API.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What is done, and what must come of it.
    pub steps: Vec<Step>,
}

impl ServerCase {
    /// Whether the server must be able to reach the receiver of callbacks.
    pub fn awaits_callbacks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Callbacks(_)))
    }

    /// Says what cannot be played: an endpoint or a name that nobody knows, or nothing to do.
    pub(crate) fn check(&self, file: &str) -> Result<(), CaseProblem> {
        let file = || file.to_owned();
        if self.steps.is_empty() {
            return Err(CaseProblem::Unread { file: file() });
        }
        let mut known: Vec<&str> = Names::GIVEN.to_vec();
        for (index, step) in self.steps.iter().enumerate() {
            let number = index + 1;
            if let Step::Ask(ask) = step
                && !smileid_protocol::ENDPOINTS.iter().any(|spec| spec.name == ask.endpoint)
            {
                let endpoint = ask.endpoint.clone();
                return Err(CaseProblem::UnknownEndpoint { file: file(), step: number, endpoint });
            }
            if let Some(name) = step.names().into_iter().find(|name| !known.contains(&name.as_str())) {
                return Err(CaseProblem::UnknownName { file: file(), step: number, name });
            }
            known.extend(step.keep().keys().map(String::as_str));
        }
        Ok(())
    }

    /// The files that steps put, which lie among the cases.
    pub(crate) fn files(&mut self) -> impl Iterator<Item = (&str, &mut Bytes)> {
        self.steps.iter_mut().filter_map(|step| {
            let Step::Put(put) = step else { return None };
            let Some(Archive::File(file)) = &mut put.archive else { return None };
            Some((file.path.as_str(), &mut file.bytes))
        })
    }
}

/// What a server must offer beside the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Need {
    /// The mock's own routes below `/_mock`, for what cannot be had from the API alone: a user who is disabled, an hour
    /// that passes.
    Mock,
}

/// A step of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Asks an endpoint.
    Ask(Box<Ask>),
    /// Announces a job with images, at `v1::upload`.
    Announce(Box<Announce>),
    /// Puts an archive.
    Put(Box<Put>),
    /// Sends anything else: follows a link, asks a route that is none.
    Send(Box<Send>),
    /// Waits for callbacks.
    Callbacks(Callbacks),
}

impl Step {
    /// What it does, for reports: `v1::upload`, `put`, `GET`, `callbacks`.
    pub fn title(&self) -> &str {
        match self {
            Self::Ask(ask) => &ask.endpoint,
            Self::Announce(_) => "v1::upload",
            Self::Put(_) => "put",
            Self::Send(send) => &send.method,
            Self::Callbacks(_) => "callbacks",
        }
    }

    fn keep(&self) -> &BTreeMap<String, String> {
        static NOTHING: BTreeMap<String, String> = BTreeMap::new();
        match self {
            Self::Ask(ask) => &ask.keep,
            Self::Announce(announce) => &announce.keep,
            Self::Send(send) => &send.keep,
            Self::Put(_) | Self::Callbacks(_) => &NOTHING,
        }
    }

    /// The names that its texts hold.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut text = |text: &str| names.extend(Names::of_text(text));
        match self {
            Self::Ask(ask) => {
                Names::of_value(&ask.value, &mut text);
                ask.sign.texts(&mut text);
                ask.change.texts(&mut text);
                ask.until.iter().for_each(|until| until.json.texts(&mut text));
                ask.expect.texts(&mut text);
            }
            Self::Announce(announce) => {
                Names::of_value(&announce.job, &mut text);
                announce.sign.texts(&mut text);
                announce.change.texts(&mut text);
                announce.expect.texts(&mut text);
            }
            Self::Put(put) => {
                text(&put.to);
                put.expect.texts(&mut text);
            }
            Self::Send(send) => {
                text(&send.to);
                send.json.iter().for_each(|json| Names::of_value(json, &mut text));
                send.body.iter().for_each(|body| text(body));
                send.expect.texts(&mut text);
            }
            Self::Callbacks(callbacks) => {
                callbacks.expect.iter().for_each(|expected| expected.texts(&mut text));
            }
        }
        names
    }
}

/// A request to an endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ask {
    /// The endpoint, by its name in the protocol crate: `v1::job_status`.
    pub endpoint: String,
    /// The request in its own JSON form: the message without its proof.
    #[serde(default = "empty")]
    pub value: Value,
    /// How it is signed.
    #[serde(default)]
    pub sign: Sign,
    /// What is changed once it is signed.
    #[serde(default)]
    pub change: Change,
    /// Asks again until this holds. The last answer is the one that is judged.
    #[serde(default)]
    pub until: Option<Until>,
    /// What must be answered.
    pub expect: Expect,
    /// What is kept of the answer: names, and the JSON pointers to their values.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// The announcement of a job with images.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Announce {
    /// The job, in the SDKs' form.
    pub job: Value,
    /// The files that the job names, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    /// How it is signed.
    #[serde(default)]
    pub sign: Sign,
    /// What is changed once it is signed.
    #[serde(default)]
    pub change: Change,
    /// What must be answered.
    pub expect: Expect,
    /// What is kept of the answer: names, and the JSON pointers to their values.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// An archive on its way to the storage.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Put {
    /// Where to.
    pub to: String,
    /// The archive. Absent for that of the job which was announced last.
    #[serde(default)]
    pub archive: Option<Archive>,
    /// The `Content-Type`, where it is not the right one.
    #[serde(default)]
    pub content_type: Option<String>,
    /// `true` leaves the `Content-Length` out: the archive is sent in chunks.
    #[serde(default)]
    pub chunked: bool,
    /// What must be answered.
    pub expect: Expect,
}

/// An archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum Archive {
    /// A file among the cases: `package/truncated.zip`.
    File(ArchiveFile),
    /// Its bytes.
    Base64(Content),
}

/// A file among the cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
#[non_exhaustive]
pub struct ArchiveFile {
    /// Its path under `cases/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl From<String> for ArchiveFile {
    fn from(path: String) -> Self {
        Self { path, bytes: Bytes::new() }
    }
}

/// Any other request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Send {
    /// The HTTP method.
    pub method: String,
    /// An address, or a path of the API's.
    pub to: String,
    /// The body, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body, as text.
    #[serde(default)]
    pub body: Option<String>,
    /// What must be answered.
    pub expect: Expect,
    /// What is kept of the answer: names, and the JSON pointers to their values.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Callbacks that must arrive, in any order, and no others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Callbacks {
    /// How long they may take, all together.
    #[serde(default = "ten")]
    pub seconds: u64,
    /// What each says. Each must be signed, too.
    pub expect: Vec<Expected>,
}

/// How long something is asked again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Until {
    /// What the answer must hold. One of another status than the expected ends it too.
    pub json: Expected,
    /// How many times at most.
    pub tries: u32,
    /// How long between two of them, in seconds.
    pub every: u64,
}

/// What must be answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Expect {
    /// The HTTP status.
    pub status: u16,
    /// What the body must hold, in JSON. It may hold more.
    #[serde(default)]
    pub json: Option<Expected>,
    /// Whether it must be signed with the partner's key, today.
    #[serde(default)]
    pub signed: bool,
    /// The code of a refusal, wherever it stands: in JSON, or in the XML of the storage.
    #[serde(default)]
    pub code: Option<String>,
    /// The SHA-256 of the body, in hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Whether there must be no body.
    #[serde(default)]
    pub empty: bool,
}

impl Expect {
    fn texts(&self, text: &mut impl FnMut(&str)) {
        self.json.iter().for_each(|json| json.texts(text));
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}

fn ten() -> u64 {
    10
}
