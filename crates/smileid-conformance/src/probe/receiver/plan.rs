//! Creates the callbacks of a case for one run, with its ids and signatures.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use serde::Deserialize as _;
use serde_json::{Map, Value};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, SignedReply},
    timestamp::Timestamp,
    types::v3::JobResult,
    v3::callback::Callback,
};

use super::{Outgoing, ReceiverTarget};
use crate::{
    case::{ApiVersion, Delivery, Names, ReceiverCase, SignCallback},
    digest::sha256,
    failure::{Doing as _, Failure},
    probe::server::{changed, place, time},
};

/// A case with the ids of one run, from which its callbacks are created.
pub(super) struct Plan<'a> {
    pub(super) case: &'a ReceiverCase,
    pub(super) names: Names,
    target: &'a ReceiverTarget,
}

/// A callback that was created, and its signature.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) outgoing: Outgoing,
    signer: Option<Signer>,
}

/// The key and the time of a signature.
type Signer = (Credentials, Timestamp);

impl<'a> Plan<'a> {
    pub(super) fn new(id: &str, case: &'a ReceiverCase, target: &'a ReceiverTarget) -> Self {
        let run = target.run_of_id(id);
        // Ten digits like the API's job ids. The first is not zero, since some cases send it as a number.
        let digits =
            sha256(run.as_bytes()).bytes().take(9).fold(0, |all, digit| all * 10 + u64::from(digit % 10));
        let mut names = Names::default();
        names.insert("number", 1_000_000_000 + digits);
        names.insert("partner_id", target.credentials.partner_id().as_str());
        // 26 characters of base32, as in the ids that the API creates.
        names.insert("job_id", format!("job_01h2xcejq0{run}"));
        names.insert("other_job_id", format!("job_01h2xcejq1{run}"));
        names.insert("run", run);
        Self { case, names, target }
    }

    /// Returns a message without its signature, or its raw text if it is not a JSON object.
    pub(super) fn message(&self, name: &str) -> Result<Result<Value, String>, Failure> {
        let missing = || Failure::contradiction(format!("unknown message `{name}`"));
        let message = self.case.messages.get(name).ok_or_else(missing)?;
        let mut json = match &message.json {
            Some(members) => Value::Object(members.clone()),
            None => match serde_json::from_str::<Map<String, Value>>(&message.text) {
                Ok(members) => Value::Object(self.with_ids_of_run(members)),
                Err(_) => return Ok(Err(message.text.clone())),
            },
        };
        for (pointer, value) in &message.set {
            let (members, name) = place(&mut json, pointer)?;
            members.insert(name.to_owned(), value.clone());
        }
        let mut json = self.names.fill_value(&json);
        if message.photo > 0
            && let Some(members) = json.as_object_mut()
        {
            members.insert("Photo".to_owned(), "A".repeat(message.photo).into());
        }
        Ok(Ok(json))
    }

    /// Returns the body of another case without its signature, with the user and the job of this run.
    fn with_ids_of_run(&self, mut members: Map<String, Value>) -> Map<String, Value> {
        if self.case.version == ApiVersion::V3 {
            for id in ["job_id", "user_id"] {
                members.remove(id);
            }
            return members;
        }
        for proof in ["timestamp", "signature"] {
            members.remove(proof);
        }
        if let Some(Value::Object(params)) = members.get_mut("PartnerParams") {
            for (member, name) in [("user_id", "user-{run}"), ("job_id", "job-{run}")] {
                params.insert(member.to_owned(), name.into());
            }
        }
        if let Some(number) = members.get_mut("SmileJobID") {
            *number = self.names.fill("{number}").into();
        }
        members
    }

    /// Creates a callback at the time `now`. `earlier` contains the previous callbacks.
    pub(super) fn make(&self, delivery: &Delivery, now: i64, earlier: &[Made]) -> Result<Made, Failure> {
        let numbered = |number: usize| {
            let index = number.checked_sub(1);
            let made = index.and_then(|index| earlier.get(index));
            made.ok_or_else(|| Failure::contradiction(format!("delivery {number} is not an earlier one")))
        };
        if let Some(number) = delivery.again {
            let mut made = numbered(number)?.clone();
            made.outgoing.pace = delivery.pace;
            return Ok(made);
        }
        let signer = match (&delivery.message, delivery.sign.like) {
            (None, _) => None,
            (Some(_), Some(number)) => numbered(number)?.signer.clone(),
            (Some(_), None) => Some(self.signer(&delivery.sign, now)?),
        };
        let mut request = http::Request::new(Bytes::new());
        match delivery.message.as_deref().map(|name| self.message(name)).transpose()? {
            None => {}
            Some(Err(text)) => *request.body_mut() = Bytes::from(text),
            Some(Ok(mut message)) => {
                if let Some((key, time)) = &signer {
                    *request.headers_mut() = self.sign(&mut message, key, time)?;
                }
                *request.body_mut() = Bytes::from(message.to_string());
            }
        }
        *request.method_mut() = delivery.method.clone();
        *request.uri_mut() = self.target.url.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = changed(request, &delivery.change, &self.names)?;
        Ok(Made { outgoing: Outgoing { request, pace: delivery.pace }, signer })
    }

    /// Signs a message in its body, or, in version 3, in headers. These also contain the ids instead of the body.
    fn sign(&self, message: &mut Value, key: &Credentials, time: &Timestamp) -> Result<HeaderMap, Failure> {
        let Some(members) = message.as_object_mut() else { return Ok(HeaderMap::new()) };
        if self.case.version == ApiVersion::V3 {
            let callback = Callback::from(self.result(members)?);
            for id in ["job_id", "user_id"] {
                members.remove(id);
            }
            return callback.headers(key, time).doing("writing the headers of a callback");
        }
        let proof = SignedReply::prove(key, time);
        members.insert("timestamp".to_owned(), proof.timestamp.as_str().into());
        members.insert("signature".to_owned(), proof.signature.as_str().into());
        Ok(HeaderMap::new())
    }

    /// A result of version 3. A message without ids is about the user and the job of this run.
    pub(super) fn result(&self, members: &Map<String, Value>) -> Result<JobResult, Failure> {
        let mut result = JobResult::deserialize(members).doing("reading a result of version 3")?;
        for (id, name) in [(&mut result.job_id, self.case.job()), (&mut result.user_id, "user-{run}")] {
            id.get_or_insert_with(|| self.names.fill(name));
        }
        Ok(result)
    }

    fn signer(&self, sign: &SignCallback, now: i64) -> Result<Signer, Failure> {
        let ours = &self.target.credentials;
        let key = match &sign.by {
            Some(keys) => {
                let mut names = self.names.clone();
                names.insert("api_key", ours.api_key().expose());
                let key = Credentials::new(names.fill(&keys.partner_id), names.fill(&keys.api_key));
                key.doing("reading the credentials")?
            }
            None => ours.clone(),
        };
        Ok((key, time(sign.time.as_ref(), now - sign.ago * 1000)?))
    }
}
