//! Case format for servers. Each case is a scenario of several steps.

mod expected;
mod names;

pub use expected::{Expected, JsonKind, Pattern};
pub use names::Names;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use smileid_protocol::{ENDPOINTS, V3_ENDPOINTS};

use super::{ApiVersion, Change, Content, Sign, problem::CaseProblem};

/// A scenario for servers.
///
/// Texts of steps may contain names in braces, as in `"user-{run}"`: `run`, which is new for every run of a scenario;
/// `partner_id`; `callback_url`, the address for the callbacks of this scenario; and names that earlier steps keep. A
/// text that consists of a name only becomes the value itself, of any type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerCase {
    /// Version of the API.
    #[serde(default)]
    pub api: ApiVersion,
    /// What the scenario needs of the server in addition to the API. Without it, the scenario is skipped.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The steps and their expected results.
    pub steps: Vec<Step>,
}

impl ServerCase {
    /// Returns `true` if the server must reach the receiver of callbacks.
    pub fn awaits_callbacks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Callbacks(_)))
    }

    /// Finds unknown endpoints, unknown names, and scenarios without steps.
    pub(crate) fn check(&self, file: &str) -> Result<(), CaseProblem> {
        let file = || file.to_owned();
        if self.steps.is_empty() {
            return Err(CaseProblem::Unread { file: file() });
        }
        let mut known: Vec<&str> = Names::GIVEN.to_vec();
        for (index, step) in self.steps.iter().enumerate() {
            let number = index + 1;
            if let Step::Ask(ask) = step
                && !ENDPOINTS.iter().chain(V3_ENDPOINTS).any(|spec| spec.name == ask.endpoint)
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

    /// Returns the archive files that the steps upload, with path and content.
    pub(crate) fn files(&mut self) -> impl Iterator<Item = (&str, &mut Bytes)> {
        self.steps.iter_mut().filter_map(|step| {
            let Step::Put(put) = step else { return None };
            let Some(Archive::File(file)) = &mut put.archive else { return None };
            Some((file.path.as_str(), &mut file.bytes))
        })
    }
}

/// Something that a scenario needs of the server in addition to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Need {
    /// The mock's own routes under `/_mock`, for states that the API alone cannot create: a disabled user, or an hour
    /// that passes.
    Mock,
}

/// A step of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Sends a request to an endpoint.
    Ask(Box<Ask>),
    /// Sends the upload request of a job with images, to `v1::upload`.
    Announce(Box<Announce>),
    /// Uploads an archive.
    Put(Box<Put>),
    /// Sends any other request, such as one to a link or to an unknown route.
    Send(Box<Send>),
    /// Waits for callbacks.
    Callbacks(Callbacks),
}

impl Step {
    /// Returns the title of the step in reports, such as `v1::upload`, `put`, `GET` or `callbacks`.
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

    /// Returns the names in braces that the texts of the step contain.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut text = |text: &str| names.extend(Names::of_text(text));
        match self {
            Self::Ask(ask) => {
                Names::of_value(&ask.value, &mut text);
                ask.token.iter().for_each(|token| text(token));
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
                send.headers.values().for_each(|value| text(value));
                send.expect.texts(&mut text);
            }
            Self::Callbacks(callbacks) => {
                text(&callbacks.at);
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
    /// The request in its own JSON format: the message without its proof.
    #[serde(default = "empty")]
    pub value: Value,
    /// The token, in version 3. Absent for one that the probe requests with the credentials of `sign`.
    #[serde(default)]
    pub token: Option<String>,
    /// Signature of the request. Correct by default.
    #[serde(default)]
    pub sign: Sign,
    /// Changes after signing.
    #[serde(default)]
    pub change: Change,
    /// Repeats the request until this condition holds. Only the last response is judged.
    #[serde(default)]
    pub until: Option<Until>,
    /// The expected response.
    pub expect: Expect,
    /// Values of the response that later steps can use: names with JSON pointers.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// The upload request of a job with images.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Announce {
    /// The job, in the format of the official SDKs.
    pub job: Value,
    /// Files that the job names, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    /// Signature of the upload request. Correct by default.
    #[serde(default)]
    pub sign: Sign,
    /// Changes after signing.
    #[serde(default)]
    pub change: Change,
    /// The expected response.
    pub expect: Expect,
    /// Values of the response that later steps can use: names with JSON pointers.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// An archive to upload.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Put {
    /// The upload URL.
    pub to: String,
    /// The archive. Absent for the archive of the last announced job.
    #[serde(default)]
    pub archive: Option<Archive>,
    /// The `Content-Type`, if it is not the correct one.
    #[serde(default)]
    pub content_type: Option<String>,
    /// `true` omits the `Content-Length`: the archive is sent in chunks.
    #[serde(default)]
    pub chunked: bool,
    /// The expected response.
    pub expect: Expect,
}

/// Archive to upload: a file of the suite, or bytes in the case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum Archive {
    /// A file in the folder of the cases, such as `package/truncated.zip`.
    File(ArchiveFile),
    /// Bytes of the archive, in base64.
    Base64(Content),
}

/// An archive file among the cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
#[non_exhaustive]
pub struct ArchiveFile {
    /// Its path under `cases/`.
    pub path: String,
    /// Bytes of the archive.
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
    /// A URL, or a path of the API.
    pub to: String,
    /// The body, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body, as text.
    #[serde(default)]
    pub body: Option<String>,
    /// The headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The expected response.
    pub expect: Expect,
    /// Values of the response that later steps can use: names with JSON pointers.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Step that waits for callbacks. Exactly the expected ones must arrive, in any order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Callbacks {
    /// The URL at which they arrive.
    #[serde(default = "callback_url")]
    pub at: String,
    /// Maximum time until all callbacks have arrived, in seconds.
    #[serde(default = "ten")]
    pub seconds: u64,
    /// The expected content of each. Each must also be signed. In version 3, `job_id` and `user_id` are those of the
    /// headers.
    pub expect: Vec<Expected>,
}

/// The condition and limits for repeating a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Until {
    /// The expected content of the response. A response with an unexpected status also ends the repetition.
    pub json: Expected,
    /// Another status that does not end the repetition.
    #[serde(default)]
    pub pending: Option<u16>,
    /// Maximum number of requests.
    pub tries: u32,
    /// Time between two requests, in seconds.
    pub every: u64,
}

/// Properties that a response must have, such as its status and members of its body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Expect {
    /// The HTTP status.
    pub status: u16,
    /// The expected members of the JSON body. It may have more.
    #[serde(default)]
    pub json: Option<Expected>,
    /// The expected headers. There may be more.
    #[serde(default)]
    pub headers: BTreeMap<String, Expected>,
    /// True if the response must have a signature of today with the partner's key.
    #[serde(default)]
    pub signed: bool,
    /// Error code in the body, which is JSON from the API and XML from the storage host.
    #[serde(default)]
    pub code: Option<String>,
    /// The SHA-256 of the body, in hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
    /// True if the body must be empty.
    #[serde(default)]
    pub empty: bool,
}

impl Expect {
    fn texts(&self, text: &mut impl FnMut(&str)) {
        self.json.iter().chain(self.headers.values()).for_each(|it| it.texts(text));
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}

fn callback_url() -> String {
    "{callback_url}".to_owned()
}

fn ten() -> u64 {
    10
}
