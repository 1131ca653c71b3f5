//! Cases: one behaviour each, as data.
//!
//! A case is a JSON file under `cases/`; its path there, without `.json`, is its id. The first folder says what kind
//! it is, and these types say what it may hold: a member they do not know is an error, so that nothing in a file can
//! be left unread.

mod callback;
mod change;
mod client;
mod loose;
mod names;
mod package;
pub(crate) mod problem;
mod receiver;
mod recorded;
mod server;
mod sign;
mod signature;
mod verdict;
mod wire;

pub use callback::{
    CallbackCase, CallbackExpected, CallbackRead, CallbackRefused, OriginExpected, WindowSeconds,
};
pub use change::Change;
pub use client::{ArchivePut, ClientAnswer, ClientCase, ClientStep};
pub use loose::{Invalid, LooseCase, LooseExpected, LooseOk};
pub use package::{Build, BuiltExpected, EntryExpected, FindingExpected, Open, OpenExpected, PackageCase};
pub(crate) use receiver::check_job;
pub use receiver::{Answer, Delivery, Message, Pace, ReceiverCase, ReceiverNeed, Truth};
pub use recorded::{Exception, RecordedArchive, RecordedCase, RecordedRequest};
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

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use smileid_protocol::auth::Credentials;

use crate::failure::{Doing as _, Failure};
use names::OneOfEachName;
use problem::CaseProblem;

/// A case of any kind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Case {
    /// `signature/`: how messages are signed.
    Signature(Arc<SignatureCase>),
    /// `v1/<endpoint>/`: how the messages of an endpoint travel.
    Wire(Arc<WireCase>),
    /// `package/`: archives of images.
    Package(Arc<PackageCase>),
    /// `loose/`: jobs as the users of the official SDKs write them.
    Loose(Arc<LooseCase>),
    /// `callback/`: what the API sends to a callback URL.
    Callback(Arc<CallbackCase>),
    /// `client/`: what a client must not do, and what it may.
    Client(Arc<ClientCase>),
    /// `recorded/`: everything that a program was recorded sending.
    Recorded(Arc<RecordedCase>),
    /// `server/`: what a server must do, step by step.
    Server(Arc<ServerCase>),
    /// `verdict/`: results as they are received, and what may be made of them.
    Verdict(Arc<VerdictCase>),
    /// `receiver/`: what is sent to a receiver of callbacks, and what must come of it.
    Receiver(Arc<ReceiverCase>),
}

impl Case {
    /// Reads the case of the file `path`, which is relative to `cases/`.
    pub(crate) fn read(path: &str, text: &[u8]) -> Result<Self, CaseProblem> {
        let case = match path.split('/').collect::<Vec<_>>()[..] {
            ["signature", _] => Self::Signature(parse(path, text)?),
            ["package", _] => Self::Package(parse(path, text)?),
            ["loose", _] => Self::Loose(parse(path, text)?),
            ["callback", _] => Self::Callback(parse(path, text)?),
            ["client", _] => Self::Client(parse(path, text)?),
            ["recorded", _] => Self::Recorded(parse(path, text)?),
            ["verdict", _] => Self::Verdict(parse(path, text)?),
            ["server", _] => {
                let case: ServerCase = parse_one(path, text)?;
                case.check(path)?;
                Self::Server(Arc::new(case))
            }
            ["receiver", _] => {
                let case: ReceiverCase = parse_one(path, text)?;
                case.check(path)?;
                Self::Receiver(Arc::new(case))
            }
            [version, endpoint, _] if is_version(version) => {
                let mut case: WireCase = parse_one(path, text)?;
                case.endpoint = format!("{version}::{endpoint}");
                Self::Wire(Arc::new(case))
            }
            _ => return Err(CaseProblem::Unread { file: path.to_owned() }),
        };
        if path.strip_suffix(".json") != Some(case.id()) {
            return Err(CaseProblem::Id { file: path.to_owned(), id: case.id().to_owned() });
        }
        if matches!(&case, Self::Wire(case) if case.proof.is_some() && case.request.is_none()) {
            return Err(CaseProblem::UnreadMember { file: path.to_owned(), member: "proof" });
        }
        if let Some(member) = case.empty_member() {
            return Err(CaseProblem::Empty { file: path.to_owned(), member });
        }
        Ok(case)
    }

    /// Its name: the path of its file under `cases/`, without `.json`.
    pub fn id(&self) -> &str {
        match self {
            Self::Signature(case) => &case.id,
            Self::Wire(case) => &case.id,
            Self::Package(case) => &case.id,
            Self::Loose(case) => &case.id,
            Self::Callback(case) => &case.id,
            Self::Client(case) => &case.id,
            Self::Recorded(case) => &case.id,
            Self::Server(case) => &case.id,
            Self::Verdict(case) => &case.id,
            Self::Receiver(case) => &case.id,
        }
    }

    /// What it shows, in one line.
    pub fn description(&self) -> &str {
        match self {
            Self::Signature(case) => &case.description,
            Self::Wire(case) => &case.description,
            Self::Package(case) => &case.description,
            Self::Loose(case) => &case.description,
            Self::Callback(case) => &case.description,
            Self::Client(case) => &case.description,
            Self::Recorded(case) => &case.description,
            Self::Server(case) => &case.description,
            Self::Verdict(case) => &case.description,
            Self::Receiver(case) => &case.description,
        }
    }

    /// Where the expected values come from: a recording, an official test, a page, or `synthetic`.
    pub fn source(&self) -> &str {
        match self {
            Self::Signature(case) => &case.source,
            Self::Wire(case) => &case.source,
            Self::Package(case) => &case.source,
            Self::Loose(case) => &case.source,
            Self::Callback(case) => &case.source,
            Self::Client(case) => &case.source,
            Self::Recorded(case) => &case.source,
            Self::Server(case) => &case.source,
            Self::Verdict(case) => &case.source,
            Self::Receiver(case) => &case.source,
        }
    }

    /// The folder that says what kind it is: `signature`, `v1/upload`.
    pub fn kind(&self) -> &str {
        self.id().rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn empty_member(&self) -> Option<&'static str> {
        let blank = |text: &str| text.trim().is_empty() || text.contains('\n');
        [("description", self.description()), ("source", self.source())]
            .into_iter()
            .find_map(|(name, text)| blank(text).then_some(name))
    }
}

fn is_version(folder: &str) -> bool {
    folder.strip_prefix('v').is_some_and(|number| number.parse::<u8>().is_ok())
}

fn parse<T: DeserializeOwned>(path: &str, text: &[u8]) -> Result<Arc<T>, CaseProblem> {
    parse_one(path, text).map(Arc::new)
}

fn parse_one<T: DeserializeOwned>(path: &str, text: &[u8]) -> Result<T, CaseProblem> {
    let malformed = |source| CaseProblem::Malformed { file: path.to_owned(), source };
    // Of two members of one name inside the JSON of a message, serde_json would keep the last.
    serde_json::from_slice::<OneOfEachName>(text).map_err(malformed)?;
    serde_json::from_slice(text).map_err(malformed)
}

/// A partner, as a case gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Keys {
    /// The partner's id.
    pub partner_id: String,
    /// The key, a made-up one.
    pub api_key: String,
}

impl Keys {
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        Credentials::new(&self.partner_id, &self.api_key).doing("taking the credentials")
    }
}

/// The bytes of a file, in base64 in the case.
fn base64_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
}

/// The contents of a file of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Content(#[serde(deserialize_with = "base64_bytes")] pub Bytes);
