//! Format of cases for servers. Each case is a scenario of several steps.

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

/// A scenario for servers: a sequence of requests, with the expected responses and callbacks.
///
/// Texts of steps may contain names in braces, as in `"user-{run}"`: `run`, which is new for every run of a scenario;
/// `partner_id`; `callback_url`, the address for the callbacks of this scenario; and names that earlier steps keep. A
/// text that consists of a name only becomes the value itself, of any type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerCase {
    /// Version of the API that the scenario uses.
    #[serde(default)]
    pub api: ApiVersion,
    /// Features that the server must have in addition to the API. Without them, the scenario is skipped.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Steps of the scenario, with their expected results.
    pub steps: Vec<Step>,
}

impl ServerCase {
    /// Returns true if the scenario expects callbacks, so that the server must reach the callback receiver.
    pub fn awaits_callbacks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Callbacks(_)))
    }

    /// Finds unknown endpoints, unknown placeholders, and scenarios without steps.
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

/// Feature that a server must have for a scenario, in addition to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Need {
    /// The server has the control routes of the mock server (`/_mock`), for states that the API alone cannot create: an inactive
    /// user, or an hour that passes.
    Mock,
}

/// A step of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Sends a request to an endpoint of the API.
    Ask(Box<Ask>),
    /// Sends the upload request of an image job, to `v1::upload`.
    Announce(Box<Announce>),
    /// Uploads an archive.
    Put(Box<Put>),
    /// Sends any other request, such as one to a presigned URL or to an unknown path.
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

    /// Returns the placeholders in the texts of the step.
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

/// Step that sends a request to an endpoint of the API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ask {
    /// Endpoint, by its name in the protocol crate, such as `v1::job_status`.
    pub endpoint: String,
    /// Request in its own JSON format, without its signature.
    #[serde(default = "empty")]
    pub value: Value,
    /// Access token, in version 3. If absent, a token is requested with the credentials in `sign`.
    #[serde(default)]
    pub token: Option<String>,
    /// Signature of the request. If absent, it is correct.
    #[serde(default)]
    pub sign: Sign,
    /// Changes of the request after it was signed.
    #[serde(default)]
    pub change: Change,
    /// Condition until which the request is repeated. Only the last response is checked.
    #[serde(default)]
    pub until: Option<Until>,
    /// Response that the case expects.
    pub expect: Expect,
    /// Values of the response that later steps can use, as JSON pointers by name.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Step that sends the upload request of an image job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Announce {
    /// Job in the form of the official SDKs.
    pub job: Value,
    /// Content of the files that the job names, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    /// Signature of the upload request. If absent, it is correct.
    #[serde(default)]
    pub sign: Sign,
    /// Changes of the request after it was signed.
    #[serde(default)]
    pub change: Change,
    /// Response that the case expects.
    pub expect: Expect,
    /// Values of the response that later steps can use, as JSON pointers by name.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Step that uploads an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Put {
    /// Presigned URL for the upload.
    pub to: String,
    /// Archive to upload. If absent, the archive of the last image job.
    #[serde(default)]
    pub archive: Option<Archive>,
    /// `Content-Type` of the upload, if it is not the correct one.
    #[serde(default)]
    pub content_type: Option<String>,
    /// True to send the archive in chunks, without a `Content-Length`.
    #[serde(default)]
    pub chunked: bool,
    /// Response that the case expects.
    pub expect: Expect,
}

/// Archive to upload: a file among the cases, or bytes in the case.
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
    /// Path of the archive file under `cases/`.
    pub path: String,
    /// Bytes of the archive.
    pub bytes: Bytes,
}

impl From<String> for ArchiveFile {
    fn from(path: String) -> Self {
        Self { path, bytes: Bytes::new() }
    }
}

/// Step that sends any other request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Send {
    /// HTTP method of the request.
    pub method: String,
    /// URL of the request, or a path of the API.
    pub to: String,
    /// Body of the request, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the request, as text.
    #[serde(default)]
    pub body: Option<String>,
    /// Headers of the request.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Response that the case expects.
    pub expect: Expect,
    /// Values of the response that later steps can use, as JSON pointers by name.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Step that waits for callbacks. Exactly the expected ones must arrive, in any order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Callbacks {
    /// URL at which the callbacks arrive.
    #[serde(default = "callback_url")]
    pub at: String,
    /// Maximum time until all callbacks have arrived, in seconds.
    #[serde(default = "ten")]
    pub seconds: u64,
    /// Expected content of each callback. Each must also be signed. In version 3, `job_id` and `user_id` come from the headers.
    pub expect: Vec<Expected>,
}

/// Condition and limits for repeating a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Until {
    /// Expected content of the response. A response with an unexpected HTTP status also ends the repetition.
    pub json: Expected,
    /// Another HTTP status with which the request is repeated.
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
    /// HTTP status of the response.
    pub status: u16,
    /// Expected members of the JSON body. The body may have more members.
    #[serde(default)]
    pub json: Option<Expected>,
    /// The expected headers. There may be more.
    #[serde(default)]
    pub headers: BTreeMap<String, Expected>,
    /// True if the response must have a signature of today with the partner's key.
    #[serde(default)]
    pub signed: bool,
    /// Error code in the body (JSON from the API, XML from the storage host).
    #[serde(default)]
    pub code: Option<String>,
    /// SHA-256 of the body, in hexadecimal.
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
