//! Format of the test cases. Each case is a JSON file that describes one behaviour.
//!
//! A case is a JSON file under `cases/`. Its id is its path there, without `.json`. The first folder selects its kind.
//! Unknown members are errors, so that no member is ignored by mistake.

mod api;
mod callback;
mod change;
mod client;
mod header;
mod names;
mod package;
pub(crate) mod problem;
mod receiver;
mod recorded;
mod sdk_job;
mod server;
mod sign;
mod signature;
mod verdict;
mod wire;

pub use api::{ApiVersion, UnknownVersion};
pub use callback::{
    CallbackCase, CallbackExpected, CallbackRead, CallbackRefused, OriginExpected, WindowSeconds,
};
pub use change::Change;
pub use client::{ArchivePut, ClientAnswer, ClientCase, ClientStep};
pub use header::Header;
pub use package::{Build, BuiltExpected, EntryExpected, FindingExpected, Open, OpenExpected, PackageCase};
pub(crate) use receiver::check_job;
pub use receiver::{Answer, Delivery, Message, Pace, ReceiverCase, ReceiverNeed, Truth};
pub use recorded::{Exception, RecordedArchive, RecordedCase, RecordedRequest};
pub use sdk_job::{Invalid, SdkJobCase, SdkJobExpected, SdkJobOk};
pub use server::{
    Announce, Archive, ArchiveFile, Ask, Callbacks, Expect, Expected, JsonKind, Names, Need, Pattern, Put,
    Send, ServerCase, Step, Until,
};
pub use sign::{Sign, SignCallback, TimeForm};
pub use signature::{SignatureCase, SignatureExpected, Signed};
pub use verdict::{DecisionWord, ReceivedResult, VerdictCase, VerdictExpected};
pub use wire::{
    FormPart, Malformed, Proof, RefusedReply, ReplyExpected, Request, RequestExpected, RequestVariant,
    Response, ResponseVariant, Unwritable, UnwritableExpected, WireCase,
};

use std::{collections::BTreeMap, io, path::Path, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use smileid_protocol::auth::Credentials;

use crate::failure::{Doing as _, Failure};
use header::WithHeader;
use names::OneOfEachName;
use problem::CaseProblem;

/// A test case: id, description, source and content. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Case {
    header: Arc<Header>,
    pub(crate) kind: Kind,
}

/// Content of a case. The folder of its file determines the kind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// `signature/`: a signature of a message, with its steps.
    Signature(Arc<SignatureCase>),
    /// `v1/<endpoint>/`: messages of an endpoint.
    Wire(Arc<WireCase>),
    /// `package/`: archives of images.
    Package(Arc<PackageCase>),
    /// `loose/`: a job in the form of the official SDKs.
    SdkJob(Arc<SdkJobCase>),
    /// `callback/`: callbacks of the API.
    Callback(Arc<CallbackCase>),
    /// `client/`: requests that break rules for clients, and similar requests that break none.
    Client(Arc<ClientCase>),
    /// `recorded/`: all requests of a program, as recorded.
    Recorded(Arc<RecordedCase>),
    /// `server/`: a scenario for servers, step by step.
    Server(Arc<ServerCase>),
    /// `verdict/`: a result and the verdict on it.
    Verdict(Arc<VerdictCase>),
    /// `receiver/`: callbacks to a receiver, and the expected responses and state.
    Receiver(Arc<ReceiverCase>),
}

impl Case {
    /// Reads the case in the file `path`, which is relative to `cases/`.
    pub(crate) fn read(path: &str, text: &[u8]) -> Result<Self, CaseProblem> {
        let case = match path.split('/').collect::<Vec<_>>()[..] {
            ["signature", _] => parse(path, text, Kind::Signature),
            ["package", _] => parse(path, text, Kind::Package),
            ["loose", _] => parse(path, text, Kind::SdkJob),
            ["callback", _] | ["v3", "callback", _] => parse(path, text, Kind::Callback),
            ["client", _] => parse(path, text, Kind::Client),
            ["recorded", _] => parse(path, text, Kind::Recorded),
            ["verdict", _] => parse(path, text, Kind::Verdict),
            ["server", _] => parse(path, text, Kind::Server),
            ["receiver", _] => parse(path, text, Kind::Receiver),
            ["v3", "receiver", _] => parse(path, text, |mut case: Arc<ReceiverCase>| {
                Arc::make_mut(&mut case).version = ApiVersion::V3;
                Kind::Receiver(case)
            }),
            [version, endpoint, _] if is_version(version) => parse(path, text, |mut case: Arc<WireCase>| {
                Arc::make_mut(&mut case).endpoint = format!("{version}::{endpoint}");
                Kind::Wire(case)
            }),
            _ => Err(CaseProblem::Unread { file: path.to_owned() }),
        }?;
        match &case.kind {
            Kind::Server(scenario) => scenario.check(path)?,
            Kind::Receiver(receiver) => receiver.check(path)?,
            _ => {}
        }
        if path.strip_suffix(".json") != Some(case.id()) {
            return Err(CaseProblem::Id { file: path.to_owned(), id: case.id().to_owned() });
        }
        if matches!(&case.kind, Kind::Wire(it) if it.proof.is_some() && it.request.is_none()) {
            return Err(CaseProblem::UnreadMember { file: path.to_owned(), member: "proof" });
        }
        let is_line = |text: &str| !text.trim().is_empty() && !text.contains('\n');
        for (member, text) in [("description", case.description()), ("source", case.source())] {
            if !is_line(text) {
                return Err(CaseProblem::Empty { file: path.to_owned(), member });
            }
        }
        Ok(case)
    }

    /// Returns the id of the case: the path of the file under `cases/`, without `.json`.
    pub fn id(&self) -> &str {
        &self.header.id
    }

    /// Returns the description of the behaviour under test, in one line.
    pub fn description(&self) -> &str {
        &self.header.description
    }

    /// Returns the source of the expected values: a recording, an official test, a web page, or `synthetic`.
    pub fn source(&self) -> &str {
        &self.header.source
    }

    /// Returns the folder of the case file under `cases/`, such as `signature` or `v1/upload`.
    pub fn folder(&self) -> &str {
        self.id().rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Returns the content of the case.
    #[doc(hidden)]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Returns the content of a scenario for servers. None for other cases.
    #[doc(hidden)]
    pub fn scenario(&self) -> Option<&ServerCase> {
        if let Kind::Server(scenario) = &self.kind { Some(scenario) } else { None }
    }

    /// Returns the content of a case for callback receivers. None for other cases.
    #[doc(hidden)]
    pub fn receiver(&self) -> Option<&ReceiverCase> {
        if let Kind::Receiver(receiver) = &self.kind { Some(receiver) } else { None }
    }

    pub(crate) fn with(&self, kind: Kind) -> Self {
        Self { header: Arc::clone(&self.header), kind }
    }
}

fn is_version(folder: &str) -> bool {
    folder.strip_prefix('v').is_some_and(|number| number.parse::<u8>().is_ok())
}

fn parse<T: DeserializeOwned>(
    path: &str,
    text: &[u8],
    kind: impl FnOnce(Arc<T>) -> Kind,
) -> Result<Case, CaseProblem> {
    let WithHeader(header, content) = parse_one(path, text)?;
    Ok(Case { header: Arc::new(header), kind: kind(Arc::new(content)) })
}

fn parse_one<T: DeserializeOwned>(path: &str, text: &[u8]) -> Result<WithHeader<T>, CaseProblem> {
    let malformed = |source| CaseProblem::Malformed { file: path.to_owned(), source };
    // Parsed in a first pass to find duplicate members. serde_json alone would silently keep the last one.
    serde_json::from_slice::<OneOfEachName>(text).map_err(malformed)?;
    serde_json::from_slice(text).map_err(malformed)
}

/// A partner's credentials in a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Keys {
    /// Id of the partner.
    pub partner_id: String,
    /// API key of the partner, only for tests.
    pub api_key: String,
}

impl Keys {
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        Credentials::new(&self.partner_id, &self.api_key).doing("taking the credentials")
    }
}

/// Decodes the content of a file from base64.
fn base64_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
}

/// Content of a file, in base64 in the JSON of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Content(#[serde(deserialize_with = "base64_bytes")] pub Bytes);

/// Returns the content of a file that a case contains.
pub(crate) fn read_file(files: &BTreeMap<String, Content>, path: &Path) -> io::Result<Bytes> {
    let file = path.to_str().and_then(|path| files.get(path));
    file.map(|content| content.0.clone()).ok_or_else(|| io::ErrorKind::NotFound.into())
}
